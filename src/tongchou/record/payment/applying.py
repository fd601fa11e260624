"""The institution applies for the clearing of a month over the interface, class by class, and withdraws that (3203,
3204). What it applies for is its declaration of the month: a statement is declared when all of its classes are applied
for, whichever comes first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date

from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.ground.money import yuan
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import system
from tongchou.record.matching.totals import Share, shares
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.payment.declaring import declare_as_applied_for, sums_of
from tongchou.record.payment.models import Application, Deduction, Statement
from tongchou.record.payment.steps import month_key, standing, state_of, step
from tongchou.record.providers.queries import institution

_ALL = system("whether a review has begun is asked of all that was deducted")
_NAMES = {
    "count": ("人次", "the number of settlements"),
    "total": ("医疗费总额", "the total fee"),
    "fund": ("基金申报总额", "what the fund is asked for"),
    "account": ("个人账户支出", "what personal accounts paid"),
    "cash": ("现金支付金额", "what was paid in cash"),
}


@command("statements.apply_for_clearing", needs="statements.declare")
def apply_for_clearing(
    *, institution_id: int, clearing: str, month: date, there: Mapping[str, int | None]
) -> Application:
    """Ask that a month's settlements of a clearing class, of all insurances, be cleared; what is left out of the
    institution's figures (`_NAMES`, money in fen) is not compared. Asked again with the same figures it is the same.
    Raises A114, M301 for a month to come, M307 where an insurance of the class is declared, M305 where another
    application stands, M304 for each figure that is not ours."""
    where, month = institution(institution_id), month.replace(day=1)
    if month > clock.today():
        raise fail("M301", why=f"{month:%Y-%m}")
    _lock(where.pk, month)
    before = Application.objects.filter(institution=where, clearing=clearing, month=month, state="declared").first()
    if before is not None and all(said in (None, getattr(before, name)) for name, said in there.items()):
        return before
    settled = shares(where.pk, month)
    stated = list(_statements(where.pk, month, clearing, settled))
    for one in stated:
        if state_of(one) != "opened":
            raise fail("M307", month=f"{month:%Y-%m}", clearing=clearing, statement=one.pk)
    if before is not None:
        raise fail("M305", month=f"{month:%Y-%m}", clearing=clearing)
    here = asdict(sums_of(clearing, settled))
    if problems := list(_differences(here, there)):
        raise ProblemError(*problems)
    made = Application.objects.create(institution=where, clearing=clearing, month=month, at=clock.now(), **here)
    for one in stated:
        declare_as_applied_for(one, settled)
    return made


@command("statements.withdraw_application", needs="statements.declare")
def withdraw_application(*, institution_id: int, application: int) -> Application:
    """Withdraw an application, and with it the declaration of each insurance that has settlements of its class; again
    changes nothing. Raises A114, M306 once anything was deducted or the review was closed."""
    found = Application.objects.filter(institution=institution_id, id=application).first()
    if found is None:
        raise fail("A114")
    _lock(institution_id, found.month)
    found.refresh_from_db()
    if found.state == "withdrawn":
        return found
    for one in _statements(institution_id, found.month, found.clearing, shares(institution_id, found.month)):
        if (state := state_of(one)) == "opened":
            continue
        if state != "declared" or Deduction.objects.within(_ALL).filter(statement=one).exists():
            raise fail("M306", application=found.pk, statement=one.pk)
        step(one, "opened", "3204 清算申请撤销")
    found.state, found.decided_at = "withdrawn", clock.now()
    found.save()
    return found


def _lock(institution_id: int, month: date) -> None:
    """All of the institution's month: what one application lacks for a statement another may bring."""
    lock(*(month_key(institution_id, month, scheme) for scheme in pack_in_force().region.schemes))


def _statements(institution_id: int, month: date, clearing: str, settled: Sequence[Share]) -> Iterator[Statement]:
    """The standing statements of the insurances that have settlements of a class, or whose accounts paid of them."""
    of = [one for one in settled if one.clearing == clearing]
    for scheme in sorted({scheme for one in of for scheme in (one.scheme, one.account_scheme)}):
        found = standing(institution_id, month, scheme)
        if found is not None:
            yield found


def _differences(here: Mapping[str, int], there: Mapping[str, int | None]) -> Iterator[Problem]:
    for name, said in there.items():
        if said is not None and said != here[name]:
            zh, en = _NAMES[name]
            shown = str if name == "count" else yuan
            told = {"what": zh, "what_en": en, "here": shown(here[name]), "there": shown(said)}
            yield Problem("M304", Place(), told)
