"""The institution declares its month: what it has must be what is stated, to the fen."""

from __future__ import annotations

from collections.abc import Sequence

from tongchou.ground.errors import Place, Problem, ProblemError
from tongchou.ground.money import yuan
from tongchou.record.audit.command import command
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import system
from tongchou.record.matching.totals import Share, Sums, shares
from tongchou.record.payment.models import Application, Statement
from tongchou.record.payment.steps import follow, key_of, must_be, step, the

_ALL = system("a month is declared by all that its institution applied for")
_NAMES = (("fund", "基金", "fund"), ("account", "个人账户", "personal accounts"), ("others", "其他承担方", "others"))


@command("statements.declare", needs="statements.declare")
def declare(*, statement_id: int, fund: int, account: int, others: int) -> Statement:
    """Declare a month with the institution's own totals in fen. Raises A114, M407, M406 for each that differs."""
    found = the(statement_id)
    lock(key_of(found))
    must_be(found, "opened")
    told = {"fund": fund, "account": account, "others": others}
    problems = [
        Problem("M406", Place(), {"what": zh, "what_en": en, "here": yuan(here), "there": yuan(told[name])})
        for name, zh, en in _NAMES
        if (here := getattr(found, name)) != told[name]
    ]
    if problems:
        raise ProblemError(*problems)
    step(found, "declared")
    return found


def declare_as_applied_for(found: Statement, settled: Sequence[Share] | None = None) -> None:
    """Declare an open statement when what was applied for over the interface makes it up; else it stays open. Whoever
    calls holds the month's lock, and may know what was settled in the month."""
    rows = Application.objects.within(_ALL).filter(
        institution=found.institution_id, month=found.month, state="declared"
    )
    applied = {
        clearing: Sums(*sums)
        for clearing, *sums in rows.values_list("clearing", "count", "total", "fund", "account", "cash")
    }
    if applied and _made_up(found, applied, shares(found.institution_id, found.month) if settled is None else settled):
        follow(found, "declared", None, "3203 清算申请")


def _made_up(found: Statement, applied: dict[str, Sums], settled: Sequence[Share]) -> bool:
    """Whether each class in which the insurance has settlements, or its accounts paid, was applied for as it is now,
    and they come to what is stated. What an institution calls the fund's part is all that others than accounts bear."""
    own = [one for one in settled if found.scheme in (one.scheme, one.account_scheme)]
    if not own or any(applied.get(one.clearing) != sums_of(one.clearing, settled) for one in own):
        return False
    fund = sum(one.sums.fund for one in own if one.scheme == found.scheme)
    account = sum(one.sums.account for one in own if one.account_scheme == found.scheme)
    return (fund, account) == (found.fund + found.others, found.account)


def sums_of(clearing: str, settled: Sequence[Share]) -> Sums:
    """What was settled in a class, of all insurances."""
    return sum((one.sums for one in settled if one.clearing == clearing), Sums())
