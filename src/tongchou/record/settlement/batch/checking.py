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
from tongchou.record.settlement.batch.texts import texts_as_array
from tongchou.record.settlement.models import Batch

_EVENTS = """
SELECT count(*), sum(total), sum(cash), sum((fields->>'fund_pay_sumamt')::bigint), sum((fields->>'acct_pay')::bigint)
FROM settlement_event WHERE id = ANY(%s::bigint[])
"""
_LINES = """
SELECT count(*), sum(full_self_pay + over_limit + first_self_pay + in_scope), sum(cash)
FROM settlement_line WHERE charge_id BETWEEN %s AND %s AND event_id = ANY(%s::bigint[])
"""
_STATE = """
SELECT count(*) FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[])
    AS t (subject, name, period, each, fen)
WHERE t.fen <> coalesce((
    SELECT a.fen FROM accumulator a
    WHERE a.subject = t.subject AND a.name = t.name AND a.period = t.period AND a.each = t.each
), 0)
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
        cursor.execute(_LINES, [int(numbered.charge[0]), int(numbered.charge[-1]), events])
        if tuple(cursor.fetchone()) != told_lines:
            raise fail("V502", what="line_results")
        states = _states(keys, share)
        cursor.execute(_STATE, [*(texts_as_array(states[name]) for name in KEY), as_array(states["fen"].to_pylist())])
        if cursor.fetchone() != (0,):
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


def _states(keys: Keys, share: Share) -> pa.Table:
    """What the results say of every key that a share touched (`fen`), under the name that the record gives it; accounts
    apart, which keep their own."""
    called = [f"{name} now" for name in KEY]
    touched = pa.table([*keys.said.columns, *keys.now.columns], [*KEY, *called]).filter(pa.array(~keys.of_account))
    touched = touched.group_by([*KEY, *called]).aggregate([])
    found = touched.join(share.people[STATES].select([*KEY, "amount"]), KEY, join_type="left outer")
    return pa.table([*(found[name] for name in called), pc.fill_null(found["amount"], 0)], [*KEY, "fen"])


def _sum(column: pa.ChunkedArray) -> int:
    found: int | None = pc.sum(column).as_py()
    return found or 0
