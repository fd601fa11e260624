"""Registering a visit, and what becomes of it until it is settled: changed, discharged, cancelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tongchou.ground.errors import fail
from tongchou.ground.region.pack import Pack
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.lock import lock
from tongchou.record.base.prepared import Statement, insert_all, together
from tongchou.record.base.remembered import Parameter, Remembered
from tongchou.record.base.scope import system
from tongchou.record.enrolment.models import Spell
from tongchou.record.filings.about import About, about
from tongchou.record.packs.queries import IN_FORCE as IN_FORCE_NOW
from tongchou.record.packs.queries import pack_among, pack_in_force
from tongchou.record.people.models import Person
from tongchou.record.providers.models import Institution
from tongchou.record.providers.queries import (
    IN_FORCE,
    Standing,
    agreement_among,
    agreement_on,
    asking_agreement,
    institution,
)
from tongchou.record.visits import admissions, facts
from tongchou.record.visits.charging import withdraw
from tongchou.record.visits.keeping import check_day, locked, standing_settlement
from tongchou.record.visits.models import Charge, Visit

_ALL = system("whether somebody is enrolled is asked of the record, not of who asks")
_UNCHANGED: Mapping[str, Any] = {}


@command("visits.register", needs="settlement.write")
def register(
    *,
    institution_id: int,
    number: str,
    scheme: str,
    kind: str,
    admitted: date,
    person_id: int | None = None,
    certificate: tuple[str, str] | None = None,
    facts_of_visit: Mapping[str, Any] = _UNCHANGED,
    stay: bool = False,
    episode: str = "",
    filing: str = "",
    hour: datetime | None = None,
) -> Visit:
    """Register a visit under the institution's own number; the same again is answered by the same visit.

    A `stay` is open until it is discharged; any other visit is over on its day. An institution names the person by the
    certificate that lies before it. `filing`: the type of filing by which the region registers admissions, filed along;
    `hour`: when on the day the admission was, which tells it from a stay that ended on the same day.

    Raises V201 for another visit under the number, V202 for a kind that there is not, V203 for a fact that is not for
    an institution to say, V104 for somebody who is not enrolled, V205 after a death, V204 without an agreement in force
    for the kind, V208 for a day to come, A114, and F0xx of the filing.
    """
    at, whom = institution(institution_id), about(person_id, certificate, None)
    if whom.person is None:
        raise fail("A114")
    lock(whom.key, ("settling", whom.person.pk), ("visit", f"{at.pk} {number}"))
    given = Given(number, scheme, kind, admitted, facts_of_visit, stay, episode, filing, hour)
    return enter(at, whom, whom.person, given)


@dataclass(frozen=True)
class Given:
    """A visit as `register` is told of it."""

    number: str
    scheme: str
    kind: str
    admitted: date
    facts: Mapping[str, Any] = field(default_factory=dict)
    stay: bool = False
    episode: str = ""
    filing: str = ""
    hour: datetime | None = None


def enter(at: Institution, whom: About, person: Person, given: Given) -> Visit:
    """What `register` does, for a command that has locked the person and the number."""
    asked = {"person": person.pk, "insurance": given.scheme, "day": given.admitted}
    in_force, before, spells, *agreed = together(
        Statement(IN_FORCE_NOW, [clock.now()]),
        _KNOWN.asking(institution=at.pk, number=given.number),
        _SPELLS.asking(**asked),
        *asking_agreement(at.pk, given.kind, given.admitted),
    )
    pack = pack_among(in_force)
    said = facts.check(pack, given.scheme, given.facts)
    for known in _KNOWN.found(before):
        same = (person.pk, given.scheme, given.kind, given.admitted, said, given.episode)
        if same != (known.person_id, known.scheme, known.kind, known.admitted, known.facts, known.episode):
            raise fail("V201", number=given.number)
        return known
    check_day(given.number, given.admitted, date.min, clock.today())
    check_kind(pack, given.scheme, given.kind)
    _check_enrolled(person, given.scheme, given.admitted, spells)
    _check_agreement(agreement_among(agreed), given.kind, given.admitted)
    registration = None
    if given.filing:
        registration = admissions.file_admission(
            whom, given.scheme, given.filing, at.code, given.admitted, said, given.hour
        )
    visit = Visit(
        institution=at,
        person=person,
        number=given.number,
        scheme=given.scheme,
        kind=given.kind,
        admitted=given.admitted,
        discharged=None if given.stay else given.admitted,
        facts=said,
        episode=given.episode,
        state="open" if given.stay else "discharged",
        registered_at=clock.now(),
        filing=registration,
    )
    insert_all([visit])
    return visit


_KNOWN: Remembered[Visit] = Remembered(
    lambda scope: Visit.objects.within(scope).filter(institution=Parameter("institution"), number=Parameter("number"))
)


@command("visits.change", needs="settlement.write")
def change(
    *,
    visit_id: int,
    reason: str,
    kind: str | None = None,
    facts_of_visit: Mapping[str, Any] | None = None,
    episode: str | None = None,
) -> Visit:
    """Correct what was registered, before it is settled; what is not given stays. Raises V206 where a settlement
    stands, V109 for a cancelled visit, and as `register`."""
    visit = locked(visit_id)
    _nothing_settled(visit)
    pack = pack_in_force()
    if kind is not None and kind != visit.kind:
        check_kind(pack, visit.scheme, kind)
        _check_agreement(agreement_on(visit.institution_id, kind, visit.admitted), kind, visit.admitted)
        visit.kind = kind
    if facts_of_visit is not None:
        visit.facts = facts.check(pack, visit.scheme, facts_of_visit)
    if episode is not None:
        visit.episode = episode
    visit.save()
    return visit


@command("visits.discharge", needs="settlement.write")
def discharge(*, visit_id: int, day: date) -> Visit:
    """End a stay on a day; the same again changes nothing. Raises V208 for a day before the admission or a fee, or to
    come, V207 for one discharged on another day, V109."""
    visit = locked(visit_id)
    if visit.state == "discharged":
        if visit.discharged == day:
            return visit
        raise fail("V207", visit=visit.number, state=visit.get_state_display(), action="办理出院")
    last = (
        Charge.objects.filter(visit=visit, withdrawn=None).order_by("-fee_at").values_list("fee_at", flat=True).first()
    )
    first = visit.admitted if last is None else max(visit.admitted, clock.day_of(last))
    check_day(visit.number, day, first, clock.today())
    visit.discharged, visit.state, visit.discharged_at = day, "discharged", clock.now()
    visit.save()
    return visit


@command("visits.undo_discharge", needs="settlement.write")
def undo_discharge(*, visit_id: int, reason: str) -> Visit:
    """The stay goes on. Raises V207 for a visit that was not discharged, V206 where a settlement stands that was made
    since, F010 where the person was admitted again."""
    visit = locked(visit_id)
    if visit.discharged_at is None:
        raise fail("V207", visit=visit.number, state=visit.get_state_display(), action="撤销出院")
    settled = standing_settlement(visit, since=visit.discharged_at)
    if settled is not None:
        raise fail("V206", visit=visit.number, event=settled)
    admissions.check_alone(visit)
    visit.discharged, visit.state, visit.discharged_at = None, "open", None
    visit.save()
    return visit


@command("visits.cancel", needs="settlement.write")
def cancel(*, visit_id: int, reason: str) -> Visit:
    """As if it had not been: its lines are taken back, the registration of its admission ends. Raises V206 where a
    settlement stands, V109 for one cancelled before."""
    visit = locked(visit_id)
    _nothing_settled(visit)
    withdraw(Charge.objects.filter(visit=visit, withdrawn=None), reason)
    admissions.end(visit, visit.admitted)
    visit.state = "cancelled"
    visit.save()
    return visit


def _nothing_settled(visit: Visit) -> None:
    settled = standing_settlement(visit)
    if settled is not None:
        raise fail("V206", visit=visit.number, event=settled)


def check_kind(pack: Pack, scheme: str, kind: str) -> None:
    """Raises V202 unless it is a kind of visit, and not one that only the end of a year settles."""
    layers = pack.layers.get(scheme, {})
    kinds = [
        name
        for name, through in pack.visits.get(scheme, {}).items()
        if not any(layers[layer].runs == "year_end" for layer in through)
    ]
    if kind not in kinds:
        raise fail("V202", scheme=scheme, kind=kind, known="、".join(kinds))


def check_person(person: Person, scheme: str, admitted: date) -> None:
    """Raises V205 for somebody who had died, V104 for somebody not enrolled on the day."""
    _check_enrolled(person, scheme, admitted, _SPELLS.all(person=person.pk, insurance=scheme, day=admitted))


def _check_enrolled(person: Person, scheme: str, admitted: date, spells: Sequence[object]) -> None:
    if person.died is not None and person.died < admitted:
        raise fail("V205", day=person.died)
    if not spells:
        raise fail("V104", scheme=scheme, day=admitted)


_SPELLS: Remembered[tuple[int]] = Remembered(
    lambda scope: (
        Spell.objects.within(scope)
        .filter(person=Parameter("person"), insurance=Parameter("insurance"), during__contains=Parameter("day"))
        .values_list("id")
    ),
    _ALL,
)


def _check_agreement(standing: Standing, kind: str, day: date) -> None:
    if standing.status != IN_FORCE:
        raise fail("V204", kind=kind, day=day, status=standing.why or standing.status)
