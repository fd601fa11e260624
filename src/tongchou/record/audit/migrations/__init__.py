"""How the tables of `audit` came to be as they are."""
