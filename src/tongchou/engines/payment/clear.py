"""A year cleared: every settlement in or out, every point priced, every institution's line from charge to due."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tongchou.engines.payment.cases import PATHS, Cases
from tongchou.engines.payment.columns import words
from tongchou.engines.payment.exact import Ints, spread, totals
from tongchou.engines.payment.formula import figure
from tongchou.engines.payment.others import by_institution
from tongchou.engines.payment.paying import pay_cases
from tongchou.engines.payment.pools import Cell, Points, Pool, Pot, pots, price_points
from tongchou.engines.payment.routes import REASONS
from tongchou.engines.payment.rules import Rules
from tongchou.engines.payment.statement import Balance, Key, Line, balance, settle_line
from tongchou.engines.payment.tables import Year, ints, month_of
from tongchou.ground.errors import Problem, ProblemError
from tongchou.ground.region.clearing_kinds import Price
from tongchou.ground.region.clearing_money import SpecialCases
from tongchou.ground.region.methods import METHODS, POINTS, SETTINGS

Aggregates = dict[tuple[str, str], dict[Cell, Points]]
"""By setting and method: what each cell brings."""


@dataclass(frozen=True)
class Public:
    """What is published of all institutions: their cells, and the standards of the lines that points do not pay."""

    cells: Aggregates
    standards: dict[Key, int]


@dataclass(frozen=True)
class Cleared:
    """A cleared year. `worth`: what each case's points or path brought, whole fen (see `pools.Pool.basis`)."""

    rules: Rules
    cases: Cases
    aggregates: Aggregates
    pools: list[Pool]
    pots: list[Pot]
    lines: list[Line]
    balances: list[Balance]
    worth: Ints
    standards: dict[Key, int]

    @property
    def reasons(self) -> Counter[str]:
        """How many settlements are in (an empty reason), and out for which reason."""
        counts = np.bincount(self.cases.routed.reasons, minlength=len(REASONS)).tolist()
        return Counter({reason: count for reason, count in zip(REASONS, counts, strict=True) if count})


def clear(rules: Rules, year: Year, public: Public | None = None) -> Cleared:
    """Clear a year. The order of records is of no consequence. Raises Y302 to Y309.

    `public`: what is published of all; the records may then be those of some institutions alone, and what is counted
    from them stands in place of what was published of them.
    """
    cases = pay_cases(rules, year)
    _special_cases(rules, cases)
    lines = _lines(year, cases)
    own, cell_of = _aggregate(rules, cases)
    by_institution(rules, year, lines)
    aggregates = own if public is None else _over(public.cells, own)
    standards = {key: line.standard for key, line in lines.items() if line.method not in POINTS}
    if public is not None:
        standards = public.standards | standards
    found = pots(rules, year.rows("budget"))
    pools = price_points(rules, found, aggregates, _first(standards))
    for pool in pools:
        for (_, scheme, institution), fund in pool.funds.items():
            line = lines.get((pool.setting, scheme, pool.method, institution))
            if line is not None:
                line.standard += fund
    institutions = {row["institution"]: row for row in year.rows("institutions")}
    assessed = year.others["assessments"]
    scores = dict(zip(assessed["institution"].to_pylist(), ints(assessed["score"]).tolist(), strict=True))
    for line in lines.values():
        line.score = scores.get(line.institution)
    cases_of = Counter[str]()
    for line in lines.values():
        cases_of[line.institution] += line.cases
    made = [
        settle_line(rules, line, institutions[line.institution], cases_of[line.institution])
        for _, line in sorted(lines.items())
        if public is None or line.institution in institutions
    ]
    return Cleared(
        rules, cases, aggregates, pools, found, made, _balances(found, made), _worth(cases, pools, cell_of), standards
    )


def _over(public: Aggregates, own: Aggregates) -> Aggregates:
    """What was published, with the cells that are counted here in place of its own."""
    keys = [*public, *(key for key in own if key not in public)]
    return {key: {**public.get(key, {}), **own.get(key, {})} for key in keys}


def _special_cases(rules: Rules, cases: Cases) -> None:
    """No institution has more special cases than its share of the method's cases."""
    special = cases.paths == PATHS.index("special")
    institutions, problems = cases.words["institution"], []
    for name, provision in rules.named("special_cases").items():
        assert isinstance(provision.value, SpecialCases)
        rows = cases.routed.of(name)
        counts = np.bincount(institutions.codes[rows], minlength=len(institutions.words))
        used = np.bincount(institutions.codes[rows & special], minlength=len(institutions.words))
        share = figure(provision.value.at_most)
        for code in np.flatnonzero(used).tolist():
            most = -(-int(counts[code]) * share.numerator // share.denominator)
            if used[code] > most:
                told = {"value": institutions.words[code], "cases": int(used[code]), "limit": most}
                problems.append(Problem("Y306", provision.place, told))
    if problems:
        raise ProblemError(*problems)


def _lines(year: Year, cases: Cases) -> dict[Key, Line]:
    """Counts and sums of the cleared settlements by line, with what stands in the other tables about it."""
    lines: dict[Key, Line] = {}
    inside = np.flatnonzero(cases.routed.methods >= 0)
    w = cases.words
    settings, schemes, institutions = (w[name] for name in ("setting", "scheme", "institution"))
    code = (settings.codes * len(schemes.words) + schemes.codes) * len(METHODS) + np.maximum(cases.routed.methods, 0)
    code = (code * len(institutions.words) + institutions.codes)[inside]
    keys, at = np.unique(code, return_inverse=True)
    sums = {
        "cases": np.bincount(at, minlength=len(keys)).tolist(),
        "points": totals(at, cases.points[inside], len(keys)),
        "charged": totals(at, cases.column("fund")[inside], len(keys)),
        "standard": totals(at, cases.money[inside], len(keys)),
    }
    for i, number in enumerate(keys.tolist()):
        number, institution = divmod(number, len(institutions.words))
        number, method = divmod(number, len(METHODS))
        setting, scheme = divmod(number, len(schemes.words))
        line = Line(settings.words[setting], schemes.words[scheme], METHODS[method], institutions.words[institution])
        for name, values in sums.items():
            setattr(line, name, values[i])
        lines[line.key] = line
    for table, name in (("deductions", "deducted"), ("prepaid", "prepaid")):
        for row in year.rows(table):
            line = line_of(lines, row)
            setattr(line, name, getattr(line, name) + row["amount"])
    for row in year.rows("deposits"):
        line = line_of(lines, row)
        line.withheld = (line.withheld or 0) + row["amount"]
    for name in ("quotas", "communities"):
        for row in year.rows(name):
            line_of(lines, {"method": "lump", **row})
    return lines


def line_of(lines: dict[Key, Line], row: Mapping[str, str]) -> Line:
    """The line that a row of another table speaks of; there is one even where nobody came."""
    key = (row["setting"], row["scheme"], row["method"], row["institution"])
    return lines.setdefault(key, Line(*key))


def _aggregate(rules: Rules, cases: Cases) -> tuple[Aggregates, dict[tuple[str, str], tuple[list[Cell], Ints, Ints]]]:
    """What each cell of each points method brings; and of each method its cells, its rows, and the cell of each row."""
    found: Aggregates = {}
    places: dict[tuple[str, str], tuple[list[Cell], Ints, Ints]] = {}
    w = cases.words
    schemes, institutions = w["scheme"], w["institution"]
    for setting in SETTINGS:
        for method in POINTS:
            rows = np.flatnonzero(cases.routed.of(method) & w["setting"].among((setting,)))
            if not len(rows):
                continue
            parts, part = _parts(rules.need(f"price.{method}", Price), cases, rows)
            code = (part * len(schemes.words) + schemes.codes[rows]) * len(institutions.words)
            keys, at = np.unique(code + institutions.codes[rows], return_inverse=True)
            cells: list[Cell] = []
            for number in keys.tolist():
                number, institution = divmod(number, len(institutions.words))
                number, scheme = divmod(number, len(schemes.words))
                cells.append((parts[number], schemes.words[scheme], institutions.words[institution]))
            pointed = cases.pointed[rows].astype(np.int64)
            size = len(keys)
            others = cases.column("person_paid")[rows] + cases.column("other_paid")[rows]
            sums = [
                np.bincount(at, minlength=size).tolist(),
                totals(at, cases.points[rows], size),
                totals(at, cases.money[rows], size),
                *(
                    totals(at, column * pointed, size)
                    for column in (cases.column("total_fee")[rows], cases.column("fund")[rows], others)
                ),
            ]
            found[setting, method] = {cell: Points(*(s[i] for s in sums)) for i, cell in enumerate(cells)}
            places[setting, method] = cells, rows, at.astype(np.int64)
    return found, places


def _parts(price: Price, cases: Cases, rows: Ints) -> tuple[list[str], Ints]:
    """The part of the year, or place, by which a price differs; one empty part where it does not."""
    parts, code = [""], np.zeros(len(rows), dtype=np.int64)
    if "month" in price.scope:
        days, at = np.unique(cases.column("discharged_on")[rows], return_inverse=True)
        months = month_of(days)
        parts = sorted(set(months))
        code = np.array([parts.index(month) for month in months], dtype=np.int64)[at]
    if "insured_place" in price.scope:
        places = words(cases.records["insured_place"].take(rows))
        parts = [" ".join(filter(None, (part, place))) for part in parts for place in places.words]
        code = code * len(places.words) + places.codes
    return parts, code


def _first(standards: Mapping[Key, int]) -> dict[tuple[str, str, str], int]:
    """What the methods without points cost, by setting, scheme and method."""
    found: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for (setting, scheme, method, _), fen in standards.items():
        found[setting, scheme, method] += fen
    return dict(found)


def _balances(found: list[Pot], lines: list[Line]) -> list[Balance]:
    made = []
    for scheme, setting in sorted({(pot.scheme, pot.setting) for pot in found}):
        here = [pot for pot in found if (pot.scheme, pot.setting) == (scheme, setting)]
        budget, reserve = sum(pot.budget for pot in here), sum(pot.reserve for pot in here)
        own = [line for line in lines if (line.scheme, line.setting) == (scheme, setting)]
        made.append(balance(scheme, setting, budget, reserve, own))
    return made


def _worth(cases: Cases, pools: list[Pool], places: Mapping[tuple[str, str], tuple[list[Cell], Ints, Ints]]) -> Ints:
    """What each case brought: its money, or its part of what its institution's points brought, to the last fen."""
    worth = cases.money.copy()
    for (setting, method), (cells, rows, at) in places.items():
        given = {
            cell: fen
            for pool in pools
            if (pool.setting, pool.method) == (setting, method)
            for cell, fen in pool.shares.items()
        }
        worth[rows] += spread([given.get(cell, 0) for cell in cells], at, cases.points[rows])
    return worth


__all__ = ["Aggregates", "Cleared", "Public", "clear", "line_of"]
