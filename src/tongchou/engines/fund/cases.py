"""Run the worked examples about the fund."""

from __future__ import annotations

from fractions import Fraction

from tongchou.engines.fund.cover import cover_terms, months_of_cover
from tongchou.engines.fund.deficits import bear, deficit_terms
from tongchou.ground.region.headers import ReckonCase
from tongchou.ground.region.outcomes import CaseOutcome
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.reckoning import Reckoned, asked, read_fen, read_table, refuse_others, run_reckoned

KINDS = ("months.*",)


def run_cases(pack: Pack) -> list[CaseOutcome]:
    """Every case of a pack about months of cover, then about deficits, in written order."""
    covers = run_reckoned(pack, KINDS, cover_figures)
    return covers + run_reckoned(pack, ("deficit",), deficit_figures)


def cover_figures(pack: Pack, scheme: str, wanted: ReckonCase) -> Reckoned:
    """What a case may expect: `months`, `a month` (yuan), `warns` (是 or 否)."""
    terms = cover_terms(pack, scheme, wanted.of, wanted.on)
    refuse_others(wanted.figures, (terms.surplus, terms.spending))
    surplus = read_fen(terms.surplus, asked(wanted.figures, terms.surplus))
    spending = read_table(terms.spending, asked(wanted.figures, terms.spending))
    found = months_of_cover(terms, wanted.on, surplus, spending)
    return {"months": found.months, "a month": found.a_month / 100, "warns": "是" if found.warns else "否"}


def deficit_figures(pack: Pack, scheme: str, wanted: ReckonCase) -> Reckoned:
    """What a case may expect, in yuan: of each county `NAME.gap`, `NAME.own`, `NAME.shared`, `NAME.government`, and
    `left` of the region's fund."""
    terms = deficit_terms(pack, scheme, wanted.on)
    refuse_others(wanted.figures, (terms.said.shared,))
    fund = read_fen(terms.said.shared, asked(wanted.figures, terms.said.shared))
    names = (terms.said.balance, *terms.said.but, *terms.said.own)
    counties = {}
    for county, figures in wanted.institutions.items():
        refuse_others(figures, names)
        counties[county] = {name: read_fen(f"{county} {name}", raw) for name, raw in figures.items()}
    borne = bear(terms, fund, counties)
    found: Reckoned = {"left": Fraction(fund - sum(one.shared for one in borne), 100)}
    for one in borne:
        own = sum(fen for _, fen in one.own)
        amounts = {"gap": one.gap, "own": own, "shared": one.shared, "government": one.government}
        found |= {f"{one.county}.{name}": Fraction(fen, 100) for name, fen in amounts.items()}
    return found
