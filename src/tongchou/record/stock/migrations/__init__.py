"""How the tables of `stock` came to be as they are."""
