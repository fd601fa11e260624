"""The rows of the tables of the report; `columns` says what each column means.

Money is whole fen; a percentage is an exact Fraction of one, or nothing where its base is nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from tongchou.engines.benefits.compare import columns
from tongchou.engines.benefits.compare.bands import age_names, change_edges
from tongchou.engines.benefits.compare.columns import Row, Sheet
from tongchou.engines.benefits.compare.pairs import DIMENSIONS, REFUSED, REJECTED
from tongchou.engines.benefits.compare.tally import Tally
from tongchou.engines.benefits.compare.totals import PERSON, Change, Group
from tongchou.engines.benefits.table_facts import words_of
from tongchou.ground.money import round_fraction
from tongchou.ground.region.pack import Pack

BEARERS = ("fund", "insurer", "fiscal", "account", "hospital", PERSON)
FUNDS, TOTAL = "funds", "total"


def part_of(change: int, base: int) -> Fraction | None:
    """A change as a share of what there was; `None` of nothing."""
    return Fraction(change, base) if base else None


def sheets(tally: Tally, a: Pack, b: Pack) -> dict[str, Sheet]:
    """The tables of a comparison by name, but for the explanations of the largest changes."""
    made = (
        replace(columns.PAYERS, rows=_payers(tally)),
        replace(columns.LAYERS, rows=_layers(tally, a, b)),
        replace(columns.CLAIMS, rows=_claims(tally)),
        replace(columns.REASONS, rows=_reasons(tally)),
        replace(columns.GROUPS, rows=_groups(tally, a)),
        replace(columns.CHANGES, rows=_changes(tally)),
        replace(columns.SHARES, rows=_shares(tally)),
        replace(columns.DECILES, rows=_deciles(tally)),
        replace(columns.HEAVY, rows=_heavy(tally)),
        replace(columns.LARGEST, rows=_largest(tally)),
    )
    return {sheet.name: sheet for sheet in made}


def _amounts(a: int, b: int) -> Row:
    return (a, b, b - a, part_of(b - a, a))


def _payers(tally: Tally) -> list[Row]:
    found = {name: [0, 0] for name in (*BEARERS, FUNDS, TOTAL)}
    for cost, amounts in tally.costs.items():
        for name in (cost.bearer, TOTAL, *([FUNDS] if cost.fund else ())):
            for i in (0, 1):
                found[name][i] += amounts[i]
    order = (FUNDS, *BEARERS, TOTAL)
    return [(name, *_amounts(*found[name])) for name in order if any(found[name]) or name in (FUNDS, TOTAL)]


def _layers(tally: Tally, a: Pack, b: Pack) -> list[Row]:
    """In the order in which the packs declare their layers; what no layer pays comes last."""
    names: dict[tuple[str, str], str] = {}
    schemes: dict[str, str] = {}
    for pack in (a, b):
        for scheme, layers in pack.layers.items():
            schemes.setdefault(scheme, pack.region.schemes.get(scheme, scheme))
            for layer, declared in layers.items():
                names.setdefault((scheme, layer), declared.name)
    places = {key: i for i, key in enumerate(names)}
    last = len(places)
    costs = sorted(
        tally.costs.items(), key=lambda item: (list(schemes).index(item[0].scheme), places.get(item[0][:2], last), item)
    )
    return [
        (schemes[c.scheme], c.layer, names.get(c[:2], ""), c.bearer, "yes" if c.fund else "no", *_amounts(*amounts))
        for c, amounts in costs
    ]


def _claims(tally: Tally) -> list[Row]:
    return [(a, b, *tally.claims[a, b]) for a, b in sorted(tally.claims, reverse=True)]


def _reasons(tally: Tally) -> list[Row]:
    found = sorted(tally.turned.items(), key=lambda item: (item[0][:2], -item[1][1], item[0]))
    return [(a, b, why, *counts) for (a, b, why), counts in found]


def _group(group: Group) -> Row:
    people = group.people
    mean = round_fraction(Fraction(group.change, people)) if people else 0
    return (
        people,
        group.better,
        group.worse,
        people - group.better - group.worse,
        group.gain,
        group.loss,
        mean,
        group.fee,
        *_amounts(*group.fund),
        *_amounts(*group.cash),
    )


def _groups(tally: Tally, a: Pack) -> list[Row]:
    """Everybody first; then each dimension in the order of the region's own words."""
    rows: list[Row] = [("all", "", *_group(tally.all))]
    words_known = {"age": age_names(), "scheme": list(a.region.schemes)}
    known: Mapping[str, Sequence[str]] = {**words_of(a.vocabulary), **words_known}
    for dimension in DIMENSIONS:
        words = list(known.get(dimension, ()))
        groups = tally.groups[dimension]
        order = sorted(groups, key=lambda w: (not w, words.index(w) if w in words else len(words), -groups[w].fee, w))
        names = a.region.schemes if dimension == "scheme" else {}
        rows += [(dimension, names.get(word, word), *_group(groups[word])) for word in order]
    return rows


def _changes(tally: Tally) -> list[Row]:
    return [(low, high, tally.changes[i], tally.change_sums[i]) for i, (low, high) in enumerate(change_edges())]


def _shares(tally: Tally) -> list[Row]:
    """Nothing, then ten bands of a tenth each."""
    rows: list[Row] = []
    for band in range(11):
        counts = [sum(n for share, n in side.items() if -(-share // 100) == band) for side in tally.shares]
        rows.append((max(0, band - 1) * 100, band * 100, *counts))
    return rows


def _deciles(tally: Tally) -> list[Row]:
    """The nearest rank: the smallest share that at least so many tenths of the people do not exceed."""
    rows: list[Row] = []
    for tenth in range(1, 10):
        found: list[int | None] = []
        for side in tally.shares:
            need, seen, at = Fraction(tenth * side.total(), 10), 0, None
            for share in sorted(side):
                seen += side[share]
                if seen >= need:
                    at = share
                    break
            found.append(at)
        rows.append((tenth * 10, *found))
    return rows


def _heavy(tally: Tally) -> list[Row]:
    return [
        (
            limit.name,
            h.a,
            h.b,
            h.b - h.both,
            h.a - h.both,
            h.over_a,
            h.over_b,
            h.over_b - h.over_a,
            tally.unknown_years[i],
        )
        for i, (limit, h) in enumerate(zip(tally.limits, tally.heavy, strict=True))
    ]


def _largest(tally: Tally) -> list[Row]:
    return [row for word, found in zip(("better", "worse"), tally.top(), strict=True) for row in _ranked(word, found)]


def _ranked(word: str, changes: Sequence[Change]) -> list[Row]:
    return [
        (word, rank, c.person_id, c.year, c.fee, *c.cash, c.amount, c.claim_id) for rank, c in enumerate(changes, 1)
    ]


def compared(tally: Tally) -> tuple[int, int]:
    """Claims that enter the measures, and their fee."""
    chosen = [n for key, n in tally.claims.items() if REJECTED not in key and key != (REFUSED, REFUSED)]
    return sum(n[0] for n in chosen), sum(n[1] for n in chosen)


def checks(tally: Tally) -> dict[str, bool]:
    """Whether the breakdowns add up to the same totals; each must hold."""
    fee = compared(tally)[1]
    paid, funds, cash = (
        tuple(sum(amounts[i] for cost, amounts in tally.costs.items() if chosen(cost)) for i in (0, 1))
        for chosen in (lambda cost: True, lambda cost: cost.fund, lambda cost: cost.bearer == PERSON)
    )
    people = tally.all
    found = {
        "A: payers = fee": paid[0] == fee,
        "B: payers = fee": paid[1] == fee,
        "persons = payers": (people.fee, people.fund, people.cash) == (fee, funds, cash),
        "gains and losses = change of cash": people.loss - people.gain == people.change,
        "bands of change = persons": (tally.changes.total(), tally.change_sums.total())
        == (people.people, people.change),
    }
    for name, groups in tally.groups.items():
        whole = Group()
        for group in groups.values():
            whole.merge(group)
        same = (whole.fee, whole.fund, whole.cash) == (people.fee, people.fund, people.cash)
        found[f"groups by {name} = persons"] = same
    return found
