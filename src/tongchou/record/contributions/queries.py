"""The one door to what was paid: periods of levies that were paid in full, as entitlement follows from them.

Of the rows about an order the latest that was known by a day holds; one that was undone has no day of payment.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.contributions import Payment
from tongchou.record.base.columns import as_array, read, statement_of
from tongchou.record.base.prepared import Rows, Statement, together
from tongchou.record.base.scope import system
from tongchou.record.contributions.models import Paid
from tongchou.record.people.models import Person
from tongchou.record.people.queries import KNOWN_AS, known_as

_TYPES = {
    "order": pa.int64(),
    "id": pa.int64(),
    "known_on": pa.date32(),
    "person_id": pa.int64(),
    "scheme": pa.string(),
    "levy": pa.string(),
    "from_date": pa.date32(),
    "through_date": pa.date32(),
    "paid_on": pa.date32(),
}
_NEWEST = f"""{KNOWN_AS}
SELECT DISTINCT ON (p.order_id) down.known, p.insurance, p.levy, p.first, p.through, p.paid_on
FROM order_paid p JOIN down ON down.id = p.person_id
WHERE p.person_id = ANY(ARRAY(SELECT id FROM down)) AND p.known_on <= %s
ORDER BY p.order_id, p.known_on DESC, p.id DESC
"""
_ROWS = """
SELECT order_id, id, known_on, person_id, insurance, levy, first, through, paid_on FROM order_paid WHERE id IN (#rows)
"""


def payments_of(persons: Iterable[int], on: date) -> list[Payment]:
    """What these persons have paid, as known at the end of a day; also what was paid under a number that was merged
    into theirs, and whoever paid for it. Whether somebody may see it, and the trail, are the caller's affair."""
    return payments_in(together(asking_payments(persons, on))[0])


def asking_payments(persons: Iterable[int], on: date) -> Statement:
    """The statement of `payments_of`, for `payments_in`."""
    return Statement(_NEWEST, [as_array(set(persons)), on])


def payments_in(found: Rows) -> list[Payment]:
    """The payments that `asking_payments` found."""
    return [Payment(str(person), *rest) for person, *rest in found if rest[-1] is not None]


def payment_table(on: date) -> pa.Table:
    """The same of everybody in scope, as the engine takes it in bulk. Few orders have more than one row, so they are
    told apart here and not by the database."""
    inner, parameters = statement_of(Paid.objects.filter(known_on__lte=on).values("id"))
    table = read(_ROWS.replace("#rows", inner), parameters, _TYPES)
    order, number = np.asarray(table["order"]), np.asarray(table["id"])
    known_on = np.asarray(table["known_on"].cast(pa.int32()))
    by_order = np.lexsort((number, known_on, order))
    last = np.ones(len(by_order), dtype=np.bool_)
    last[:-1] = order[by_order][1:] != order[by_order][:-1]
    newest = _under_kept_numbers(table.take(pa.array(np.sort(by_order[last]))))
    return newest.filter(pc.is_valid(newest["paid_on"])).drop_columns(["order", "id", "known_on"])


def _under_kept_numbers(table: pa.Table) -> pa.Table:
    """What was paid by somebody who was merged into another stands under the other's number."""
    everybody = Person.objects.within(system("rows that are written once stay with whom they name"))
    known = known_as(everybody.filter(merged_into__isnull=False).values_list("id", flat=True))
    if not known:
        return table
    place = pc.index_in(table["person_id"], value_set=pa.array(list(known), pa.int64()))
    kept = pc.take(pa.array(list(known.values()), pa.int64()), place)
    numbers = pc.coalesce(kept, table["person_id"])
    return table.set_column(table.schema.get_field_index("person_id"), "person_id", numbers)
