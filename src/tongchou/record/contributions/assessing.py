"""Assess a month: who owes what goes from the engine into orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from psycopg.types.range import DateRange

from tongchou.engines.contributions import assess
from tongchou.engines.contributions.assess import Assessment as Found
from tongchou.engines.contributions.terms import CASH, CREDITS, LEVIES, rules_on
from tongchou.ground.dates import add_months
from tongchou.ground.errors import fail
from tongchou.record.accounts.bulk import credit_many, year_key
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.contributions import crediting
from tongchou.record.contributions.facts import people_of
from tongchou.record.contributions.models import Assessment, CashDue, NotAssessed
from tongchou.record.contributions.ordering import Fresh, Periods
from tongchou.record.contributions.postings import post_cash
from tongchou.record.enrolment.models import Spell
from tongchou.record.orgs.commands import organisation
from tongchou.record.orgs.models import Organisation
from tongchou.record.packs.queries import pack_in_force


@dataclass(frozen=True)
class Assessed:
    """What a run came to. `people` were looked at; `ordered` orders were written; `left_out` were ordered before;
    `refused` people could not be assessed, and stand with their reasons under the assessment."""

    assessment: int | None
    people: int
    ordered: int
    left_out: int
    refused: int


@command("contributions.assess", needs="contributions.assess")
def assess_month(*, insurance: str, month: date, employer: int | None = None, agency: int | None = None) -> Assessed:
    """Order what the people of an employer, of an agency's branch, or all in scope owe for a month (a yearly levy: for
    the insurance year of that month), by the rules and facts of its first day.

    Whoever has an order for the period is left out, so that a run can be done again. Who cannot be assessed is refused
    alone. Rules CON-01 … CON-10. Raises C007 for an insurance that is no scheme, J101 when nobody is to be assessed,
    J102 when another run was faster.
    """
    pack, day = pack_in_force(), month.replace(day=1)
    rules, periods = rules_on(pack, insurance, day), Periods(pack, day)
    where, firm = _where(employer, agency)
    people = people_of(rules, _spells(insurance, day, firm, where))
    if not len(people):
        raise fail("J101", whom="" if firm is None else f"{firm.name} ", month=f"{day:%Y-%m}")
    # What an employer may count as a cost (CON-11) is asked by employers with their payroll, not here.
    only = {str(one.name) for kind in (LEVIES, CASH, CREDITS) for one in rules.of(kind)}
    found = assess(pack, people, insurance, day, only=only)
    lock(("assess", f"{insurance} {day:%Y-%m}"), year_key(pack, insurance, day))
    fresh = Fresh(found, people, insurance, periods)
    credit_many(insurance, crediting.credited_at_once(rules, found, people, periods, fresh))
    if not (fresh.some or found.refused or len(found.cash)):
        return Assessed(None, len(people), 0, fresh.left_out, 0)
    run = Assessment.objects.create(
        agency=where, employer=firm, insurance=insurance, day=day, pack=pack.hash, by=actor().user, at=clock.now()
    )
    try:
        with transaction.atomic():
            fresh.write(run)
    except IntegrityError as error:
        raise fail("J102") from error
    crediting.write_credits(run, rules, found, fresh)
    _write_cash(run, found, day)
    persons = people["person_id"]
    refused = [
        NotAssessed(assessment=run, person_id=int(persons[row].as_py()), code=one.code, says=one.message()[:500])
        for row, problems in found.refused.items()
        for one in problems[:1]
    ]
    NotAssessed.objects.bulk_create(refused, batch_size=5_000)
    return Assessed(run.pk, len(people), len(fresh.rows), fresh.left_out, len(found.refused))


def _where(employer: int | None, agency: int | None) -> tuple[Organisation, Organisation | None]:
    """The agency that the run is kept under, and the employer it is for. Raises A114, P111 for one that is none."""
    if employer is not None:
        firm = organisation(employer)
        if firm.kind != "employer" or firm.parent is None:
            raise fail("P111", name=firm.name)
        return firm.parent, firm
    mine = agency if agency is not None else actor().organisation
    where = organisation(mine) if mine is not None else Organisation.objects.filter(kind="agency").order_by("path")[0]
    if where.kind != "agency":
        raise fail("A114")
    return where, None


def _spells(insurance: str, day: date, firm: Organisation | None, where: Organisation) -> QuerySet[Spell]:
    month = DateRange(day, add_months(day, 1, "clamp"))
    spells = Spell.objects.filter(insurance=insurance, suspended=False, during__overlap=month)
    if firm is not None:
        return spells.filter(employer=firm)
    return spells.filter(person__agency__path__startswith=where.path)


def _write_cash(run: Assessment, found: Found, day: date) -> None:
    rows = [
        CashDue(
            assessment=run,
            person_id=int(one["person_id"]),
            name=one["cash"],
            first=day,
            fen=one["fen"],
            cite=one["cite"],
        )
        for one in found.cash.to_pylist()
    ]
    CashDue.objects.bulk_create(rows, batch_size=5_000, ignore_conflicts=True)
    post_cash(run)
