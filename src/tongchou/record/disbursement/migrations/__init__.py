"""How the tables of `disbursement` came to be as they are."""
