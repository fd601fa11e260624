"""How the tables of `filings` came to be as they are."""
