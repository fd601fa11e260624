"""A claim read straight is the claim that the tables give, and whatever the tables find fault with is left to them."""

from __future__ import annotations

import random
from copy import deepcopy
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.engines.benefits.small import pack
from tongchou.engines.benefits.claim import Claim
from tongchou.engines.benefits.counter import straight
from tongchou.engines.benefits.counter.counter import Counter
from tongchou.engines.benefits.counter.straight import Straight
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.from_tables import Intake
from tongchou.faces.python.settled import _raws
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.load import load_region
from tongchou.ground.shipped import regions_dir
from tongchou.ground.tables import tables_of

NINGHE = load_region(regions_dir() / "ninghe")
STAY: dict[str, Any] = {
    "claim_id": "C1",
    "person_id": "P1",
    "scheme": "employee",
    "kind": "住院",
    "provider_id": "F01",
    "level": "三级",
    "place": "市内",
    "admitted_on": date(2025, 3, 1),
    "discharged_on": "2025-03-09",
    "settled_at": datetime.fromisoformat("2025-03-09T12:30:00"),
    "stay_id": "S1",
    "disease": "高血压",
    "diseases": ["高血压", "糖尿病"],
    "account_use": "own",
    "total_fee": 30_000,
    "facts": {"签约": "是"},
    "person": {
        "person_id": "P1",
        "household_id": "H1",
        "birth_date": date(1960, 2, 29),
        "sex": "1",
        "retired_on": date(2020, 2, 29),
        "facts": {"别处的事实": "1", "公务员": "否"},
    },
    "spells": [
        {"scheme": "resident", "from_date": date(2000, 1, 1), "through_date": date(2009, 12, 31)},
        {"scheme": "employee", "from_date": "2010-01-01", "status": "退休", "months": 24, "facts": {"公务员": "是"}},
    ],
    "accounts": [{"kind": "个人账户", "balance": 10_000, "as_of": date(2024, 12, 31)}],
    "lines": [
        {"line_id": "L1", "item": "甲类", "class": "01", "amount": 10_000, "fee_at": "2025-03-02 08:00:00"},
        {
            "line_id": "L2",
            "claim_id": "C1",
            "item": "乙类药",
            "class": "乙",
            "amount": 12_000,
            "quantity": "3",
            "price": Decimal(40),
            "first_pay_rate": Decimal("0.1"),
            "price_limit": 5_000,
            "facts": {},
        },
        {
            "item": "高值检查",
            "amount": 8_000,
            "quantity": 2,
            "fulamt_ownpay_amt": 0,
            "overlmt_amt": 0,
            "preselfpay_amt": 1_000,
            "inscp_scp_amt": 7_000,
        },
    ],
}


def by_tables(given: dict[str, Any]) -> Claim | None:
    """The claim of a dict as `settle_claim` builds it from tables; None where it is faulty or refused."""
    try:
        tables = tables_of(_raws(deepcopy(given)))
        if tables.problems:
            return None
        intake = Intake(tables, NINGHE)
        built = intake.claim(intake.rows[0])
    except (ProblemError, TypeError):
        return None
    return built if isinstance(built, Claim) else None


def without(*names: str, **changed: Any) -> dict[str, Any]:
    return {name: value for name, value in {**deepcopy(STAY), **changed}.items() if name not in names}


def test_a_sound_claim_is_read_straight() -> None:
    read = Straight(NINGHE).read(STAY)
    assert read is not None
    assert read == by_tables(STAY)
    assert (read.facts["公务员"], read.facts["months"], read.lines[0].facts["class"]) == ("是", 206, "甲")


@pytest.mark.parametrize(
    "given",
    [
        without("person", "spells", "accounts", "facts", "diseases", "discharged_on", "settled_at", "total_fee"),
        without("person_id"),
        without(account_use="none", accounts=[{"kind": "别处", "balance": 0, "as_of": date(2030, 1, 1)}]),
        without(entitlements=[{"scheme": "employee", "fund": "pool", "from_date": date(2020, 1, 1), "level": "full"}]),
        without(entitlements=[{"scheme": "resident", "fund": "pool", "from_date": date(2020, 1, 1), "level": "none"}]),
        without(person={"sex": "9", "facts": {}}),
        without(accounts=[]),
    ],
)
def test_so_is_one_with_less_or_more(given: dict[str, Any]) -> None:
    read = Straight(NINGHE).read(given)
    assert read is not None
    assert read == by_tables(given)


@pytest.mark.parametrize(
    "given",
    [
        without(person={"birth_date": date(2025, 3, 5)}),  # admitted before birth
        without(
            entitlements=[{"scheme": "employee", "fund": "pool", "from_date": date(2025, 9, 1), "level": "full"}] * 2
        ),
        without(accounts=[{"kind": "别处", "balance": 0, "as_of": date(2024, 1, 1)}]),
        without(accounts=[{**STAY["accounts"][0], "account_id": "A"}] * 2),
        without(spells=STAY["spells"][:1]),
        without(spells=[{**STAY["spells"][1], "through_date": date(2009, 12, 31)}]),
        without(lines=[{**STAY["lines"][0], "original_line_id": "L0"}], total_fee=10_000),
        without(lines=[{**STAY["lines"][0], "quantity": -1}], total_fee=10_000),
        without(accounts=[{**STAY["accounts"][0], "person_id": "P2"}]),
        without(spells=None),
        without(lines=[]),
        without("claim_id"),
    ],
)
def test_what_can_be_doubted_is_left_to_the_tables(given: dict[str, Any]) -> None:
    assert Straight(NINGHE).read(given) is None


def test_an_unknown_sex_is_no_fact_where_the_region_lists_others() -> None:
    region = pack("pool.takes: in_scope\npool.ratio: 50%\n", vocabulary="{lists: {sex: [男, 女]}}")
    given = {"scheme": "resident", "kind": "住院", "admitted_on": date(2024, 1, 1), "lines": [{"amount": 1}]}
    read = Straight(region).read({**given, "claim_id": "1", "person": {"sex": "9"}})
    assert read is not None
    assert "sex" not in read.facts


def test_a_disease_that_the_region_does_not_list_is_left_to_the_tables() -> None:
    region = pack("pool.takes: in_scope\npool.ratio: 50%\n", vocabulary="{lists: {diseases: [高血压, 糖尿病]}}")
    given = {"scheme": "resident", "kind": "住院", "admitted_on": date(2024, 1, 1), "lines": [{"amount": 1}]}
    known = Straight(region).read({**given, "claim_id": "1", "diseases": ["糖尿病"]})
    assert known is not None
    assert known.facts["diseases"] == ("糖尿病",)
    assert Straight(region).read({**given, "claim_id": "1", "diseases": ["糖尿病", "透析"]}) is None


ODD_CELLS = [
    None,
    "",
    "x",
    " 三级",
    "没有的词",
    -1,
    0,
    10**13,
    1.5,
    True,
    "2025-02-30",
    date(1800, 1, 1),
    date(2025, 6, 1),
    date(1950, 1, 1),
    datetime.fromisoformat("2025-03-09T01:00:00"),
    Decimal("0.00000001"),
    [],
    {},
    ["x"],
    {"没有的事实": "1"},
    {"年龄": "1"},
    {"age": "7"},
]


def changed(rng: random.Random) -> dict[str, Any]:
    """The stay with a cell changed, dropped or added somewhere, or a row doubled."""
    given = deepcopy(STAY)
    given["entitlements"] = [
        {"scheme": "employee", "fund": fund, "from_date": date(2020, 1, 1), "level": "full"}
        for fund in ("pool", "drug")
    ]
    places = [
        given,
        given["person"],
        *(row for name in ("lines", "spells", "accounts", "entitlements") for row in given[name]),
    ]
    row = rng.choice(places)
    name = rng.choice([*row, "没有的列", "account_person_id", "original_line_id", "through_date", "died_on", "given"])
    turn = rng.random()
    if turn < 0.1:
        row.pop(name, None)
    elif turn < 0.2:
        table = rng.choice(("lines", "spells", "accounts", "entitlements"))
        given[table].append({**rng.choice(given[table]), **({} if rng.random() < 0.5 else {"scheme": "resident"})})
    else:
        row[name] = rng.choice(ODD_CELLS)
    return given


def test_whatever_the_tables_find_fault_with_is_left_to_them() -> None:
    rng, reader = random.Random(1), Straight(NINGHE)
    straight = 0
    for _ in range(2_500):
        given = changed(rng)
        read = reader.read(deepcopy(given))
        assert read is None or read == by_tables(given), given
        straight += read is not None
    assert straight > 300


def test_what_equals_a_quantity_that_was_read_is_not_one_for_that() -> None:
    reader = Straight(NINGHE)
    read = [reader.read(without(total_fee=8_000, lines=[{**STAY["lines"][2], "quantity": n}])) for n in (1, 1.0, True)]
    assert read[0] is not None
    assert read[1:] == [None, None]


def test_words_remembered_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(straight, "MOST_WORDS", 2)
    reader = Straight(NINGHE)
    for day in range(1, 9):
        given = without(admitted_on=date(2025, 3, day))
        assert reader.read(given) == by_tables(given)


def test_an_engine_has_one_that_reads_for_it() -> None:
    counter = Counter(Engine(NINGHE))
    assert counter.straight is counter.straight
    assert counter.straight.read(deepcopy(STAY)) == Straight(NINGHE).read(deepcopy(STAY))
