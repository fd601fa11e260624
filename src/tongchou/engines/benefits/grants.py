"""Grants: payments and credits that are a formula of facts — allowance, subsidy, account credit, make-up dues."""

from __future__ import annotations

from dataclasses import dataclass

from tongchou.engines.benefits.facts import Facts
from tongchou.engines.benefits.values import finite, holds, value_of
from tongchou.ground.errors import fail
from tongchou.ground.money import MAX_FEN, UNITS, round_fraction
from tongchou.ground.region.model import Grant
from tongchou.ground.region.pack import Declared


@dataclass(frozen=True)
class GrantResult:
    """One grant on one set of facts, in fen; `amount` is None when its condition does not hold."""

    fact: Declared
    to: str
    amount: int | None


def grants_in_force(scheme: str, in_force: list[Declared]) -> list[Declared]:
    return [f for f in in_force if f.scheme == scheme and f.kind == "grant.*"]


def compute_grant(declared: Declared, facts: Facts) -> GrantResult:
    """The amount of a grant, rounded as declared (half-up to the fen when the decree says nothing).

    Raises:
        ProblemError: a fact it needs is missing (C003), or the amount is negative or out of range (C028, C010).
    """
    grant = value_of(declared, Grant)
    if not holds(declared, facts):
        return GrantResult(declared, grant.to, None)
    exact = finite(declared.address, grant.amount, facts)
    if exact < 0:
        raise fail("C028", address=declared.address)
    amount = round_fraction(exact * 100, UNITS[grant.rounding.unit], grant.rounding.mode)
    if amount > MAX_FEN:
        raise fail("C010", value=amount)
    return GrantResult(declared, grant.to, amount)
