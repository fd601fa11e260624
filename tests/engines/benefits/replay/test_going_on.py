"""Settling in one go is settling the first claims, and then the others after them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from tests.engines.benefits.bulk.drawn import Rows, random_rows, tables_of
from tests.engines.benefits.bulk.test_counters import visits
from tests.engines.benefits.bulk.test_ninghe import ninghe, people
from tests.engines.benefits.bulk.test_odd import CARD, family
from tests.engines.benefits.replay.test_equal import in_rows
from tests.engines.benefits.small import pack
from tests.oracle.packs import random_world
from tongchou.engines.benefits.bulk.rows import rows_of
from tongchou.engines.benefits.carried import Carried, Seen
from tongchou.engines.benefits.from_tables import Intake
from tongchou.engines.benefits.replay import Replay, Results
from tongchou.engines.benefits.state_tables import add_states
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import TABLES, Tables


def settle(pack: Pack, rows: Rows, bulk: bool, before: Carried | None = None) -> Results:
    tables = tables_of(rows)
    replay = Replay(pack, compiled=False)
    if bulk:
        return replay.settle(tables, before=before)
    filled = {name: rows_of(tables[name]) if name in tables else [] for name in TABLES}
    return replay.settle(
        {**tables, "claims": tables["claims"].slice(0, 0)}, Tables(filled, [], dict.fromkeys(tables, 1)), before=before
    )


def halves(pack: Pack, rows: Rows) -> tuple[Rows, Rows]:
    """The same tables with the claims that settle first, and with the others."""
    filled = {name: rows.get(name, []) for name in TABLES}
    typed = {name: rows_of(table) for name, table in tables_of(rows).items()}
    order = [row["claim_id"] for row in Intake(Tables({**filled, **typed}, [], dict.fromkeys(rows, 1)), pack).rows]
    first = set(order[: len(order) // 2])
    found = []
    for keep in (first, set(order) - first):
        some = {name: [row for row in rows[name] if row["claim_id"] in keep] for name in ("claims", "lines")}
        found.append({**rows, **some})
    return found[0], found[1]


def left_by(run: Results) -> Carried:
    return Carried(run.states, run.seen())


def amounts(table: pa.Table) -> dict[tuple[str, ...], int]:
    return {tuple(row.values())[:5]: row["amount"] for row in table.to_pylist()}


def assert_goes_on(pack: Pack, rows: Rows, bulk: bool) -> None:
    whole = settle(pack, rows, bulk)
    one, other = halves(pack, rows)
    first = settle(pack, one, bulk)
    before = left_by(first)
    second = settle(pack, other, bulk, before)
    for name in ("settlements", "events", "line_results"):
        parts = in_rows(getattr(first, name)) + in_rows(getattr(second, name))
        assert [_told(row) for row in parts] == [_told(row) for row in in_rows(getattr(whole, name))]
    assert amounts(add_states(first.states, second.states)) == amounts(whole.states)
    after, seen = before.after(second.seen()), whole.seen()
    assert after is not None
    assert seen is not None
    assert (after.last, after.until) == (seen.last, seen.until)


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {name: cell for name, cell in row.items() if name not in ("event_no", "_row")}


@pytest.mark.parametrize("bulk", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_a_random_region(seed: int, bulk: bool) -> None:
    world = random_world(8_001 + seed)
    assert_goes_on(world.pack, random_rows(world, 2, 12), bulk)


@pytest.mark.parametrize("bulk", [True, False])
def test_the_shipped_region(bulk: bool) -> None:
    assert_goes_on(ninghe(), people(40, 9), bulk)


HALF = pack("pool.takes: in_scope\npool.ratio: 50%\npool.caps.年: {at_most: 800, of: paid, per: year}")
HOME = pack("pool.takes: in_scope\npool.ratio: 50%\npool.caps.家: {at_most: 800, of: paid, per: year, each: household}")


@pytest.mark.parametrize("bulk", [True, False])
def test_a_household_that_is_called_otherwise_by_then(bulk: bool) -> None:
    """Somebody is born, or the person after whom it was called has left the register."""
    first = settle(HOME, visits({"person_id": "Q"}), bulk)
    later = visits({"claim_id": "D", "person_id": "Q", "admitted_on": date(2024, 5, 1)})
    later["persons"] = [row for row in later["persons"] if row["person_id"] != "P"]
    later["persons"].append({"person_id": "A", "birth_date": date(2024, 4, 1), "household_id": "H"})
    second = settle(HOME, later, bulk, left_by(first))
    assert second.settlements["hifp_pay"].to_pylist() == [30_000]


@pytest.mark.parametrize("bulk", [True, False])
def test_a_claim_that_should_have_come_before_is_a_problem(bulk: bool) -> None:
    first = settle(HALF, visits({"claim_id": "M", "admitted_on": date(2024, 5, 2)}), bulk)
    later = left_by(first)
    same_day = date(2024, 5, 2)
    for claim, fits in (("N", True), ("M", False), ("L", False)):
        rows = visits({"claim_id": claim, "person_id": "R", "admitted_on": same_day})
        if fits:
            assert len(settle(HALF, rows, bulk, later).settlements) == 1
        else:
            with pytest.raises(ProblemError) as error:
                settle(HALF, rows, bulk, later)
            assert [problem.code for problem in error.value.problems] == ["K109"]


def drawn(day: date, as_of: date, balance: int) -> Rows:
    rows = family(claim_id=f"C{day}", account_use="relative", account_person_id="Q", admitted_on=day)
    rows["lines"] = [{**line, "claim_id": f"C{day}", "line_id": f"L{day}"} for line in rows["lines"]]
    rows["accounts"][0] |= {"as_of": as_of, "balance": balance}
    return rows


@pytest.mark.parametrize("bulk", [True, False])
def test_the_balance_of_an_account_is_of_before_all_claims_or_of_after_them(bulk: bool) -> None:
    old, march, may, june = date(2023, 12, 31), date(2024, 3, 1), date(2024, 5, 1), date(2024, 6, 1)
    two = drawn(march, old, 70_000)
    more = drawn(may, old, 70_000)
    two = {**two, "claims": two["claims"] + more["claims"], "lines": two["lines"] + more["lines"]}
    left = left_by(settle(CARD, two, bulk))

    def paid(as_of: date) -> list[int]:
        accounts = [("个账", "Q", as_of)]
        return (
            settle(CARD, drawn(june, as_of, 70_000), bulk, left.with_balances(accounts))
            .settlements["acct_pay"]
            .to_pylist()
        )

    assert (paid(old), paid(may)) == ([0], [50_000])
    with pytest.raises(ProblemError) as error:
        paid(march)
    assert [problem.code for problem in error.value.problems] == ["K111"]
    fresh = left.with_balances([("个账", "Q", may)])
    later = Seen((june, datetime.combine(june, datetime.min.time()), "C"), june, june)
    assert fresh.after(later) == later
    kept = left.after(later)
    assert kept is not None
    assert (kept.since, kept.until) == (march, june)


def test_nothing_was_settled_before() -> None:
    nothing = settle(HALF, visits(), bulk=False)
    assert (nothing.first(), nothing.seen()) == (None, None)
    left = left_by(nothing)
    assert left.with_balances([("个账", "Q", date(2024, 1, 1))]) is left
    left.hold((date(1990, 1, 1), datetime.combine(date(1990, 1, 1), datetime.min.time()) + timedelta(1), "C"))
    assert left.after(None) is None
    some = settle(HALF, visits({}), bulk=False, before=left)
    assert left.after(some.seen()) == some.seen() == left_by(some).after(None)
