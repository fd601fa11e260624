"""What is paid and what is not. Whoever looks at persons is in the trail."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import pyarrow as pa

from tongchou.engines.contributions import Payment
from tongchou.record.base.columns import read
from tongchou.record.people.queries import known_as

_TYPES = {
    "person_id": pa.int64(),
    "scheme": pa.string(),
    "levy": pa.string(),
    "from_date": pa.date32(),
    "through_date": pa.date32(),
    "paid_on": pa.date32(),
}


def payments_of(person_ids: Collection[int], on: date) -> list[Payment]:
    """The periods of these persons that were paid in full, as known at the end of a day: what entitlement is derived
    from. Persons are numbers they are known by; what rows merged into them paid counts. The caller has looked at their
    scope and writes the trail."""
    known = known_as(person_ids)
    found = read(_PAID.format(whose="= ANY(%s)"), [on, list(known)], _TYPES)
    return [Payment(**{**row, "person_id": str(known[row["person_id"]])}) for row in found.to_pylist()]


def payments_of_everybody(on: date) -> pa.Table:
    """The same for all, as a table: person_id (int64), scheme, levy, from_date, through_date, paid_on."""
    return read(_PAID.format(whose="> 0"), [on], _TYPES)


# Of the rows about an order the latest that was known by the day holds; one that was undone has no day of payment.
_PAID = """
SELECT COALESCE(p.merged_into_id, t.person_id), t.insurance, t.levy, t.first, t.through, t.paid_on FROM (
    SELECT DISTINCT ON (order_id) order_id, person_id, insurance, levy, first, through, paid_on
    FROM order_paid WHERE known_on <= %s AND person_id {whose} ORDER BY order_id, known_on DESC, id DESC
) t JOIN person p ON p.id = t.person_id WHERE t.paid_on IS NOT NULL
"""
