"""Claims of a share as JSON, column by column, are those that are built one by one: whatever their tables say."""

import itertools
import json
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.record.contributions.stage import region
from tongchou.engines.benefits.bulk.rows import rows_of
from tongchou.engines.benefits.claim import Claim
from tongchou.engines.benefits.from_tables import Intake
from tongchou.ground.errors import ProblemError
from tongchou.ground.tables import TABLES, Tables, schema
from tongchou.record.settlement.batch.facts import Reader
from tongchou.record.settlement.batch.heads import heads
from tongchou.record.settlement.batch.known import Rows
from tongchou.record.settlement.batch.reading import Share
from tongchou.record.settlement.batch.texts import listed
from tongchou.record.settlement.stored import facts_as_json

PERSON = {"household_id": "H", "birth_date": date(1960, 2, 29), "sex": "男"}
PEOPLE = [
    PERSON | {"person_id": "A", "retired_on": date(2020, 3, 1)},
    PERSON | {"person_id": "B", "sex": "未知", "birth_date": None, "facts": [("困难企业", "否")]},
    PERSON | {"person_id": "C", "household_id": None},
    PERSON | {"person_id": "D", "household_id": "I"},
]
SPELL = {"scheme": "employee", "from_date": date(2024, 1, 31), "category": "普通"}
SPELLS = [
    SPELL | {"person_id": "A", "through_date": date(2025, 1, 31), "months": 7, "facts": [("公务员", "是")]},
    SPELL | {"person_id": "A", "from_date": date(2025, 1, 31), "status": "退休", "facts": [("公务员", "否")]},
    SPELL | {"person_id": "B", "months": 0, "paid_on": date(2025, 2, 1)},
    SPELL | {"person_id": "C", "facts": [("签约", "是"), ("连续参保年数", "12")]},
    SPELL | {"person_id": "D", "facts": [("零报销年数", "many")]},
]
ACCOUNTS = [
    {"person_id": "A", "kind": "个人账户", "balance": 100, "as_of": date(2024, 12, 31)},
    {"person_id": "B", "kind": "个人账户", "balance": 100, "as_of": date(2025, 2, 28)},
    {"person_id": "C", "kind": "袜子", "balance": 100, "as_of": date(2024, 12, 31)},
]
MOVES = [{"person_id": "D", "household_id": "H", "from_date": date(2025, 2, 1), "through_date": date(2025, 2, 10)}]
CLAIM = {"scheme": "employee", "kind": "普通门诊", "account_use": "own", "admitted_on": date(2025, 2, 5)}
OTHERS: dict[str, list[dict[str, Any]]] = {
    "who": [{"person_id": one} for one in "ABCD"],
    "when": [
        {},
        {"admitted_on": date(2025, 1, 31), "settled_at": datetime.fromisoformat("2025-03-01T09:00:00")},
        {"admitted_on": date(2024, 1, 30), "discharged_on": date(2025, 2, 28)},
        {"admitted_on": date(1950, 1, 1), "discharged_on": date(2025, 2, 28)},
    ],
    "what": [
        {},
        {"level": "二级", "place": "市内", "provider_id": "F"},
        {"level": "第九级"},
        {"disease": "高血压", "diseases": ["高血压", "糖尿病"], "facts": [("急诊", "是")]},
        {"diseases": ["月球病"], "scheme": "resident"},
        {"facts": [("sex", "男")]},
        {"facts": [("age", "66")], "episode_id": 'the "first"'},
        {"given": [("nobody", 5)]},
    ],
    "whose": [
        {},
        {"account_use": "none"},
        *({"account_use": "relative", "account_person_id": one} for one in "ABCD"),
    ],
}
CLAIMS = [
    CLAIM | dict(itertools.chain(*(one.items() for one in several))) for several in itertools.product(*OTHERS.values())
]
NUMBERED = {"persons": ["person_id"], "spells": ["spell_id"], "accounts": ["account_id"], "claims": ["claim_id"]}


def _tables(claims: list[dict[str, Any]], **more: list[dict[str, Any]]) -> dict[str, pa.Table]:
    told = {"persons": PEOPLE, "spells": SPELLS, "accounts": ACCOUNTS, "households": MOVES, "claims": claims, **more}
    found = {}
    for name, rows in told.items():
        keys = {key: name for key in NUMBERED.get(name, ()) if key not in rows[0]}
        rows = [{**dict.fromkeys(keys, f"{at}"), **row} for at, row in enumerate(rows)]
        nothing = {one.name: None for one in schema(name)}
        lists = {one.name: [] for one in schema(name) if pa.types.is_nested(one.type)}
        columns = pa.schema([one.with_nullable(True) for one in schema(name)])
        found[name] = pa.Table.from_pylist([nothing | lists | row for row in rows], columns)
    return found


def _share(tables: dict[str, pa.Table]) -> Share:
    people = {name: table for name, table in tables.items() if name != "claims"}
    return Share(1, people, {"claims": tables["claims"]})


def _told(tables: dict[str, pa.Table], assumed: dict[str, str] | None = None) -> list[dict[str, Any]]:
    count = len(tables["claims"])
    same = np.arange(count)
    nobody = np.full(count, -1)
    rows = Rows(same, np.where(same % 2, same, -1), nobody, same, same, same, same, {})
    found = heads(_share(tables), rows, same + 100, same + 200, same + 300, region(), assumed or {})
    return [json.loads(one + "}") for one in found.to_pylist()]


def _one_by_one(tables: dict[str, pa.Table], assumed: dict[str, str] | None = None) -> list[Claim | list[str]]:
    """Each claim, or the codes of what is wrong with it."""
    read = {name: [] for name in TABLES} | {name: rows_of(table) for name, table in tables.items()}
    intake = Intake(Tables(read, [], {name: len(rows) for name, rows in read.items() if rows}), region(), assumed)
    found: list[Claim | list[str]] = []
    for row in read["claims"]:
        try:
            claim = intake.claim(row)
            found.append(claim if isinstance(claim, Claim) else [one.code for one in claim.problems])
        except ProblemError as error:
            found.append([one.code for one in error.problems])
    return found


def _as_in(claims: list[Claim | list[str]]) -> list[str]:
    return [json.dumps(facts_as_json(one.facts), ensure_ascii=False) for one in claims if isinstance(one, Claim)]


def _facts(told: list[dict[str, Any]]) -> list[str]:
    return [json.dumps(one["facts"], ensure_ascii=False) for one in told]


ASSUMED = [{}, {"referral": "无"}, {"level": "一级", "category": "普通", "age": "3"}]


@pytest.mark.parametrize("assumed", ASSUMED, ids=["nothing", "what none says", "what some say"])
def test_sound_claims_say_the_same_in_the_same_order(assumed: dict[str, str]) -> None:
    sound = [
        row for row, one in zip(CLAIMS, _one_by_one(_tables(CLAIMS), assumed), strict=True) if isinstance(one, Claim)
    ]
    assert len(sound) > 50
    tables = _tables(sound)
    odd = Reader(_share(tables), region(), assumed).all().odd
    assert odd.any() == ("level" in assumed)  # none is built by itself but those that say twice what is assumed
    assert _facts(_told(tables, assumed)) == _as_in(_one_by_one(tables, assumed))


def test_what_is_wrong_is_told_as_ever() -> None:
    """Of each claim that cannot be built, all that is wrong, and the row in which it is."""
    wrong = [(at, one) for at, one in enumerate(_one_by_one(_tables(CLAIMS))) if not isinstance(one, Claim)]
    assert len({code for _, codes in wrong for code in codes}) > 5
    for at, codes in wrong[::7]:
        with pytest.raises(ProblemError) as error:
            _told(_tables([CLAIM | {"person_id": "A"}, CLAIMS[at]]))
        assert [one.code for one in error.value.problems] == codes
        rows = [one.place.row for one in error.value.problems if one.place is not None and one.place.table == "claims"]
        assert set(rows) <= {2}


def test_what_a_claim_says_beside_its_facts() -> None:
    sound = [row for row, one in zip(CLAIMS, _one_by_one(_tables(CLAIMS)), strict=True) if isinstance(one, Claim)]
    told = _told(_tables(sound))
    assert [one["id"] for one in told] == [f"v{at + 100}.{at + 200}" for at in range(len(sound))]
    assert {one["stay"] for one in told} == {f"v{at + 300}" for at in range(len(sound))}
    assert [one.get("household") for one in told] == [f"h{at}" if at % 2 else None for at in range(len(sound))]
    assert {one.get("episode") for one in told} == {None, 'the "first"'}
    assert {(one["scheme"], one["kind"]) for one in told} == {("employee", "普通门诊")}
    assert not any("account_person" in one or "entitlements" in one or "given" in one for one in told)


def test_entitlements_are_those_of_the_day() -> None:
    entitled = {"person_id": "A", "scheme": "employee", "fund": "统筹基金", "level": "full"}
    of_one = [
        entitled | {"from_date": date(2024, 1, 1), "through_date": date(2025, 2, 4)},
        entitled | {"from_date": date(2025, 2, 5), "level": "none", "reason": "欠费"},
    ]
    tables = _tables([CLAIM | {"person_id": "A"}, CLAIM | {"person_id": "B"}], entitlements=of_one)
    tables["accounts"] = tables["accounts"].slice(0, 1)
    assert [one["entitlements"] for one in _told(tables)] == [{"统筹基金": ["none", "欠费"]}, {}]


def test_pieces_are_listed_where_a_row_has_none() -> None:
    columns = pa.array(["a", None, None, ""]), pa.array(["b", None, "c", "d"])
    assert listed(*columns).to_pylist() == ["a, b", "", "c", ", d"]
    assert listed(columns[0]).to_pylist() == ["a", "", "", ""]
