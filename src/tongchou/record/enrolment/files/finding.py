"""Who of a file is known already, and what of it cannot stand beside what the record holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from numpy.typing import NDArray

from tongchou.engines.contributions import Standing, kept_apart
from tongchou.ground.errors import Place, Problem
from tongchou.record.base.scope import system
from tongchou.record.enrolment.files.reading import INSURANCE, NAME, NUMBER, SINCE, Read
from tongchou.record.enrolment.insurances import doubles, not_eligible
from tongchou.record.enrolment.models import Spell
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.identity import Certificate
from tongchou.record.people.models import Person
from tongchou.record.people.queries import known_as

Ints = NDArray[np.int64]
_BATCH = 10_000
_DAY = timedelta(days=1)
_ALL = system("a certificate belongs to one person, and spells are apart, in the whole region")

_IDENTITIES = "SELECT kind, number_finder, person_id FROM identity WHERE kind = ANY(%s) AND number_finder = ANY(%s)"


@dataclass
class Found:
    """`table`: the rows; `person`: for each of them the place of its person; `first`: for each person the first row;
    `known`: for each person the number in the record, 0 for those who are new. `doubles`: people who will have two
    insurances at once of which only one counts."""

    table: pa.Table
    person: Ints
    first: Ints
    known: Ints
    problems: list[Problem]
    doubles: int


def find(read: Read, file: str) -> Found:
    """Hold the rows against each other and against the record."""
    table = read.table
    person = _numbered(table)
    _, first = np.unique(person, return_index=True)
    search = _Search(table, person, first.astype(np.int64), file)
    search.one_person_alike()
    search.rows_apart()
    search.people()
    return Found(table, person, search.first, search.known, search.problems, len(search.doubled))


def _numbered(table: pa.Table) -> Ints:
    """For each row the place of its person: those with one certificate have one."""
    joined = pc.binary_join_element_wise(table["kind"].cast(pa.binary()), table["finder"].cast(pa.binary()), b"")
    return np.asarray(joined.combine_chunks().dictionary_encode().indices).astype(np.int64)


class _Search:
    def __init__(self, table: pa.Table, person: Ints, first: Ints, file: str) -> None:
        self.table, self.person, self.first, self.file = table, person, first, file
        self.known = np.zeros(len(first), dtype=np.int64)
        self.problems: list[Problem] = []
        self.doubled: set[int] = set()
        self.pack = pack_in_force()
        self.pairs = {frozenset(pair) for pair in doubles(self.pack)}
        self.apart = kept_apart(self.pack)

    def one_person_alike(self) -> None:
        """Rows with one certificate tell of one person."""
        if len(self.first) == len(self.table):
            return
        for name in ("born", "sex", "name_finder"):
            column = self.table[name]
            own = column.take(pa.array(self.first[self.person])) if len(column) else column
            for row in np.flatnonzero(~np.asarray(pc.equal(column, own))).tolist():
                self._add(row, NAME, "E109")

    def rows_apart(self) -> None:
        """No two rows enrol a person in one insurance on one day."""
        if not len(self.table):
            return
        insurance = np.asarray(self.table["insurance"].combine_chunks().dictionary_encode().indices)
        since, through = _day_numbers(self.table["since"]), _day_numbers(self.table["through"])
        order = np.lexsort((since, insurance, self.person))
        a, b = order[:-1], order[1:]
        same = (self.person[a] == self.person[b]) & (insurance[a] == insurance[b]) & (since[b] <= through[a])
        for earlier, later in zip(a[same].tolist(), b[same].tolist(), strict=True):
            self._add(later, SINCE, "E108", other=self._row(earlier))

    def people(self) -> None:
        """Look the certificates up, some at a time; what the record holds of those who are known is asked for."""
        rows = np.argsort(self.person, kind="stable")
        edges = np.searchsorted(self.person[rows], np.arange(len(self.first) + 1))
        for begin in range(0, len(self.first), _BATCH):
            places = np.arange(begin, min(begin + _BATCH, len(self.first)))
            held: dict[int, list[int]] = {}
            for place, one in _known(self.table.take(pa.array(self.first[places])), begin):
                self.known[place] = one["id"]
                held[one["id"]] = own = rows[edges[place] : edges[place + 1]].tolist()
                self._check_person(place, one, own)
            self._check_spells(held)
        for place in np.flatnonzero(np.diff(edges) > 1).tolist():
            self._look_for_doubles(place, rows[edges[place] : edges[place + 1]].tolist())

    def _check_person(self, place: int, one: dict[str, Any], rows: list[int]) -> None:
        row = int(self.first[place])
        if not one["seen"]:
            self._add(row, NUMBER, "P104", number=Certificate(*self._values(row, "kind", "number")).masked)
        elif self._values(row, "born", "sex", "name_finder") != (one["born"], one["sex"], bytes(one["name_finder"])):
            self._add(row, NAME, "E109")
        if one["died"] is not None:
            for each in rows:
                (through,) = self._values(each, "through")
                if through is None or through > one["died"]:
                    self._add(each, SINCE, "E103")

    def _check_spells(self, held: dict[int, list[int]]) -> None:
        """What the file brings must not overlap what there is of the same insurance; `held`: rows by known person."""
        spells = Spell.objects.within(_ALL).filter(person__in=list(held))
        fields = ("person", "insurance", "during", "suspended")
        for person, insurance, during, suspended in spells.values_list(*fields):
            last = date.max if during.upper is None else during.upper - _DAY
            for row in held[person]:
                own, since, through = self._values(row, "insurance", "since", "through")
                if since <= last and (through is None or through >= during.lower):
                    if own == insurance:
                        period = f"{during.lower} – {during.upper or ''}"
                        self._add(row, INSURANCE, "E102", insurance=insurance, period=period)
                    elif not suspended and (insurance, own) in self.apart:
                        self._in_the_way(row, insurance, own)
                    elif frozenset((own, insurance)) in self.pairs:
                        self.doubled.add(int(self.person[row]))

    def _look_for_doubles(self, place: int, rows: list[int]) -> None:
        held = [(row, *self._values(row, "insurance", "since", "through")) for row in rows]
        for at, (row, one, since, through) in enumerate(held):
            for beside, other, first, last in held[at + 1 :]:
                if first > (through or date.max) or since > (last or date.max):
                    continue
                if (other, one) in self.apart:
                    self._in_the_way(row, other, one)
                elif (one, other) in self.apart:
                    self._in_the_way(beside, one, other)
                elif frozenset((one, other)) in self.pairs:
                    self.doubled.add(place)

    def _in_the_way(self, row: int, held: str, wanted: str) -> None:
        stands = Standing(False, held=(held,), cite=self.apart[held, wanted])
        (problem,) = not_eligible(self.pack, wanted, stands).problems
        self._add(row, INSURANCE, problem.code, **problem.details)

    def _values(self, row: int, *names: str) -> tuple[Any, ...]:
        return tuple(self.table[name][row].as_py() for name in names)

    def _row(self, row: int) -> int:
        return int(self.table["row"][row].as_py())

    def _add(self, row: int, column: str, code: str, **details: object) -> None:
        self.problems.append(Problem(code, Place(table=self.file, row=self._row(row), column=column), details))


def _known(certificates: pa.Table, begin: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """The persons of certificates by their places, counted on from `begin`; a merged one leads to the one that was
    kept."""
    kinds, finders = certificates["kind"].to_pylist(), certificates["finder"].to_pylist()
    with connection.cursor() as cursor:
        cursor.execute(_IDENTITIES, [list(set(kinds)), finders])
        rows = cursor.fetchall()
    if not rows:
        return
    places = {each: begin + at for at, each in enumerate(zip(kinds, finders, strict=True))}
    found = {places[kind, bytes(number)]: person for kind, number, person in rows if (kind, bytes(number)) in places}
    kept = known_as(found.values())
    fields = ("id", "born", "sex", "name_finder", "died")
    people = {one["id"]: one for one in Person.objects.within(_ALL).filter(id__in=set(kept.values())).values(*fields)}
    seen = set(Person.objects.filter(id__in=list(people)).values_list("id", flat=True))
    for place, number in found.items():
        one = people[kept[number]]
        yield place, {**one, "seen": one["id"] in seen}


def _day_numbers(column: pa.ChunkedArray) -> Ints:
    """Days since 1970; no day is later than all."""
    return np.asarray(pc.fill_null(column.cast(pa.int32()), np.iinfo(np.int32).max)).astype(np.int64)
