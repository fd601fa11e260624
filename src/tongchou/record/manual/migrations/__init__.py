"""How the tables of `manual` came to be as they are."""
