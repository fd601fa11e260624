"""What was written, read back: a share that does not say what the results say is not posted."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from tongchou.engines.benefits.bulk.columns import Numbers
from tongchou.ground.errors import fail
from tongchou.record.base.columns import as_array
from tongchou.record.settlement.batch.claims import Numbered
from tongchou.record.settlement.batch.reading import STATES, Share, Told
from tongchou.record.settlement.batch.results import KEY, Keys
from tongchou.record.settlement.batch.texts import rows_as_json
from tongchou.record.settlement.models import Batch

_EVENTS = """
SELECT count(*), sum(total), sum(cash), sum((fields->>'fund_pay_sumamt')::bigint), sum((fields->>'acct_pay')::bigint)
FROM settlement_event WHERE id = ANY(%s::bigint[])
"""
_LINES = """
SELECT count(*), sum(full_self_pay + over_limit + first_self_pay + in_scope), sum(cash)
FROM settlement_line WHERE charge_id = ANY(%s::bigint[]) AND event_id BETWEEN %s AND %s
"""
_STATE = """
SELECT subject, name, period, each, fen FROM accumulator JOIN (
    SELECT value->>0 AS subject, value->>1 AS name, value->>2 AS period, value->>3 AS each
    FROM json_array_elements(%s::json)
) t USING (subject, name, period, each) WHERE fen <> 0
"""


def check_share(share: Share, number: Numbers, numbered: Numbered, keys: Keys) -> None:
    """Raises V502 where counts, fen or states in the record are not those of the results; `number`: of each event."""
    settlements, lines = share.cut["settlements"], share.cut["line_results"]
    names = ("medfee_sumamt", "psn_cash_pay", "fund_pay_sumamt", "acct_pay")
    told = (len(settlements), *(_sum(settlements[name]) for name in names))
    told_lines = (len(lines), _sum(lines["amount"]), _sum(lines["cash"]))
    events = as_array(number.tolist())
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, [events])
        if tuple(cursor.fetchone()) != told:
            raise fail("V502", what="settlements")
        cursor.execute(_LINES, [as_array(numbered.charge.tolist()), int(number[0]), int(number[-1])])
        if tuple(cursor.fetchone()) != told_lines:
            raise fail("V502", what="line_results")
        touched = keys.touched()
        cursor.execute(_STATE, [rows_as_json(touched[name] for name in KEY)])
        held = {tuple(row[:4]): row[4] for row in cursor.fetchall()}
    if held != _states(keys, share):
        raise fail("V502", what="states")


def check_whole(batch: Batch, year: Told) -> None:
    """Raises V502 where the shares of a batch do not add up to it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(settlements), sum(total) FROM settlement_batch_share WHERE batch_id = %s", [batch.pk]
        )
        counted = tuple(cursor.fetchone())
    if counted != (batch.settlements, batch.total) or counted != told_by(year):
        raise fail("V502", what="summary")


def told_by(year: Told) -> tuple[int, int]:
    """Settlements and fen, as the results sum them up."""
    return year.summary["claims"]["settled"], year.summary["fees"]["settled"]


def _states(keys: Keys, share: Share) -> dict[tuple[str, ...], int]:
    """What the results say of every key that a share touched, under the name that the record gives it; accounts apart,
    which keep their own."""
    called = [f"{name} now" for name in KEY]
    touched = pa.table([*keys.said.columns, *keys.now.columns], [*KEY, *called]).filter(pa.array(~keys.of_account))
    touched = touched.group_by([*KEY, *called]).aggregate([])
    found = touched.join(share.people[STATES].select([*KEY, "amount"]), KEY, join_type="inner").to_pylist()
    return {tuple(row[name] for name in called): row["amount"] for row in found if row["amount"]}


def _sum(column: pa.ChunkedArray) -> int:
    found: int | None = pc.sum(column).as_py()
    return found or 0
