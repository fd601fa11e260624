"""Entitlement: from when to when who is entitled to which fund, derived from spells, payments and deaths; never stored.

Doors: `entitlement_of` one person on a day, `periods_of` one person, `entitled` everybody in scope on a day.
"""
