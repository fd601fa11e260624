"""How the tables of `settlement` came to be as they are."""
