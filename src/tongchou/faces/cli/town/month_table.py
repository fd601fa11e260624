"""A hospital's month as one table: every step with who did it, when, and the amount."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongchou.faces.cli.speak import say, tell
from tongchou.faces.cli.table import show

_STEPS = {
    "charged": ("应付", "charged"),
    "declared": ("申报", "declared"),
    "deducted": ("扣款", "deducted"),
    "accepted": ("认可", "accepted"),
    "appealed": ("申诉", "appealed"),
    "decided": ("裁定成立", "decided: stands"),
    "unopposed": ("未申诉，成立", "unopposed: stands"),
    "reviewed": ("审定", "final"),
    "deferred": ("超额度缓付", "above the quota, deferred"),
    "withheld": ("留待清算", "kept for clearing"),
    "deposit": ("质量保证金", "quality deposit"),
    "prepaid": ("预付", "prepaid"),
    "paid": ("银行已付", "paid by the bank"),
}
_HEADERS = (("步骤", "step"), ("由谁", "by"), ("日期", "on"), ("金额（元）", "yuan"), ("说明", "note"))


@dataclass(frozen=True)
class Row:
    """A step: by whom and when (none where it follows from another), how many fen, and why."""

    step: str
    fen: int
    by: int | None = None
    on: date | None = None
    note: str = ""


def show_month(people: Mapping[str, Any], desk: Any, statement: int, level: str) -> dict[str, Any]:
    """Print the month as its hospital sees it; its sums in fen, and its rows. `people`: by role, for the names."""
    from tongchou.ground.money import yuan_grouped
    from tongchou.record.base.actor import acting
    from tongchou.record.disbursement import queries as disbursement
    from tongchou.record.orgs.permissions import ROLES
    from tongchou.record.payment import queries

    with acting(desk):
        seen = queries.look_at(statement_id=statement)
        done = {one.act: one for one in queries.steps(statement_id=statement)}
        whole = seen.fund + seen.account + seen.others
        line = disbursement.mine()[-1] if seen.payable else None  # the last order that paid it is the month's
        rows = [
            _row("charged", whole, done["opened"], f"{seen.month:%Y-%m}"),
            _row("declared", whole, done["declared"], say("与账相符", "as in the books")),
            *_deductions(statement),
            _row("reviewed", whole - seen.deducted, done["final"]),
            Row("deferred", seen.deferred or 0, note=_quota(seen.quota)),
            Row("withheld", seen.withheld or 0),
            Row("deposit", seen.deposit or 0),
            _row("prepaid", seen.payable or 0, done["prepaid"]),
        ]
    if line is not None and line.state == "paid":
        with acting(people["cashier"]):
            sent = disbursement.steps(order_id=line.order)[-1]
        rows.append(_row("paid", line.fen, sent, say(f"拨付单 {line.order}", f"payment order {line.order}")))
    tell()
    title = (f"{level}医院的一个月（居民）", f"A month of the hospital of level {level} (residents)")
    tell(say(*title))
    headers = [say(*words) for words in _HEADERS]
    roles = {one.user: role for role, one in people.items()} | {desk.user: "hospital", None: ""}
    names = {role: say(ROLES[role].zh, ROLES[role].en) if role else "" for role in roles.values()}
    steps = [{"step": one.step, "by": roles[one.by], "on": str(one.on or ""), "fen": one.fen} for one in rows]
    show(
        headers,
        [[say(*_STEPS[one.step]), names[roles[one.by]], one.on or "", yuan_grouped(one.fen), one.note] for one in rows],
    )
    return {
        "statement": statement,
        "level": level,
        "month": f"{seen.month:%Y-%m}",
        "charged": whole,
        "deducted": seen.deducted,
        "deferred": seen.deferred,
        "withheld": seen.withheld,
        "deposit": seen.deposit,
        "payable": seen.payable,
        "order": line.order if line is not None else None,
        "paid": sum(one.fen for one in rows if one.step == "paid"),
        "steps": steps,
    }


def _deductions(statement: int) -> list[Row]:
    """Each deduction, and what became of it."""
    from tongchou.record.payment.models import Deduction

    rows = []
    for one in Deduction.objects.filter(statement=statement).order_by("id").prefetch_related("steps"):
        rows.append(_row("deducted", one.fen, one, f"{one.why}，{one.article}"))
        for then in sorted(one.steps.all(), key=lambda step: step.number):
            rows.append(_row(then.act, one.fen if then.stands is None else then.stands, then, then.reason))
    return rows


def _row(step: str, fen: int, done: Any, note: str = "") -> Row:
    from tongchou.record.base import clock

    return Row(step, fen, done.by, done.at.astimezone(clock.CHINA).date(), note)


def _quota(fen: int | None) -> str:
    from tongchou.ground.money import yuan_grouped

    return "" if fen is None else say(f"月额度 {yuan_grouped(fen)}", f"quota of the month {yuan_grouped(fen)}")
