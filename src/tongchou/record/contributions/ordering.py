"""From the engine's assessment to rows of orders and parts, as whole columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tongchou.engines.contributions.assess import Assessment as Found
from tongchou.ground.dates import add_months
from tongchou.ground.region.pack import Pack
from tongchou.record.base.columns import as_array, numbers, read, write
from tongchou.record.base.scope import system
from tongchou.record.contributions.models import Assessment, Order, Paid, Part, Share
from tongchou.record.contributions.postings import Due, post_assessment
from tongchou.record.people.models import Person
from tongchou.record.people.queries import known_as

Ints = NDArray[np.int64]
_WORDS = ("levy", "payer", "payer_kind", "via", "state", "claims", "cite")
_ALL = system("rows merged into a person who is in scope")


@dataclass(frozen=True)
class Periods:
    """First and last day of what is assessed on a day: of its month, of its insurance year, or of once for all, which
    is the first day of the enrolment."""

    pack: Pack
    day: date

    def span(self, per: str) -> tuple[date, date] | None:
        """None for `once`: it differs from person to person."""
        if per == "month":
            return self.day.replace(day=1), add_months(self.day.replace(day=1), 1, "clamp") - date.resolution
        return self.pack.year.span(self.pack.year.label_of(self.day)) if per == "year" else None


class Fresh:
    """The orders of an assessment that nobody has yet, and where each is found by row and levy.

    `rows` are positions in `people`; `some` tells whether there are any.
    """

    def __init__(self, found: Found, people: pa.Table, insurance: str, periods: Periods) -> None:
        levies = found.levies
        self.insurance = insurance
        self.persons: Ints = np.asarray(people["person_id"].cast(pa.int64()))
        self.employers, self.agencies = people["employer_id"], people["agency_id"]
        words, codes = coded(levies["levy"])
        rows = np.asarray(levies["row"])
        first, through = _days(levies, people, periods)
        version, live = _before(insurance, self.persons[rows], words, codes, first)
        chosen = np.flatnonzero(~live)
        self.left_out = len(rows) - len(chosen)
        self.levies = words
        self.rows, self.codes = rows[chosen], codes[chosen]
        self.first, self.through, self.version = first[chosen], through[chosen], version[chosen]
        self.base, self.whole = levies["base"].take(pa.array(chosen)), levies["whole"].take(pa.array(chosen))
        self.ids: Ints = np.zeros(0, dtype=np.int64)
        keys = self._keys(self.rows, self.codes)
        self._order = np.argsort(keys, kind="stable")
        self._sorted = keys[self._order]
        parts = found.parts
        names, codes = coded(parts["levy"])
        at = self.positions(np.asarray(parts["row"]), names, codes)
        mine = np.flatnonzero(at >= 0)
        self._part_of, self._parts = at[mine], parts.take(pa.array(mine))
        self.owed = self._asked()

    @property
    def some(self) -> bool:
        return len(self.rows) > 0

    def _keys(self, rows: Ints, codes: Ints) -> Ints:
        return rows * (len(self.levies) + 1) + codes

    def positions(self, rows: Ints, levies: Sequence[str], codes: Ints) -> Ints:
        """Which of the fresh orders belongs to a row and a levy (`levies[codes]`); −1 where none does."""
        known = {name: code for code, name in enumerate(self.levies)}
        ours = np.array([known.get(name, len(known)) for name in levies] or [0], dtype=np.int64)[codes]
        keys = self._keys(rows, ours)
        at = np.minimum(np.searchsorted(self._sorted, keys), max(0, len(self._sorted) - 1))
        hit = self._sorted[at] == keys if len(self._sorted) else np.zeros(len(keys), dtype=np.bool_)
        return np.where(hit, self._order[at] if len(self._sorted) else 0, -1)

    def _asked(self) -> NDArray[np.bool_]:
        """Of each order whether anything is asked of somebody now: not deferred, and not had from a fiscal fund."""
        words, codes = coded(self._parts["state"])
        claims, claimed = coded(self._parts["claims"])
        due = np.array([word == "due" for word in words] or [False])[codes]
        due &= np.array([not fund for fund in claims] or [False])[claimed]
        owed = np.zeros(len(self.rows), dtype=np.bool_)
        owed[self._part_of[due]] = True
        return owed

    def write(self, run: Assessment) -> None:
        """Write the orders, their parts, and those that nobody is asked for as paid from their first day."""
        self.ids = numbers(Order, len(self.rows))
        persons = self.persons[self.rows]
        levy = pa.DictionaryArray.from_arrays(pa.array(self.codes, pa.int32()), pa.array(self.levies))
        days = {"first": pa.array(self.first), "through": pa.array(self.through)}
        same = {"insurance": pa.repeat(self.insurance, len(persons)), "levy": levy.cast(pa.string())}
        columns = {"id": self.ids, "assessment_id": pa.repeat(run.pk, len(persons)), "person_id": persons}
        columns |= {"employer_id": self.employers.take(pa.array(self.rows)), **same, **days}
        columns |= {"base": self.base, "whole": self.whole, "version": pa.array(self.version)}
        write(Order, pa.table(columns))
        self._write_parts(run)
        self._post(run)
        free = np.flatnonzero(~self.owed)
        paid = pa.table({"order_id": self.ids, "person_id": persons, **same, **days}).take(pa.array(free))
        since = pa.array(self.first[free])
        write(Paid, paid.append_column("known_on", since).append_column("paid_on", since))

    def _post(self, run: Assessment) -> None:
        """What the run orders is due: in the books as sums of a county, levy, year and payer."""
        at, parts = self._part_of, self._parts
        agency = self.agencies.take(pa.array(self.rows[at]))
        words = {name: parts[name].cast(pa.string()) for name in ("levy", "payer_kind", "claims")}
        table = pa.table({"agency": agency, "first": pa.array(self.first[at]), **words, "fen": parts["fen"]})
        sums = table.group_by(["agency", "first", *words]).aggregate([("fen", "sum")])
        post_assessment(run, [Due(*row.values()) for row in sums.to_pylist()])

    def _write_parts(self, run: Assessment) -> None:
        at, parts = self._part_of, self._parts
        which, firsts = _alike([coded(parts[name])[1] for name in _WORDS] + [_day_numbers(parts["due_on"])], len(at))
        shares = Share.objects.bulk_create([_share(run, parts, int(first)) for first in firsts])
        ids = np.array([one.pk for one in shares] or [0], dtype=np.int64)
        write(Part, pa.table({"order_id": self.ids[at], "share_id": ids[which], "fen": parts["fen"]}))


def _share(run: Assessment, parts: pa.Table, row: int) -> Share:
    said = {name: parts[name][row].as_py() for name in (*_WORDS, "due_on")}
    return Share(
        assessment=run,
        levy=said["levy"],
        payer=said["payer"],
        kind=said["payer_kind"],
        via=said["via"],
        state="claimed" if said["claims"] and said["state"] == "due" else said["state"],
        due_on=said["due_on"],
        claims=said["claims"],
        cite=said["cite"],
    )


def _days(levies: pa.Table, people: pa.Table, periods: Periods) -> tuple[NDArray, NDArray]:
    """First and last day of every order."""
    began = np.asarray(people["began"].cast(pa.date32())).astype("datetime64[D]")[np.asarray(levies["row"])]
    words, codes = coded(levies["per"])
    first, through = began.copy(), began.copy()
    for code, per in enumerate(words):
        span = periods.span(per)
        if span is not None:
            first[codes == code], through[codes == code] = np.datetime64(span[0]), np.datetime64(span[1])
    return first, through


def _before(
    insurance: str, persons: Ints, levies: Sequence[str], codes: Ints, first: NDArray
) -> tuple[Ints, NDArray[np.bool_]]:
    """For every order that is thought of: how many of its kind were cancelled, and whether one holds."""
    version, live = np.zeros(len(persons), dtype=np.int64), np.zeros(len(persons), dtype=np.bool_)
    merged = known_as(Person.objects.within(_ALL).filter(merged_into__isnull=False).values_list("id", flat=True))
    rows = [*np.unique(persons).tolist(), *(row for row, known in merged.items() if row != known)]
    days = [str(day) for day in np.unique(first)]
    types = {"person": pa.int64(), "levy": pa.string(), "first": pa.date32(), "count": pa.int64(), "live": pa.bool_()}
    found = read(_BEFORE, [as_array(rows), insurance, list(levies), days], types)
    if not len(found):
        return version, live
    known: dict[tuple[int, str, date], tuple[int, bool]] = {}
    for person, levy, day, count, holds in zip(*(found[name].to_pylist() for name in types), strict=True):
        key = (merged.get(person, person), levy, day)
        before = known.get(key, (0, False))
        known[key] = (before[0] + count if person == key[0] else before[0], before[1] or holds)
    for at, (person, code, day) in enumerate(zip(persons.tolist(), codes.tolist(), first.tolist(), strict=True)):
        version[at], live[at] = known.get((person, levies[code], day), (0, False))
    return version, live


_BEFORE = """
SELECT o.person_id, o.levy, o.first, count(*), bool_or(c.order_id IS NULL)
FROM unnest(%s::bigint[]) AS asked(person) JOIN contribution_order o ON o.person_id = asked.person
LEFT JOIN order_cancelled c ON c.order_id = o.id
WHERE o.insurance = %s AND o.levy = ANY(%s) AND o.first = ANY(%s::date[])
GROUP BY o.person_id, o.levy, o.first
"""


def coded(column: pa.ChunkedArray) -> tuple[list[str], Ints]:
    """A column of words as its words and a code for each row."""
    whole = column.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], pa.string())
    if not pa.types.is_dictionary(whole.type):
        whole = whole.dictionary_encode()
    return whole.dictionary.to_pylist(), np.asarray(whole.indices).astype(np.int64)


def _day_numbers(column: pa.ChunkedArray) -> Ints:
    return np.asarray(column.cast(pa.int32()).fill_null(-(2**31)).combine_chunks()).astype(np.int64)


def _alike(columns: list[Ints], size: int) -> tuple[Ints, Ints]:
    """Rows that are alike in all columns share a code; with each code its first row."""
    code, first = np.zeros(size, dtype=np.int64), np.zeros(0, dtype=np.int64)
    for column in columns:
        _, part = np.unique(column, return_inverse=True)
        _, first, code = np.unique(code * (int(part.max(initial=0)) + 1) + part, return_index=True, return_inverse=True)
    return code, first
