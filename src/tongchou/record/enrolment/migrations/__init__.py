"""How the tables of `enrolment` came to be as they are."""
