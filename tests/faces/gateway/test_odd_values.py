"""Whatever stands in a field of files, catalogues, mappings, departments and stock: an answer, and never one that was
not foreseen."""

import json
import random
from typing import Any

import pytest

from tests.faces.gateway.hospital import Hospital
from tests.faces.gateway.test_stock import RECORDS
from tongchou.faces.gateway.envelope import parse
from tongchou.faces.gateway.fields import Field, Section, transactions
from tongchou.faces.gateway.handlers import catalogue_files, stock
from tongchou.record.settlement.asking import Asked

ODD: tuple[Any, ...] = (
    *(None, "", "null", " ", "0", "-1", 0, -1, 1.5, 10**14, "9" * 40, 1e300, True, [], {}, [[]], [{}], {"a": 1}),
    *("2026-03-20", "9999-12-31", "0001-01-01", "2026-02-30", "20260320", "2026-03-20 25:00:00"),
    *("甲" * 400, "'; DROP TABLE x; --", "\u0000", "\ud800", "\uffff", "%_\\", "v1", "1.0", "B1", "P1"),
    *("43010000000000000001", "43010099999999999999", "43010000000000000000", "TESTDRUG00000000000001"),
)
NUMBERS = (
    *(*catalogue_files.LISTS, "1308", "1309", "1304", "1312", "1316", "1317", "1318", "1319", "1901", "3301", "3302"),
    *("3401", "3401A", "3402", "3403", "5101", "5102", *stock.FORMS, *(f"{one}A" for one in stock.FORMS)),
    *("3507", "3507A", "3508", "3509", "3510", "3511", "3512", "3513", "3592B", "9101", "9102"),
)


def good(dice: random.Random, of: Field) -> Any:
    """What might well stand there."""
    known = {name: value for _, row in RECORDS.values() for name, value in row.items()}
    if of.name in known and dice.random() < 0.9:
        return known[of.name]
    if of.type in ("date", "datetime"):
        return "2026-03-20"
    return dice.choice((1, 2, 20)) if of.type in ("number", "integer") else dice.choice(("1", "A01", "示例"))


def made(dice: random.Random, section: Section, odd: float) -> Any:
    row = {one.name: dice.choice(ODD) if dice.random() < odd else good(dice, one) for one in section.fields}
    row |= {child.name: made(dice, child, odd) for child in section.sections}
    return [row, row] if section.rows == "many" else row


@pytest.mark.parametrize("seed", range(2))
def test_nothing_is_unforeseen(hospital: Hospital, seed: int) -> None:
    dice = random.Random(seed)
    unforeseen = []
    for infno in NUMBERS:
        odd = dice.choice((0.0, 0.05, 0.2, 1.0))
        given = {one.name: made(dice, one, odd) for one in transactions()[infno].request if one.name}
        message = hospital.envelope(infno, given if dice.random() < 0.95 else dice.choice(ODD))
        answer = hospital.send(json.dumps(message).encode())
        if isinstance(answer, dict) and "[N120]" in str(answer["err_msg"]):
            unforeseen.append((infno, given))
    assert unforeseen == []


def test_half_a_character_settles_like_any_other_text() -> None:
    """What no encoding takes stands in JSON all the same; the same message is known by it again."""
    one, other = (Asked("M1", {"data": {"dise_name": text}}).digest for text in ("\ud800", "\ud801"))
    assert one != other
    assert Asked("M1", {"data": {"dise_name": "\ud800"}}).digest == one


def test_half_a_character_is_read_as_a_sign_for_it() -> None:
    """Wherever it stands; the whole ones beside it stay as they are."""
    found = parse(rb'{"infno": "2207", "msgid": "\ud800", "input": {"\udc00": ["\ud83d\ude00\ud800", 1, "\u6c49"]}}')
    assert (found.msgid, found.input) == ("\ufffd", {"\ufffd": ["\U0001f600\ufffd", 1, "\u6c49"]})
