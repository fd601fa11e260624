"""Add up pairs, many households at a time. Only sums and the largest changes are kept; two tallies merge by adding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import codes, numbers
from tongchou.engines.benefits.compare.bands import Limit, change_bands, shares_of
from tongchou.engines.benefits.compare.pairs import DIMENSIONS, OF_PERSON, REJECTED, SETTLED, counts
from tongchou.engines.benefits.compare.sums import Groups, Numbers, flat, grouped, grouped_by, whole
from tongchou.engines.benefits.compare.totals import (
    HOSPITAL,
    MEASURES,
    PERSON,
    REST,
    TURNED_AWAY,
    Change,
    Cost,
    Group,
    Heavy,
    layers_of,
)
from tongchou.ground.region.pack import Pack

K = TypeVar("K")
TOP = 20
"""How many of the largest reliefs, and how many of the largest burdens, are kept."""
_BECAME = ("fee", "status_a", "status_b", "reason_a", "reason_b")
Amounts = Mapping[str, Numbers]
"""The measures of many claims or people, fen."""


class Tally:
    """The sums of a comparison. `packs` name the layers; `limits` are those of heavy spending."""

    def __init__(self, a: Pack, b: Pack, limits: Sequence[Limit] = ()) -> None:
        self.limits = tuple(limits)
        self._layers = [layers_of(a), layers_of(b)]
        self.claims: dict[tuple[str, str], list[int]] = {}  # status under A and B -> claims and their fee
        self.costs: dict[Cost, list[int]] = {}
        self.all = Group()
        self.groups: dict[str, dict[str, Group]] = {name: {} for name in DIMENSIONS}
        self.changes: Counter[int] = Counter()
        self.change_sums: Counter[int] = Counter()
        self.shares: tuple[Counter[int], Counter[int]] = (Counter(), Counter())
        self.heavy = [Heavy() for _ in self.limits]
        self.unknown_years: Counter[int] = Counter()  # limit -> people in years without a value of its index
        self.gains: list[Change] = []
        self.losses: list[Change] = []
        self.turned: dict[tuple[str, str, str], list[int]] = {}  # status under A and B, reason -> claims and their fee

    def add(self, pairs: pa.Table) -> pa.Table:
        """Add whole households (`PAIRS`, each in its order). The people in it, in case somebody writes them down.

        A person's year has person_id, year, household, claims and the measures, in the order in which they first come.
        """
        self._claims(pairs.select(_BECAME).filter(pc.invert(pairs["year_end"])))
        pairs = pairs.filter(counts(pairs))
        for i, side in enumerate("ab"):
            self._costs(i, pairs, side)
        amounts = {name: whole(pairs[name]) for name in MEASURES}
        people = grouped(codes(pairs["person_id"]), numbers(pairs["year"]))
        sums = {name: people.sums(amounts[name]) for name in MEASURES}
        for name in DIMENSIONS:
            self._dimension(name, pairs[name], people, amounts, sums)
        self._everybody(sums)
        made = pairs.select(["person_id", "year", "household"]).take(pa.array(people.first))
        for name, column in {"claims": people.count(~np.asarray(pairs["year_end"])), **sums}.items():
            made = made.append_column(name, pa.array(column, pa.int64()))
        for year in made["year"].unique().to_pylist():
            self._heavy(year, np.asarray(pc.equal(made["year"], year)), sums)
        self._largest(pairs["claim_id"], amounts["cash_b"] - amounts["cash_a"], people, made)
        return made

    def merge(self, other: Tally) -> None:
        """Add what another tally of other households has."""
        _add(self.claims, other.claims)
        _add(self.turned, other.turned)
        _add(self.costs, other.costs)
        self.all.merge(other.all)
        for dimension, groups in other.groups.items():
            for word, group in groups.items():
                self.groups[dimension].setdefault(word, Group()).merge(group)
        self.changes += other.changes
        self.change_sums.update(other.change_sums)
        self.unknown_years += other.unknown_years
        for i in (0, 1):
            self.shares[i].update(other.shares[i])
        self.heavy = [
            Heavy(*(x + y for x, y in zip(h, o, strict=True))) for h, o in zip(self.heavy, other.heavy, strict=True)
        ]
        self.gains, self.losses = _top(self.gains + other.gains), _top(self.losses + other.losses)

    def _claims(self, pairs: pa.Table) -> None:
        """What became of each claim, and why when a side did not settle it."""
        self._became(self.claims, pairs, pairs["status_a"], pairs["status_b"])
        a, b = pairs["status_a"], pairs["status_b"]
        lost = pairs.filter(pc.or_(pc.not_equal(a, b), pc.equal(a, REJECTED)))
        a, b = lost["status_a"], lost["status_b"]
        why = pc.if_else(pc.equal(a, SETTLED), lost["reason_b"], lost["reason_a"])
        self._became(self.turned, lost, a, b, pc.fill_null(why, ""))

    def _became(self, found: dict[Any, list[int]], pairs: pa.Table, *columns: pa.ChunkedArray) -> None:
        by, keys = grouped_by(*columns)
        fees = by.sums(whole(pairs["fee"])).tolist()
        _add(found, {key: [n, fee] for key, n, fee in zip(keys, by.count().tolist(), fees, strict=True)})

    def _costs(self, i: int, pairs: pa.Table, side: str) -> None:
        """Book what one side pays."""
        schemes, scheme = pairs["scheme"], codes(pairs["scheme"])

        def named(rows: Numbers) -> list[str]:
            found: list[str] = schemes.take(pa.array(rows)).to_pylist()
            return found

        row, layer, amount = flat(pairs[f"paid_{side}"])
        by = grouped(scheme[row], codes(layer))
        keys = zip(named(row[by.first]), layer.take(pa.array(by.first)).to_pylist(), strict=True)
        costs = [Cost(name, paying, *self._layers[i][name, paying]) for name, paying in keys]
        self._book(i, costs, by, amount)

        of_hospital = np.array([cost.bearer == HOSPITAL for cost in costs], dtype=bool)[by.of]
        by_layers = np.zeros(len(pairs), dtype=amount.dtype)
        np.add.at(by_layers, row[of_hospital], amount[of_hospital])
        by = grouped(scheme)
        rests = [Cost(name, REST, HOSPITAL, False) for name in named(by.first)]
        self._book(i, rests, by, whole(pairs[f"hospital_{side}"]) - by_layers)

        is_settled = np.asarray(pc.equal(pairs[f"status_{side}"], SETTLED))
        for which, where in ((is_settled, REST), (~is_settled, TURNED_AWAY)):
            cash = np.where(which, whole(pairs[f"cash_{side}"]), 0)
            self._book(i, [Cost(name, where, PERSON, False) for name in named(by.first)], by, cash)

    def _book(self, i: int, costs: Sequence[Cost], by: Groups, amounts: Numbers) -> None:
        some, totals = by.count(amounts != 0).tolist(), by.sums(amounts).tolist()
        for cost, n, total in zip(costs, some, totals, strict=True):
            if n:
                self.costs.setdefault(cost, [0, 0])[i] += total

    def _dimension(
        self, name: str, words: pa.ChunkedArray, people: Groups, amounts: Amounts, of_people: Amounts
    ) -> None:
        """People by one thing that is known of them or of their visits."""
        parts, sums, word = people, of_people, codes(words)
        # A person's own groups are those of the first visit; later ones do not move anybody.
        if name not in OF_PERSON:
            parts = grouped(people.of, word)
            sums = {measure: parts.sums(amounts[measure]) for measure in MEASURES}
        by = grouped(word[parts.first])
        names = words.take(pa.array(parts.first[by.first])).to_pylist()
        for one, group in zip(names, _counted(by, sums), strict=True):
            self.groups[name].setdefault(one, Group()).merge(group)

    def _everybody(self, people: Amounts) -> None:
        change = people["cash_b"] - people["cash_a"]
        for group in _counted(grouped(np.zeros(len(change), dtype=np.int64)), people):
            self.all.merge(group)
        band = change_bands(change)
        by = grouped(band)
        bands = band[by.first].tolist()
        self.changes.update(dict(zip(bands, by.count().tolist(), strict=True)))
        self.change_sums.update(dict(zip(bands, by.sums(change).tolist(), strict=True)))
        has_fee = people["fee"] != 0
        for side, shares in zip("ab", self.shares, strict=True):
            found = shares_of(people[f"cash_{side}"][has_fee], people["fee"][has_fee])
            shares.update(found.tolist())

    def _heavy(self, year: int, of_year: Numbers, people: Amounts) -> None:
        """The people of one year against each limit."""
        cash = [people[f"cash_{side}"][of_year] for side in "ab"]
        for i, limit in enumerate(self.limits):
            at = limit.at(year)
            if at is None:
                self.unknown_years[i] += len(cash[0])
                continue
            # Whole fen are above a fraction when above its floor.
            a, b = (np.maximum(0, amounts - int(at)) for amounts in cash)
            more = ((a > 0).sum(), (b > 0).sum(), ((a > 0) & (b > 0)).sum(), a.sum(), b.sum())
            self.heavy[i] = Heavy(*(x + int(y) for x, y in zip(self.heavy[i], more, strict=True)))

    def _largest(self, claims: pa.ChunkedArray, changes: Numbers, people: Groups, made: pa.Table) -> None:
        """Keep the people whose cash falls or rises most, each with the claim in which most of it arises.

        `claims` have these `changes` of cash.
        """
        ranked = made.append_column("change", pc.subtract(made["cash_b"], made["cash_a"]))
        ranked = ranked.append_column("group", pa.array(np.arange(len(made))))
        ways = ((self.gains, pc.less, "ascending", min), (self.losses, pc.greater, "descending", max))
        for kept, than, order, most in ways:
            some = ranked.filter(than(ranked["change"], 0))
            keys = [("change", order), ("person_id", "ascending"), ("year", "ascending")]
            for one in some.take(pc.select_k_unstable(some, k=TOP, sort_keys=keys)).to_pylist():
                own = np.flatnonzero(people.of == one["group"])
                _, claim = most(zip(changes[own].tolist(), claims.take(pa.array(own)).to_pylist(), strict=True))
                cash = (one["cash_a"], one["cash_b"])
                kept.append(Change(one["person_id"], one["year"], one["household"], claim, one["fee"], cash))
            kept[:] = _top(kept)

    def top(self) -> tuple[list[Change], list[Change]]:
        """The largest reliefs and the largest burdens, the largest first."""
        return self.gains, self.losses


def _counted(by: Groups, people: Amounts) -> list[Group]:
    """Each group of people."""
    change = people["cash_b"] - people["cash_a"]
    sums = {**people, "gain": -np.minimum(change, 0), "loss": np.maximum(change, 0)}
    columns = {name: by.sums(amounts).tolist() for name, amounts in sums.items()}
    columns |= {"people": by.count().tolist()}
    columns |= {name: by.count(which).tolist() for name, which in (("better", change < 0), ("worse", change > 0))}
    return [Group(**dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True)]


def _top(changes: Sequence[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: (-abs(change.amount), change.person_id, change.year))[:TOP]


def _add(own: dict[K, list[int]], more: Mapping[K, list[int]]) -> None:
    for key, values in more.items():
        kept = own.setdefault(key, [0] * len(values))
        kept[:] = [x + y for x, y in zip(kept, values, strict=True)]
