"""The institution declares its month: what it has must be what is stated, to the fen."""

from __future__ import annotations

from tongchou.ground.errors import Place, Problem, ProblemError
from tongchou.ground.money import yuan
from tongchou.record.audit.command import command
from tongchou.record.base.lock import lock
from tongchou.record.payment.models import Statement
from tongchou.record.payment.steps import key_of, must_be, step, the

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
