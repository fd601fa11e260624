"""Where the lines of a settlement are, as SQL."""

LINES_OF = """
settlement_event e JOIN charge c ON c.visit_id = e.visit_id
JOIN settlement_line l ON l.charge_id = c.id AND l.event_id = e.id
"""
"""Settlements `e` with their lines `l`, found by the charges of the visit."""
