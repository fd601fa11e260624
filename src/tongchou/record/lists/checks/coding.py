"""Codes of tables that are closed."""

from __future__ import annotations

from collections.abc import Iterator

from tongchou.ground.errors import Problem
from tongchou.record.lists.checks.finding import everything, problem
from tongchou.record.lists.codes import CLOSED, plain
from tongchou.record.lists.sheet import Known, Sheet, text


def codes(sheet: Sheet, known: Known) -> Iterator[Problem]:
    """N356."""
    for section, number, row in everything(sheet):
        for field, (_, allowed) in CLOSED.items():
            value = text(row, field)
            if value and plain(field, value) not in allowed:
                told = {"value": value[:20], "known": "、".join(allowed)}
                yield problem("N356", sheet, field, section=section, row=number, **told)
