"""Settling again what stands, as the record now knows it: what would differ, computed without writing anything.

Accounts pay in it out of what the settlements drew from them and what is free in them today.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from tongchou.engines.benefits.claim import Claim, Settlement
from tongchou.engines.benefits.history import SETTLE, History
from tongchou.engines.benefits.history import Event as Happened
from tongchou.engines.benefits.state import Key, State
from tongchou.engines.benefits.supplement import Supplement, supplement
from tongchou.record.accounts.entries import held
from tongchou.record.base import clock
from tongchou.record.base.scope import system
from tongchou.record.people.models import Membership, Person
from tongchou.record.settlement import reading, stored
from tongchou.record.settlement.claims import Choice, claim_of
from tongchou.record.settlement.models import Accumulator, Event
from tongchou.record.settlement.rules import Rules
from tongchou.record.settlement.state import ACCOUNT

_ALL = system("a household is settled again as a whole")


@dataclass(frozen=True)
class Corrected:
    """Live settlements in their order, the claim of each as the record now knows it, and what differs."""

    events: Sequence[Event]
    claims: Sequence[Claim]
    found: Supplement

    def first(self) -> int:
        """The place of the first event that differs; from there on all are settled again."""
        changed = {one.claim_id for one in self.found.differences}
        return next(place for place, claim in enumerate(self.claims) if claim.id in changed)


def concerned(person: Person, since: date) -> list[Event]:
    """The live settlements of a person's household from a day on, in their order."""
    homes = Membership.objects.within(_ALL).filter(person=person).values("household")
    rows = Event.objects.within(_ALL).filter(
        Q(person=person) | Q(household__in=homes), kind="settle", reversed_by=None, basis_date__gte=since
    )
    return list(rows.select_related("visit__person", "visit__institution").order_by("id"))


def correct(events: Sequence[Event], rules: Rules) -> Corrected:
    """Settle them again by `rules`. Raises V104 or V105 where somebody is not enrolled, or not authorised, any more."""
    claims = [corrected(event, rules) for event in events]
    by_id = {claim.id: claim for claim in claims}
    history = History(rules.engine, _opening(events))
    history.events = [
        Happened(number, SETTLE, claim := stored.claim_from_json(event.claim), _as_it_was(event, claim))
        for number, event in enumerate(events, 1)
    ]
    return Corrected(events, claims, supplement(history, rules.engine, lambda claim: by_id[claim.id]))


def corrected(event: Event, rules: Rules) -> Claim:
    """The claim of an event as the record now knows it; chosen and settled as it was then."""
    was = stored.claim_from_json(event.claim)
    person = event.visit.person_id
    homes = list(Membership.objects.within(_ALL).filter(person=person))
    known = reading.read(event.visit_id, person, homes, reading.lines([int(line.id) for line in was.lines]))
    return claim_of(known, rules, chosen(was), was.id, event.day)


def chosen(claim: Claim) -> Choice:
    """What was chosen at the counter for a claim."""
    return Choice(
        str(claim.facts.get("account_use", "own")),
        None if claim.account_person is None else int(claim.account_person[1:]),
        claim.given,
        claim.facts.get("option"),
    )


def _as_it_was(event: Event, claim: Claim) -> Settlement:
    told = {"claim": claim, "paid": event.paid, "hospital": event.hospital, "cash": event.cash}
    return Settlement.unfolding(told)


def _opening(events: Sequence[Event]) -> State:
    """The state without these events."""
    subjects = {f"p{event.person_id}" for event in events} | {f"h{event.household_id}" for event in events}
    rows = Accumulator.objects.filter(subject__in=subjects).values_list("name", "subject", "period", "each", "fen")
    state = State({Key(*row[:4]): row[4] for row in rows})
    owners = {event.account_person or event.person_id for event in events}
    for one in held(owners):
        state.amounts[Key(ACCOUNT + one.account, f"p{one.person}", "ever")] = max(0, one.free(clock.today()))
    for event in events:
        state.apply({key: -change for key, change in stored.delta_from_json(event.delta).items()})
    return state
