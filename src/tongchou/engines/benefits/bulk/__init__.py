"""A year of claims at once: the step compiled, tables looked up once for all claims alike, households in order."""
