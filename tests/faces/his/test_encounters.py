"""Encounters are read as documented, and drawn the same for the same seed."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from tongchou.faces.his.encounters import STAY_LINES, Item, draw, read, sandbox

LINE = (
    '{"kind": "outpatient", "card": "999999195504120016", "insutype": "310", "med_type": "11", '
    '"lines": [{"code": "D001", "count": 2, "price": 12.5}], "trouble": "lost"}'
)


def test_a_line_is_an_encounter(tmp_path: Path) -> None:
    file = tmp_path / "day.jsonl"
    file.write_text(f"{LINE}\n\n", "utf-8")
    [one] = read(file)
    assert (one.kind, one.trouble, one.account, one.items) == (
        "outpatient",
        "lost",
        "1",
        (Item("D001", Decimal(2), Decimal("12.5")),),
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"outpatient"', '"visit"'),
        ('"lost"', '"gone"'),
        ('"card"', '"cards"'),
        ('"count": 2', '"count": "two"'),
        ('[{"code": "D001", "count": 2, "price": 12.5}]', "[]"),
        ("{", "["),
    ],
)
def test_what_cannot_be_read_is_told_by_its_line(tmp_path: Path, old: str, new: str) -> None:
    file = tmp_path / "day.jsonl"
    file.write_text(f"{LINE}\n{LINE.replace(old, new, 1)}\n", "utf-8")
    with pytest.raises(ValueError, match=r"day\.jsonl:2: "):
        read(file)


def test_a_day_is_drawn_the_same_for_a_seed() -> None:
    day = draw(sandbox(), 400, seed=7)
    assert day == draw(sandbox(), 400, seed=7) != draw(sandbox(), 400, seed=8)
    assert {one.kind for one in day} == {"outpatient", "special", "inpatient"}
    assert {len(one.items) for one in day if one.kind == "inpatient"} == {STAY_LINES}
    stays = Counter(one.card for one in day if one.kind == "inpatient")
    assert max(stays.values()) == 1
    last = {one.card: place for place, one in enumerate(day)}
    assert all(last[one.card] == place for place, one in enumerate(day) if one.trouble == "forgotten")
    assert all(one.disease for one in day if one.kind == "special")
