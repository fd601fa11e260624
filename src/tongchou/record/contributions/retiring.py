"""Retirement: the choice of whoever has the months, making up for those who lack some, or the end of the relation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from tongchou.engines.contributions import Retirement as Found
from tongchou.engines.contributions import retire as decide
from tongchou.ground.errors import fail
from tongchou.record.audit import trail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import system
from tongchou.record.contributions.models import Assessment, Declaration, Order, Part, Retirement, Share
from tongchou.record.contributions.months import months_of
from tongchou.record.contributions.postings import Due, post_assessment
from tongchou.record.enrolment.changing import change, end_after, spell_on
from tongchou.record.enrolment.insurances import check_facts
from tongchou.record.enrolment.timeline import spells_of, state_of
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.models import Person
from tongchou.record.people.queries import known_as, person

MAKE_UP = "补缴"
_ALL = system("declarations of rows merged into a person who is in scope")


def prospects(*, person_id: int, insurance: str, requirement: str, pensioned: bool, willing: bool) -> Found:
    """What retirement today would come to, without deciding anything: the choice, or what is missing and what making up
    for it costs in fen (TRF-04 … TRF-06)."""
    actor().needs("contributions.read")
    who = person(person_id)
    trail.seen("contributions.prospects", [who.pk])
    return _found(who, insurance, requirement, clock.today(), pensioned, willing)


@command("contributions.retire", needs="contributions.assess")
def retire(
    *,
    person_id: int,
    insurance: str,
    requirement: str,
    pensioned: bool,
    choice: str,
    reason: str,
    facts: Mapping[str, Any] | None = None,
) -> Retirement:
    """Record the retirement: a choice among what the rules offer, an order for the months to be made up if any are, or,
    without a choice, the last day of the relation, with which the enrolment ends. `facts` are what is others in the
    enrolment from today on, such as status 退休, or, where months are to be made up, from the day on which that is
    received (TRF-05). Raises P002 for an unknown requirement, J115 for what is not offered,
    J116 when it is recorded already, E105 for facts without an enrolment today, C003 … for facts that cannot be."""
    who, today = person(person_id), clock.today()
    lock(("retirement", who.pk), ("months", who.pk), ("person", who.pk))
    if Retirement.objects.filter(person=who, insurance=insurance, requirement=requirement).exists():
        raise fail("J116", requirement=requirement)
    found = _found(who, insurance, requirement, today, pensioned, willing=bool(choice))
    if choice and choice not in found.offers:
        raise fail("J115", choice=choice, offers="、".join(found.offers) or "无")
    months = months_of(who.pk, insurance, pack_in_force())
    ends = None if choice else found.ends_on or _found(who, insurance, requirement, today, False, False).ends_on
    if ends is not None:
        end_after(who, insurance, ends, "contributions.retire", reason)
    elif facts:
        spell = spell_on(who, insurance, today)
        after = {**spell.facts, **facts}
        if found.make_up:
            check_facts(pack_in_force(), insurance, after, today, who.sex, who.born)
        else:
            change(spell, today, state_of(spell, facts=after), "contributions.retire", reason)
    return Retirement.objects.create(
        person=who,
        insurance=insurance,
        requirement=requirement,
        day=today,
        actual=months.actual,
        cumulative=months.cumulative,
        missing=found.missing if choice else 0,
        make_up=_order(who, insurance, found, today) if choice and found.make_up else None,
        choice=choice,
        facts=dict(facts or {}) if choice and found.make_up else {},
        ends_on=ends,
        cite="、".join(found.cites),
        by=actor().user,
        at=clock.now(),
    )


def made_up(order: Order, paid: bool) -> None:
    """What a retirement waited for has come, or turns out not to have: the enrolment becomes what was said then, or
    what it was before, from today on. Whoever receives has locked the person; what has ended meanwhile stays so."""
    one = Retirement.objects.within(_ALL).filter(make_up=order).select_related("person").first()
    rows = [] if one is None else list(spells_of(one.person, one.insurance))
    today = clock.today()
    spell = next((row for row in rows if today in row.during and not row.suspended), None)
    if one is None or spell is None:
        return
    before = next((row for row in rows if row.during.upper == spell.during.lower), spell)
    facts = {**spell.facts, **one.facts} if paid else before.facts
    if facts != spell.facts and (paid or one.facts.items() <= spell.facts.items()):
        done = "contributions.made_up" if paid else "contributions.not_made_up"
        change(spell, today, state_of(spell, facts=facts), done, f"{MAKE_UP} {order.pk}")


def _found(who: Person, insurance: str, requirement: str, day: date, pensioned: bool, willing: bool) -> Found:
    pack = pack_in_force()
    months = months_of(who.pk, insurance, pack)
    facts = _facts(who, insurance, day)
    return decide(pack, insurance, requirement, months, day, pensioned=pensioned, willing=willing, facts=facts)


def _facts(who: Person, insurance: str, day: date) -> Mapping[str, Any]:
    """Facts as the engine takes them for one person: typed, bases in yuan."""
    spell = who.spells.filter(insurance=insurance, during__startswith__lte=day).order_by("-during").first()
    said = {} if spell is None else {str(name): value for name, value in spell.facts.items()}
    declared = Declaration.objects.within(_ALL).filter(person_id__in=known_as([who.pk]), since__lte=day)
    bases = {one.fact: Fraction(one.fen, 100) for one in declared.order_by("since", "id")}
    return {**said, "sex": who.sex, "birth_date": who.born, **bases}


def _order(who: Person, insurance: str, found: Found, today: date) -> Order:
    """What is to be made up, as an order with one part: the person's own, without any subsidy (TRF-05)."""
    cite = "、".join(found.cites)[:300]
    run = Assessment.objects.create(
        agency=who.agency, insurance=insurance, day=today, pack=pack_in_force().hash, by=actor().user, at=clock.now()
    )
    share = Share.objects.create(
        assessment=run, levy=MAKE_UP, payer="个人", kind="person", state="due", due_on=None, claims="", cite=cite
    )
    order = Order.objects.create(
        assessment=run, person=who, insurance=insurance, levy=MAKE_UP, first=today, through=today, whole=found.make_up
    )
    Part.objects.create(order=order, share=share, fen=found.make_up)
    post_assessment(run, [Due(who.agency_id, today, MAKE_UP, share.kind, "", found.make_up)])
    return order
