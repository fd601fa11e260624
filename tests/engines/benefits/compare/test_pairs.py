"""Visits meet what each side made of them; payments are laid flat."""

import pyarrow as pa

from tongchou.engines.benefits.compare import PAIRS, VISITS, Settled, pairs_of
from tongchou.engines.benefits.compare.pairs import DIMENSIONS, OF_SETTLEMENT, REJECTS, YEAR_END, comparable, counts
from tongchou.engines.benefits.compare.sums import flat
from tongchou.ground.tables import schema

SETTLEMENTS = pa.schema([schema("settlements").field(name) for name in OF_SETTLEMENT])


def settled(*rows, **rejects):
    names = ("claim_id", "psn_cash_pay", "hosp_part_amt", "fund_pay_sumamt", "paid")
    made = [{"status": "settled", **dict(zip(names, row, strict=True))} for row in rows if len(row) > 2]
    made += [{"claim_id": row[0], "status": "refused", "reason": row[1]} for row in rows if len(row) == 2]
    lost = [{"claim_id": name, "reason": reason} for name, reason in rejects.items()]
    return Settled(
        pa.Table.from_pylist(made, schema=SETTLEMENTS),
        pa.Table.from_pylist(lost, schema=REJECTS),
        YEAR_END.empty_table(),
    )


def test_each_side_says_what_it_made_of_a_visit_or_why_not():
    row = {**dict.fromkeys(DIMENSIONS, ""), "person_id": "P1", "household": "P1", "year": 2024, "year_end": False}
    visits = pa.Table.from_pylist([{**row, "claim_id": f"C{i}", "fee": 1_000} for i in (3, 1, 2, 4)], schema=VISITS)
    a = settled(("C1", 200, 0, 800, {"pool": 800}), ("C2", 900, 100, 0, {}), ("C3", "工伤不报"), C4="C003 缺")
    b = settled(("C2", "停保"), ("C3", 0, 0, 700, {"pool": 700, "card": 300}), ("C4", 1_000, 0, 0, {}), C1="C004 无")
    pairs = pairs_of(visits, a, b)
    assert pairs.schema == PAIRS
    names = ("status", "cash", "hospital", "fund", "paid", "reason")
    rows = pairs.to_pylist(maps_as_pydicts="strict")
    found = {(row["claim_id"], side): tuple(row[f"{name}_{side}"] for name in names) for row in rows for side in "ab"}
    assert list(found)[::2] == [("C3", "a"), ("C1", "a"), ("C2", "a"), ("C4", "a")]
    assert found["C1", "a"] == ("settled", 200, 0, 800, {"pool": 800}, None)
    assert found["C1", "b"] == ("rejected", None, None, None, None, "C004 无")
    assert found["C2", "a"] == ("settled", 900, 100, 0, {}, None)
    assert found["C2", "b"] == ("refused", 1_000, 0, 0, None, "停保")
    assert found["C3", "a"] == ("refused", 1_000, 0, 0, None, "工伤不报")
    assert found["C3", "b"] == ("settled", 0, 0, 700, {"pool": 700, "card": 300}, None)
    assert found["C4", "a"] == ("rejected", None, None, None, None, "C003 缺")
    assert comparable(pairs).to_pylist() == counts(pairs).to_pylist() == [True, False, True, False]


def test_what_both_refuse_can_be_compared_and_does_not_count():
    row = {**dict.fromkeys(DIMENSIONS, ""), "person_id": "P1", "household": "P1", "year": 2024, "year_end": False}
    visits = pa.Table.from_pylist([{**row, "claim_id": "C1", "fee": 5}], schema=VISITS)
    both = settled(("C1", "停保"))
    pairs = pairs_of(visits, both, both)
    assert (comparable(pairs).to_pylist(), counts(pairs).to_pylist()) == ([True], [False])


def test_payments_one_after_another_whatever_they_are_cut_from():
    kind = pa.map_(pa.string(), pa.int64())
    maps = pa.array([{"a": 1}, None, {"b": 2, "c": 3}, {}, {"a": 4}], kind)
    row, layer, amount = flat(pa.chunked_array([maps[1:]]))
    assert (row.tolist(), layer.to_pylist(), amount.tolist()) == ([1, 1, 3], ["b", "c", "a"], [2, 3, 4])
    row, layer, amount = flat(pa.chunked_array([maps[:2], maps[2:]]))
    assert (row.tolist(), layer.to_pylist(), amount.tolist()) == ([0, 2, 2, 4], ["a", "b", "c", "a"], [1, 2, 3, 4])
    row, layer, amount = flat(pa.chunked_array([], kind))
    assert (row.tolist(), layer.to_pylist(), amount.tolist()) == ([], [], [])
