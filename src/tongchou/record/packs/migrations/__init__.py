"""How the tables of `packs` came to be as they are."""
