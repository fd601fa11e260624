"""The entitlement of a whole region: people with one history are derived once, and histories are compared as columns.

The content of a row without its person becomes a number; the numbers of a person, in order, are folded into one number
that is equal for equal histories and for no others. Then the plain `entitlement` says what one of them entitles to.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tongchou.engines.contributions.cover import held_by
from tongchou.engines.contributions.cover_terms import Terms
from tongchou.engines.contributions.histories import Payment, Spell, Stretch
from tongchou.ground.errors import Problem, ProblemError
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.typed import typed

if TYPE_CHECKING:
    import pyarrow as pa

Ints = NDArray[np.int64]
Row = tuple[str, str, Stretch]
"""Scheme, fund, and what holds."""
_SPELL = ("scheme", "from_date", "through_date", "suspended", "facts")
_PAYMENT = ("scheme", "levy", "from_date", "through_date", "paid_on")
_ROOM = 1 << 62
_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class BulkEntitlement:
    """`periods`: an Arrow table with a row for each `Period`, its columns named as its fields. `refused`: the people
    whose history cannot be derived, with what is wrong. `histories`: how many different ones there were."""

    periods: pa.Table
    refused: Mapping[Any, Sequence[Problem]]
    histories: int


def entitlement_in_bulk(
    pack: Pack, spells: pa.Table, payments: pa.Table, deaths: pa.Table | None = None, on: date | None = None
) -> BulkEntitlement:
    """What `entitlement` says of everybody who has a spell; with `on`, only the periods that hold on that day.

    Tables are Arrow's: columns as the fields of `Spell` and `Payment`, days as date32, `facts` the facts as a JSON
    object of texts (absent or null: none), `deaths` with `person_id` and `died_on`. `person_id` is of any one type.
    """
    import pyarrow.compute as pc

    people = pc.unique(spells["person_id"])
    own = _Rows(people, spells, _SPELL)
    paid = _Rows(people, payments, _PAYMENT)
    died = _deaths(people, deaths)
    shapes, kinds = paid.shapes()
    living, _ = _numbered(own.shapes()[0] * kinds + shapes)
    shape, first_of = _numbered(living * date.max.toordinal() + died)
    spell_of, payment_of = own.reader(_spell(pack)), paid.reader(lambda row: Payment("", **row))
    terms = Terms(pack)
    found: list[list[Row]] = []
    refused = {}
    for number, person in enumerate(first_of.tolist()):
        until = date.fromordinal(int(died[person])) if died[person] else None
        try:
            held = held_by(terms, list(spell_of(person)), list(payment_of(person)), until)
        except ProblemError as error:
            held, refused[number] = [], error.problems
        rows = [(one.scheme, one.fund, s) for one in held for s in one.stretches]
        found.append([row for row in rows if on is None or row[2].first <= on <= row[2].through])
    return BulkEntitlement(_spread(people, shape, found), _named(people, shape, refused), len(first_of))


class _Rows:
    """The rows of a table as numbers of their content, sorted by the place of their person in `people`."""

    def __init__(self, people: pa.Array, table: pa.Table, names: Sequence[str]) -> None:
        import pyarrow.compute as pc

        place = pc.index_in(table["person_id"], value_set=people)
        known = np.flatnonzero(np.asarray(pc.is_valid(place)))
        self.table = table.select([name for name in names if name in table.column_names])
        code, self.first_row = _contents(self.table)
        kinds = max(1, len(self.first_row))
        rows = np.asarray(pc.fill_null(place, 0)).astype(np.int64)[known] * kinds + code[known]
        rows.sort()
        self.codes = rows % kinds
        self.edges = np.searchsorted(rows // kinds, np.arange(len(people) + 1)).astype(np.int64)

    def shapes(self) -> tuple[Ints, int]:
        """For each person a number, equal for those whose rows are equal in number and content; above all of them."""
        begins, counts = self.edges[:-1], np.diff(self.edges)
        shape = np.zeros(len(counts), dtype=np.int64)
        kinds, known = max(1, len(self.first_row)), 1
        for step in range(int(counts.max(initial=0))):
            going = np.flatnonzero(counts > step)
            folded, firsts = _numbered(shape[going] * kinds + self.codes[begins[going] + step])
            shape[going] = folded + known
            known += len(firsts)
        return shape, known

    def reader(self, make: Any) -> Any:
        """The rows of a person, each different content made once."""
        made: dict[int, Any] = {}

        def of(person: int) -> Iterator[Any]:
            for code in self.codes[self.edges[person] : self.edges[person + 1]].tolist():
                if code not in made:
                    row = self.table.slice(self.first_row[code], 1).to_pylist()[0]
                    made[code] = make(row)
                yield made[code]

        return of


def _spell(pack: Pack) -> Any:
    def make(row: dict[str, Any]) -> Spell:
        facts = json.loads(row.pop("facts", None) or "{}")
        suspended = bool(row.pop("suspended", False))
        return Spell("", **row, facts={k: typed(pack, k, v) for k, v in facts.items()}, suspended=suspended)

    return make


def _contents(table: pa.Table) -> tuple[Ints, Ints]:
    """For each row a number, equal for equal rows, below the number of different ones; for each number a row."""
    code, kinds = np.zeros(len(table), dtype=np.int64), 1
    for column in table.itercolumns():
        encoded = column.combine_chunks().dictionary_encode(null_encoding="encode")
        words = max(1, len(encoded.dictionary))
        if kinds * words >= _ROOM:
            code, firsts = _numbered(code)
            kinds = len(firsts)
        code = code * words + np.asarray(encoded.indices)
        kinds *= words
    return _numbered(code)


def _numbered(values: Ints) -> tuple[Ints, Ints]:
    """Each value as its place among the different ones; for each of these where it first stands."""
    if not len(values):
        return _NONE, _NONE
    _, first, number = np.unique(values, return_index=True, return_inverse=True)
    return number.astype(np.int64), first.astype(np.int64)


def _deaths(people: pa.Array, deaths: pa.Table | None) -> Ints:
    """The ordinal of the day on which each died; 0 for the living."""
    import pyarrow.compute as pc

    died = np.zeros(len(people), dtype=np.int64)
    if deaths is not None:
        place = pc.index_in(deaths["person_id"], value_set=people)
        known = np.asarray(pc.is_valid(place))
        days = (
            np.asarray(deaths["died_on"].cast("date32").cast("int32")).astype(np.int64) + date(1970, 1, 1).toordinal()
        )
        died[np.asarray(pc.fill_null(place, 0))[known]] = days[known]
    return died


def _spread(people: pa.Array, shape: Ints, found: list[list[Row]]) -> pa.Table:
    """The periods of every history for each person who has it."""
    import pyarrow as pa

    text = pa.string()
    flat = [row for rows in found for row in rows]
    words = {"scheme": [scheme for scheme, _, _ in flat], "fund": [fund for _, fund, _ in flat]}
    words |= {name: [getattr(s, name) for _, _, s in flat] for name in ("level", "reason", "cite")}
    columns: dict[str, Any] = {name: pa.array(column, text).dictionary_encode() for name, column in words.items()}
    columns["from_date"] = pa.array([s.first for _, _, s in flat], pa.date32())
    open_ended = [None if s.through == date.max else s.through for _, _, s in flat]
    columns["through_date"] = pa.array(open_ended, pa.date32())
    lengths = np.array([len(own) for own in found], dtype=np.int64)
    begins = np.cumsum(lengths) - lengths
    counts = lengths[shape] if len(shape) else _NONE
    place = np.repeat(np.arange(len(shape)), counts)
    within = np.arange(len(place)) - np.repeat(np.cumsum(counts) - counts, counts)
    rows = np.repeat(begins[shape] if len(shape) else _NONE, counts) + within
    ids = people.take(pa.array(place))
    order = ("scheme", "fund", "from_date", "through_date", "level", "reason", "cite")
    return pa.table({"person_id": ids, **{name: columns[name].take(pa.array(rows)) for name in order}})


def _named(people: pa.Array, shape: Ints, refused: Mapping[int, Sequence[Problem]]) -> dict[Any, Sequence[Problem]]:
    if not refused:
        return {}
    places = np.flatnonzero(np.isin(shape, list(refused)))
    return {people[place].as_py(): refused[int(shape[place])] for place in places.tolist()}
