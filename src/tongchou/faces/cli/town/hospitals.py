"""The institutions of the town: one of each level, with an agreement that two people brought about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tongchou.faces.cli.town.town import Hospital, levels_of

KINDS = ("普通门诊", "住院")
BUDGET = {"一级": (30_00, 70_00), "二级": (40_00, 140_00), "三级": (60_00, 440_00)}
"""What the agreement of each level has for the year, by those kinds, in fen for each person of the town; residents'."""


def open_hospitals(
    staff: Mapping[str, Any], data: Path, agency: str, name: str, kind: str, since: date, people: int
) -> dict[str, Hospital]:
    """An institution of each level of the data, in which all are treated; it may see visits of the `kind`, and has a
    budget for so many people."""
    from tongchou.record.base.actor import acting
    from tongchou.record.orgs import commands
    from tongchou.record.orgs.models import Organisation
    from tongchou.record.providers.codes import check_character
    from tongchou.record.providers.institutions import register, set_level

    found = {}
    levels = sorted({one for one in levels_of(data).values() if one is not None})
    for number, level in enumerate(levels, 1):
        code, credit = f"H{agency}{number:05d}", f"91{agency}00000000{number}"
        with acting(staff["administrator"]):
            parent = Organisation.objects.get(code=agency).pk
            made = commands.open_organisation(kind="provider", code=code, name=f"{name}{level}医院", parent=parent)
        with acting(staff["providers"]):
            one = register(
                organisation_id=made.pk,
                code=code,
                kind="hospital",
                ownership="public",
                credit_code=credit + check_character(credit),
                opened=since,
            )
            set_level(institution_id=one.pk, level=level, grade="2", since=since, reason="评审")
        budgets = dict(zip(KINDS, (fen * people for fen in BUDGET[level]), strict=True))
        _agree(staff, one.pk, kind, f"XY-{number}", since, budgets)
        found[level] = Hospital(one.pk, made.pk)
    return found


def _agree(
    staff: Mapping[str, Any], institution: int, kind: str, number: str, since: date, budgets: Mapping[str, int]
) -> None:
    """Applied for, evaluated, negotiated and signed for the year, with what residents' budgets are by kind."""
    from tongchou.record.base.actor import acting
    from tongchou.record.providers.agreements import apply, decide_step, propose_step
    from tongchou.record.providers.budgets import BudgetLine

    period = {"number": number, "first": since, "last": since.replace(month=12, day=31)}
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("evaluate", {}),
        ("negotiate", {"terms": {"结算": "按月"}}),
        ("sign", period),
        ("budget", {"budgets": [BudgetLine(since.year, "resident", of, fen) for of, fen in budgets.items()]}),
    )
    with acting(staff["providers"]):
        deal = apply(institution_id=institution, kind=kind, reason="申请协议").pk
    for verb, given in steps:
        with acting(staff["providers"]):
            step = propose_step(agreement_id=deal, verb=verb, reason="符合条件", **given).pk
        with acting(staff["provider_reviewer"]):
            decide_step(step_id=step, approve=True, reason="同意")
