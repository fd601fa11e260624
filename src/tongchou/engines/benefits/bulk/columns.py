"""Facts of many claims as columns of small numbers: equal numbers, equal facts as far as the rules can tell.

Built from Arrow tables with the canonical schemas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.kinds import Kinds, Words, words
from tongchou.engines.benefits.bulk.uses import Uses
from tongchou.engines.benefits.from_tables import CLAIM_FACTS, PERSON_FACTS
from tongchou.ground.region.headers import BASIS_FACT
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.vocabulary import Index

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
_COLUMN_OF = {fact: column for column, fact in CLAIM_FACTS.items()}
_EPOCH = date(1970, 1, 1)
_FEW = 4
"""Numbers spread over no more than so many times their count are put in order by a table, not by sorting."""
NOT_THERE = np.iinfo(np.int64).min


class Claims:
    """Claims in the order in which they settle, joined with their people and spells. Days count from 1970-01-01."""

    def __init__(self, tables: dict[str, pa.Table], pack: Pack) -> None:
        self.pack = pack
        self.persons, self.spells = tables["persons"], tables.get("spells")
        admitted = days(tables["claims"]["admitted_on"])
        discharged = days(tables["claims"]["discharged_on"])
        discharged = np.where(discharged == NOT_THERE, admitted, discharged)
        at = moments(tables["claims"]["settled_at"])
        settled = np.where(at == NOT_THERE, discharged, at // 86_400_000_000)
        at = np.where(at == NOT_THERE, settled * 86_400_000_000, at)
        basis = {"admitted": admitted, "discharged": discharged, "settled": settled}[BASIS_FACT[pack.region.year.basis]]
        person = index_in(tables["claims"]["person_id"], self.persons["person_id"])
        home = households(self.persons)[person]
        order = in_turn(tables["claims"]["claim_id"], home, basis, at)
        self.table = decoded(tables["claims"]).take(pa.array(order))
        self.admitted, self.discharged, self.settled = admitted[order], discharged[order], settled[order]
        self.basis, self.at, self.person, self.home = basis[order], at[order], person[order], home[order]
        self.count = len(order)
        self._known: dict[tuple[Any, ...], Kinds] = {}

    def spread(self, at: Numbers) -> Claims:
        """The claims at these places, one after another: a claim settled in two parts stands there twice."""
        other = copy(self)
        for found in {"year", "born", "spell"} & set(vars(other)):
            delattr(other, found)
        other.table = self.table.take(pa.array(at))
        for name in ("admitted", "discharged", "settled", "basis", "at", "person", "home"):
            setattr(other, name, getattr(self, name)[at])
        other.count, other._known = len(at), {}
        return other

    @cached_property
    def year(self) -> Numbers:
        """The label of the insurance year."""
        return self.year_of(self.basis)

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
        insured = index_in(self.spells["person_id"], self.persons["person_id"]) * wide
        insured += index_in(self.spells["scheme"], words) + 1
        wanted = self.person * wide + index_in(self.table["scheme"], words) + 1
        start, through = days(self.spells["from_date"]), days(self.spells["through_date"])
        order = np.argsort(insured, kind="stable")
        at = np.searchsorted(insured[order], wanted, side="left")
        last = np.searchsorted(insured[order], wanted, side="right")
        for k in range(int((last - at).max(initial=0))):
            row = order[np.minimum(at + k, len(order) - 1)]
            covers = (at + k < last) & (start[row] <= self.basis)
            covers &= (through[row] == NOT_THERE) | (self.basis <= through[row])
            found = np.where((found < 0) & covers, row, found)
        return found

    def told_apart(self, uses: Uses, names: Iterable[str]) -> Kinds:
        """Claims told apart by some facts; found once for all that ask for the same."""
        found = Kinds.none(self.count)
        key: tuple[Any, ...] = ()
        for name in sorted(names):
            key = (*key, (name, _edges(uses, name)))
            if key not in self._known:
                self._known[key] = found.by(self.column(uses, name)).tight()
            found = self._known[key]
        return found

    def column(self, uses: Uses, name: str) -> Kinds:
        """One fact, reduced to what is looked at."""
        key = (name, _edges(uses, name))
        if key not in self._known:
            self._known[key] = self._column(*key).tight()
        return self._known[key]

    def _column(self, name: str, edges: tuple[Any, ...] | None) -> Kinds:
        if edges is None:
            return self._whole(name)
        try:
            values = self._values(name)
        except KeyError:
            return self._with_own(name, Kinds.none(self.count))
        marks = np.array([_scaled(edge) for edge in edges], dtype=np.int64)
        side = np.searchsorted(marks, values, side="left") + np.searchsorted(marks, values, side="right")
        return Kinds(np.where(values == NOT_THERE, 0, 1 + side).astype(np.int32), 2 + 2 * len(edges))

    def day_of(self, name: str) -> Numbers | None:
        """A date of every claim, days since 1970 (`NOT_THERE`: none); None for a fact of the region's own."""
        try:
            values = self._values(name)
        except KeyError:
            return None
        return np.where(values == NOT_THERE, NOT_THERE, values // _SCALE)

    def _whole(self, name: str) -> Kinds:
        if name.startswith("index:"):
            return self._figure(self.pack.vocabulary.indices[name.removeprefix("index:")])
        if name in ("entitlement", "entitlement_reason", "kind", "scheme"):
            return Kinds.none(self.count)  # the same for all claims of one plan
        if name == "diseases":
            lists = pc.binary_join(self.table["diseases"], "\x1f")
            return words(lists).kinds.by(words(self.table["disease"]).kinds)
        if name in _COLUMN_OF:
            return self._with_own(name, words(self.table[_COLUMN_OF[name]]).kinds)
        if name in ("sex", "status", "category", "resumed"):
            return self._with_own(name, self._text(name))
        try:
            return Kinds.telling(self._values(name))
        except KeyError:
            return self._with_own(name, Kinds.none(self.count))

    def _figure(self, index: Index) -> Kinds:
        """A yearly figure, as it was known when the claim was settled."""
        first, last = (int(getattr(self.settled, end)(initial=0)) for end in ("min", "max"))
        wide, year = last - first + 1, int(self.year.min(initial=0))
        seen, inverse = np.unique((self.year - year) * wide + self.settled - first, return_inverse=True)
        known = [date.fromordinal(_EPOCH.toordinal() + first + int(at) % wide) for at in seen]
        figures = [
            index.at(str(year + int(at) // wide), self.pack.known_on or day)
            for at, day in zip(seen, known, strict=True)
        ]
        numbers = {figure: number for number, figure in enumerate(dict.fromkeys(f and f.value for f in figures))}
        of = np.array([numbers[f and f.value] for f in figures], dtype=np.int32)
        return Kinds(of[inverse], len(numbers))

    def _text(self, name: str) -> Kinds:
        if name in PERSON_FACTS:
            return words(self.persons[name]).kinds.among(self.person)
        return self._of_spell(words(self.spells[name])) if self.spells is not None else Kinds.none(self.count)

    def _with_own(self, name: str, known: Kinds) -> Kinds:
        """Facts of the maps: the claim's own before the spell's before the person's."""
        found = own(self.table, name).kinds
        if self.spells is not None:
            found = found.by(self._of_spell(own(self.spells, name)))
        return found.by(own(self.persons, name).kinds.among(self.person)).by(known)

    def _of_spell(self, words: Words) -> Kinds:
        """A word of the spell, the empty one where there is none."""
        if words.kinds.count <= 1:
            return Kinds.none(self.count)
        return Kinds(np.where(self.spell < 0, 0, words.kinds.of[self.spell]), words.kinds.count)

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
        born = self.born
        age = np.asarray(calendar(on)[0] - calendar(born)[0] - (calendar(on)[1] < calendar(born)[1]), dtype=np.int64)
        return np.where(born == NOT_THERE, NOT_THERE, age * _SCALE)

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
        person = index_in(households["person_id"], self.persons["person_id"])
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
        seen, inverse = np.unique(when, return_inverse=True)
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
    return numbers(column.cast(pa.int32()))


def moments(column: pa.ChunkedArray) -> Numbers:
    return numbers(column.cast(pa.timestamp("us")).cast(pa.int64()))


def numbers(column: pa.ChunkedArray) -> Numbers:
    filled = pc.fill_null(column.cast(pa.int64()), NOT_THERE)
    return np.asarray(filled.to_numpy(), dtype=np.int64)


def codes(column: pa.ChunkedArray) -> Numbers:
    """Texts as numbers from 1 in the order in which they appear; 0 for an empty cell."""
    coded = column.combine_chunks().dictionary_encode()
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    return np.asarray(pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False), dtype=np.int64) + 1


def in_turn(ids: pa.ChunkedArray, *keys: Numbers) -> Numbers:
    """Rows in the order of these keys, the first above all, and by id where they are the same."""
    order = np.lexsort(keys[::-1])
    same = np.ones(max(0, len(order) - 1), dtype=np.bool_)
    for key in keys:
        same &= key[order[1:]] == key[order[:-1]]
    tied = np.flatnonzero(np.append(same, False) | np.append(False, same)[: len(order)])
    rows = order[tied]
    by_id = np.empty(len(rows), dtype=np.int64)
    by_id[pc.sort_indices(ids.take(pa.array(rows))).to_numpy()] = np.arange(len(rows))
    order[tied] = rows[np.lexsort((by_id, *(key[rows] for key in keys[::-1])))]
    return order


def index_in(column: pa.ChunkedArray, among: Any) -> Numbers:
    """The row of every value among others, -1 where it is not there."""
    values = among.combine_chunks() if isinstance(among, pa.ChunkedArray) else among
    found = pc.index_in(column, value_set=values)
    return np.asarray(pc.fill_null(found, -1).to_numpy(), dtype=np.int64)


def own(table: pa.Table, name: str) -> Words:
    """One fact of the map column."""
    column = table["facts"]
    if not has_entries(column):
        return Words(Kinds.none(len(column)), pa.array([], pa.string()))
    return words(pc.map_lookup(column, name, "first"))


def has_entries(column: pa.ChunkedArray) -> bool:
    """Whether a map of a column holds anything."""
    return any(len(chunk) and chunk.offsets[0].as_py() < chunk.offsets[-1].as_py() for chunk in column.chunks)


def some(table: pa.Table, rows: Numbers) -> pa.Table:
    """A few rows, in the order of the table: to take them would copy a table that is in pieces as a whole first."""
    chosen = np.zeros(len(table), dtype=np.bool_)
    chosen[rows] = True
    return table.filter(pa.array(chosen))


def decoded(table: pa.Table) -> pa.Table:
    """With texts as themselves where they come as dictionaries."""
    for at, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(at, field.name, table.column(at).cast(field.type.value_type))
    return table


def _edges(uses: Uses, name: str) -> tuple[Any, ...] | None:
    """What of a fact is looked at: the sides of these edges, or everything (None)."""
    return None if name in uses.whole else tuple(sorted(uses.edges[name]))


def households(persons: pa.Table) -> Numbers:
    """One number for all people of a household, another for everybody without one."""
    home = codes(persons["household_id"])
    alone = home.max(initial=0) + 1 + np.arange(len(home))
    return np.where(home == 0, alone, home)


def pair(one: Numbers, other: Numbers) -> Numbers:
    """One number for two, small again."""
    wide = int(other.max(initial=0)) - int(other.min(initial=0)) + 1
    return one * wide + (other - int(other.min(initial=0)))


def factorized(values: Numbers) -> Numbers:
    """The same numbers without gaps, from 0, in the same order."""
    low = int(values.min(initial=0))
    wide = int(values.max(initial=0)) - low + 1
    if wide > _FEW * len(values) + _FEW:
        return np.asarray(np.unique(values, return_inverse=True)[1], dtype=np.int64)
    seen = np.zeros(wide, dtype=bool)
    seen[values - low] = True
    return np.asarray((np.cumsum(seen) - 1)[values - low], dtype=np.int64)


def calendar(when: Numbers) -> tuple[Numbers, Numbers]:
    """Years, and month × 100 + day."""
    dates = when.astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    day = (dates - month).astype(np.int64) + 1
    year = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    return year, (month.astype(np.int64) % 12 + 1) * 100 + day


def months_of(when: Numbers) -> tuple[Numbers, Numbers]:
    """Months since 1970, and the day of the month."""
    dates = when.astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    return month.astype(np.int64), (dates - month).astype(np.int64) + 1
