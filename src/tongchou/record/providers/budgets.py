"""Yearly budgets of an agreement: lines by insurance and kind, agreed on step by step like its other terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tongchou.ground.errors import fail
from tongchou.ground.money import MAX_FEN
from tongchou.record.base.actor import actor
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.providers.models import Agreement, Budget, Step
from tongchou.record.providers.queries import agreement

MOST = 200
"""Lines of one step."""


@dataclass(frozen=True)
class BudgetLine:
    """A budget of an insurance year, in fen, for an insurance and a kind of the region's words, such as 住院."""

    year: int
    insurance: str
    kind: str
    fen: int


def lines_of(step: Step) -> list[BudgetLine]:
    """The lines that a step brings."""
    return [BudgetLine(**one) for one in (step.terms or {}).get("budgets", ())]


def check_budgets(deal: Agreement, lines: Sequence[BudgetLine]) -> None:
    """Raises H309 for no lines or too many, for two that are the same, an insurance that the region has not, a year
    outside the agreement's, or an amount that cannot be."""
    pack = pack_in_force()
    if not 0 < len(lines) <= MOST:
        raise fail("H309", what=str(len(lines)))
    seen = set()
    for one in lines:
        first, last = pack.year.span(one.year)
        outside = deal.during is not None and (
            last < deal.during.lower or (deal.during.upper is not None and first >= deal.during.upper)
        )
        key = (one.year, one.insurance, one.kind)
        unknown = one.insurance not in pack.region.schemes or not one.kind.strip()
        if key in seen or outside or unknown or not 0 <= one.fen <= MAX_FEN:
            raise fail("H309", what=f"{one.year} {one.insurance} {one.kind} {one.fen}")
        seen.add(key)


def keep_budgets(deal: Agreement, step: Step, lines: Sequence[BudgetLine]) -> None:
    """Write the lines of an approved step; they take the place of earlier ones for the same."""
    rows = [
        Budget(agreement=deal, step=step, year=one.year, insurance=one.insurance, kind=one.kind, fen=one.fen)
        for one in lines
    ]
    Budget.objects.bulk_create(rows)


def budgets_of(agreement_id: int, year: int) -> list[Budget]:
    """The lines of an agreement in scope that hold for a year, by insurance and kind. Raises A114."""
    actor().needs("providers.read")
    rows = Budget.objects.filter(agreement=agreement(agreement_id), year=year).order_by("id")
    return sorted({(one.insurance, one.kind): one for one in rows}.values(), key=lambda one: (one.insurance, one.kind))
