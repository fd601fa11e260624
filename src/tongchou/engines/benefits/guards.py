"""Whether a claim may be settled at all: refused, reduced, or sent to another benefit, each by an article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tongchou.engines.benefits.claim import Claim, Refusal
from tongchou.engines.benefits.facts import Facts
from tongchou.engines.benefits.numbers import Turning, Use
from tongchou.engines.benefits.plan import Plan
from tongchou.engines.benefits.values import holds, value_of
from tongchou.ground.errors import fail
from tongchou.ground.region.model import ClaimGuard
from tongchou.ground.region.pack import Declared
from tongchou.ground.region.waiting import cover_start

if TYPE_CHECKING:
    from tongchou.engines.benefits.engine import Engine


@dataclass(frozen=True)
class Turn:
    """A claim past its guards: possibly another kind of visit, with the reductions that apply to its funds."""

    claim: Claim
    facts: Facts
    reductions: tuple[Declared, ...] = ()
    uses: tuple[Use, ...] = ()


def check_guards(engine: Engine, claim: Claim, facts: Facts) -> Turn | Refusal:
    """Look at every guard in written order; a redirection starts again with the other kind, never twice the same."""
    seen = {claim.kind}
    redirections: tuple[Use, ...] = ()
    while True:
        facts = with_entitlement(engine, claim, facts, basic_fund(engine, claim))
        outcome = _one_pass(engine, claim, facts)
        if isinstance(outcome, Refusal):
            return outcome
        if isinstance(outcome, Turn):
            return replace(outcome, uses=(*redirections, *outcome.uses)) if redirections else outcome
        kind = str(value_of(outcome, ClaimGuard).to)
        if kind in seen:
            raise fail("C027", kind=kind)
        seen.add(kind)
        redirections = (*redirections, Use("claim guard", outcome))
        claim = replace(claim, kind=kind)
        facts = facts.with_facts({"kind": kind})


def _one_pass(engine: Engine, claim: Claim, facts: Facts) -> Turn | Refusal | Declared:
    """Past the guards, refused, or the guard that redirects."""
    plan = engine.plan(claim.scheme, claim.kind, claim.facts)
    stopped, uses = plan.turns.of(facts, facts("entitlement"), lambda: look_at(plan.guards, facts))
    if stopped is not None:
        value = value_of(stopped, ClaimGuard)
        if value.do == "redirect":
            return stopped
        return Refusal(claim, stopped.address, (), value.because or stopped.says, stopped.citation())
    missing = _not_entitled(engine, claim, facts) or _still_waiting(plan, claim, facts)
    if missing is not None:
        return missing
    return Turn(claim, facts, reductions=tuple(use.fact for use in uses if use.applied), uses=uses)


def look_at(guards: Sequence[Declared], facts: Facts) -> Turning:
    """The first guard that refuses or redirects, or None with every guard looked at; reductions are those applied."""
    uses: list[Use] = []
    for guard in guards:
        applied = holds(guard, facts)
        uses.append(Use("claim guard", guard, applied=applied))
        if applied and value_of(guard, ClaimGuard).do != "reduce":
            return guard, tuple(uses)
    return None, tuple(uses)


def _not_entitled(engine: Engine, claim: Claim, facts: Facts) -> Refusal | None:
    """A region that requires entitlement pays nobody whose basic fund has no period on the basis date."""
    fund = basic_fund(engine, claim)
    if fund is None or engine.pack.region.entitlement != "required" or facts.word("entitlement") != "none":
        return None
    problem = fail("C008", day=facts.basis_date, fund=fund).problems[0]
    return Refusal(claim, None, (problem,), facts.word("entitlement_reason"))


def _still_waiting(plan: Plan, claim: Claim, facts: Facts) -> Refusal | None:
    """Admitted before cover starts. Entitlement periods, when they come along, have counted the waiting already."""
    if claim.entitlements is not None or not plan.waiting:
        return None
    start = plan.starts.of(facts, None, lambda: cover_start(plan.waiting, facts))
    if start is None or claim.facts["admitted"] >= start[0]:
        return None
    return Refusal(claim, start[1].address, (), f"{start[1].says} ({start[0]})", start[1].citation())


def basic_fund(engine: Engine, claim: Claim) -> str | None:
    """The fund of the first fund-paid layer that serves the visit: the one whose period opens the door.

    None where no fund pays, such as a visit that only an account serves.
    """
    plan = engine.plan(claim.scheme, claim.kind, claim.facts)
    return next((p.layer.fund or p.name for p in plan.layers if p.layer.payer == "fund"), None)


def with_entitlement(engine: Engine, claim: Claim, facts: Facts, fund: str | None) -> Facts:
    """The facts with `entitlement` and its reason as of one fund.

    Where no fund is asked (our decision), or no periods came along, the claim's own fact counts. Without one it is
    `full` where no fund is asked or the region assumes cover, else `none`. What an earlier look found is forgotten.
    """
    if fund is not None and claim.entitlements is not None:
        level, reason = claim.entitlements.get(fund, ("none", ""))
    else:
        assumed = "full" if fund is None or engine.pack.region.entitlement == "assumed" else "none"
        level = claim.facts.get("entitlement", assumed)
        reason = claim.facts.get("entitlement_reason", "")
    return facts.with_facts({"entitlement": level, "entitlement_reason": reason})
