"""How the tables of `exchange` came to be as they are."""
