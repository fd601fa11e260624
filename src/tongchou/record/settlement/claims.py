"""A visit as the engine takes it: what the record knows of the person, the enrolment and the institution on its day.

What a hospital says of somebody never wins over what the record knows: category, status and filings are the record's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from tongchou.engines.benefits.claim import PARTS, Claim, Line
from tongchou.engines.benefits.counter.quickly import quickly
from tongchou.engines.contributions import Spell as Enrolled
from tongchou.engines.contributions import entitlement
from tongchou.ground.dates import months_between
from tongchou.ground.errors import fail
from tongchou.ground.region.headers import BASIS_FACT
from tongchou.record.accounts.models import Sharing
from tongchou.record.base import clock
from tongchou.record.base.periods import days
from tongchou.record.base.scope import system
from tongchou.record.enrolment.insurances import facts_of
from tongchou.record.enrolment.models import Spell
from tongchou.record.filings.models import Filing
from tongchou.record.filings.queries import facts_in
from tongchou.record.settlement.reading import Charged, Known
from tongchou.record.settlement.rules import Rules
from tongchou.record.visits.models import Visit

_ALL = system("a claim is settled on all that the record knows")
_ORDINARY, _YES, _NO, _UNKNOWN = "普通", "是", "否", "未知"
_MONTHS = "months"


@dataclass(frozen=True)
class Choice:
    """What is chosen at the counter: whose account pays (`own`, `relative`, `none`), amounts that came with the claim
    (layer → fen), and the patient's option where a decree gives one."""

    account_use: str = "own"
    account_person: int | None = None
    given: Mapping[str, int] | None = None
    option: str | None = None


def claim_of(known: Known, rules: Rules, choice: Choice, name: str, settled: date | None = None) -> Claim:
    """The claim of the lines of a visit, under the id `name`, by what is known of it; `settled`: the day of a
    settlement that is computed again.

    Raises V104 where the person is not enrolled in the scheme on the day, V105 for a relative's account that may not be
    used, and what the region says of facts it does not know.
    """
    today, visit = settled or clock.today(), known.visit
    person = visit.person
    dates = {"admitted": visit.admitted, "discharged": visit.discharged or today, "settled": today}
    day = dates[BASIS_FACT[rules.pack.region.year.basis]]
    spell = next((one for one in known.spells if one.insurance == visit.scheme and day in one.during), None)
    if spell is None:
        raise fail("V104", scheme=visit.scheme, day=day)
    household = next((one for one in known.homes if day in one.during), None)
    facts = _of_visit(known, rules) | _of_person(known, spell, day, rules) | dates
    facts["account_use"] = choice.account_use
    if choice.option is not None:
        facts["option"] = choice.option
    types = rules.filing_types(visit.scheme, day)
    facts |= facts_in(rules.pack, _filings(known), day, scheme=visit.scheme, claim=facts, types=types)
    return Claim(
        id=name,
        person_id=subject_of_person(person.pk),
        scheme=visit.scheme,
        kind=visit.kind,
        facts=facts,
        lines=tuple(_line(charge) for charge in known.charges),
        given=dict(choice.given or {}),
        household_id=None if household is None else f"h{household.household_id}",
        stay_id=f"v{visit.pk}",
        episode_id=visit.episode or None,
        account_person=_account_person(visit, choice, day),
        entitlements=_entitlements(known, rules, day),
    )


def subject_of_person(number: int) -> str:
    return f"p{number}"


def _filings(known: Known) -> Sequence[Filing]:
    """The filings, with the visit's own registration for every day of the stay: another that began on the day of
    discharge took that day of it."""
    visit = known.visit
    if visit.discharged is None:
        return known.filings
    own = next((row for row in known.filings if row.pk == visit.filing_id and row.during is not None), None)
    if own is not None and (own.during.isempty or own.during.upper == visit.discharged):
        own.during = days(visit.admitted, visit.discharged)
    return known.filings


def _of_visit(known: Known, rules: Rules) -> dict[str, Any]:
    facts = facts_of(rules.pack, known.visit.facts)
    facts["provider"] = known.visit.institution.code
    if known.level is not None:
        facts["level"] = known.level
    return facts


def _of_person(known: Known, spell: Spell, day: date, rules: Rules) -> dict[str, Any]:
    """Facts of the person and of the enrolment. `category` is, of those the person has on the day, the one that stands
    first in the region's list; else what the enrolment says; else 普通 where the list has it."""
    person = known.visit.person
    vocabulary = rules.pack.vocabulary
    said = {name: value for name, value in spell.facts.items() if vocabulary.knows(name)}
    facts = facts_of(rules.pack, said)
    facts["birth_date"], facts["enrolled_on"] = person.born, spell.during.lower
    if person.sex != _UNKNOWN:
        facts["sex"] = person.sex
    held = {name for name, during in known.categories if day in during}
    words = rules.words("category")
    category = next((word for word in words if word in held), facts.get("category"))
    if category is None and _ORDINARY in words:
        category = _ORDINARY
    if category is not None:
        facts["category"] = category
    for name in rules.yes_or_no:
        if name in held:
            facts[name] = _YES
    facts[_MONTHS] = Fraction(facts.get(_MONTHS, 0)) + months_between(spell.during.lower, day)
    return facts


def _line(charge: Charged) -> Line:
    facts: dict[str, Any] = {**json.loads(charge.facts), "fee_date": charge.fee_at.astimezone(clock.CHINA).date()}
    if charge.national_code:
        facts["national_code"] = charge.national_code
    if charge.local_code:
        facts["hospital_code"] = charge.local_code
    return quickly(
        Line,
        id=str(charge.number),
        amount=charge.fen,
        item=charge.item or None,
        quantity=_exact(charge.quantity),
        unit_price=None if charge.price is None else _exact(charge.price),
        price_limit=charge.price_limit,
        first_pay_rate=None if charge.first_pay is None else _exact(charge.first_pay),
        original=None if charge.returns is None else str(charge.returns),
        given_parts=None if charge.parts is None else tuple(map(json.loads(charge.parts).get, PARTS)),
        facts=facts,
    )


@lru_cache(maxsize=4_096)
def _exact(number: Decimal) -> Fraction:
    """Reckoned once: the same few quantities and prices come again and again."""
    return Fraction(number)


def _account_person(visit: Visit, choice: Choice, day: date) -> str | None:
    """The relative whose account pays, who must have said so for this day (家庭共济)."""
    if choice.account_use != "relative":
        return None
    shared = Sharing.objects.within(_ALL).filter(relative=visit.person, during__contains=day)
    found = shared.filter(owner_id=choice.account_person).first() if choice.account_person else shared.first()
    if found is None:
        raise fail("V105")
    return subject_of_person(found.owner_id)


def _entitlements(known: Known, rules: Rules, day: date) -> dict[str, tuple[str, str]] | None:
    """What contributions entitle to on the day, fund by fund; None where the region ties no fund to them. Funds that no
    cover names, such as assistance, need none."""
    person, scheme = known.visit.person, known.visit.scheme
    covered = rules.covered_funds(scheme)
    if not covered:
        return None
    own = [
        Enrolled(
            str(person.pk),
            one.insurance,
            one.during.lower,
            None if one.during.upper is None else date.fromordinal(one.during.upper.toordinal() - 1),
            {**facts_of(rules.pack, one.facts), "sex": person.sex, "birth_date": person.born},
            one.suspended,
        )
        for one in known.spells
    ]
    deaths = {} if person.died is None else {str(person.pk): person.died}
    periods = entitlement(rules.terms, own, known.payments, deaths)
    found = {
        period.fund: (period.level, period.reason)
        for period in periods
        if period.scheme == scheme and period.from_date <= day <= (period.through_date or date.max)
    }
    layers = rules.pack.layers[scheme].values()
    free = {layer.fund or layer.name for layer in layers} - covered
    return {**dict.fromkeys(free, ("full", "")), **found}
