"""Run the worked examples about budgets: the total step by step, and what each institution gets of it."""

from __future__ import annotations

from fractions import Fraction

from tongchou.engines.payment.budget import STEPS, BudgetTotal, budget_terms, fund_total
from tongchou.engines.payment.budget_points import Shares, read_institutions, share_by_points
from tongchou.ground.region.headers import ReckonCase
from tongchou.ground.region.model import PAYMENT_KINDS
from tongchou.ground.region.outcomes import CaseOutcome
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.reckoning import Reckoned, read_fen, run_reckoned


def run_cases(pack: Pack) -> list[CaseOutcome]:
    """Every case of a pack that reckons a budget, in written order."""
    return run_reckoned(pack, PAYMENT_KINDS, lambda *asked: budget_figures(*reckon_budget(*asked)))


def reckon_budget(pack: Pack, scheme: str, wanted: ReckonCase) -> tuple[BudgetTotal, Shares | None]:
    """The total of a year, and its shares where institutions are given."""
    figures = {name: read_fen(name, raw) for name, raw in wanted.figures.items()}
    total = fund_total(budget_terms(pack, scheme, wanted.on), figures)
    if not wanted.institutions:
        return total, None
    institutions, cite = read_institutions(pack, scheme, wanted.on, wanted.institutions)
    return total, share_by_points(total.total, institutions, cite)


def budget_figures(total: BudgetTotal, shares: Shares | None) -> Reckoned:
    """What a case may expect by name, in yuan: each step (`reserve`, `available`, `floor`, `ceiling`, `drawn`, `short`,
    `excess`, `total`; what did not happen is 0), `drawn.NAME`, `less.NAME` and the like, `unit` yuan a point, and of
    each institution `NAME` and `NAME.due`."""
    happens = (*(s for s in STEPS if s != "from"), *(f"drawn.{name}" for name in total.surpluses))
    found: Reckoned = dict.fromkeys(happens, Fraction(0))
    for step in total.steps:
        found[f"{step.kind}.{step.name}" if step.name else step.kind] = Fraction(step.fen, 100)
        if step.kind in ("reserve", "floor", "ceiling"):
            found[step.kind] = Fraction(step.fen, 100)
        elif step.kind == "drawn":
            found["drawn"] = Fraction(step.fen, 100) + Fraction(found["drawn"])
    if shares is not None:
        found["unit"] = shares.unit / 100
        for share in shares.shares:
            found[share.institution.name] = Fraction(share.fen, 100)
            found[f"{share.institution.name}.due"] = Fraction(share.due, 100)
    return found
