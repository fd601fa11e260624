"""What a look at tables can settle and what it leaves to the plain step, case by case."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.engines.benefits.bulk.drawn import Rows, differences, paid_of, tables_of
from tests.engines.benefits.small import pack
from tongchou.engines.benefits.bulk import machine as machines
from tongchou.engines.benefits.bulk.lookup import sides_of
from tongchou.engines.benefits.bulk.memory import Memory
from tongchou.engines.benefits.bulk.run import Bulk
from tongchou.engines.benefits.bulk.uses import uses_of
from tongchou.engines.benefits.shape import Size
from tongchou.ground.region.pack import Pack

BASE = "pool.takes: in_scope\npool.ratio: 50%"
WORDS = "{lists: {item: [甲, 乙], place: [市内, 市外], sex: [男, 女]}, facts: {复诊日: date}}"


def rows(*lines: dict[str, Any], **claim: Any) -> Rows:
    """One visit of one person; without lines one of 1,000 yuan."""
    person = {"person_id": "P", "birth_date": date(1980, 1, 1), "sex": "女"}
    content = lines or ({},)
    full = [{"line_id": f"L{i}", "claim_id": "C", "item": "甲", "amount": 100_000, **x} for i, x in enumerate(content)]
    visit: dict[str, Any] = {"claim_id": "C", "person_id": "P", "scheme": "resident", "kind": "住院", "place": "市内"}
    visit |= {"admitted_on": date(2024, 3, 1), "total_fee": sum(x["amount"] for x in full), **claim}
    return {"persons": [person], "claims": [visit], "lines": full}


def looked_up(region: Pack, tables: Rows) -> bool:
    """Whether the claims were settled by a look at tables; always as the plain step does."""
    found, done = differences(region, tables)
    assert found == []
    return not done.plain.any()


@pytest.mark.parametrize(
    "sets",
    [
        BASE,
        "pool.takes: in_scope\npool.ratio: {by sex: {男: 50%, 女: 60%}}",
        BASE + "\npool.adjust.早: {when: admitted < 2024-06-01, points: 5}",
        BASE + "\npool.adjust.老: {when: 40 <= age, points: 5}",
        BASE + "\npool.adjust.半: {when: age > 1/3, points: 5}",
        BASE + "\nclaim.guard.外: {when: place is 市内, do: refuse}",
        BASE + "\nitems.price_limit.甲: {when: item is 甲, at_most: 不限}",
        BASE + "\nitems.price_limit.甲: {when: item is 甲, at_most: 300}",
        BASE + "\npool.caps.段: {at_most: 300, of: paid, per: month}\npool.deductible: {per: day, amount: 10}",
    ],
)
def test_settled_by_a_look_at_tables(sets: str) -> None:
    assert looked_up(pack(sets, vocabulary=WORDS), rows())


@pytest.mark.parametrize(
    ("sets", "line", "claim"),
    [
        (BASE + "\npool.adjust.大: {when: total_fee > 500, points: 5}", {}, {}),
        (BASE + "\nitems.exclude.空: {when: fee_kind is 药品}", {}, {}),
        (BASE + "\nitems.rounding: {unit: 元}", {}, {}),
        (BASE + "\nclaim.guard.转: {when: kind is 住院, do: redirect, to: 门诊}", {}, {}),
        (BASE + "\nclaim.guard.缺: {when: status is 在职, do: refuse}", {}, {}),
        ("pool.takes: in_scope\npool.ratio: {by status: {在职: 50%}}", {}, {}),
        ("pool.takes: in_scope\npool.ratio: 1/7000001", {}, {}),
        (BASE, {}, {"given": [("pool", 1)]}),
        (BASE, {}, {"facts": [("entitlement", "none")]}),
        (BASE, {}, {"admitted_on": date(1979, 3, 1)}),
        (BASE, {"original_line_id": "L0"}, {}),
        (BASE, {"class": "乙"}, {}),
        (BASE, {"item": "丙"}, {}),
        (BASE, {"quantity": Decimal(0)}, {}),
        (
            "pool.takes: in_scope\npool.bands: {measured_on: amount paid, over: year, rows: [{upto: 9, pay: 50%}]}",
            {},
            {},
        ),
    ],
)
def test_left_to_the_plain_step(sets: str, line: dict[str, Any], claim: dict[str, Any]) -> None:
    region = pack(
        sets,
        vocabulary="{lists: {item: [甲, 乙], place: [市内], status: [在职], fee_kind: [药品]}, facts: {复诊日: date}}",
        visits="{住院: [pool], 门诊: [pool]}",
        layers="{pool: {}}",
    )
    assert not looked_up(region, rows(line, **claim))


def test_a_region_that_wants_entitlement_is_left_to_the_plain_step() -> None:
    assert not looked_up(pack(BASE, vocabulary=WORDS, region="{entitlement: required}"), rows())


def test_days_that_the_region_does_not_cover() -> None:
    region = pack(BASE, vocabulary=WORDS, region="{supports: {from: 2024-01-01, through: 2024-12-31}}")
    assert looked_up(region, rows())
    assert not looked_up(region, rows(admitted_on=date(2023, 12, 31)))
    assert not looked_up(region, rows(admitted_on=date(2025, 1, 1)))
    assert looked_up(pack(BASE, vocabulary=WORDS, region="{supports: {from: 2024-01-01}}"), rows())


def test_nobody_at_all() -> None:
    empty: Rows = {"persons": [], "claims": [], "lines": []}
    found, done = differences(pack(BASE, vocabulary=WORDS), empty)
    assert (found, done.claims.count) == ([], 0)


@pytest.mark.parametrize("rule", ["months: 3", "days: 90", "months: stay_days + 2", "days: 90, when: sex is 女"])
def test_who_still_waits_is_refused_with_the_day_on_which_cover_starts(rule: str) -> None:
    region = pack(BASE, f"waiting.新: {{after: paid_on, {rule}}}", vocabulary=WORDS)
    tables = rows()
    spell = {"spell_id": "S", "person_id": "P", "scheme": "resident", "from_date": date(2010, 1, 1)}
    tables["spells"] = [{**spell, "paid_on": date(2010, 1, 1), "months": 5}]
    assert looked_up(region, tables)
    tables["spells"] = [{**spell, "paid_on": date(2024, 2, 1), "months": 5}]
    found, done = differences(region, tables)
    assert (found, len(done.refused)) == ([], 1)


def test_a_waiting_period_counts_from_a_date_of_the_regions_own() -> None:
    words = "{lists: {item: [甲], place: [市内], status: [在职], fee_kind: [药品]}, facts: {复诊日: date}}"
    region = pack(BASE, "waiting.新: {after: 复诊日, months: 3}", vocabulary=words)
    assert looked_up(region, rows())
    assert looked_up(region, rows(facts=[("复诊日", "2020-01-01")]))
    found, done = differences(region, rows(facts=[("复诊日", "2024-02-20")]))
    assert (found, len(done.refused)) == ([], 1)
    assert not looked_up(
        pack(BASE, "waiting.新: {after: 复诊日, months: 99999999}", vocabulary=words),
        rows(facts=[("复诊日", "2024-02-20")]),
    )


def test_numbers_on_every_side_of_the_edges() -> None:
    assert [sides_of(edges) for edges in ([], [1], [2], [2, 3], [2, 5])] == [
        [1],
        [1, 1, 2],
        [1, 2, 3],
        [1, 2, 2, 3, 4],
        [1, 2, 3, 5, 6],
    ]


def test_a_fact_needed_whole_has_no_edges() -> None:
    region = pack("pool.takes: in_scope\npool.ratio: 1% × age\npool.adjust.老: {when: age >= 60, points: 1}")
    uses = uses_of([f for f in region.facts if f.layer == "pool"], region.vocabulary)
    assert (uses.whole, uses.edges, uses.amounts) == ({"age"}, {}, False)
    two = pack("pool.takes: in_scope\npool.ratio: 1%\npool.adjust.老: {when: age >= 60 or 18 > age, points: 1}")
    assert uses_of(two.facts, two.vocabulary).edges == {"age": {Fraction(60), Fraction(18)}}


def test_the_memory_knows_its_places() -> None:
    memory = Memory()
    assert memory.put("mine", [7, 8]) == memory.places["mine"] == len(memory.numbers) - 2
    memory.put_size(Size(layers=3, cells=2, first=9))
    assert memory.numbers[:3] == [3, 2, 9]


def test_compiled_text_is_kept_in_the_cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numba", reason="numba is not installed: pip install tongchou[fast]")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    machines.machine.cache_clear()
    assert machines.machine(True).settle_all is not None
    (kept,) = (tmp_path / "tongchou").glob("*.py")
    before = kept.stat().st_mtime_ns
    machines.machine.cache_clear()
    machines.machine(True)
    assert kept.stat().st_mtime_ns == before
    monkeypatch.setenv("XDG_CACHE_HOME", str(kept))  # a file, where no folder can be
    assert machines._folder().is_dir()
    monkeypatch.setattr(machines.os, "access", lambda *_: False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert machines._folder() != tmp_path / "tongchou"
    machines.machine.cache_clear()


def test_the_compiler_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(machines.SWITCH, "0")
    assert not machines.wanted()


CARD = pack(
    "pool.takes: in_scope\npool.ratio: 50%\ncard.takes: unpaid",
    layers="{pool: {}, card: {payer: account, field: acct_pay, account: 个账}}",
    vocabulary=WORDS,
)


def family(**account: Any) -> Rows:
    tables = rows(**account)
    tables["persons"][0]["household_id"] = "H"
    tables["persons"].append({"person_id": "Q", "household_id": "H", "birth_date": date(1980, 1, 1)})
    own = {"account_id": "A", "person_id": "Q", "kind": "个账", "balance": 10_000, "as_of": date(2023, 12, 31)}
    tables["accounts"] = [own]
    return tables


def test_the_account_of_a_relative() -> None:
    tables = family(account_use="relative", account_person_id="Q")
    found, done = differences(CARD, tables)
    assert (found, paid_of(done, 0)["card"]) == ([], 10_000)
    apart = family(account_use="relative", account_person_id="Q")
    apart["persons"][1]["household_id"] = "G"
    assert not looked_up(CARD, apart)


@pytest.mark.parametrize("change", [{"kind": "历年"}, {"as_of": date(2024, 3, 1)}])
def test_an_account_that_cannot_be_drawn_on(change: dict[str, Any]) -> None:
    tables = family(account_use="relative", account_person_id="Q")
    tables["accounts"][0] |= change
    assert not looked_up(CARD, tables)


def test_households_that_change() -> None:
    tables = family()
    span = {"household_id": "H", "person_id": "Q", "from_date": date(2020, 1, 1)}
    assert looked_up(CARD, tables | {"households": [span]})
    assert not looked_up(CARD, tables | {"households": [{**span, "household_id": "G"}]})
    tables["persons"][0]["household_id"] = "G"
    assert not looked_up(CARD, tables | {"households": [{**span, "household_id": "G"}]})
    tables["persons"][0]["household_id"] = None
    assert looked_up(CARD, tables | {"households": [{**span, "household_id": "G"}]})


def two_people(**second: Any) -> Rows:
    """The same visit of two people who differ in what is said of the second."""
    tables = rows()
    other = rows()
    for table, key in (("persons", "person_id"), ("claims", "claim_id"), ("lines", "line_id")):
        other[table][0][key] += "2"
    other["claims"][0]["person_id"] = other["persons"][0]["person_id"]
    other["lines"][0]["claim_id"] = other["claims"][0]["claim_id"]
    other["persons"][0] |= second
    return {name: [*tables[name], *other[name]] for name in tables}


@pytest.mark.parametrize("born", [None, date(2024, 3, 2), date(2030, 1, 1)])
def test_nobody_stands_for_people_without_a_birthday_or_not_yet_born(born: date | None) -> None:
    region = pack(BASE + "\npool.adjust.老: {when: age < 60, points: 5}", vocabulary=WORDS)
    found, done = differences(region, two_people(birth_date=born))
    assert found == []
    assert done.plain.tolist() == [False, True]


def test_a_line_of_no_claim_is_nobodys() -> None:
    tables = rows({}, {"line_id": "X", "claim_id": "Z"})
    tables["claims"][0]["total_fee"] = 100_000
    done = Bulk(pack(BASE, vocabulary=WORDS), compiled=False).settle(tables_of(tables))
    assert (paid_of(done, 0), int(done.cash[0])) == ({"pool": 50_000}, 50_000)


def test_more_item_groups_than_one_number_can_tell() -> None:
    words = [f"组{n}" for n in range(16)]
    region = pack(BASE, vocabulary=f"{{lists: {{item: [{', '.join(words)}]}}}}")
    assert not looked_up(region, rows({"item": "组15"}))
    assert looked_up(pack(BASE, vocabulary=f"{{lists: {{item: [{', '.join(words[:15])}]}}}}"), rows({"item": "组14"}))


ASKING = (
    "{lists: {item: [甲, 乙], place: [市内], referral: [无], diseases: [甲病]}, facts: {倍数: number, 复诊日: date}}"
)


@pytest.mark.parametrize(
    ("line", "claim"),
    [
        ({}, {"referral": "没有的词"}),
        ({}, {"diseases": ["甲病", "没有的病"]}),
        ({}, {"facts": [("倍数", "三")]}),
        ({"facts": [("复诊日", "明天")]}, {}),
    ],
)
def test_words_that_no_rule_asks_for_are_still_read(line: dict[str, Any], claim: dict[str, Any]) -> None:
    region = pack(BASE, vocabulary=ASKING)
    sound = two_people()
    sound["claims"][1] |= claim
    sound["lines"][1] |= line
    found, done = differences(region, sound)
    assert found == []
    assert done.plain.tolist() == [False, True]


@pytest.mark.parametrize("table", ["persons", "spells"])
def test_facts_of_people_that_cannot_be_read(table: str) -> None:
    tables = two_people()
    spell = {"scheme": "resident", "from_date": date(2020, 1, 1)}
    tables["spells"] = [{**spell, "spell_id": p, "person_id": p} for p in ("P", "P2")]
    tables[table][1]["facts"] = [("倍数", "三")]
    found, done = differences(pack(BASE, vocabulary=ASKING), tables)
    assert (found, done.plain.tolist()) == ([], [False, True])


def test_a_number_of_the_regions_own_by_the_side_of_a_line() -> None:
    region = pack(BASE + "\npool.adjust.多: {when: 倍数 > 2, points: 5}", vocabulary=ASKING)
    tables = two_people()
    for claim, times in zip(tables["claims"], ("1", "3"), strict=True):
        claim["facts"] = [("倍数", times)]
    assert looked_up(region, tables)


def test_a_class_on_a_date_of_the_regions_own() -> None:
    words = "{classes: {人群: {on: 复诊日, values: {老: age >= 60, 少: age < 60}}}, " + ASKING[1:]
    region = pack("pool.takes: in_scope\npool.ratio: {by 人群: {老: 60%, 少: 50%}}", vocabulary=words)
    assert not looked_up(region, rows(facts=[("复诊日", "2024-03-01")]))


DIVERTS = "{when: age >= 3 and item is 乙, to: 门诊}"


def diverting(rule: str = DIVERTS) -> Pack:
    return pack(
        f"{BASE}\nitems.divert.乙: {rule}", vocabulary=WORDS, visits="{住院: [pool], 门诊: [pool]}", layers="{pool: {}}"
    )


def test_a_line_is_diverted_by_the_age_of_its_person() -> None:
    found, done = differences(diverting(), rows({}, {"item": "乙"}))
    assert (found, len(done.claim), done.plain.any()) == ([], 2, False)


@pytest.mark.parametrize("uninsured", [True, False])
def test_who_is_not_settled_stands_for_nobody_whose_lines_are_diverted(uninsured: bool) -> None:
    """Nobody knows where the lines of the first belong: she has no cover, or a word that is none. Those of the other,
    alike in all that the rule asks for, are diverted."""
    region = pack(
        f"{BASE}\npool.adjust.门: {{when: kind is 门诊, points: 20}}\nitems.divert.乙: {{when: item is 乙, to: 门诊}}",
        vocabulary=WORDS,
        visits="{住院: [pool], 门诊: [pool]}",
        layers="{pool: {}}",
    )
    one = rows({"item": "乙"}, {}, place="市内" if uninsured else "火星")
    other = rows({"item": "乙"}, {}, claim_id="C2", person_id="P2")
    tables = {
        "persons": [*one["persons"], {**other["persons"][0], "person_id": "P2"}],
        "spells": [
            {"spell_id": person, "person_id": person, "scheme": "resident", "from_date": date(2020, 1, 1)}
            for person in (["P2"] if uninsured else ["P", "P2"])
        ],
        "claims": one["claims"] + other["claims"],
        "lines": one["lines"]
        + [{**line, "line_id": f"M{i}", "claim_id": "C2"} for i, line in enumerate(other["lines"])],
    }
    found, done = differences(region, tables)
    assert (found, done.plain.tolist()) == ([], [True, False])


def test_a_line_of_no_item_stands_only_for_others_of_none() -> None:
    """Its claim cannot be built; that of the other has an item and is told."""
    tables = two_people()
    tables["lines"][0]["item"] = None
    found, done = differences(diverting(), tables)
    assert (found, done.plain.tolist()) == ([], [True, False])


def test_where_it_cannot_be_told_whether_a_line_is_diverted() -> None:
    assert not looked_up(diverting("{when: 复诊日 > 2024-01-01, to: 门诊}"), rows())
    assert not looked_up(diverting(), rows(place="火星"))


@pytest.mark.parametrize("asks", ["fee_date >= 2024-03-02", "unit_price >= 5", "nth >= 2", "total_fee > 15"])
def test_lines_diverted_by_what_no_look_tells(asks: str) -> None:
    """One stands for all lines alike, but not in their dates, prices and turns."""
    region = pack(
        f"{BASE}\npool.adjust.外: {{when: kind is 门诊, points: 20}}\nitems.divert.外: {{when: {asks}, to: 门诊}}",
        vocabulary=WORDS,
        visits="{住院: [pool], 门诊: [pool]}",
        layers="{pool: {}}",
    )
    early = {
        "fee_at": datetime.combine(date(2024, 3, 1), datetime.min.time()),
        "price": Decimal(3),
        "quantity": Decimal(1),
        "amount": 300,
    }
    late = {
        "fee_at": datetime.combine(date(2024, 3, 3), datetime.min.time()),
        "price": Decimal(7),
        "quantity": Decimal(1),
        "amount": 700,
    }
    for lines in ((early, late), (late, early)):
        tables = rows(*lines)
        second = rows(*lines, claim_id="C2", admitted_on=date(2024, 5, 1))
        tables["claims"] += second["claims"]
        tables["lines"] += [{**line, "line_id": f"M{i}", "claim_id": "C2"} for i, line in enumerate(second["lines"])]
        assert not looked_up(region, tables)


def test_a_line_given_back_is_left_to_the_plain_step() -> None:
    back = {"amount": -500, "quantity": Decimal(-1), "original_line_id": "L0"}
    assert not looked_up(pack(BASE, vocabulary=WORDS), rows({}, back))


def test_whose_waiting_period_cannot_be_told() -> None:
    region = pack(BASE, "waiting.新: {after: 复诊日, months: 3, when: age >= 3}", vocabulary=WORDS)
    tables = rows(facts=[("复诊日", "2024-02-20")])
    assert not looked_up(region, {**tables, "persons": [{"person_id": "P"}]})
    young = {"person_id": "P", "birth_date": date(2023, 1, 1)}
    assert looked_up(region, {**tables, "persons": [young]})


def test_without_lines_the_claims_are_the_same() -> None:
    region, tables = pack(BASE, vocabulary=WORDS), tables_of(rows({}, {"amount": 7}))
    whole, short = (Bulk(region, compiled=False).settle(tables, by_line=by_line) for by_line in (True, False))
    assert (whole.paid.tolist(), whole.cash.tolist()) == (short.paid.tolist(), short.cash.tolist())
    assert whole.lines is not None
    assert (len(whole.lines.shares), short.lines) == (4, None)
