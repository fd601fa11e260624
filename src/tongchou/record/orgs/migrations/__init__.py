"""How the tables of `orgs` came to be as they are."""
