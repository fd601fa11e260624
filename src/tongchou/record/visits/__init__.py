"""Visits: that somebody is treated, and what was charged, line by line. Nothing here is settled."""
