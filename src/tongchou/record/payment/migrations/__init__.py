"""How the tables of `payment` came to be as they are."""
