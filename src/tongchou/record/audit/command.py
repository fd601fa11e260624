"""A command: the only way to change the record. Named, permitted, whole or not at all, and written in the trail."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from typing import Any, ParamSpec, TypeVar

from django.db import InternalError, OperationalError, connections, models, transaction

from tongchou.ground.errors import fail
from tongchou.record.audit import trail
from tongchou.record.base.actor import actor
from tongchou.record.base.outage import unavailable
from tongchou.record.base.prepared import Statement

P = ParamSpec("P")
R = TypeVar("R")

COMMANDS: dict[str, Callable[..., Any]] = {}
"""Every command by its name."""


def command(name: str, needs: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function of keyword arguments a command: `name` as in `people.register`, `needs` a permission.

    Whoever acts must have the permission (A101) and give a `reason` where the function takes one (A102 when empty).
    One durable transaction, never inside another; the entry in the trail is part of it. Raises S302 when the database
    cannot take it: gone, full, read-only, or with no connection left.
    """

    def make(function: Callable[P, R]) -> Callable[P, R]:
        parameters = inspect.signature(function).parameters
        if any(one.kind is not inspect.Parameter.KEYWORD_ONLY for one in parameters.values()):
            raise TypeError(f"{name}: a command takes keyword arguments only")
        if name in COMMANDS:
            raise ValueError(f"{name} is a command already")

        @functools.wraps(function)
        def run(*arguments: P.args, **given: P.kwargs) -> R:
            actor().needs(needs)
            reason = str(given.get("reason", "") or "").strip()
            if "reason" in parameters and not reason:
                raise fail("A102", command=name)
            database = connections["default"]
            database.locked_by_command, database.left_by_command = False, []
            alone = not database.in_atomic_block  # but in a test, which takes back what is done in it
            try:
                with transaction.atomic(durable=True):
                    result = function(*arguments, **given)
                    after, database.left_by_command = database.left_by_command, []
                    trail.write(
                        "command",
                        name,
                        reason=reason,
                        persons=_persons(result),
                        details=_plain(given),
                        after=after,
                        commit=alone,
                    )
            except (OperationalError, InternalError) as error:
                raise unavailable(error) from error
            return result

        run.needs = needs
        COMMANDS[name] = run
        return run

    return make


def at_last(*statements: Statement) -> None:
    """Leave these statements of a command to be sent with its entry in the trail, after all that it does itself."""
    connections["default"].left_by_command += statements


def _persons(result: Any) -> Iterable[int]:
    """The persons that a result is about: a model says so in `persons_of`, a list by its rows."""
    if isinstance(result, list | tuple):
        return [person for one in result for person in _persons(one)]
    of = getattr(result, "persons_of", None)
    return of() if of is not None else []


_AS_THEY_ARE = (str, int, bool, type(None))


def _plain(value: Any) -> Any:
    """Arguments as JSON can hold them: a row as its id."""
    if type(value) in _AS_THEY_ARE:  # what nearly all are: a command on many lines has a hundred thousand
        return value
    if isinstance(value, models.Model):
        return str(value.pk)
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | bool | None) else str(value)
