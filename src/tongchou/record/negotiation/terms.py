"""What a region declares of negotiations, adjustments and overruns (人社部发〔2012〕70号 三(四)(五)(七), 四(三))."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tongchou.ground.errors import fail
from tongchou.ground.region.model import QuotaChange, QuotaOverrun, QuotaRounds
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.reckoning import facts_on, needed_on
from tongchou.ground.region.values import finite, ratio, value_of


@dataclass(frozen=True)
class RoundTerms:
    """`working_days` to reply, at most so many `rounds`, and whether the agency decides when they are used up."""

    working_days: int
    rounds: int
    decides: bool
    cite: str


@dataclass(frozen=True)
class ChangeTerms:
    """From which change of workload, or of the make-up of costs, a quota is adjusted, and by how much of it at most."""

    workload: Fraction
    costs: Fraction
    at_most: Fraction
    cite: str


@dataclass(frozen=True)
class OverrunTerms:
    """More than so much above its quota an institution submits a correction within so many working days."""

    above: Fraction
    working_days: int
    cite: str


def round_terms(pack: Pack, scheme: str, day: date) -> RoundTerms:
    """Raises I107 where nothing is declared, Q109 for a number of days or rounds that is none."""
    one = needed_on(pack, scheme, "quota.rounds", day)
    said, facts = value_of(one, QuotaRounds), facts_on(pack, day)
    days, rounds = (_count(one.address, finite(one.address, n, facts)) for n in (said.working_days, said.rounds))
    return RoundTerms(days, rounds, said.without_agreement == "agency decides", one.citation())


def change_terms(pack: Pack, scheme: str, day: date) -> ChangeTerms:
    """Raises I107 where nothing is declared."""
    one = needed_on(pack, scheme, "quota.change", day)
    said, facts = value_of(one, QuotaChange), facts_on(pack, day)
    workload, costs, most = (ratio(one.address, n, facts) for n in (said.workload, said.costs, said.at_most))
    return ChangeTerms(workload, costs, most, one.citation())


def overrun_terms(pack: Pack, scheme: str, day: date) -> OverrunTerms:
    """Raises I107 where nothing is declared, Q109 for a number of days that is none."""
    one = needed_on(pack, scheme, "quota.overrun", day)
    said, facts = value_of(one, QuotaOverrun), facts_on(pack, day)
    days = _count(one.address, finite(one.address, said.working_days, facts))
    return OverrunTerms(ratio(one.address, said.above, facts), days, one.citation())


def kept(terms: RoundTerms | ChangeTerms | OverrunTerms) -> dict[str, Any]:
    """As a row keeps them."""
    return {name: str(one) if isinstance(one, Fraction) else one for name, one in asdict(terms).items()}


def _count(address: str, value: Fraction) -> int:
    if value.denominator != 1 or value < 1:
        raise fail("Q109", address=address, value=str(value))
    return int(value)
