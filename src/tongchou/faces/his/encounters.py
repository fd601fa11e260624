"""What comes through a hospital's doors in a day: given as JSON Lines, or drawn from the people of the sandbox.

One line is one encounter:

    {"kind": "outpatient", "card": "999999195504120016", "insutype": "310", "med_type": "11",
     "lines": [{"code": "D001", "count": 2, "price": 12.5}], "trouble": "lost"}

`kind`: outpatient, special (with `disease`, the code of a filed one) or inpatient (with `days`, and `day` in a line).
`code`: the institution's own; `national` beside it where the platform has no mapping of it. `account`: 1 where the
personal account pays, 0 where not. `diagnoses`: codes with names. `trouble`: see `TROUBLES`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

KINDS = ("outpatient", "special", "inpatient")
TROUBLES = {
    "": "all goes well",
    "withdrawn": "lines are withdrawn before the settlement, and charged again",
    "cancelled": "the settlement is cancelled, and so is the visit",
    "redone": "the settlement is cancelled and made again",
    "lost": "the answer to the settlement is lost; the same message is sent again",
    "undone": "the answer is lost; the message is undone by 2601, and the visit settled by another",
    "forgotten": "the answer is lost and nobody asks; the day's reconciliation finds the settlement, and it is undone",
    "anew": "the answer is lost; the visit is settled by another message, which is refused, then undone and settled",
}


@dataclass(frozen=True)
class Item:
    """A line of an encounter; `day` counts from the admission."""

    code: str
    count: Decimal
    price: Decimal
    name: str = ""
    national: str = ""
    day: int = 0


@dataclass(frozen=True)
class Encounter:
    """A visit that is to be played."""

    kind: str
    card: str
    insutype: str
    med_type: str
    items: tuple[Item, ...]
    disease: str = ""
    days: int = 0
    account: str = "1"
    diagnoses: tuple[tuple[str, str], ...] = (("J06.900", "急性上呼吸道感染"),)
    trouble: str = ""


def read(path: Path) -> list[Encounter]:
    """Encounters of a file. Raises ValueError with the number of the line that cannot be read."""
    found = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    found.append(_encounter(json.loads(line, parse_float=Decimal)))
                except (ValueError, TypeError, KeyError, ArithmeticError) as error:
                    raise ValueError(f"{path}:{number}: {type(error).__name__}: {error}") from None
    return found


def _encounter(row: Mapping[str, Any]) -> Encounter:
    kind, trouble = row["kind"], row.get("trouble", "")
    if kind not in KINDS:
        raise ValueError(f"kind '{kind}'; known: {', '.join(KINDS)}")
    if trouble not in TROUBLES:
        raise ValueError(f"trouble '{trouble}'; known: {', '.join(TROUBLES)}")
    items = tuple(
        Item(
            str(one["code"]),
            Decimal(str(one["count"])),
            Decimal(str(one["price"])),
            str(one.get("name", "")),
            str(one.get("national", "")),
            int(one.get("day", 0)),
        )
        for one in row["lines"]
    )
    if not items:
        raise ValueError("no lines")
    named = {
        "disease": str(row.get("disease", "")),
        "days": int(row.get("days", 0)),
        "account": str(row.get("account", "1")),
    }
    if "diagnoses" in row:
        named["diagnoses"] = tuple((one["code"], one.get("name", "")) for one in row["diagnoses"])
    insutype, med_type = str(row["insutype"]), str(row["med_type"])
    return Encounter(kind, str(row["card"]), insutype, med_type, items, trouble=trouble, **named)


@dataclass(frozen=True)
class Doors:
    """Who comes and what is charged, where a day is drawn: people with insurance type and filed disease, items with
    the most that is charged of one."""

    people: Sequence[tuple[str, str, str]]
    items: Sequence[tuple[str, Decimal, str]]


_DISEASES = {"高血压": "M03900", "糖尿病": "M01600"}
_INSUTYPES = {"employee": "310", "resident": "390"}
_DRAWN = {"outpatient": 78, "special": 12, "inpatient": 10}
_TROUBLED = {"": 58, "withdrawn": 8, "cancelled": 8, "redone": 6, "lost": 6, "undone": 6, "anew": 4, "forgotten": 4}
_LONGEST = 3
"""Days of a stay: an admission is registered within three working days."""
STAY_LINES = 120


_SPARED = "999999201205200073"
"""Who stays in the conformance cases: whoever stays in a drawn day cannot be admitted again on it."""


def sandbox() -> Doors:
    """The people and items of the sandbox, without those who are not insured."""
    from tongchou.faces.sandbox import table

    people = [
        (row["card"], _INSUTYPES[row["scheme"]], _DISEASES.get(row["disease"], ""))
        for row in table("people")
        if row["scheme"] in _INSUTYPES and not row["suspended"] and row["card"] != _SPARED
    ]
    items = [(row["local"], Decimal(row["price"]), row["kind"]) for row in table("items") if row["limited"] != "是"]
    return Doors(people, items)


def draw(doors: Doors, visits: int, seed: int) -> list[Encounter]:
    """So many encounters, the same for the same seed. Nobody stays twice: two stays of a day would overlap. What was
    forgotten is the last of its person, since a settlement is undone only before those that came after it."""
    drawn = list(_drawn(doors, visits, seed))
    later: set[str] = set()
    for place in range(len(drawn) - 1, -1, -1):
        one = drawn[place]
        if one.trouble == "forgotten" and one.card in later:
            drawn[place] = replace(one, trouble="lost")
        later.add(one.card)
    return drawn


def _drawn(doors: Doors, visits: int, seed: int) -> Iterator[Encounter]:
    chance = random.Random(seed)
    stayed: set[str] = set()
    for _ in range(visits):
        kind = chance.choices(list(_DRAWN), list(_DRAWN.values()))[0]
        if len(stayed) == len(doors.people) and kind == "inpatient":
            kind = "outpatient"
        people = [one for one in doors.people if _may(one, kind, stayed)]
        card, insutype, disease = chance.choice(people)
        if kind == "inpatient":
            stayed.add(card)
        days = chance.randint(1, _LONGEST) if kind == "inpatient" else 0
        count = STAY_LINES if kind == "inpatient" else chance.randint(1, 10)
        items = tuple(_item(chance, doors, days, kind) for _ in range(count))
        trouble = chance.choices(list(_TROUBLED), list(_TROUBLED.values()))[0]
        med_type = {"outpatient": "11", "special": "14", "inpatient": "21"}[kind]
        disease = disease if kind == "special" else ""
        yield Encounter(kind, card, insutype, med_type, items, disease, days, chance.choice("01"), trouble=trouble)


def _may(person: tuple[str, str, str], kind: str, stayed: set[str]) -> bool:
    return person[0] not in stayed if kind == "inpatient" else bool(person[2]) or kind != "special"


def _item(chance: random.Random, doors: Doors, days: int, kind: str) -> Item:
    cheap = [one for one in doors.items if one[1] < 1000 or kind == "inpatient"]
    code, price, sort = chance.choice(cheap)
    count = Decimal(chance.randint(1, 3) if sort != "consumable" else 1)
    return Item(code, count, price, day=chance.randint(0, days) if days else 0)
