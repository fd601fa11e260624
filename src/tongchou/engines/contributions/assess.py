"""Assess a month (or a year) for one person or for all of a region: facts in, parts to the fen with their articles out.

People with equal facts, wages left aside, have equal terms; terms are found once, then computed as whole columns.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from tongchou.engines.contributions.grouped import People, people_of
from tongchou.engines.contributions.split import Borne, Ints, base_of, credit_of, shifted, split, whole_of
from tongchou.engines.contributions.terms import BaseTerms, LevyTerms, Rules, Terms, rules_on, terms_for
from tongchou.ground.errors import Problem, ProblemError
from tongchou.ground.region.pack import Pack

if TYPE_CHECKING:
    import pyarrow as pa

DUE, DEFERRED = "due", "deferred"


@dataclass
class Assessment:
    """Arrow tables, and the rows that could not be assessed. `row` counts the given rows from 0; money is int64 fen.

    - `levies`: row, person_id, levy, per, base (null for a levy without one), whole, due_on, cite: what is ordered;
    - `parts`: row, person_id, levy, payer, payer_kind, via (the shift that put it there, or empty), fen, state
      (`due` or `deferred`), due_on, claims (fiscal fund), cite. The parts of a levy sum to its whole;
    - `cash`: row, person_id, cash, fen, cite: paid to those who may not join;
    - `credits`: row, person_id, credit, account, fen, cite;
    - `costs`: row, person_id, cost, within, beyond, cite;
    - `refused`: row → problems. A refused row stands in no table.
    """

    levies: pa.Table
    parts: pa.Table
    cash: pa.Table
    credits: pa.Table
    costs: pa.Table
    refused: dict[int, list[Problem]] = field(default_factory=dict)


def assess(
    pack: Pack,
    rows: pa.Table | Sequence[Mapping[str, Any]],
    scheme: str,
    day: date,
    *,
    known_on: date | None = None,
    only: Collection[str] | None = None,
    fen: Collection[str] | None = None,
) -> Assessment:
    """What everybody owes under a scheme for the month (year) of `day`, by the rules in force on `day`.

    `rows` have `person_id` and facts by name. In an Arrow table words and dates are string and date32 columns, other
    numbers are text as a region writes it (`400`, `12.50元`) or whole int64; facts that are bases by themselves are
    int64 fen (`fen` names fewer of them). As mappings, facts are typed: text, dates, Fractions in yuan.

    `known_on` is the day as of which indices are known; without it each base knows what was published when its year
    began. `only` names the levies, cash payments, credits and costs that are asked for; levies
    that an asked credit comes from are reckoned with them.

    Raises:
        ProblemError: the scheme is unknown (C007).
    """
    rules = rules_on(pack, scheme, day, known_on=known_on, only=only, fen=fen)
    people = people_of(rules, rows)
    out = _Out(people.ids)
    together: dict[Terms, list[Ints]] = {}
    refused: dict[int, list[Problem]] = {}
    for given, members in people.groups():
        try:
            together.setdefault(terms_for(rules, given), []).append(members)
        except ProblemError as error:
            refused |= {int(row): error.problems for row in members}
    for terms, groups in together.items():
        _compute(rules, terms, np.concatenate(groups), people, refused, out)
    return Assessment(**out.tables(), refused=dict(sorted(refused.items())))


def _compute(
    rules: Rules, terms: Terms, members: Ints, people: People, refused: dict[int, list[Problem]], out: _Out
) -> None:
    levies = {levy.name: levy for levy in terms.levies}
    for column in {b.column for b in _bases(terms)} - {None}:
        members = people.with_figure(str(column), members, refused)
    if not len(members):
        return
    borne: dict[str, list[Borne]] = {}
    for levy in levies.values():
        base, whole, parts = _levied(levy, members, people)
        for shift in levy.shifts:
            parts = shifted(parts, shift)
        borne[levy.name] = parts
        out.levy(levy, members, base if levy.base is not None else None, whole)
        for b in parts:
            out.part(levy, b, members)
    for cash in terms.cash:
        _, _, parts = _levied(cash.levy, members, people)
        total = np.sum([b.fen for b in parts if b.part.payer in cash.payers], axis=0, dtype=np.int64)
        out.add("cash", members, total + np.zeros(len(members), dtype=np.int64), cash=cash.name, cite=cash.cite)
    for credit in terms.credits:
        fen = credit_of(credit, _base(credit.base, members, people), borne)
        out.add("credits", members, fen, credit=credit.name, account=credit.account, cite=credit.cite)
    for cost in terms.costs:
        out.cost(members, cost.name, cost.within, cost.beyond, cost.cite)


def _bases(terms: Terms) -> Iterable[BaseTerms]:
    levies = [*terms.levies, *(cash.levy for cash in terms.cash)]
    for base in (*(levy.base for levy in levies), *(credit.base for credit in terms.credits)):
        if base is not None:
            yield base


def _base(base: BaseTerms | None, members: Ints, people: People) -> Ints:
    if base is None:
        return np.zeros(len(members), dtype=np.int64)
    own = None if base.column is None else people.figures(base.column)[members]
    return base_of(base, own, len(members))


def _levied(levy: LevyTerms, members: Ints, people: People) -> tuple[Ints, Ints, list[Borne]]:
    base = _base(levy.base, members, people)
    whole = whole_of(levy, base)
    return base, whole, split(levy, base, whole)


_COLUMNS = {
    "levies": ("levy", "per", "due_on", "cite"),
    "parts": ("levy", "payer", "payer_kind", "via", "state", "due_on", "claims", "cite"),
    "cash": ("cash", "cite"),
    "credits": ("credit", "account", "cite"),
    "costs": ("cost", "cite"),
}
_FIGURES = {"levies": ("base", "whole"), "costs": ("within", "beyond")}


class _Out:
    """The answers as they come: runs of rows with figures, and the words all rows of a run share."""

    def __init__(self, ids: pa.Array) -> None:
        self.ids = ids
        self.runs: dict[str, list[tuple[Ints, tuple[Ints | None, ...], dict[str, Any]]]] = {n: [] for n in _COLUMNS}

    def add(self, table: str, members: Ints, fen: Ints, **words: Any) -> None:
        some = np.flatnonzero(fen)
        if len(some):
            self.runs[table].append((members[some], (fen[some],), words))

    def levy(self, levy: LevyTerms, members: Ints, base: Ints | None, whole: Ints) -> None:
        words = {"levy": levy.name, "per": levy.per, "due_on": levy.due, "cite": levy.cite}
        self.runs["levies"].append((members, (base, whole), words))

    def part(self, levy: LevyTerms, b: Borne, members: Ints) -> None:
        wait = next((w for w in levy.waits if b.part.payer in w.payers), None)
        self.add(
            "parts",
            members,
            b.fen,
            levy=levy.name,
            payer=b.part.payer,
            payer_kind=b.part.kind,
            via=b.via,
            state=DUE if wait is None else DEFERRED,
            due_on=levy.due if wait is None else wait.due,
            claims=b.part.claims,
            cite=b.cite if wait is None else f"{b.cite}、{wait.cite}",
        )

    def cost(self, members: Ints, name: str, within: int, beyond: int, cite: str) -> None:
        figures = tuple(np.full(len(members), fen, dtype=np.int64) for fen in (within, beyond))
        self.runs["costs"].append((members, figures, {"cost": name, "cite": cite}))

    def tables(self) -> dict[str, Any]:
        return {name: self._table(name) for name in _COLUMNS}

    def _table(self, name: str) -> pa.Table:
        """The runs as one table in the order of the given rows."""
        import pyarrow as pa

        runs, figures = self.runs[name], _FIGURES.get(name, ("fen",))
        rows = np.concatenate([members for members, _, _ in runs] or [np.zeros(0, dtype=np.int64)])
        order = np.argsort(rows, kind="stable")
        rows = rows[order]
        columns = {"row": pa.array(rows), "person_id": self.ids.take(pa.array(rows))}
        which = np.repeat(np.arange(len(runs), dtype=np.int32), [len(members) for members, _, _ in runs])[order]
        codes = pa.array(which)
        for i, figure in enumerate(figures):
            columns[figure] = _figures([(f[i], len(members)) for members, f, _ in runs], order)
        for word in _COLUMNS[name]:
            values = pa.array([words[word] for _, _, words in runs], pa.date32() if word == "due_on" else pa.string())
            columns[word] = values.take(codes) if word == "due_on" else _dictionary(values, which)
        return pa.table(columns)


def _figures(pieces: list[tuple[Ints | None, int]], order: Ints) -> pa.Array:
    import pyarrow as pa

    none = [np.zeros(0, dtype=np.int64)]
    values = np.concatenate([np.zeros(n, dtype=np.int64) if f is None else f for f, n in pieces] or none)[order]
    missing = np.repeat([f is None for f, _ in pieces], [n for _, n in pieces])[order] if pieces else None
    return pa.array(values, mask=missing)


def _dictionary(values: pa.Array, which: Any) -> pa.Array:
    """Words by code, so that a million rows keep each word once."""
    import pyarrow as pa

    encoded = values.dictionary_encode()
    codes = np.asarray(encoded.indices)
    indices = pa.array(codes[which] if len(codes) else np.zeros(0, dtype=np.int32), pa.int32())
    return pa.DictionaryArray.from_arrays(indices, encoded.dictionary)
