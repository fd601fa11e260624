"""What hangs together with a flagged row, and what does not."""

import random
from typing import Any

import numpy as np
import pyarrow as pa

from tongchou.ground.tables import TABLES
from tongchou.ground.tables.closure import closure
from tongchou.ground.tables.conform import conform
from tongchou.ground.tables.links import link


def chosen(rows: dict[str, list[dict[str, Any]]], *flagged: tuple[str, int]) -> dict[str, list[int]]:
    """Rows chosen by table when the flagged ones (table, index) are; tables of which none is are left out."""
    tables, flags = {}, {}
    for name, own in rows.items():
        content = pa.table({key: [row.get(key) for row in own] for key in dict.fromkeys(k for row in own for k in row)})
        tables[name], _ = conform(TABLES[name], content)
        flags[name] = np.zeros(len(own), dtype=np.bool_)
    for name, row in flagged:
        flags[name][row] = True
    found = closure(flags, link(tables))
    assert set(found) == set(rows)
    return {name: rows.tolist() for name, rows in found.items() if len(rows)}


ROWS: dict[str, list[dict[str, Any]]] = {
    "persons": [
        {"person_id": "P1", "household_id": "H1"},
        {"person_id": "P2", "household_id": None},
        {"person_id": "P3", "household_id": "H3"},
        {"person_id": "P4", "household_id": None},
    ],
    "households": [
        {"household_id": "H1", "person_id": "P2"},
        {"household_id": "H2", "person_id": "P2"},
        {"household_id": "H9", "person_id": "P9"},
    ],
    "spells": [{"person_id": "P1"}, {"person_id": "P4"}, {"person_id": "P9"}, {"person_id": None}],
    "claims": [
        {"claim_id": "C1", "person_id": "P1"},
        {"claim_id": "C3", "person_id": "P3", "account_person_id": "P4"},
        {"claim_id": "C4", "person_id": "P4"},
        {"claim_id": None, "person_id": "P1"},
    ],
    "lines": [{"claim_id": "C1"}, {"claim_id": "C4"}, {"claim_id": "C9"}, {"claim_id": "C9"}, {"claim_id": "C1"}],
    "settlements": [{"settlement_id": "Z1", "claim_id": "C1", "person_id": "P1"}, {"settlement_id": "Z9"}],
    "line_results": [{"settlement_id": "Z1"}, {"settlement_id": "Z9"}],
    "postings": [{"entry_id": "E1"}, {"entry_id": "E2"}],
}
FIRST = {
    "persons": [0, 1],
    "households": [0, 1],
    "spells": [0],
    "claims": [0, 3],
    "lines": [0, 4],
    "settlements": [0],
    "line_results": [0],
}


def test_nothing_flagged_nothing_chosen() -> None:
    assert chosen(ROWS) == {}


def test_a_household_with_all_that_is_its_own() -> None:
    for flagged in (("persons", 1), ("households", 1), ("lines", 4), ("line_results", 0), ("claims", 3)):
        assert chosen(ROWS, flagged) == FIRST


def test_the_owner_of_a_relatives_account_is_drawn_in() -> None:
    second = {"persons": [2, 3], "spells": [1], "claims": [1, 2], "lines": [1]}
    assert chosen(ROWS, ("persons", 2)) == second
    assert chosen(ROWS, ("lines", 1)) == second


def test_rows_of_the_unknown() -> None:
    assert chosen(ROWS, ("lines", 2)) == {"lines": [2, 3]}
    assert chosen(ROWS, ("spells", 2)) == {"households": [2], "spells": [2]}
    assert chosen(ROWS, ("settlements", 1)) == {"settlements": [1], "line_results": [1]}


def test_rows_that_name_nothing_come_alone() -> None:
    assert chosen(ROWS, ("postings", 1), ("spells", 3)) == {"spells": [3], "postings": [1]}


def test_a_long_chain_of_households() -> None:
    """Two chains of people each of whom moved in with the next, in no order."""
    draw = random.Random(5)
    people = list(range(600))
    draw.shuffle(people)
    moves = [
        {"household_id": f"H{place}", "person_id": f"P{people[at]}"}
        for place in range(600)
        if place != 299
        for at in (place, (place + 1) % 600)
        if place != 599 or at == 599
    ]
    draw.shuffle(moves)
    persons = [{"person_id": f"P{person}"} for person in range(600)]
    found = chosen({"persons": persons, "households": moves}, ("persons", people[0]))
    assert found["persons"] == sorted(people[:300])
