"""Facts of many claims as columns of small numbers: equal numbers, equal facts as far as the rules can tell.

Built from Arrow tables with the canonical schemas.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from copy import copy
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.kinds import Kinds, Small, Told, told_apart, words
from tongchou.engines.benefits.bulk.sources import Source, apart
from tongchou.engines.benefits.bulk.turns import in_turn
from tongchou.engines.benefits.bulk.uses import Uses
from tongchou.engines.benefits.from_tables import CLAIM_FACTS
from tongchou.ground.region.headers import BASIS_FACT
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.vocabulary import Index
from tongchou.ground.tables import vectors
from tongchou.ground.tables.alike import Alike

if TYPE_CHECKING:
    from tongchou.engines.benefits.bulk.joins import Joins

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
_OF_CLAIMS: dict[str, tuple[str, ...]] = {fact: (column,) for column, fact in CLAIM_FACTS.items()}
_OF_CLAIMS["diseases"] = ("diseases", "disease")
"""The columns in which a claim itself says a fact."""
_OF_SPELLS = ("status", "category", "resumed")
_OF_PERSONS = ("sex",)
"""And their spells and people."""
_OF_PLAN = ("entitlement", "entitlement_reason", "kind", "scheme")
"""The same for all claims of one plan."""
_EPOCH = date(1970, 1, 1)
_APART = apart("claims")
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
        alike = joins.alike("claims")
        self.own = Source(self.table, alike and Alike(alike.of[order], alike.rows))
        self.people = Source(self.persons, joins.alike("persons"))
        self.insured = None if self.spells is None else Source(self.spells, joins.alike("spells"))
        self.own_kind = self.own.kind
        self._told: dict[tuple[Any, ...], Told | None] = {}
        self._days: dict[str, Numbers] = {}

    def spread(self, at: Numbers) -> Claims:
        """The claims at these places, one after another: a claim settled in two parts stands there twice."""
        other = copy(self)
        for found in {"year", "years", "born", "spell", "_spell_kind", "_person_kind"} & set(vars(other)):
            delattr(other, found)
        other.table = self.table.take(pa.array(at))
        for name in ("admitted", "discharged", "settled", "basis", "at", "person", "home", "relative", "own_kind"):
            setattr(other, name, getattr(self, name)[at])
        other.count, other._told, other._days = len(at), {}, {}
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
    def born(self) -> Numbers:
        return days(self.persons["birth_date"])[self.person]

    @cached_property
    def spell(self) -> Numbers:
        """The row of the spell that covers the basis date, -1 where none does."""
        assert self.spells is not None
        assert self.insured is not None
        found = np.full(self.count, -1, dtype=np.int64)
        words = pa.array(list(self.pack.region.schemes))
        wide = len(words) + 1
        insured = (self.joins.person("spells") + 1) * wide
        insured += index_in(self.insured.rows["scheme"], words)[self.insured.kind] + 1
        wanted = (self.person + 1) * wide + index_in(self.own.rows["scheme"], words)[self.own_kind] + 1
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

    @cached_property
    def _spell_kind(self) -> Small:
        """The kind of the spell of every claim, from 1; 0 where there is none."""
        assert self.insured is not None
        return np.append(np.int32(0), np.int32(1) + self.insured.kind)[self.spell + 1]

    @cached_property
    def _person_kind(self) -> Small:
        """The kind of the person of every claim."""
        return self.people.kind[self.person]

    def words(self, name: str) -> Kinds:
        """The claims told apart by a column of words."""
        return self.own.words(name).kinds.among(self.own_kind)

    def told_apart(self, uses: Uses, names: Collection[str], at: Numbers) -> Kinds:
        """The claims at these places told apart by what is looked at of some facts; without gaps."""
        return told_apart(len(at), [told.kinds for told in self.asked(uses, names, at)])

    def named(self, uses: Uses, names: Collection[str], at: Numbers) -> list[Hashable]:
        """Of the claims at these places what `told_apart` looks at: the same for claims of other tables."""
        asked = self.asked(uses, names, at)
        return list(zip(*(told.each() for told in asked), strict=True)) if asked else [()] * len(at)

    def asked(self, uses: Uses, names: Collection[str], at: Numbers) -> list[Told]:
        """What is looked at of some facts of the claims at these places: of what stands in words that of the claims
        themselves, of their spells and of their people, then what is reckoned from dates; always as much of it."""
        if not names:
            return []
        facts, counted = [], []
        for name in sorted(names):
            reckoned = self._reckoned(name, _edges(uses, name))
            if reckoned is not None:
                counted.append(reckoned.among(at))
            elif name not in _OF_PLAN:
                facts.append(name)
        own = [column for name in facts for column in _OF_CLAIMS.get(name, ())]
        found = [_told(self.own.told([name for name in own if name not in _APART], facts), self.own_kind, at)]
        if self.insured is not None:
            theirs = self.insured.told([name for name in facts if name in _OF_SPELLS], facts)
            found.append(_told(theirs.with_none(), self._spell_kind, at))
        theirs = self.people.told([name for name in facts if name in _OF_PERSONS], facts)
        found.append(_told(theirs, self._person_kind, at))
        found += [words(self.table[name]).told().among(at) for name in own if name in _APART]
        return found + counted

    def _reckoned(self, name: str, edges: tuple[Any, ...] | None) -> Told | None:
        """A fact of every claim that no word says but a date, or on which side of some edges it is; None for one that
        words say."""
        key = (name, edges)
        if key not in self._told:
            self._told[key] = self._whole(name) if edges is None else self._by_side(name, edges)
        return self._told[key]

    def _by_side(self, name: str, edges: tuple[Any, ...]) -> Told | None:
        try:
            values = self._values(name)
        except KeyError:
            return None
        side = np.zeros(self.count, dtype=np.int32)
        for mark in map(_scaled, edges):  # they are few
            side += (values > mark).view(np.int8) + (values >= mark).view(np.int8)
        sides = 2 + 2 * len(edges)
        return Told(Kinds(np.where(values == NOT_THERE, np.int32(0), np.int32(1) + side), sides), range(sides))

    def day_of(self, name: str) -> Numbers | None:
        """A date of every claim, days since 1970 (`NOT_THERE`: none); None for a fact of the region's own."""
        if name not in self._days:
            try:
                values = self._values(name)
            except KeyError:
                return None
            self._days[name] = np.where(values == NOT_THERE, NOT_THERE, values // _SCALE)
        return self._days[name]

    def _whole(self, name: str) -> Told | None:
        if name.startswith("index:"):
            return self._figure(self.pack.vocabulary.indices[name.removeprefix("index:")])
        try:
            return Told.numbers(self._values(name))
        except KeyError:
            return None

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


def _told(of_kinds: Told, kind: Small, at: Numbers) -> Told:
    """What the kinds of the claims at these places are told."""
    return of_kinds.among(kind[at] if of_kinds.kinds.count > 1 else at)


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
