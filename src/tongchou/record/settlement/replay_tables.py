"""Stored claims as canonical tables, for the bulk run to settle them again.

A table says once of a person or of a spell what every stored claim says for itself: claims that contradict each other
in it, or that hold what no table can say, are left to the plain step.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pyarrow as pa

from tongchou.engines.benefits.from_tables import CLAIM_FACTS, LINE_FACTS, SPELL_FACTS, UNKNOWN_SEX
from tongchou.engines.benefits.table_facts import FREE
from tongchou.ground.dates import months_between
from tongchou.ground.region.headers import BASIS_FACT
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.vocabulary import DATE, LIST, NUMERIC, STANDARD_FACTS
from tongchou.ground.tables import schema
from tongchou.record.settlement.state import ACCOUNT
from tongchou.record.settlement.stored_lines import as_rows

_OF_CLAIM = {"id", "person", "scheme", "kind", "facts", "lines", "household", "stay", "episode", "account_person"}
_OF_LINE = {"id", "amount", "item", "quantity", "unit_price", "price_limit", "first_pay_rate", "facts"}
_OF_FACTS = {*LINE_FACTS, "fee_date"}
_COLUMN_OF = {fact: column for column, fact in CLAIM_FACTS.items()}
_DAYS = {"birth_date", "retired_on", "paid_on", "enrolled_on", "admitted", "discharged", "settled"}
_WHOLE, _DECIMAL = re.compile(r"-?[0-9]{1,15}"), re.compile(r"-?[0-9]{1,12}(\.[0-9]+)?")
_LONG_AGO = date(1900, 1, 1)
_SHAPES = {NUMERIC: "number", DATE: "day"}

Stored = dict[str, Any]


class _PlainError(Exception):
    """No table says this."""


class Told:
    """Tables that say what stored claims do. `take` them in the order in which they settled; of those it refused, and
    of whoever shares state with them, none goes into `tables`."""

    def __init__(self, pack: Pack) -> None:
        self._vocabulary, self._basis = pack.vocabulary, BASIS_FACT[pack.region.year.basis]
        self._persons: dict[str, Stored] = {}
        self._spells: dict[tuple[str, str], dict[date, Stored]] = {}
        self._accounts: dict[tuple[str, str], int] = {}
        self._ids: set[str] = set()
        self._claims: list[Stored | None] = []
        self._lines: list[list[Stored]] = []

    def take(self, claim: Stored, balances: Sequence[Sequence[Any]]) -> int | None:
        """When it settles, as a number; None where no table can say it. `balances`: what the accounts held at which it
        looked."""
        row, lines = None, list[Stored]()
        try:
            lines = as_rows(claim["lines"])
            row = self._row(claim, lines)
        except (_PlainError, KeyError, ValueError, TypeError):
            pass
        self._claims.append(row)
        self._lines.append(lines)
        for name, subject, _, _, fen in balances:
            self._accounts.setdefault((name[len(ACCOUNT) :], subject), fen)
        return None if row is None else row[self._basis].toordinal() * 10_000_000 + row["settled"].toordinal()

    def tables(self, chosen: Sequence[bool]) -> dict[str, pa.Table]:
        """The tables of the claims that are chosen, all of which were taken."""
        claims = [row for row, one in zip(self._claims, chosen, strict=True) if one and row is not None]
        people = {row["person_id"]: self._persons[row["person_id"]] for row in claims}
        for row in claims:
            payer = row["account_person_id"]
            if payer is not None and payer not in people:
                known = {"person_id": payer, "household_id": people[row["person_id"]]["household_id"]}
                people[payer] = self._persons.get(payer, known)
        accounts = [
            {"account_id": f"{person} {kind}", "person_id": person, "kind": kind, "balance": fen, "as_of": _LONG_AGO}
            for (kind, person), fen in self._accounts.items()
            if person in people
        ]
        found = {
            "persons": _table("persons", list(people.values())),
            "claims": _table("claims", claims),
            "lines": self._table_of_lines(chosen),
            "accounts": _table("accounts", accounts),
        }
        spells = [row for (person, _), rows in self._spells.items() if person in people for row in _one_by_one(rows)]
        return found | ({"spells": _table("spells", spells)} if spells else {})

    def _row(self, claim: Stored, lines: Sequence[Stored]) -> Stored:
        if not claim.keys() <= _OF_CLAIM or claim["id"] in self._ids or not lines:
            raise _PlainError
        for line in lines:
            if not line.keys() <= _OF_LINE or type(line["amount"]) is not int:
                raise _PlainError
        self._ids.add(claim["id"])
        row, person, spell, own = Stored(), Stored(), Stored(), []
        for name, value in claim["facts"].items():
            if name in _DAYS:
                row[name] = _day(value["day"])
            elif name in _COLUMN_OF:
                row[_COLUMN_OF[name]] = _word(value)
            elif name == "sex" and value != UNKNOWN_SEX:
                person[name] = _word(value)
            elif name in SPELL_FACTS:
                spell[name] = _word(value)
            elif name == "months":
                spell[name] = int(_whole(value["number"]))
            elif name == "diseases":
                row[name] = [_word(one) for one in value] or _word(None)
            else:
                own.append((name, self._own(name, value)))
        self._know(claim, row, person)
        self._insure(claim, row, spell)
        return row | {
            "claim_id": claim["id"],
            "person_id": claim["person"],
            "scheme": claim["scheme"],
            "kind": claim["kind"],
            "admitted_on": row["admitted"],
            "discharged_on": row["discharged"],
            "settled_at": datetime.combine(row["settled"], time()) + timedelta(microseconds=len(self._claims)),
            "stay_id": claim.get("stay"),
            "episode_id": claim.get("episode"),
            "account_person_id": claim.get("account_person"),
            "total_fee": sum(line["amount"] for line in lines),
            "given": [],
            "facts": own,
        }

    def _know(self, claim: Stored, row: Stored, person: Stored) -> None:
        told = {"person_id": claim["person"], "household_id": claim.get("household"), "sex": person["sex"]}
        told |= {"birth_date": row["birth_date"], "retired_on": row.get("retired_on"), "facts": []}
        if self._persons.setdefault(claim["person"], told) != told:
            raise _PlainError

    def _insure(self, claim: Stored, row: Stored, spell: Stored) -> None:
        since, day = row.get("enrolled_on"), row[self._basis]
        if since is None:
            if spell or "paid_on" in row:
                raise _PlainError
            return
        if day < since:
            raise _PlainError
        told = {name: spell.get(name) for name in SPELL_FACTS} | {"paid_on": row.get("paid_on"), "months": None}
        told |= {"spell_id": f"{claim['person']} {claim['scheme']} {since}", "person_id": claim["person"]}
        told |= {"scheme": claim["scheme"], "from_date": since, "through_date": None, "facts": []}
        if "months" in spell:
            told["months"] = spell["months"] - months_between(since, day)
            if told["months"] < 0:
                raise _PlainError
        spells = self._spells.setdefault((claim["person"], claim["scheme"]), {})
        if spells.setdefault(since, told) != told or since < max(spells):
            raise _PlainError

    def _own(self, name: str, value: Any) -> str:
        """A fact that the region declares, or that a claim may give instead of what follows from others, as text."""
        kind = self._vocabulary.kind_of_fact(name)
        if not self._vocabulary.knows(name) or (name in STANDARD_FACTS and name not in FREE) or kind == LIST:
            raise _PlainError
        if kind in _SHAPES:
            return _whole(value["number"]) if kind == NUMERIC else str(_day(value["day"]))
        return _word(value)

    def _table_of_lines(self, chosen: Sequence[bool]) -> pa.Table:
        of = [
            (row["claim_id"], line)
            for row, lines, one in zip(self._claims, self._lines, chosen, strict=True)
            if one and row is not None
            for line in lines
        ]
        lines = [line for _, line in of]
        facts: list[Stored] = [line.get("facts", {}) for line in lines]
        columns: dict[str, Any] = {
            "line_id": [line["id"] for line in lines],
            "claim_id": [claim for claim, _ in of],
            "fee_at": [_midnight(one["fee_date"]["day"]) if "fee_date" in one else None for one in facts],
            "facts": [[] if one.keys() <= _OF_FACTS else self._facts_of_line(one) for one in facts],
        }
        columns |= {name: [line.get(name) for line in lines] for name in ("amount", "item", "price_limit")}
        columns |= {name: [one.get(name) for one in facts] for name in LINE_FACTS}
        columns |= {
            column: [None if (said := line.get(name)) is None else _decimal(said) for line in lines]
            for name, column in (
                ("quantity", "quantity"),
                ("unit_price", "price"),
                ("first_pay_rate", "first_pay_rate"),
            )
        }
        return _conforming("lines", columns, len(lines))

    def _facts_of_line(self, facts: Stored) -> list[tuple[str, str]]:
        return [(name, self._own(name, value)) for name, value in facts.items() if name not in _OF_FACTS]


def _one_by_one(spells: dict[date, Stored]) -> list[Stored]:
    """Each ends where the next begins."""
    ends = [*(since - timedelta(days=1) for since in sorted(spells)[1:]), None]
    return [spells[since] | {"through_date": end} for since, end in zip(sorted(spells), ends, strict=True)]


def _word(value: Any) -> str:
    if type(value) is not str:
        raise _PlainError
    return value


def _whole(text: str) -> str:
    if not _WHOLE.fullmatch(text):
        raise _PlainError
    return text


@lru_cache(maxsize=4_096)
def _day(text: str) -> date:
    return date.fromisoformat(text)


@lru_cache(maxsize=4_096)
def _midnight(text: str) -> datetime:
    return datetime.combine(_day(text), time())


@lru_cache(maxsize=16_384)
def _decimal(text: str) -> Decimal:
    if not _DECIMAL.fullmatch(text):
        raise _PlainError
    return Decimal(text)


def _table(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    return _conforming(name, {one.name: [row.get(one.name) for row in rows] for one in schema(name)}, len(rows))


def _conforming(name: str, columns: Mapping[str, Any], count: int) -> pa.Table:
    fields = [one.with_nullable(True) for one in schema(name)]
    empty = {one.name: [] if pa.types.is_map(one.type) else None for one in fields}
    arrays = [pa.array(columns.get(one.name) or [empty[one.name]] * count, one.type) for one in fields]
    return pa.table(arrays, schema=pa.schema(fields))
