"""The tally by columns is the tally of one pair after the other, however the households are cut and put together."""

import pickle
from collections import Counter
from dataclasses import asdict, replace
from itertools import groupby
from operator import itemgetter

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.benefits.compare.slow import MEASURES, Slow
from tests.engines.benefits.small import pack
from tongchou.engines.benefits.compare import PAIRS, Tally, checks, income_index, limits, sheets
from tongchou.engines.benefits.compare.pairs import AMOUNTS, DIMENSIONS

SHARED = "{pool: {}, more: {field: hifmi_pay, bearer: insurer}, card: {payer: account, field: acct_pay, account: 卡}}"
OWN = "{pool: {field: hosp_part_amt}, more: {field: maf_pay, bearer: fiscal}, card: {}}"
INDEX = "{indices: {人均可支配收入: {values: {'2024': {value: 3001}}}}}"


def two_schemes():
    """A layer of the same name is borne by somebody else in the other scheme."""
    one, other = (pack("pool.takes: in_scope", layers=layers, vocabulary=INDEX) for layers in (SHARED, OWN))
    named = one.region.model_copy(update={"schemes": {"resident": "居民", "employee": "职工"}})
    return replace(one, region=named, layers={**one.layers, "employee": other.layers["resident"]})


A = two_schemes()
B = replace(A, layers={"resident": A.layers["employee"], "employee": A.layers["resident"]})
LIMITS = limits(income_index(A), (500_00, 1_000_00))
SMALL = st.integers(0, 300_000)
FEN = st.one_of(SMALL, st.just(0), st.integers(0, 10**17))


@st.composite
def side(draw, fee, year_end):
    """What a policy made of a claim: amounts that sum to its fee."""
    status = "settled" if year_end else draw(st.sampled_from(["settled"] * 4 + ["refused", "rejected"]))
    made = {"status": status, "reason": None if status == "settled" else draw(st.sampled_from([None, "甲", "乙"]))}
    if status == "rejected":
        return {**made, **dict.fromkeys(AMOUNTS), "paid": None}
    if status == "refused":
        return {**made, "cash": fee, "hospital": 0, "fund": 0, "paid": draw(st.sampled_from([None, {}]))}
    names = draw(st.lists(st.sampled_from(["pool", "more", "card"]), unique=True))
    left, paid = draw(SMALL) if year_end else fee, {}
    for name in names:
        paid[name] = draw(st.sampled_from([0, left, left // 2, left // 10]))
        left -= paid[name]
    return {**made, "cash": -sum(paid.values()) if year_end else left, "paid": paid, "hospital": 0, "fund": 0}


@st.composite
def households(draw):
    """Some households, each with its pairs in order."""
    rows = []
    for home in range(draw(st.integers(0, 5))):
        for _ in range(draw(st.integers(1, 6))):
            year_end = draw(st.integers(0, 5)) == 0
            fee = 0 if year_end else draw(FEN)
            row = {
                "claim_id": f"C{draw(st.integers(0, 99)):02d}-{len(rows)}",
                "person_id": f"P{home}{draw(st.integers(0, 2))}",
                "household": f"P{home}0",
                "year": draw(st.sampled_from([2023, 2024, 2024])),
                **{name: draw(st.sampled_from(["", "甲", "乙"])) for name in DIMENSIONS},
                "scheme": draw(st.sampled_from(["resident", "employee"])),
                "fee": fee,
                "year_end": year_end,
            }
            for letter, policy in (("a", A), ("b", B)):
                made = draw(side(fee, year_end))
                for name, amount in (made["paid"] or {}).items():
                    field = policy.layers[row["scheme"]][name].field
                    made["hospital"] += amount if field == "hosp_part_amt" else 0
                    made["fund"] += amount if field not in ("hosp_part_amt", "acct_pay") else 0
                row |= {f"{name}_{letter}": value for name, value in made.items()}
            rows.append(row)
    return [list(home) for _, home in groupby(rows, itemgetter("household"))]


def table(homes):
    """The pairs as one table in two pieces."""
    whole = pa.Table.from_pylist([row for home in homes for row in home], schema=PAIRS)
    return pa.concat_tables([whole[: len(whole) // 2], whole[len(whole) // 2 :]])


def told(tally):
    """Everything in a tally, sums of nothing left out."""
    known = {name: dict(getattr(tally, name)) for name in ("claims", "turned", "costs", "unknown_years")}
    groups = {name: {word: +_counter(one) for word, one in of.items()} for name, of in tally.groups.items()}
    spread = [tally.changes, {band: fen for band, fen in tally.change_sums.items() if fen}, *tally.shares]
    heavy = [list(one) for one in tally.heavy]
    top = [[tuple(one) for one in side] for side in tally.top()]
    return known, groups, _counter(tally.all), spread, heavy, top


def _counter(group):
    return Counter(group if isinstance(group, Counter) else asdict(group))


@given(homes=households())
def test_columns_add_up_to_what_one_pair_after_the_other_does(homes):
    tally, slow = Tally(A, B, LIMITS), Slow(A, B, LIMITS)
    people = tally.add(table(homes))
    for home in homes:
        slow.add(home)
    assert told(tally) == told(slow)
    assert people.select(["person_id", "year", "claims", *MEASURES]).to_pylist() == slow.people
    assert all(checks(tally).values())


@settings(max_examples=30)
@given(homes=households(), data=st.data())
def test_parts_added_anywhere_and_merged_in_any_order_are_the_whole(homes, data):
    whole = Tally(A, B, LIMITS)
    whole.add(table(homes))
    parts = [Tally(A, B, LIMITS) for _ in range(3)]
    for home in data.draw(st.permutations(homes)):
        parts[data.draw(st.integers(0, 2))].add(table([home]))
    merged = Tally(A, B, LIMITS)
    for part in data.draw(st.permutations(parts)):
        merged.merge(pickle.loads(pickle.dumps(part)))  # as it comes back from another process
    assert {n: s.rows for n, s in sheets(merged, A, B).items()} == {n: s.rows for n, s in sheets(whole, A, B).items()}
    assert told(merged) == told(whole)


def test_many_people_with_the_same_change():
    """Of more than 20 the first by person and year stay, whichever part they come from."""
    row = dict.fromkeys(DIMENSIONS, "") | {"household": "H", "year_end": False, "fee": 1_000}
    status = {f"{name}_{side}": value for side in "ab" for name, value in [("status", "settled"), ("reason", None)]}
    paid = {f"{name}_{side}": 0 for side in "ab" for name in ("hospital", "fund")} | {"paid_a": {}, "paid_b": {}}
    rows = [
        {**row, **status, **paid, "scheme": "resident", "claim_id": f"C{i}", "person_id": f"P{i % 30:02d}",
         "year": 2024 - i // 30, "cash_a": 1_000, "cash_b": 1_000 - i % 2}
        for i in reversed(range(60))
    ]  # fmt: skip
    parts = [Tally(A, B, LIMITS) for _ in range(2)]
    for part, some in zip(parts, (rows[:30], rows[30:]), strict=True):
        part.add(pa.Table.from_pylist(some, schema=PAIRS))
    parts[0].merge(parts[1])
    better, worse = parts[0].top()
    assert ([(one.person_id, one.year) for one in better[:3]], len(better), worse) == (
        [("P01", 2023), ("P01", 2024), ("P03", 2023)], 20, []
    )  # fmt: skip
