"""I12: what was settled, settled again by what was stored with it, comes out the same to the fen.

Persons whose events share state, through the households they were in, are replayed together and in the order of the
events; each such group by itself, so that any number of processes can share the work. The state of a group starts from
nothing; balances of accounts are those that each event saw.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from django.db import connection
from numpy.typing import NDArray

from tongchou.engines.benefits.claim import Claim, Line, Refusal, Settlement
from tongchou.engines.benefits.engine import SEMANTICS
from tongchou.engines.benefits.lines import line_results
from tongchou.engines.benefits.national import national_fields
from tongchou.engines.benefits.state import Key, SettledLine, State
from tongchou.engines.benefits.traces import trace_rows
from tongchou.ground.errors import Place, Problem, ProblemError
from tongchou.record.base.columns import read
from tongchou.record.settlement import replay_columns, stored
from tongchou.record.settlement.rules import rules_of
from tongchou.record.settlement.standing import LINES_OF
from tongchou.record.settlement.state import ACCOUNT

SHARE = 5_000
"""Events of a share of the work, about."""
MANY = 100
"""Persons of a share from which it pays to make the bulk run ready."""
_CHUNK = 500  # events whose lines are read at once
_PAIRS = """
SELECT person_id, coalesce(household_id, 0), count(*) FROM settlement_event GROUP BY 1, 2 ORDER BY 1, 2
"""
_EVENTS = """
SELECT id, kind, reverses_id, pack, semantics, claim::text, total, hospital, cash, basis_date, year, paid, fields,
    delta, balances, reads, trace::text
FROM settlement_event WHERE person_id = ANY(%s) ORDER BY id
"""
_LINES = f"""
SELECT l.event_id, l.charge_id, full_self_pay, over_limit, first_self_pay, in_scope, l.paid, l.hospital, l.cash
FROM {LINES_OF} WHERE e.id = ANY(%s)
"""


def shares(size: int | None = None) -> list[NDArray[np.int64]]:
    """The persons of each share of the work, some `size` events: whoever shares state is in the same one."""
    types = {"person": pa.int64(), "household": pa.int64(), "events": pa.int64()}
    pairs = read(_PAIRS, [], types)
    person, household, events = (np.asarray(pairs[name]) for name in types)
    if not len(person):
        return []
    group = _groups(person, household)
    share = (np.cumsum(np.bincount(group, events)) // (size or SHARE))[group]
    return [np.unique(person[share == number]) for number in np.unique(share)]


def _groups(person: NDArray[np.int64], household: NDArray[np.int64]) -> NDArray[np.int64]:
    """The number of the group of each pair: those with a person or a household in common are in one."""
    _, by_person = np.unique(person, return_inverse=True)
    _, by_household = np.unique(np.where(household == 0, -person, household), return_inverse=True)
    group = np.arange(len(person))
    while True:
        before = group
        for by in (by_person, by_household):
            least = np.full(by.max() + 1, len(person))
            np.minimum.at(least, by, group)
            group = least[by]
        if np.array_equal(before, group):
            return np.unique(group, return_inverse=True)[1]


def replay(persons: Iterable[int]) -> Replay:
    """Settle again, in their order, all events of these persons, who must be a whole share.

    Most are settled by the bulk run and compared by columns; those of whoever has one that does not come out the same
    are settled one by one, which says what differs.
    """
    whole = np.array([int(one) for one in persons], dtype=np.int64)
    alike, left = replay_columns.alike(whole, _groups) if len(whole) >= MANY else (0, whole.tolist())
    done = Replay(alike)
    for rows in _chunks(left) if left else ():
        with connection.cursor() as cursor:
            cursor.execute(_LINES, [[row.id for row in rows if row.kind == "settle"]])
            lines: defaultdict[int, Lines] = defaultdict(dict)
            for event, charge, *parts, paid, hospital, cash in cursor.fetchall():
                lines[event][str(charge)] = (*parts, paid, hospital, cash)
        for row in rows:
            done.take(row, lines[row.id])
    return done


class _Row(NamedTuple):
    """An event as it is stored; JSON as text."""

    id: int
    kind: str
    reverses: int | None
    pack: str
    semantics: int
    claim: str
    total: int
    hospital: int
    cash: int
    basis_date: date
    year: int
    paid: str
    fields: str
    delta: str
    balances: str
    reads: str
    trace: str


Lines = dict[str, tuple[Any, ...]]
"""By number of the charge: the four parts, what each layer paid (as the database writes it), the hospital's share,
cash."""


def _chunks(persons: list[int]) -> Iterator[list[_Row]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_EVENTS, [persons])
        while rows := cursor.fetchmany(_CHUNK):
            yield [_Row(*row) for row in rows]


class _CannotError(Exception):
    """Why an event cannot be settled again."""


@dataclass
class Replay:
    """What has been replayed so far of a share, and what was found."""

    events: int = 0
    problems: list[Problem] = field(default_factory=list)
    _amounts: defaultdict[str, dict[Key, int]] = field(default_factory=lambda: defaultdict(dict))
    _lines: dict[str, SettledLine] = field(default_factory=dict)
    _split: dict[int, list[tuple[Line, tuple[int, int, int, int]]]] = field(default_factory=dict)

    def take(self, row: _Row, lines: Lines) -> None:
        """Replay one event. One that cannot be, or comes out otherwise, is told, and what follows starts from what it
        says of itself: one fault is not told again by every later event."""
        self.events += 1
        delta = json.loads(row.delta)
        if row.kind == "settle":
            try:
                claim, result = self._settle(row)
            except _CannotError as why:
                self._tell("V422", row, why=why)
            else:
                if different := self._differences(row, delta, claim, result, lines):
                    self._tell("V421", row, what="、".join(different))
        else:
            self._void(row)
        for name, subject, period, each, change in delta:
            if not name.startswith(ACCOUNT):
                amounts, key = self._amounts[subject], Key(name, subject, period, each)
                amounts[key] = amounts.get(key, 0) + change

    def _settle(self, row: _Row) -> tuple[Claim, Settlement]:
        if row.semantics != SEMANTICS:
            raise _CannotError(f"semantics {row.semantics}")
        claim = stored.claim_from_json(json.loads(row.claim))
        amounts = dict(self._amounts[claim.person_id])
        if claim.household_id is not None:
            amounts |= self._amounts[claim.household_id]
        amounts |= stored.delta_from_json(json.loads(row.balances))
        returned = {line.original for line in claim.lines if line.original in self._lines}
        state = State(amounts, {name: self._lines[name] for name in returned if name is not None})
        try:
            result = rules_of(row.pack).engine.settle(claim, state)
        except ProblemError as error:  # the pack is not stored
            raise _CannotError(error.problems[0].code) from error
        if isinstance(result, Refusal):
            raise _CannotError(result.guard or "、".join(problem.code for problem in result.problems))
        return claim, result

    def _differences(self, row: _Row, delta: list[Any], claim: Claim, result: Settlement, said: Lines) -> list[str]:
        """What came out otherwise; the lines are kept for those that give something of them back."""
        lines = line_results(result)
        self._keep(row.id, [(line, found.parts) for line, found in zip(claim.lines, lines, strict=True)])
        found = {line.line_id: (*line.parts, _text(line.paid), line.hospital, line.cash) for line in lines}
        pairs = {
            "total": (row.total, claim.total),
            "hospital": (row.hospital, result.hospital),
            "cash": (row.cash, result.cash),
            "basis_date": (row.basis_date, result.basis_date),
            "year": (row.year, int(result.year)),
            "paid": (json.loads(row.paid), _paid(result.paid)),
            "fields": (json.loads(row.fields), national_fields(result)),
            "delta": ({tuple(key): change for *key, change in delta}, result.state_delta),
            "reads": (set(map(tuple, json.loads(row.reads))), result.reads),
            "lines": (said, found),
            "trace": (json.loads(row.trace), trace_rows(result)),
        }
        return [name for name, (kept, again) in pairs.items() if kept != again]

    def _keep(self, event: int, split: list[tuple[Line, tuple[int, int, int, int]]]) -> None:
        self._split[event] = split
        for line, parts in split:
            if line.original is None:
                self._lines[line.id] = SettledLine(parts)
            elif line.original in self._lines:
                self._lines[line.original] = self._lines[line.original].less([-part for part in parts])

    def _void(self, row: _Row) -> None:
        for line, parts in self._split.pop(row.reverses or 0, []):
            if line.original is None:
                self._lines.pop(line.id, None)
            elif line.original in self._lines:
                self._lines[line.original] = self._lines[line.original].less(parts)

    def _tell(self, code: str, row: _Row, **details: object) -> None:
        self.problems.append(Problem(code, Place(table="settlement_event", row=row.id), details))


def _paid(paid: Mapping[str, int]) -> dict[str, int]:
    return {layer: fen for layer, fen in paid.items() if fen}


def _text(paid: Mapping[str, int]) -> str:
    """As the database writes it: the shortest name first."""
    if not any(paid.values()):
        return "{}"
    shares = sorted((len(layer.encode()), layer, fen) for layer, fen in paid.items() if fen)
    return "{" + ", ".join(f'"{layer}": {fen}' for _, layer, fen in shares) + "}"
