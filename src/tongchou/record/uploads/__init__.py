"""Files that somebody uploaded to be imported: looked at and shown first, used once or thrown away."""
