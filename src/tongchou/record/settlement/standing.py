"""Which lines of settlements stand, and where those of a settlement are, as SQL."""

STANDS = "(SELECT true FROM settlement_event r WHERE r.reverses_id = l.event_id) IS NULL"
"""That the settlement of a line `l` was not reversed: looked up by index, one by one. `NOT EXISTS` would be a join,
which, planned once while the tables were small, reads all settlements from then on."""
LINES_OF = """
settlement_event e JOIN charge c ON c.visit_id = e.visit_id
JOIN settlement_line l ON l.charge_id = c.id AND l.event_id = e.id
"""
"""Settlements `e` with their lines `l`, found by the charges of the visit."""
