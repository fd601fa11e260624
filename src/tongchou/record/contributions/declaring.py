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
from tongchou.record.base.lock import lock
from tongchou.record.contributions.models import Declaration
from tongchou.record.orgs.commands import organisation
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.queries import person


@command("contributions.declare", needs="enrolment.write")
def declare(*, person_id: int, fact: str, fen: int, since: date, employer: int | None = None) -> Declaration:
    """Declare a figure of a person, in fen a month, from a day on; it holds until a later one (CON-04). Floor and
    ceiling are the rules' affair. Raises J112 for a figure that no base is made of, or that cannot be."""
    lock(("declaration", person_id))
    found = person(person_id)
    known = {base_fact(value_of(one, Base)) for one in pack_in_force().facts if one.kind == "base.*"} - {None}
    if fact not in known:
        raise fail("J112", why=f"{fact}（{'、'.join(sorted(str(one) for one in known))}）")
    if not 0 <= fen <= MAX_FEN:
        raise fail("J112", why=str(fen))
    return Declaration.objects.create(
        person=found,
        employer=None if employer is None else organisation(employer),
        fact=fact,
        fen=fen,
        since=since,
        at=clock.now(),
    )
