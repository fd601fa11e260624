"""Which settlement stands in the place of one that was settled anew, by a supplementary calculation or because another
was reversed. The patient's stay is the same, so what was brought for the earlier one is of the later: its list, what a
month deducted of it, an objection, a special case.

What an institution reverses and settles by itself is another settlement, which it sends another list for.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection

from tongchou.record.clearing.models import ClearingYear

_BEFORE = """
SELECT e.id, (
    SELECT max(b.id) FROM settlement_event b
    WHERE b.visit_id = e.visit_id AND b.kind = 'settle' AND b.id < e.id AND b.claim->>'id' = e.claim->>'id'
)
FROM settlement_event e
WHERE e.because_id IS NOT NULL AND e.kind = 'settle' AND e.scheme = %(scheme)s AND e.year = %(year)s
"""


def before(year: ClearingYear) -> dict[int, int]:
    """Of each settlement of a year that was settled anew the one in whose place it stands."""
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, {"scheme": year.scheme, "year": year.year})
        return {number: earlier for number, earlier in cursor.fetchall() if earlier is not None}


def standing(earlier: Mapping[int, int]) -> dict[int, int]:
    """Of each settlement that is another's earlier one the last that stands in its place."""
    found: dict[int, int] = {}
    for number in sorted(earlier, reverse=True):
        found[earlier[number]] = found.get(number, number)
    return found
