"""Facts of many claims as columns of small numbers: equal numbers, equal facts as far as the rules can tell.

Built from Arrow tables with the canonical schemas.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable
from copy import copy
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.entries import Entries
from tongchou.engines.benefits.bulk.kinds import Kinds, Small, Told, Words, told_apart, words
from tongchou.engines.benefits.bulk.turns import in_turn
from tongchou.engines.benefits.bulk.uses import Uses
from tongchou.engines.benefits.from_tables import CLAIM_FACTS, PERSON_FACTS
from tongchou.ground.region.headers import BASIS_FACT
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.vocabulary import Index
from tongchou.ground.tables import vectors

if TYPE_CHECKING:
    from tongchou.engines.benefits.bulk.joins import Joins

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
_COLUMN_OF = {fact: column for column, fact in CLAIM_FACTS.items()}
_EPOCH = date(1970, 1, 1)
NOT_THERE = np.iinfo(np.int64).min


class Claims:
    """Claims in the order in which they settle, joined with their people and spells. Days count from 1970-01-01."""

    def __init__(self, tables: dict[str, pa.Table], pack: Pack, joins: Joins) -> None:
        self.pack, self.joins = pack, joins
        self.persons, self.spells = tables["persons"], tables.get("spells")
        admitted = days(tables["claims"]["admitted_on"])
        discharged = days(tables["claims"]["discharged_on"])
        discharged = np.where(discharged == NOT_THERE, admitted, discharged)
        at = moments(tables["claims"]["settled_at"])
        settled = np.where(at == NOT_THERE, discharged, at // 86_400_000_000)
        at = np.where(at == NOT_THERE, settled * 86_400_000_000, at)
        basis = {"admitted": admitted, "discharged": discharged, "settled": settled}[BASIS_FACT[pack.region.year.basis]]
        person, relative = joins.person("claims"), joins.person("claims", "account_person_id")
        home = joins.home[person]
        self.order = order = in_turn(tables["claims"]["claim_id"], home, basis, at)
        self.table = taken(tables["claims"], order)
        self.admitted, self.discharged, self.settled = admitted[order], discharged[order], settled[order]
        self.basis, self.at, self.person, self.home = basis[order], at[order], person[order], home[order]
        self.relative = relative[order]
        self.count = len(order)
        self._told: dict[tuple[Any, ...], list[Told]] = {}
        self._maps: dict[str, Entries] = {}
        self._words: dict[str, Words] = {}

    def spread(self, at: Numbers) -> Claims:
        """The claims at these places, one after another: a claim settled in two parts stands there twice."""
        other = copy(self)
        for found in {"year", "years", "born", "spell", "_nothing"} & set(vars(other)):
            delattr(other, found)
        other.table = self.table.take(pa.array(at))
        for name in ("admitted", "discharged", "settled", "basis", "at", "person", "home", "relative"):
            setattr(other, name, getattr(self, name)[at])
        other.count, other._told, other._maps, other._words = len(at), {}, {}, {}
        return other

    @cached_property
    def year(self) -> Numbers:
        """The label of the insurance year."""
        return self.year_of(self.basis)

    @cached_property
    def years(self) -> Told:
        """The years, and in which of them every claim is counted."""
        return Told.numbers(self.year)

    @cached_property
    def _nothing(self) -> Told:
        return Told.nothing(self.count)

    @cached_property
    def born(self) -> Numbers:
        return days(self.persons["birth_date"])[self.person]

    @cached_property
    def spell(self) -> Numbers:
        """The row of the spell that covers the basis date, -1 where none does."""
        assert self.spells is not None
        found = np.full(self.count, -1, dtype=np.int64)
        words = pa.array(list(self.pack.region.schemes))
        wide = len(words) + 1
        insured = (self.joins.person("spells") + 1) * wide
        insured += index_in(self.spells["scheme"], words) + 1
        wanted = (self.person + 1) * wide + index_in(self.table["scheme"], words) + 1
        start, through = days(self.spells["from_date"]), days(self.spells["through_date"])
        order = np.argsort(insured, kind="stable")
        begin = sums(np.bincount(insured, minlength=(len(self.persons) + 1) * wide))
        at, last = begin[wanted], begin[wanted + 1]
        for k in range(int((last - at).max(initial=0))):
            row = order[np.minimum(at + k, len(order) - 1)]
            covers = (at + k < last) & (start[row] <= self.basis)
            covers &= (through[row] == NOT_THERE) | (self.basis <= through[row])
            found = np.where((found < 0) & covers, row, found)
        return found

    def told_apart(self, uses: Uses, names: Iterable[str], at: Numbers) -> Kinds:
        """The claims at these places told apart by what is looked at of some facts; without gaps."""
        asked = [told.kinds for told in self.asked(uses, names)]
        return told_apart(len(at), [kinds.among(at) for kinds in asked if kinds.count > 1])

    def named(self, uses: Uses, names: Collection[str], at: Numbers) -> list[Hashable]:
        """Of the claims at these places what `told_apart` looks at: the same for claims of other tables."""
        asked = self.asked(uses, names)
        return list(zip(*(told.at(at) for told in asked), strict=True)) if asked else [()] * len(at)

    def asked(self, uses: Uses, names: Iterable[str]) -> list[Told]:
        """What is looked at of some facts."""
        return [told for name in sorted(names) for told in self._asked(name, _edges(uses, name))]

    def _asked(self, name: str, edges: tuple[Any, ...] | None) -> list[Told]:
        """One fact, by all the places where it may stand; always as many of them."""
        key = (name, edges)
        if key not in self._told:
            self._told[key] = self._whole(name) if edges is None else self._by_side(name, edges)
        return self._told[key]

    def _by_side(self, name: str, edges: tuple[Any, ...]) -> list[Told]:
        try:
            values = self._values(name)
        except KeyError:
            return self._with_own(name, self._nothing)
        side = np.zeros(self.count, dtype=np.int32)
        for mark in map(_scaled, edges):  # they are few
            side += (values > mark).view(np.int8) + (values >= mark).view(np.int8)
        sides = 2 + 2 * len(edges)
        return [Told(Kinds(np.where(values == NOT_THERE, np.int32(0), np.int32(1) + side), sides), range(sides))]

    def day_of(self, name: str) -> Numbers | None:
        """A date of every claim, days since 1970 (`NOT_THERE`: none); None for a fact of the region's own."""
        try:
            values = self._values(name)
        except KeyError:
            return None
        return np.where(values == NOT_THERE, NOT_THERE, values // _SCALE)

    def _whole(self, name: str) -> list[Told]:
        if name.startswith("index:"):
            return [self._figure(self.pack.vocabulary.indices[name.removeprefix("index:")])]
        if name in ("entitlement", "entitlement_reason", "kind", "scheme"):
            return []  # the same for all claims of one plan
        if name == "diseases":
            lists = pc.binary_join(self.table["diseases"], "\x1f")
            return [words(lists).told(), self.words("disease").told()]
        if name in _COLUMN_OF:
            return self._with_own(name, self.words(_COLUMN_OF[name]).told())
        if name in ("sex", "status", "category", "resumed"):
            return self._with_own(name, self._text(name))
        try:
            return [Told.numbers(self._values(name))]
        except KeyError:
            return self._with_own(name, self._nothing)

    def _figure(self, index: Index) -> Told:
        """A yearly figure, as it was known when the claim was settled."""
        first, last, year = int(self.settled.min()), int(self.settled.max()), int(self.year.min())
        wide = last - first + 1
        seen, inverse = _different((self.year - year) * wide + self.settled - first)
        known = [date.fromordinal(_EPOCH.toordinal() + first + int(at) % wide) for at in seen]
        figures = [
            index.at(str(year + int(at) // wide), self.pack.known_on or day)
            for at, day in zip(seen, known, strict=True)
        ]
        numbers = {figure: number for number, figure in enumerate(dict.fromkeys(f and f.value for f in figures))}
        of = np.array([numbers[f and f.value] for f in figures], dtype=np.int32)
        return Told(Kinds(of[inverse], len(numbers)), list(numbers))

    def _text(self, name: str) -> Told:
        if name in PERSON_FACTS:
            return self._of_person(words(self.persons[name]))
        return self._of_spell(words(self.spells[name])) if self.spells is not None else self._nothing

    def _with_own(self, name: str, known: Told) -> list[Told]:
        """Facts of the maps: the claim's own before the spell's before the person's."""
        of_spell = self._nothing
        if self.spells is not None:
            of_spell = self._of_spell(self.entries("spells").words(name))
        return [self.own(name).told(), of_spell, self._of_person(self.entries("persons").words(name)), known]

    def words(self, name: str) -> Words:
        """The words of a column of the claims."""
        if name not in self._words:
            self._words[name] = words(self.table[name])
        return self._words[name]

    def own(self, name: str) -> Words:
        """A fact of the claims' own."""
        return self.entries("table").words(name)

    def entries(self, of: str) -> Entries:
        """The facts of the claims, of their people or of their spells."""
        if of not in self._maps:
            self._maps[of] = Entries(getattr(self, of)["facts"])
        return self._maps[of]

    def _of_person(self, words: Words) -> Told:
        if words.kinds.count <= 1:
            return self._nothing
        return Told(words.kinds.among(self.person), words.told().values)

    def _of_spell(self, words: Words) -> Told:
        """A word of the spell, the empty one where there is none."""
        if words.kinds.count <= 1:
            return self._nothing
        kinds = Kinds(np.where(self.spell < 0, 0, words.kinds.of[self.spell]), words.kinds.count)
        return Told(kinds, words.told().values)

    def _values(self, name: str) -> Numbers:
        """A number or date of every claim, scaled so that edges can be whole numbers. `KeyError`: a region's own."""
        if name in ("admitted", "discharged", "settled"):
            return np.asarray(getattr(self, name)) * _SCALE
        if name == "birth_date" or name == "retired_on":
            return scaled_days(days(self.persons[name])[self.person])
        if name == "age" or name.startswith("age@"):
            on = self.basis if name == "age" else np.asarray(getattr(self, name[4:]))
            return self._age(on)
        if name == "stay_days":
            return np.asarray(np.maximum(1, self.discharged - self.admitted) * _SCALE)
        if name == "months" and self.spells is not None:
            return self._months()
        if name in ("paid_on", "enrolled_on") and self.spells is not None:
            column = self.spells["paid_on" if name == "paid_on" else "from_date"]
            values = days(column)[np.maximum(self.spell, 0)] if len(column) else self.spell * 0 + NOT_THERE
            return scaled_days(np.where(self.spell < 0, NOT_THERE, values))
        raise KeyError(name)

    def _age(self, on: Numbers) -> Numbers:
        """Whole years; people without a date of birth have none."""
        age = (calendar(on) - calendar(days(self.persons["birth_date"]))[self.person]) // 10_000
        return np.where(self.born == NOT_THERE, NOT_THERE, age * _SCALE)

    def _months(self) -> Numbers:
        """Months at the start of the spell, and those since."""
        assert self.spells is not None
        row = np.maximum(self.spell, 0)
        at_start = numbers(self.spells["months"])[row]
        (from_month, from_day), (month, day) = months_of(days(self.spells["from_date"])[row]), months_of(self.basis)
        since = month - from_month - (day < from_day)
        return np.where((self.spell < 0) | (at_start == NOT_THERE), NOT_THERE, (at_start + since) * _SCALE)

    def year_of(self, when: Numbers) -> Numbers:
        return self._of_days(when, self.pack.year.label_of)

    def moved(self, households: pa.Table) -> Flags:
        """Which claims are of households that somebody joined or left: their limits are shared by date."""
        person = self.joins.person("households")
        home = self.persons["household_id"].take(pa.array(np.maximum(person, 0)))
        differs = np.asarray(pc.fill_null(pc.not_equal(home, households["household_id"]), True)) | (person < 0)
        named_by = (home.filter(differs), households["household_id"].filter(differs))
        ids = pa.chunked_array([chunk for column in named_by for chunk in column.chunks], pa.string())
        named = np.asarray(pc.is_in(self.persons["household_id"], value_set=ids.unique().drop_null()))
        named[person[differs & (person >= 0)]] = True
        return named[self.person]

    def outside(self, first: date, last: date | None) -> Flags:
        """Which claims lie outside these days by their basis date."""
        late = self.basis > (last - _EPOCH).days if last is not None else np.zeros(self.count, dtype=bool)
        return np.asarray((self.basis < (first - _EPOCH).days) | late)

    def _of_days(self, when: Numbers, function: Callable[[date], int]) -> Numbers:
        seen, inverse = _different(when)
        answers = [function(date.fromordinal(int(day) + _EPOCH.toordinal())) for day in seen]
        return np.array(answers, dtype=np.int64)[inverse]


_SCALE = 1_000_000


def _scaled(edge: Fraction | date) -> int:
    """An edge among scaled values; one between two of them may as well be the upper."""
    value = Fraction((edge - _EPOCH).days) if isinstance(edge, date) else edge
    return -((-value * _SCALE) // 1)


def scaled_days(numbers: Numbers) -> Numbers:
    return np.where(numbers == NOT_THERE, NOT_THERE, numbers * _SCALE)


def days(column: pa.ChunkedArray) -> Numbers:
    """Dates as days since 1970; `NOT_THERE` for an empty cell."""
    return numbers(column.cast(pa.date32()))


def moments(column: pa.ChunkedArray) -> Numbers:
    """Times as microseconds since 1970; `NOT_THERE` for an empty cell."""
    return numbers(column.cast(pa.timestamp("us")))


def numbers(column: pa.ChunkedArray) -> Numbers:
    """Whole numbers, dates or times as they are stored; `NOT_THERE` for an empty cell."""
    found, filled = vectors.numbers(column)
    return found if filled.all() else np.where(filled, found, NOT_THERE)


def codes(column: pa.ChunkedArray) -> Numbers:
    """Texts as numbers from 1 in the order in which they appear; 0 for an empty cell."""
    coded = column.combine_chunks().dictionary_encode()
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    return np.asarray(pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False), dtype=np.int64) + 1


def taken(table: pa.Table, order: Numbers) -> pa.Table:
    """Rows in another order, or as they are where that is it."""
    if len(order) == len(table) and (order[1:] > order[:-1]).all():
        return table
    return table.take(pa.array(order))


def sums(lengths: Numbers) -> Numbers:
    """Where each of several pieces begins, and where the last ends."""
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def index_in(column: pa.ChunkedArray, among: Any) -> Numbers:
    """The row of every value among others, -1 where it is not there."""
    if column.null_count == len(column) or not len(among):
        return np.full(len(column), -1)
    values = among.combine_chunks() if isinstance(among, pa.ChunkedArray) else among
    if pa.types.is_dictionary(column.type):
        coded = words(column)
        return np.append(-1, index_in(coded.list, values))[coded.kinds.of]
    found = pc.index_in(column, value_set=values)
    return np.asarray(pc.fill_null(found, -1).to_numpy(), dtype=np.int64)


def some(table: pa.Table, rows: Numbers) -> pa.Table:
    """A few rows, in the order of the table: to take them would copy a table that is in pieces as a whole first."""
    chosen = np.zeros(len(table), dtype=np.bool_)
    chosen[rows] = True
    return table.filter(pa.array(chosen))


def _different(values: Numbers) -> tuple[Numbers, Small]:
    """The different numbers in order, and where among them each stands."""
    kinds = Kinds.telling(values)
    return values[kinds.first()], kinds.of


def _edges(uses: Uses, name: str) -> tuple[Any, ...] | None:
    """What of a fact is looked at: the sides of these edges, or everything (None)."""
    return None if name in uses.whole else tuple(sorted(uses.edges[name]))


def households(persons: pa.Table, home: Numbers | None = None) -> Numbers:
    """One number for all people of a household, another for everybody without one.

    `home`: the `codes` of the households where they are known.
    """
    home = codes(persons["household_id"]) if home is None else home
    alone = home.max(initial=0) + 1 + np.arange(len(home))
    return np.where(home == 0, alone, home)


def calendar(when: Numbers) -> Numbers:
    """Dates as year × 10,000 + month × 100 + day; 0 where there is none."""
    there = when != NOT_THERE
    first = int(when.min(initial=0, where=there))
    known = np.arange(first, int(when.max(initial=0, where=there)) + 1)  # a day is one of some thousands
    month, day = months_of(known)
    numbers = (month // 12 + 1970) * 10_000 + (month % 12 + 1) * 100 + day
    return np.where(there, numbers[np.where(there, when - first, 0)], 0)


def months_of(when: Numbers) -> tuple[Numbers, Numbers]:
    """Months since 1970, and the day of the month."""
    dates = when.astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    return month.astype(np.int64), (dates - month).astype(np.int64) + 1
