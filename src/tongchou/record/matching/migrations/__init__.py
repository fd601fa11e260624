"""How the tables of `matching` came to be as they are."""
