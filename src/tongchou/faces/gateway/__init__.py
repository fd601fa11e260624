"""The national interface of designated institutions: their software speaks it, the record answers."""
