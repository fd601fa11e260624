"""Files whose rows are each done by themselves: tried for the preview and taken back, then done whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from django.db import transaction

from tongchou.ground.errors import Place, Problem, ProblemError
from tongchou.record.sheets import Line

T = TypeVar("T")


def done(lines: Iterable[Line], do: Callable[[Line], T], columns: Mapping[str, str]) -> list[T]:
    """Do every row. Raises the problems of all rows, each in its row and in the column that `columns` names for its
    code, or in the one of the fact that it tells of."""
    made, problems = _each(lines, do, columns)
    if problems:
        raise ProblemError(*problems)
    return made


def tried(lines: Sequence[Line], do: Callable[[Line], T], columns: Mapping[str, str]) -> tuple[list[T], list[Problem]]:
    """What doing every row comes to, taken back again."""
    with transaction.atomic():
        found = _each(lines, do, columns)
        transaction.set_rollback(True)
    return found


def _each(lines: Iterable[Line], do: Callable[[Line], T], columns: Mapping[str, str]) -> tuple[list[T], list[Problem]]:
    made, problems = list[T](), list[Problem]()
    for line in lines:
        try:
            with transaction.atomic():
                made.append(do(line))
        except ProblemError as error:
            problems += placed(error, line, columns)
    return made, problems


def placed(error: ProblemError, line: Line, columns: Mapping[str, str]) -> list[Problem]:
    """What is wrong with a row, where it stands."""
    return [
        Problem(
            one.code,
            Place(
                table="sheet",
                row=line.number,
                column=columns.get(one.code) or str(one.details.get("name", "")) or None,
            ),
            one.details,
        )
        for one in error.problems
    ]
