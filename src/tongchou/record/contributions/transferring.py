"""Moving the relation to another region and from one, with a certificate (TRF-01 … TRF-03)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from tongchou.engines.contributions import Certificate, Months, transfer_in, transfer_out
from tongchou.ground.errors import fail
from tongchou.ground.money import MAX_FEN
from tongchou.record.accounts import entries
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.contributions.models import MonthsEntry, Transfer
from tongchou.record.contributions.months import MOST, months_of
from tongchou.record.enrolment.changing import begin, days_of, employer_of, end_after
from tongchou.record.enrolment.insurances import insurance as name_of
from tongchou.record.enrolment.timeline import State
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.models import Person
from tongchou.record.people.queries import person

_KINDS = ("actual", "deemed", "converted")


@command("contributions.transfer_out", needs="accounts.write")
def send(
    *, person_id: int, insurance: str, region: str, number: str, until: date, reason: str, account: str = ""
) -> Transfer:
    """Write the certificate of somebody who leaves: all months, and the whole of the account where one is named; here
    they are none any more, and the enrolment ends after the day. Raises J113 for a number that was used, J114 when
    there is nothing to take along, E103 for a day after death: who died does not move."""
    found, pack = _living(person_id, until), pack_in_force()
    lock(("months", found.pk), ("person", found.pk), *entries.lock_keys([found.pk]))
    months = months_of(found.pk, insurance, pack)
    left = entries.the(found.pk, insurance, account).free(clock.today()) if account else 0
    if not (months.cumulative or left):
        raise fail("J114", why="0")
    made = _write(transfer_out(str(found.pk), insurance, region, months, left, until), found.pk, "out", number, account)
    _enter(made, found.pk, -1)
    end_after(found, insurance, until, "contributions.transfer_out", reason)
    return made


@command("contributions.transfer_in", needs="accounts.write")
def take(
    *,
    person_id: int,
    insurance: str,
    region: str,
    number: str,
    actual: int,
    deemed: int,
    converted: int,
    fen: int,
    until: date,
    reason: str,
    account: str = "",
    since: date | None = None,
    employer: int | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Transfer:
    """Take over what a certificate says: moving costs no months (TRF-03). With `since` the person is enrolled here from
    that day on, through an employer or alone. Raises J113 for a certificate that was used, J114 for months or money
    that cannot be, or money without an account, E103 for a day after death, and what `enrolment.enrol` does."""
    found, pack = _living(person_id, until), pack_in_force()
    lock(("months", found.pk), ("person", found.pk), *entries.lock_keys([found.pk]))
    there = Months(actual, deemed, converted)
    if min(actual, deemed, converted) < 0 or until > clock.today() or (fen and not account):
        raise fail("J114", why=f"{actual}+{deemed}+{converted}")
    if not 0 <= fen <= MAX_FEN:
        raise fail("J114", why=str(fen))
    certificate = Certificate(str(found.pk), insurance, region, there, fen, until)
    together, _ = transfer_in(months_of(found.pk, insurance, pack), certificate)
    if together.cumulative > MOST:
        raise fail("J114", why=str(together.cumulative))
    made = _write(certificate, found.pk, "in", number, account)
    _enter(made, found.pk, 1)
    if since is not None:
        state = State(employer_of(found, employer, since), dict(facts or {}))
        begin(found, name_of(pack, insurance), days_of(found, since, None), state)
    return made


def _living(number: int, on: date) -> Person:
    found = person(number)
    if found.died is not None and on > found.died:
        raise fail("E103")
    return found


def _write(one: Certificate, person_id: int, direction: str, number: str, account: str) -> Transfer:
    try:
        with transaction.atomic():
            return Transfer.objects.create(
                person_id=person_id,
                direction=direction,
                number=number,
                insurance=one.scheme,
                region=one.region,
                actual=one.months.actual,
                deemed=one.months.deemed,
                converted=one.months.converted,
                account=account,
                fen=one.account,
                until=one.until,
                by=actor().user,
                at=clock.now(),
            )
    except IntegrityError as error:
        raise fail("J113", number=number) from error


def _enter(made: Transfer, person_id: int, sign: int) -> None:
    rows = [
        MonthsEntry(
            person_id=person_id,
            insurance=made.insurance,
            kind=kind,
            months=sign * getattr(made, kind),
            evidence=f"{made.region} {made.number}",
            transfer=made,
            by=actor().user,
            at=clock.now(),
        )
        for kind in _KINDS
        if getattr(made, kind)
    ]
    MonthsEntry.objects.bulk_create(rows)
    if made.fen:
        moved = entries.Movement(
            person=person_id,
            insurance=made.insurance,
            account=made.account,
            day=clock.today(),
            kind=f"transfer_{made.direction}",
            fen=sign * made.fen,
            source=f"transfer {made.pk}",
            to=made.region if sign < 0 else "",
        )
        entries.enter([moved])
