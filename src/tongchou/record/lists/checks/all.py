"""Every check of a settlement list, in the order in which problems are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tongchou.ground.errors import Problem
from tongchou.record.lists.checks import care, coding, completeness, days, diagnoses, money, newborn, operations, person
from tongchou.record.lists.sheet import Known, Sheet

VERSION = "2026-11"
"""Which checks these are; a version of a list keeps it."""
_FIRST_WARNING = "N385"

Check = Callable[[Sheet, Known], Iterable[Problem]]
CHECKS: tuple[Check, ...] = (
    completeness.needed,
    coding.codes,
    person.identity,
    diagnoses.main,
    operations.main,
    days.readable,
    days.order,
    days.stay,
    operations.times,
    care.durations,
    care.intensive,
    newborn.newborn,
    money.funds,
    money.items,
    money.own_share,
    completeness.recommended,
    diagnoses.doubtful,
    days.counted,
    care.nursing,
    operations.counted,
)


def check(sheet: Sheet, known: Known) -> list[Problem]:
    """All that is wrong with a list or doubtful in it."""
    return [problem for one in CHECKS for problem in one(sheet, known)]


def is_warning(problem: Problem) -> bool:
    """Whether a list is taken all the same, and the problem kept as a finding."""
    return problem.code >= _FIRST_WARNING
