"""Which lines of settlements stand, and where those of a settlement are, as SQL."""

STANDS = "NOT EXISTS (SELECT FROM settlement_event r WHERE r.reverses_id = l.event_id)"
"""That the settlement of a line `l` was not reversed."""
LINES_OF = """
settlement_event e JOIN charge c ON c.visit_id = e.visit_id
JOIN settlement_line l ON l.charge_id = c.id AND l.event_id = e.id
"""
"""Settlements `e` with their lines `l`, found by the charges of the visit."""
