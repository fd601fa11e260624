"""One claim given as a dict, read straight when nothing about it can be doubted.

What takes long in reading tables is to find everything that may be wrong and to say where. Here the first doubt ends
the reading, and the claim goes the way of all tables, which finds out and says it. Cells are read by the same readers;
what is read is what `from_tables.Intake` makes of the same cells, and a test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from operator import itemgetter
from typing import Any

from tongchou.engines.benefits.claim import Claim, Line
from tongchou.engines.benefits.counter.quickly import quickly
from tongchou.engines.benefits.counter.recent import Recent
from tongchou.engines.benefits.from_tables import (
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
from tongchou.ground.tables.shape import DATE, DECIMALS, FEN, INT, TEXT, TEXTS, TIMESTAMP, WORDS, Column
from tongchou.ground.tables.values import FIRST_DAY, LAST_DAY, Fault, reader

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
_EXACT = {"quantity": "quantity", "price": "unit_price", "first_pay_rate": "first_pay_rate"}
"""Cells of a line that are fractions, and the fields of a `Line` that they fill."""
_PRICED = _AGREEING | _EXACT.keys() | {"price_limit", "original_line_id"}
_LINE_TOLD = {**{name: name for name in LINE_FACTS}, "fee_at": "fee_date"}
_NO_FACTS: dict[str, Any] = {}
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
        self._claim = _Cells("claims", CLAIM_WORDS, {column: lists.get(fact) for column, fact in CLAIM_WORDS.items()})
        self._line = _Cells("lines", _LINE_TOLD, {column: lists.get(fact) for column, fact in LINE_WORDS.items()})
        self._person = _Cells("persons", {name: name for name in PERSON_FACTS})
        self._about = {name: _Cells(name) for name in _ABOUT}
        self._maps: Recent[Row] = Recent(MAPS)

    def read(self, given: Mapping[str, Any]) -> Claim | None:
        """The claim of a dict such as `Region.settle_claim` takes with a state; None when in doubt."""
        try:
            return self._read(given)
        except (_Doubt, Fault, KeyError, TypeError, ValueError, AttributeError):  # whatever is not as it should be
            return None

    def _read(self, given: Mapping[str, Any]) -> Claim:
        facts: Row = {}
        who = self._person.read(given.get("person", _NOTHING), facts)
        self._add_person(facts, who)
        told: Row = {}
        cells = self._claim.read(given, told)  # what has to be there is asked for below
        name, person, scheme = cells["claim_id"], cells.get("person_id", "person"), cells["scheme"]
        admitted = cells["admitted_on"]
        discharged: Any = cells.get("discharged_on", admitted)
        settled: date = cells.get("settled_at", discharged)
        dates = {"admitted": admitted, "discharged": discharged, "settled": settled}
        day: date = dates[self._basis]
        use = told.get("account_use")
        if discharged < admitted or use == "relative" or "account_person_id" in cells or cells.get("given"):
            raise _Doubt
        if "spells" in given:
            self._add_spell(facts, self._rows(given, "spells", person), scheme, day)
        facts |= told
        if "facts" in cells:
            facts |= self._map(cells["facts"], shared=False)
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

    def _add_person(self, facts: Row, cells: Row) -> None:
        birth = facts.get("birth_date")
        if birth is not None and (facts.get("retired_on", birth) < birth or cells.get("died_on", birth) < birth):
            raise _Doubt
        if facts.get("sex") == UNKNOWN_SEX and not self._facts.is_word("sex", UNKNOWN_SEX):
            del facts["sex"]
        if "facts" in cells:
            facts |= self._map(cells["facts"], shared=True)

    def _add_spell(self, facts: Row, spells: list[Row], scheme: str, day: date) -> None:
        """The facts of the spell that covers the day. Two of one scheme may overlap, and none at all is a refusal."""
        if len(spells) > 1 and len({spell["scheme"] for spell in spells}) < len(spells):
            raise _Doubt
        (spell,) = [spell for spell in spells if spell["scheme"] == scheme]
        if not _covers(spell, day):
            raise _Doubt
        if "facts" in spell:
            facts |= self._map(spell["facts"], shared=True)
        for name in SPELL_FACTS:
            if name in spell:
                facts[name] = spell[name]
        facts["enrolled_on"] = spell["from_date"]
        if "months" in spell:
            facts["months"] = Fraction(spell["months"] + months_between(spell["from_date"], day))

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
        key, rows, about = _NUMBERED.get(table, ""), [], self._about[table]
        for raw in _listed(given[table]):
            cells = about.read(raw, _NO_FACTS)
            about.required(cells)  # a KeyError where one is missing
            if cells.get("person_id", person) != person:
                raise _Doubt
            if "through_date" in cells and cells["through_date"] < cells["from_date"]:
                raise _Doubt
            rows.append(cells)
        if len(rows) > 1:
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
        facts: Row = {}
        cells = self._line.read(raw, facts)
        item, amount = cells.get("item"), cells["amount"]
        if amount < 0 or cells.get("claim_id", claim_id) != claim_id or (item is None and self._facts.needs_item):
            raise _Doubt
        if "facts" in cells:
            facts |= self._map(cells["facts"], shared=False)
        name = cells.get("line_id") or f"{claim_id}/{number}"
        line = quickly(Line, id=name, amount=amount, item=item, facts=facts)
        if not _PRICED.isdisjoint(cells):
            vars(line).update(_priced(cells))
        return line

    def _map(self, cell: Any, *, shared: bool) -> Row:
        """The facts of a map cell; many claims bring the same ones."""
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
        return known


class _Cells:
    """Reads the cells of rows of one table; only those that hold something are there. Maps are left as they are.

    `told`: column → the fact that its cells tell. `closed`: column → the region's words for it.
    """

    def __init__(
        self,
        name: str,
        told: Mapping[str, str] = _NOTHING,
        closed: Mapping[str, Sequence[str] | None] = _NOTHING,
    ) -> None:
        table = TABLES[name]
        self._read: dict[str, tuple[str | None, Callable[[Any], Any]]] = {
            one.name: (told.get(one.name), _reader(one, closed.get(one.name))) for one in table.columns
        }
        if name == "claims":
            self._read |= dict.fromkeys(_TIED, (None, _nothing))
        made = {"person_id", "claim_id", "total_fee", *_NUMBERED.values()}
        required = [one.name for one in table.columns if one.required and one.name not in made]
        self.required = itemgetter(*required) if required else _nothing

    def read(self, given: Mapping[str, Any], facts: Row) -> Row:
        """The cells of a row that are no facts; those that are go into `facts`."""
        cells, readers = {}, self._read
        for name, raw in given.items():
            fact, read = readers[name]
            value = read(raw)
            if value is None:
                continue
            if fact is None:
                cells[name] = value
            else:
                facts[fact] = value
        return cells


def _priced(cells: Row) -> Row:
    """The fields of a line with a quantity, a price, a limit, a rate, or its four parts."""
    if "original_line_id" in cells:
        raise _Doubt
    if not _AGREEING.isdisjoint(cells):
        for _ in row_findings(_LINES, {**_BLANK, **cells}):
            raise _Doubt
    found: Row = {field: _exact(cells[name]) for name, field in _EXACT.items() if name in cells}
    if found.get("quantity", _ONE).numerator < 0:
        raise _Doubt
    if "price_limit" in cells:
        found["price_limit"] = cells["price_limit"]
    if PARTS[0] in cells:
        found["given_parts"] = tuple([cells[name] for name in PARTS])
    return found


def _reader(column: Column, words: Sequence[str] | None) -> Callable[[Any], Any]:
    """What reads a cell of the column. Words are remembered once read; `words` are those of the region."""
    read = reader(column)
    if column.type == WORDS:
        return _as_it_is
    if column.type in (FEN, INT):
        return _whole(column, read)
    if column.type in (DATE, TIMESTAMP):
        return _day(_Read(read).__getitem__) if column.type == DATE else _day_of(_Read(read).__getitem__)
    if column.type in DECIMALS:
        return _decimal(_Read(read), read)
    if column.type == TEXTS:
        return _words(read, words)
    if column.key or column.refers or column.name.endswith("_id"):
        return _name(read) if column.type == TEXT else read
    return _Read(read, words).__getitem__ if column.type == TEXT else read


class _Read(dict[Any, Any]):
    """What cells of a column were read as; one that was not seen before is read. Nothing remembered is looked at by
    Python, for there are dozens of cells in a claim."""

    def __init__(self, read: Callable[[Any], Any], words: Sequence[str] | None = None) -> None:
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
    low, high, aliases = max(column.low or 0, 0), min(column.high or MAX_FEN, MAX_FEN), column.aliases

    def whole(raw: Any) -> Any:
        return raw if type(raw) is int and low <= raw <= high and raw not in aliases else read(raw)

    return whole


def _decimal(known: _Read, read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Prices, rates and quantities come again and again; what equals one without being exact, as 1.0, is told apart."""
    return lambda raw: known[raw] if type(raw) in (Decimal, int, str) else read(raw)


def _day(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """So is a date."""
    return lambda raw: raw if type(raw) is date and FIRST_DAY <= raw <= LAST_DAY else read(raw)


def _day_of(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Of a time only the day is asked for."""
    first, last = FIRST_DAY.year + 1, LAST_DAY.year - 1

    def day_of(raw: Any) -> Any:
        if type(raw) is datetime and first <= raw.year <= last and raw.tzinfo is None:
            return raw.date()
        found = read(raw)
        return None if found is None else found.date()

    return day_of


def _words(read: Callable[[Any], Any], words: Sequence[str] | None) -> Callable[[Any], Any]:
    """A list of words, None for none of them."""

    def texts(raw: Any) -> Any:
        found = tuple(read(raw))
        if words is not None and not set(words).issuperset(found):
            raise _Doubt
        return found or None

    return texts


def _name(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A name of letters and digits is taken as it is."""
    return lambda raw: raw if type(raw) is str and raw.isalnum() else read(raw)


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
    return start <= day and ("through_date" not in row or day <= row["through_date"])
