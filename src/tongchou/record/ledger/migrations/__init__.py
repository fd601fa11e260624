"""How the tables of `ledger` came to be as they are."""
