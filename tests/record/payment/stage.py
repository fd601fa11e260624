"""A hospital with a budget whose settlements of a month are in closed books, and the people who see its month
through."""

from datetime import date

from psycopg.types.range import DateRange

from tests.record.ledger.stage import user
from tests.record.orgs.people import organisation
from tests.record.settlement.stage import hospital as institution
from tests.record.settlement.stage import retired, treated
from tongchou.record.base import clock
from tongchou.record.base.actor import Actor, acting
from tongchou.record.base.scope import Scope
from tongchou.record.ledger.months import close_month
from tongchou.record.orgs.models import Organisation
from tongchou.record.payment.declaring import declare
from tongchou.record.payment.deducting import Entered, deduct
from tongchou.record.payment.finishing import close_review, finalise
from tongchou.record.payment.models import Deduction, Statement
from tongchou.record.payment.opening import open_statement
from tongchou.record.providers.models import Agreement, Budget, Institution, Step
from tongchou.record.settlement.models import Event
from tongchou.record.settlement.settling import settle

MAY, JUNE = date(2025, 5, 1), date(2025, 6, 1)
TODAY = date(2025, 6, 3)
LATER = date(2025, 6, 30)
"""After the term of ten working days for appeals against what was told on `TODAY`."""
ENTERS, CLOSES, DECIDES, PAYS = 1, 2, 3, 4
"""Who enters deductions, closes the review, makes it final, and prepays."""


def city() -> Organisation:
    return organisation("agency", organisation("agency"))


def budget(at: Institution, fen: int, year: int = 2025, scheme: str = "employee", kind: str = "住院") -> Budget:
    """A line of an agreement's budget as it stands after two people agreed on it."""
    deal, _ = Agreement.objects.get_or_create(
        institution=at,
        kind="住院",
        state="signed",
        defaults={
            "number": f"A{at.pk}", "applied_on": date(2024, 12, 1), "during": DateRange(date(2024, 1, 1), None)
        },
    )  # fmt: skip
    step = Step.objects.create(
        agreement=deal, verb="budget", reason="年度预算", proposed_at=clock.now(), state="approved"
    )
    return Budget.objects.create(agreement=deal, step=step, year=year, insurance=scheme, kind=kind, fen=fen)


def hospital(where: Organisation, yearly: int = 0) -> Institution:
    """A hospital, with a yearly budget in fen unless it is none."""
    at = institution(where, "二级")
    if yearly:
        budget(at, yearly)
    return at


def stay(at: Institution, where: Organisation, fen: int = 8_000_00, day: date = date(2025, 5, 20)) -> Event:
    """Somebody's stay, settled on a day: of 8,000 yuan the fund pays 6,825 (the page about the books)."""
    with clock.at(day):
        return settle(visit_id=treated(at, retired(where), day.replace(day=1), fen, stays=3).pk)


def closed(month: date = MAY) -> None:
    close_month(book="business", month=month)


def opened(at: Institution, month: date = MAY) -> Statement:
    return open_statement(institution_id=at.pk, month=month, scheme="employee")


def declared(found: Statement) -> Statement:
    return declare(statement_id=found.pk, fund=found.fund, account=found.account, others=found.others)


def entered(event: Event, fen: int, **more: object) -> Entered:
    return Entered(
        **{"event": event.pk, "fen": fen, "kind": "review", "article": "办法第十二条", "why": "超标准收费", **more}
    )


def deducted(event: Event, fen: int, **more: object) -> Deduction:
    with acting(user(ENTERS)):
        return deduct(entered=entered(event, fen, **more))


def reviewed(found: Statement) -> Statement:
    with acting(user(CLOSES)):
        return close_review(statement_id=found.pk, reason="审核完毕")


def final(found: Statement, day: date = LATER) -> Statement:
    with clock.at(day), acting(user(DECIDES)):
        return finalise(statement_id=found.pk, reason="终审")


def at_hospital(at: Institution) -> Actor:
    """Its insurance office."""
    scope = Scope("provider", at.organisation_id)
    return user(9, scope, "statements.read", "statements.declare", "uploads.take")
