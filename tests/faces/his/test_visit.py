"""Encounters are played to their end whatever goes wrong on the way, and what a platform does wrong then is found."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.faces.his.conftest import Change
from tongchou.faces.his.desk import Desk, Refused
from tongchou.faces.his.encounters import TROUBLES, Encounter, Item
from tongchou.faces.his.reconcile import reconcile
from tongchou.faces.his.visit import Visit
from tongchou.faces.his.wire import Got

ITEMS = (Item("D001", Decimal(2), Decimal("12.50")), Item("D003", Decimal(3), Decimal("21.30")))
STAY = tuple(replace(ITEMS[place % 2], day=place % 3) for place in range(8))
PLAIN = {
    "outpatient": Encounter("outpatient", "999999199003040040", "310", "11", ITEMS),
    "special": Encounter("special", "999999195709230024", "310", "14", ITEMS, "M03900"),
    "inpatient": Encounter("inpatient", "999999197901010063", "390", "21", STAY, days=2, account="0"),
}
STANDING = {"": 1, "withdrawn": 1, "cancelled": 0, "redone": 1, "lost": 1, "undone": 1, "anew": 1, "forgotten": 0}


def visit(at: Desk, kind: str = "outpatient", trouble: str = "") -> Visit:
    return Visit(at, replace(PLAIN[kind], trouble=trouble))


@pytest.mark.parametrize(
    ("kind", "trouble"),
    [
        *(("outpatient", trouble) for trouble in TROUBLES),
        *(("inpatient", trouble) for trouble in ("", "withdrawn", "cancelled", "undone")),
        ("special", "redone"),
    ],
)
def test_an_encounter_is_played_to_its_end(desk: Callable[..., Desk], kind: str, trouble: str) -> None:
    at = desk()
    played = visit(at, kind, trouble)
    played.play()
    assert at.log.faults == []
    standing = sum(-1 if one.cancels else 1 for one in played.books)
    assert standing == STANDING[trouble]
    assert len(played.forgotten) == (trouble == "forgotten")
    statements = reconcile(at, played.books, played.forgotten)
    assert [one.why for one in statements] == [""]
    again = reconcile(at, played.books)
    assert all(one.agrees for one in again)
    assert at.log.faults == []


def spoiled(which: int, name: str, value: object) -> Change:
    """Answers as they come, but in the n-th that settles another value."""
    count = 0

    def change(got: Got) -> Got:
        nonlocal count
        if got.kind.startswith("application/json") and b'"setl_id":"9' in got.body:
            count += 1
            if count == which:
                written = f'"{name}":{json.dumps(value)}'.encode()
                made = re.sub(f'"{name}":[^,}}]*'.encode(), written, got.body, count=1)
                assert made != got.body
                return replace(got, body=made)
        return got

    return change


@pytest.mark.parametrize(
    ("trouble", "which", "name", "value", "rules"),
    [
        ("", 1, "acct_mulaid_pay", "0.00", {"number", "trial"}),
        ("", 1, "medins_setl_id", "M1", {"echo"}),
        ("lost", 2, "setl_id", "99990099999999999999", {"twice"}),
        ("cancelled", 2, "setl_id", "", {"empty"}),
    ],
)
def test_what_is_wrong_with_an_answer_is_found(
    desk: Callable[..., Desk], trouble: str, which: int, name: str, value: object, rules: set[str]
) -> None:
    at = desk(change=spoiled(which, name, value))
    visit(at, trouble=trouble).play()
    assert {fault.rule for _, _, fault in at.log.faults} == rules


def test_a_settlement_that_the_books_lack_is_found_by_reconciling(desk: Callable[..., Desk]) -> None:
    at = desk()
    played = visit(at, trouble="redone")
    played.play()
    first = played.books[0]
    off = replace(first, info={**first.info, "fund_pay_sumamt": first.info["fund_pay_sumamt"] + 1})
    [statement] = reconcile(at, [off, *played.books[1:]])
    assert not statement.agrees
    assert str(first.info["setl_id"]) in statement.why


def test_what_must_succeed_and_does_not_ends_the_encounter(desk: Callable[..., Desk]) -> None:
    nobody = replace(PLAIN["outpatient"], card="110101199003070011")
    with pytest.raises(Refused, match=r"1101.*N121"):
        Visit(desk(), nobody).play()
