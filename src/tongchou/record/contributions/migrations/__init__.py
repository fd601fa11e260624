"""How the tables of `contributions` came to be as they are."""
