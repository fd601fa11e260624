"""What institutions' software and the record say to each other: sign-ins, keys, files, and every message, kept sealed.

Doors: `signing`, `keys`, `messages`, `persons`, `files`.
"""
