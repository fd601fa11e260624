"""Run the worked examples about the fund."""

from __future__ import annotations

from tongchou.engines.fund.cover import cover_terms, months_of_cover
from tongchou.ground.region.headers import ReckonCase
from tongchou.ground.region.model import INDICATOR_KINDS
from tongchou.ground.region.outcomes import CaseOutcome
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.reckoning import Reckoned, asked, read_fen, read_table, refuse_others, run_reckoned


def run_cases(pack: Pack) -> list[CaseOutcome]:
    """Every case of a pack about months of cover, in written order."""
    return run_reckoned(pack, INDICATOR_KINDS, cover_figures)


def cover_figures(pack: Pack, scheme: str, wanted: ReckonCase) -> Reckoned:
    """What a case may expect: `months`, `a month` (yuan), `warns` (是 or 否)."""
    terms = cover_terms(pack, scheme, wanted.of, wanted.on)
    refuse_others(wanted.figures, (terms.surplus, terms.spending))
    surplus = read_fen(terms.surplus, asked(wanted.figures, terms.surplus))
    spending = read_table(terms.spending, asked(wanted.figures, terms.spending))
    found = months_of_cover(terms, wanted.on, surplus, spending)
    return {"months": found.months, "a month": found.a_month / 100, "warns": "是" if found.warns else "否"}
