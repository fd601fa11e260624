"""Contribution months, actual, deemed and converted; retirement with its choice and make-up; transfer with certificate.

Rules TRF-01 … TRF-08.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from tongchou.engines.contributions.histories import Payment
from tongchou.engines.contributions.split import base_of
from tongchou.engines.contributions.terms import base_terms, rules_on
from tongchou.ground.dates import add_months
from tongchou.ground.errors import fail
from tongchou.ground.money import MAX_FEN, UNITS, round_fraction
from tongchou.ground.region.contribution_kinds import Conversion, MakeUp, Years
from tongchou.ground.region.facts import Facts
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.values import finite, holds, ratio, value_of


@dataclass(frozen=True)
class Months:
    """Months of contribution in one scheme, by how they came about."""

    actual: int = 0
    deemed: int = 0
    converted: int = 0

    @property
    def cumulative(self) -> int:
        return self.actual + self.deemed + self.converted


@dataclass(frozen=True)
class Certificate:
    """参保凭证: what goes with a person who moves (TRF-02): months, converted ones included, and the account in fen."""

    person_id: str
    scheme: str
    region: str
    months: Months
    account: int
    until: date


@dataclass(frozen=True)
class Retirement:
    """What retirement comes to: `offers` to choose from, or months missing and what making up for them costs (fen).

    `ends_on` is the last day of the relation when neither holds (TRF-06). `cites` are the articles used.
    """

    offers: tuple[str, ...]
    missing_actual: int
    missing: int
    make_up: int | None
    ends_on: date | None
    cites: tuple[str, ...]


def actual_months(payments: Iterable[Payment], scheme: str, levy: str) -> int:
    """Calendar months of which at least one day was paid for; a month counts once."""
    months = set()
    for payment in payments:
        if payment.scheme == scheme and payment.levy == levy:
            first = payment.from_date.year * 12 + payment.from_date.month
            last = payment.through_date.year * 12 + payment.through_date.month
            months |= set(range(first, last + 1))
    return len(months)


def convert(
    pack: Pack, scheme: str, months: Months, other: str, day: date, facts: Mapping[str, Any] | None = None
) -> tuple[Months, str]:
    """The months of another scheme as months of this one, with the article (TRF-01).

    Raises:
        ProblemError: nothing is declared for it (P002), or the factor is not given (C003).
    """
    for fact in pack.facts:
        if fact.scheme == scheme and fact.kind == "conversion.*" and fact.covers(day):
            rule = value_of(fact, Conversion)
            if rule.scheme == other:
                times = finite(fact.address, rule.times, _facts(pack, scheme, day, facts))
                converted = round_fraction(months.cumulative * times, mode=rule.round)
                return Months(converted=converted), fact.citation()
    raise fail("P002", address=f"{scheme}.conversion.{other}", day=day)


def transfer_out(person_id: str, scheme: str, region: str, months: Months, account: int, until: date) -> Certificate:
    """The certificate of somebody who leaves on a day; the account balance (fen) moves with it."""
    if account < 0 or account > MAX_FEN:
        raise fail("C010", value=account)
    return Certificate(person_id, scheme, region, months, account, until)


def transfer_in(months: Months, certificate: Certificate) -> tuple[Months, int]:
    """The months here and there together, and the fen that come into the account (TRF-03: moving costs no months)."""
    there = certificate.months
    together = replace(
        months,
        actual=months.actual + there.actual,
        deemed=months.deemed + there.deemed,
        converted=months.converted + there.converted,
    )
    return together, certificate.account


def retire(
    pack: Pack,
    scheme: str,
    name: str,
    months: Months,
    day: date,
    *,
    pensioned: bool,
    willing: bool,
    facts: Mapping[str, Any] | None = None,
) -> Retirement:
    """Retirement under the requirement `name`: who draws a pension and has the months may choose (TRF-04).

    Whoever lacks only cumulative months may make them up at once (TRF-05); who cannot or will not, or draws no
    pension, ends the relation at the end of the month (TRF-06). Facts are typed; a base fact is in yuan.

    Raises:
        ProblemError: the requirement is not declared (P002), or a fact is missing (C003).
    """
    rules = rules_on(pack, scheme, day)
    declared = rules.one("years", name)
    years, known = value_of(declared, Years), _facts(pack, scheme, day, facts)
    needed = int(finite(declared.address, years.cumulative, known))
    actual = 0 if years.actual is None else int(finite(declared.address, years.actual, known))
    missing, missing_actual = max(0, needed - months.cumulative), max(0, actual - months.actual)
    cites: tuple[str, ...] = (declared.citation(),)
    due: int | None = None
    if missing and not missing_actual and pensioned:
        due, cite = make_up(pack, scheme, name, missing, day, facts)
        cites += (cite,) if cite else ()
    stays = pensioned and not missing_actual and (not missing or (due is not None and willing))
    ends = None if stays else _month_end(day)
    return Retirement(years.offers if stays else (), missing_actual, missing, due, ends, cites)


def make_up(
    pack: Pack, scheme: str, name: str, months: int, day: date, facts: Mapping[str, Any] | None = None
) -> tuple[int | None, str]:
    """一次性补缴 for so many months in fen, with its article; None when none is declared or it may not be done.

    Months × (base × rate + amount) is rounded once. The base is the person's own within its floor and ceiling.
    """
    rules = rules_on(pack, scheme, day, fen=())
    known = _facts(pack, scheme, day, facts)
    for fact in rules.of("make_up.*"):
        rule = value_of(fact, MakeUp)
        if rule.of != name or not holds(fact, known):
            continue
        each = Fraction(0) if rule.plus is None else finite(fact.address, rule.plus, known) * 100
        if rule.base is not None and rule.rate is not None:
            base = int(base_of(base_terms(rules, rule.base, known), None, 1)[0])
            each += base * ratio(fact.address, rule.rate, known)
        return round_fraction(months * each, UNITS[rule.rounding.unit], rule.rounding.mode), fact.citation()
    return None, ""


def _facts(pack: Pack, scheme: str, day: date, facts: Mapping[str, Any] | None) -> Facts:
    return Facts(pack, {"scheme": scheme, "paid_on": day, **(facts or {})}, str(pack.year.label_of(day)), day)


def _month_end(day: date) -> date:
    return date.fromordinal(add_months(day.replace(day=1), 1, "clamp").toordinal() - 1)
