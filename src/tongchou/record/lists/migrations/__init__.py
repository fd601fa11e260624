"""How the tables of `lists` came to be as they are."""
