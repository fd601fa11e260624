"""Declaring the figures that bases come from, such as wages."""

from __future__ import annotations

from datetime import date

from tongchou.engines.contributions.terms import base_fact
from tongchou.ground.errors import fail
from tongchou.ground.money import MAX_FEN
from tongchou.ground.region.contribution_kinds import Base
from tongchou.ground.region.values import value_of
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import current
from tongchou.record.contributions.models import Declaration
from tongchou.record.orgs.commands import organisation
from tongchou.record.orgs.models import Organisation
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.queries import in_sight


@command("contributions.declare", needs="enrolment.write")
def declare(*, person_id: int, fact: str, fen: int, since: date, employer: int | None = None) -> Declaration:
    """Declare a figure of a person, in fen a month, from a day on; it holds until a later one (CON-04). Floor and
    ceiling are the rules' affair. An employer declares for itself those who work for it on that day.

    Raises J112 for a figure that no base is made of, or that cannot be; J122, A114.
    """
    lock(("declaration", person_id))
    found, firm = in_sight(person_id), its_employer(employer)
    check_figure(fact, fen, figures())
    if current().kind == "employer" and not found.employments.filter(employer=firm, during__contains=since).exists():
        raise fail("J122", day=since)
    return Declaration.objects.create(person=found, employer=firm, fact=fact, fen=fen, since=since, at=clock.now())


def figures() -> set[str]:
    """The figures that bases of the pack in force are made of."""
    known = {base_fact(value_of(one, Base)) for one in pack_in_force().facts if one.kind == "base.*"}
    return {one for one in known if one is not None}


def check_figure(fact: str, fen: int, known: set[str]) -> None:
    """Raises J112 for a figure that no base is made of (`known`), or that cannot be."""
    if fact not in known:
        raise fail("J112", why=f"{fact}（{'、'.join(sorted(known))}）")
    if not 0 <= fen <= MAX_FEN:
        raise fail("J112", why=str(fen))


def its_employer(employer: int | None) -> Organisation | None:
    """The employer through whom something is declared: an employer is so itself. Raises A114, P111 for one that is
    none."""
    if employer is None:
        employer = actor().organisation if current().kind == "employer" else None
    firm = None if employer is None else organisation(employer)
    if firm is not None and firm.kind != "employer":
        raise fail("P111", name=firm.name)
    return firm
