"""A hospital's month: stated from the closed books, declared, reviewed, appealed, decided and prepaid, each step by
whoever may do it. It is made up, so are the deductions; what becomes of them is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tongchou.faces.cli.town.town import Hospital

SCHEME = "resident"
"""Residents have no accounts of their own; what a relative's pays is in the employees' month."""


@dataclass(frozen=True)
class Finding:
    """Something wrong with a settlement: who found it and of which kind it is, the `share` of what was charged that is
    deducted, and what the institution does about it: it accepts, says nothing, or appeals with a reason."""

    role: str
    kind: str
    article: str
    why: str
    share: Fraction
    answer: str
    reason: str = ""


FINDINGS = (
    Finding("clerk", "review", "监管条例第三十八条第三项", "重复收费", Fraction(1, 4), "accept"),
    Finding("clerk", "review", "监管条例第三十八条第二项", "超量开药", Fraction(1, 2), "appeal", "长期处方已备案"),
    Finding("supervisor", "supervision", "监管条例第三十八条第三项", "超标准收费", Fraction(1, 3), "none"),
)
"""Of the largest settlements, one each; the articles are those of the State Council's decree 735."""
LEAST = 1_00
"""Nobody looks into a settlement of which less is owed, in fen."""
UPHELD = Fraction(1, 3)
"""What stands of a deduction after an appeal."""


def largest(hospitals: Mapping[str, Hospital], day: date) -> str:
    """The level of the hospital that charged most at the counter on a day."""
    return max(hospitals, key=lambda level: sum(fen for _, fen in _charged(hospitals[level], day, day)))


def review_month(staff: Mapping[str, Any], desk: Any, hospital: Hospital, day: date) -> int:
    """State the month of a day, have it declared, reviewed and answered; the number of its statement. Settlements of
    that day are found to be wrong."""
    from tongchou.record.base.actor import acting
    from tongchou.record.payment import queries
    from tongchou.record.payment.declaring import declare
    from tongchou.record.payment.deducting import Entered, deduct
    from tongchou.record.payment.finishing import close_review
    from tongchou.record.payment.opening import open_statement

    with acting(staff["clerk"]):
        number = open_statement(institution_id=hospital.institution, month=day, scheme=SCHEME).pk
    with acting(desk):
        seen = queries.look_at(statement_id=number)
        # What the office settled itself; that it is what the books have is for the command to say.
        own = sum(fen for _, fen in _charged(hospital, day.replace(day=1), _last(day)))
        declare(statement_id=number, fund=own - seen.others, account=0, others=seen.others)
    with acting(staff["clerk"]):
        owed = [one for one in _charged(hospital, day, day) if one[1] >= LEAST]
    wrong = sorted(owed, key=lambda one: (-one[1], one[0]))
    for one, (event, charged) in zip(FINDINGS, wrong, strict=False):
        with acting(staff[one.role]):
            fen = int(charged * one.share)
            deduct(entered=Entered(event=event, fen=fen, kind=one.kind, article=one.article, why=one.why))
    with acting(staff["clerk"]):
        close_review(statement_id=number, reason="审核完毕")
    with acting(desk):
        _answer(number)
    return number


def after_appeals(who: Any, statement: int) -> date:
    """The first day on which nobody can appeal any more."""
    from tongchou.record.base.actor import acting
    from tongchou.record.payment import queries

    with acting(who):
        until = queries.look_at(statement_id=statement).until
    assert until is not None, "the review is closed"
    return until + timedelta(days=1)


def prepay_month(staff: Mapping[str, Any], statement: int) -> None:
    """Decide on what was appealed, make the month final, and prepay it."""
    from tongchou.record.base.actor import acting
    from tongchou.record.payment import queries
    from tongchou.record.payment.appealing import decide_appeal
    from tongchou.record.payment.finishing import finalise
    from tongchou.record.payment.prepaying import prepay

    with acting(staff["reviewer"]):
        for one in queries.deductions(statement_id=statement):
            if one.state == "appealed":
                decide_appeal(deduction_id=one.id, stands=int(one.fen * UPHELD), reason="超出备案的部分成立")
        finalise(statement_id=statement, reason="终审")
    with acting(staff["payer"]):
        prepay(statement_id=statement)


def _answer(statement: int) -> None:
    """The insurance office reads what it is told, and does what it does about it."""
    from tongchou.record.payment import queries
    from tongchou.record.payment.appealing import accept, appeal

    for found, one in zip(FINDINGS, queries.deductions(statement_id=statement), strict=False):
        if found.answer == "accept":
            accept(deduction_id=one.id)
        elif found.answer == "appeal":
            appeal(deduction_id=one.id, reason=found.reason)


def _charged(hospital: Hospital, first: date, last: date) -> list[tuple[int, int]]:
    """Settlements of a hospital in scope → what funds and other bearers owe for them, in fen."""
    from tongchou.record.settlement.models import Event

    rows = Event.objects.filter(institution=hospital.institution, scheme=SCHEME, day__gte=first, day__lte=last)
    return [(number, said["fund_pay_sumamt"]) for number, said in rows.order_by("id").values_list("id", "fields")]


def _last(day: date) -> date:
    from tongchou.ground.dates import add_months

    return add_months(day.replace(day=1), 1, "clamp") - timedelta(days=1)
