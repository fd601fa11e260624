"""重算补差 as a case: one opens it and sees who owes whom, another decides, and the differences are posted.

What was settled stands in the record: it is reversed and settled again by new events, from the first that differs on.
What the institution had from the patient in cash it does not get again, so a difference passes on to the person.
"""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError

from tongchou.engines.benefits.supplement import Difference as Found
from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.ledger.posting import Fund, Leg, post
from tongchou.record.people.queries import person as the_person
from tongchou.record.settlement.correcting import Corrected, concerned, correct
from tongchou.record.settlement.keeping import keep, void
from tongchou.record.settlement.models import Difference, Event, Supplement
from tongchou.record.settlement.reversing import lock_keys
from tongchou.record.settlement.rules import Rules
from tongchou.record.settlement.settling import rules_now
from tongchou.record.settlement.stepping import settle_claim

SUPPLEMENT = "supplement"


@command("settlement.open_supplement", needs="settlement.correct")
def open_supplement(*, person_id: int, why: str, since: date, reason: str) -> Supplement:
    """Open a case and keep what differs. Raises V301 where nothing does, V304 while another is open."""
    person = the_person(person_id)
    found = correct(concerned(person, since), rules_now())
    if not found.found.differences:
        raise fail("V301")
    try:
        case = Supplement.objects.create(
            person=person, why=why, since=since, reason=reason, opened_by=actor().user, opened_at=clock.now()
        )
    except IntegrityError as error:
        raise fail("V304") from error
    by_claim = {claim.id: event for claim, event in zip(found.claims, found.events, strict=True)}
    Difference.objects.bulk_create(
        Difference(supplement=case, event=by_claim[one.claim_id], payer=one.payer, old=one.old, new=one.new)
        for one in found.found.differences
    )
    return case


@command("settlement.refuse_supplement", needs="settlement.approve")
def refuse_supplement(*, supplement_id: int, reason: str) -> Supplement:
    """What was settled stands. Raises V302 for a case that is decided, A112 for whoever opened it, A114."""
    return _decide(_open(supplement_id), "refused")


@command("settlement.approve_supplement", needs="settlement.approve")
def approve_supplement(*, supplement_id: int, reason: str) -> list[Event]:
    """Post the differences; the new events. Raises V302 for a case that is decided, V303 where they are no longer those
    that were shown, A112 for whoever opened it, S301 where the household settled meanwhile, A114."""
    case = _open(supplement_id)
    before = concerned(case.person, case.since)
    lock(("supplement", case.pk), *lock_keys(before))
    events, rules = concerned(case.person, case.since), rules_now()
    if [one.pk for one in events] != [one.pk for one in before]:
        raise fail("S301", what="household")
    found = correct(events, rules)
    shown = set(case.differences.values_list("event__claim__id", "payer", "old", "new"))
    if shown != {(one.claim_id, one.payer, one.old, one.new) for one in found.found.differences}:
        raise fail("V303")
    made = _settle_again(found, rules)
    _pass_on(case, found, rules)
    _decide(case, "approved")
    return made


def _settle_again(found: Corrected, rules: Rules) -> list[Event]:
    """Reverse from the last to the first that differs, then settle in order; what is refused now stays reversed."""
    first, refused = found.first(), {one.claim.id for one in found.found.refused}
    made = [void(event, because=event.pk) for event in reversed(found.events[first:])]
    for event, claim in zip(found.events[first:], found.claims[first:], strict=True):
        if claim.id not in refused:
            settled = settle_claim(claim, rules, event.account_scheme)
            made.append(keep(event.visit, settled, rules, payee=event.payee, because=event.pk))
    return made


def _pass_on(case: Supplement, found: Corrected, rules: Rules) -> None:
    """What the funds pay more is owed to the person, what they pay less is to be recovered; a manual claim's payee is
    owed it already."""
    events = {claim.id: event for claim, event in zip(found.claims, found.events, strict=True)}
    legs: list[Leg] = []
    for one in found.found.differences:
        event = events[one.claim_id]
        if event.payee is None and one.payer not in ("cash", "hospital"):
            legs += _legs(event, one, rules)
    post(SUPPLEMENT, f"supplement {case.pk}", clock.today(), legs)


def _legs(event: Event, one: Found, rules: Rules) -> list[Leg]:
    layer = rules.pack.layers[event.scheme][one.payer]
    if layer.bearer == "hospital":
        return []
    fund = Fund(
        event.scheme, event.county_id, layer.account or layer.fund or layer.name, event.year, layer.bearer
    )  # as `postings` has it
    account = "person_payable" if one.amount > 0 else "recovery_due"
    return [
        Leg("provider_payable", fund, one.amount, organisation=event.institution.organisation_id),
        Leg(account, fund, -one.amount, person=event.person_id),
    ]


def _open(number: int) -> Supplement:
    case = Supplement.objects.select_related("person").filter(id=number).first()
    if case is None:
        raise fail("A114")
    if case.state != "open":
        raise fail("V302")
    if actor().user is not None and actor().user == case.opened_by:
        raise fail("A112")
    return case


def _decide(case: Supplement, state: str) -> Supplement:
    """Raises V302 where somebody decided meanwhile."""
    decided = Supplement.objects.filter(id=case.pk, state="open").update(
        state=state, decided_by=actor().user, decided_at=clock.now()
    )
    if not decided:
        raise fail("V302")
    case.refresh_from_db()
    return case
