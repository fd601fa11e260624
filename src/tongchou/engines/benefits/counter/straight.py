"""One claim given as a dict, read straight when nothing about it can be doubted.

What takes long in reading tables is to find everything that may be wrong and to say where. Here the first doubt ends
the reading, and the claim goes the way of all tables, which finds out and says it. Cells are read by the same readers;
what is read is what `from_tables.Intake` makes of the same cells, and a test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from tongchou.engines.benefits.claim import Claim, Line
from tongchou.engines.benefits.counter.quickly import quickly
from tongchou.engines.benefits.counter.recent import Recent
from tongchou.engines.benefits.from_tables import (
    CLAIM_FACTS,
    CLAIM_WORDS,
    LINE_FACTS,
    LINE_WORDS,
    PARTS,
    PERSON_FACTS,
    SPELL_FACTS,
    UNKNOWN_SEX,
    account_kinds,
)
from tongchou.engines.benefits.table_facts import FactReader, words_of
from tongchou.ground.dates import months_between
from tongchou.ground.errors import Place, Problem
from tongchou.ground.money import MAX_FEN
from tongchou.ground.region.headers import BASIS_FACT
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import TABLES
from tongchou.ground.tables.checks import row_findings
from tongchou.ground.tables.shape import DATE, FEN, INT, TEXT, TIMESTAMP, WORDS, Column
from tongchou.ground.tables.values import Fault, reader

Row = dict[str, Any]
MOST_WORDS = 1_000
"""Words remembered of a column."""
MAPS = 2_000
"""Maps of facts remembered."""
_ABOUT = ("spells", "entitlements", "accounts")
_TIED = frozenset(("lines", "person", *_ABOUT))
_NUMBERED = {"lines": "line_id", "spells": "spell_id", "accounts": "account_id"}
_NOTHING: Mapping[str, Any] = {}
_NO_ROW = {"_row": 0}
_AGREEING = frozenset(("price", *PARTS))
"""Cells of a line that have to agree with others of it."""
_LINES = TABLES["lines"]
_BLANK = dict.fromkeys(_LINES.names)
_ONE = Fraction(1)
_exact = lru_cache(maxsize=4_000)(Fraction)
_read_map: Callable[[Any], Any] = reader(TABLES["claims"].column("facts"))


class _Doubt(Exception):
    """Something about a claim has to be looked into."""


class Straight:
    """Reads claims for one region."""

    def __init__(self, pack: Pack) -> None:
        lists = words_of(pack.vocabulary)
        self._facts = FactReader(pack.vocabulary)
        self._basis = BASIS_FACT[pack.region.year.basis]
        self._kinds = account_kinds(pack)
        self._claim, self._line = _Cells("claims", CLAIM_WORDS, lists), _Cells("lines", LINE_WORDS, lists)
        self._person = _Cells("persons")
        self._about = {name: _Cells(name) for name in _ABOUT}
        self._maps: Recent[Row] = Recent(MAPS)

    def read(self, given: Mapping[str, Any]) -> Claim | None:
        """The claim of a dict such as `Region.settle_claim` takes with a state; None when in doubt."""
        try:
            return self._read(given)
        except (_Doubt, Fault, KeyError, TypeError, ValueError, AttributeError):  # whatever is not as it should be
            return None

    def _read(self, given: Mapping[str, Any]) -> Claim:
        cells = self._claim.read(given)
        name, person, scheme = cells["claim_id"], cells.get("person_id", "person"), cells["scheme"]
        admitted = cells["admitted_on"]
        discharged: Any = cells.get("discharged_on", admitted)
        settled: date = discharged
        if "settled_at" in cells:
            settled = cells["settled_at"].date()
        dates = {"admitted": admitted, "discharged": discharged, "settled": settled}
        day: date = dates[self._basis]
        use = cells.get("account_use")
        if discharged < admitted or use == "relative" or "account_person_id" in cells or cells.get("given"):
            raise _Doubt
        who = self._person.read(given.get("person", _NOTHING))
        facts = self._of_person(who)
        if "spells" in given:
            facts |= self._of_spell(self._rows(given, "spells", person), scheme, day)
        facts |= {fact: cells[column] for column, fact in CLAIM_FACTS.items() if column in cells}
        if cells.get("diseases"):
            facts["diseases"] = tuple(cells["diseases"])
        facts |= self._map(cells, shared=False)
        facts |= dates
        for _ in self._facts.before_birth(_NO_ROW, facts):
            raise _Doubt
        if "accounts" in given:
            self._check_accounts(self._rows(given, "accounts", person), settled, use)
        lines = self._lines(given["lines"], name)
        total = sum([line.amount for line in lines])
        if not lines or cells.get("total_fee", total) != total:
            raise _Doubt
        return quickly(
            Claim,
            id=name,
            person_id=person,
            scheme=scheme,
            kind=cells["kind"],
            facts=facts,
            lines=lines,
            given={},
            household_id=who.get("household_id"),
            stay_id=cells.get("stay_id"),
            episode_id=cells.get("episode_id"),
            entitlements=self._entitled(given, person, scheme, day),
        )

    def _of_person(self, cells: Row) -> Row:
        birth = cells.get("birth_date")
        if birth is not None and (cells.get("retired_on", birth) < birth or cells.get("died_on", birth) < birth):
            raise _Doubt
        facts = {name: cells[name] for name in PERSON_FACTS if name in cells}
        if facts.get("sex") == UNKNOWN_SEX and not self._facts.is_word("sex", UNKNOWN_SEX):
            del facts["sex"]
        return self._map(cells, shared=True) | facts

    def _of_spell(self, spells: list[Row], scheme: str, day: date) -> Row:
        """The facts of the spell that covers the day. Two of one scheme may overlap, and none at all is a refusal."""
        own = [spell for spell in spells if spell["scheme"] == scheme]
        if len({spell["scheme"] for spell in spells}) < len(spells) or not own or not _covers(own[0], day):
            raise _Doubt
        (spell,) = own
        facts = {name: spell[name] for name in SPELL_FACTS if name in spell}
        facts["enrolled_on"] = spell["from_date"]
        if "months" in spell:
            facts["months"] = Fraction(spell["months"] + months_between(spell["from_date"], day))
        return self._map(spell, shared=True) | facts

    def _entitled(
        self, given: Mapping[str, Any], person: str, scheme: str, day: date
    ) -> dict[str, tuple[str, str]] | None:
        if "entitlements" not in given:
            return None
        rows = self._rows(given, "entitlements", person)
        if len({(row["scheme"], row["fund"]) for row in rows}) < len(rows):
            raise _Doubt
        own = (row for row in rows if row["scheme"] == scheme and _covers(row, day))
        return {row["fund"]: (row["level"], row.get("reason", "")) for row in own}

    def _check_accounts(self, accounts: list[Row], settled: date, use: str | None) -> None:
        if use == "none" or not self._kinds:
            return
        for account in accounts:
            if account["kind"] not in self._kinds or account["as_of"] >= settled:
                raise _Doubt

    def _rows(self, given: Mapping[str, Any], table: str, person: str) -> list[Row]:
        """The rows about a person that came with the claim, none of another person and none twice."""
        key, rows = _NUMBERED.get(table, ""), []
        for raw in _listed(given[table]):
            cells = self._about[table].read(raw)
            start, through = cells.get("from_date", date.min), cells.get("through_date", date.max)
            if cells.get("person_id", person) != person or through < start:
                raise _Doubt
            rows.append(cells)
        named = {row[key] for row in rows if key in row}
        if named and len(named) < len(rows):
            raise _Doubt
        return rows

    def _lines(self, given: Any, claim_id: str) -> tuple[Line, ...]:
        lines = tuple([self._read_line(raw, claim_id, number) for number, raw in enumerate(_listed(given), 1)])
        if len({line.id for line in lines}) < len(lines):
            raise _Doubt
        return lines

    def _read_line(self, raw: Mapping[str, Any], claim_id: str, number: int) -> Line:
        cells = self._line.read(raw)
        item, amount = cells.get("item"), cells["amount"]
        quantity = _exact(cells["quantity"]) if "quantity" in cells else _ONE
        if amount < 0 or quantity.numerator < 0 or "original_line_id" in cells:
            raise _Doubt
        if cells.get("claim_id", claim_id) != claim_id:
            raise _Doubt
        if item is None and self._facts.needs_item:
            raise _Doubt
        if not _AGREEING.isdisjoint(cells):
            for _ in row_findings(_LINES, {**_BLANK, **cells}):
                raise _Doubt
        facts = {name: cells[name] for name in LINE_FACTS if name in cells}
        if "fee_at" in cells:
            facts["fee_date"] = cells["fee_at"].date()
        if "facts" in cells:
            facts |= self._map(cells, shared=False)
        price, rate, parts = cells.get("price"), cells.get("first_pay_rate"), None
        if PARTS[0] in cells:
            full, over, first, scope = (cells[name] for name in PARTS)
            parts = full, over, first, scope
        return quickly(
            Line,
            id=cells.get("line_id") or f"{claim_id}/{number}",
            amount=amount,
            item=item,
            quantity=quantity,
            unit_price=None if price is None else _exact(price),
            price_limit=cells.get("price_limit"),
            first_pay_rate=None if rate is None else _exact(rate),
            given_parts=parts,
            facts=facts,
        )

    def _map(self, cells: Row, *, shared: bool) -> Row:
        """The facts of a map cell; many claims bring the same ones."""
        cell = cells.get("facts")
        if not cell:
            return {}
        key = (shared, *cell.items())
        known = self._maps.get(key)
        if known is None:
            problems: list[Problem] = []
            known = self._facts.map(Place(), _read_map(cell), problems, shared=shared)
            if problems:
                raise _Doubt
            self._maps.put(key, known)
        return known.copy()


class _Cells:
    """Reads the cells of rows of one table; only those that hold something are there. Maps are left as they are."""

    def __init__(
        self, name: str, facts: Mapping[str, str] = _NOTHING, lists: Mapping[str, Sequence[str]] = _NOTHING
    ) -> None:
        table = TABLES[name]
        self._read = {one.name: _reader(one, lists.get(facts.get(one.name, ""))) for one in table.columns}
        if name == "claims":
            self._read |= dict.fromkeys(_TIED, _nothing)
        made = {"person_id", "claim_id", "total_fee", *_NUMBERED.values()}
        self._required = {one.name for one in table.columns if one.required and one.name not in made}

    def read(self, given: Mapping[str, Any]) -> Row:
        found, read = {}, self._read
        for name, raw in given.items():
            value = read[name](raw)
            if value is not None:
                found[name] = value
        if not found.keys() >= self._required:
            raise _Doubt
        return found


def _reader(column: Column, words: Sequence[str] | None) -> Callable[[Any], Any]:
    """What reads a cell of the column. Words and dates are remembered once read; `words` are those of the region."""
    read = reader(column)
    if column.type == WORDS:
        return _as_it_is
    if column.type in (FEN, INT):
        return _whole(column, read)
    if column.key or column.refers or column.name.endswith("_id"):
        return _name(read) if column.type == TEXT else read
    if column.type not in (TEXT, DATE, TIMESTAMP):
        return read
    return _Read(read, words).__getitem__


class _Read(dict[Any, Any]):
    """What cells of a column were read as; one that was not seen before is read. Nothing remembered is looked at by
    Python, for there are dozens of cells in a claim."""

    def __init__(self, read: Callable[[Any], Any], words: Sequence[str] | None) -> None:
        super().__init__()
        self._of_cell, self._words = read, words

    def __missing__(self, raw: Any) -> Any:
        found = self._of_cell(raw)
        if found is not None:
            if self._words is not None and found not in self._words:
                raise _Doubt
            if len(self) >= MOST_WORDS:
                self.clear()
            self[raw] = found
        return found


def _whole(column: Column, read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A number as it mostly comes is taken as it is."""
    low, high = max(column.low or 0, 0), min(column.high or MAX_FEN, MAX_FEN)

    def whole(raw: Any) -> Any:
        return raw if type(raw) is int and low <= raw <= high and raw not in column.aliases else read(raw)

    return whole


def _name(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A name of letters and digits is taken as it is."""

    def name(raw: Any) -> Any:
        return raw if type(raw) is str and raw.isascii() and raw.isalnum() else read(raw)

    return name


def _as_it_is(raw: Any) -> Any:
    return raw


def _nothing(raw: Any) -> None:
    """What is tied to a claim is read by itself."""


def _listed(rows: Any) -> list[Any] | tuple[Any, ...]:
    if not isinstance(rows, list | tuple):
        raise _Doubt
    return rows


def _covers(row: Row, day: date) -> bool:
    start: date = row["from_date"]
    through: date = row.get("through_date", date.max)
    return start <= day <= through
