"""What can be imported: each app names its imports here, with how one is looked at before it is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tongchou.ground.errors import Problem, fail
from tongchou.record.sheets import Column


@dataclass(frozen=True)
class Preview:
    """What an import would do: `counts` by kind of change, a few `samples`, `problems` that forbid it, headers that are
    not read (`unknown`)."""

    counts: Mapping[str, int]
    samples: Sequence[Mapping[str, Any]] = ()
    problems: Sequence[Problem] = ()
    unknown: Sequence[str] = ()


@dataclass(frozen=True)
class Purpose:
    """`needs`: the permission to upload. `look` finds what the file would do, and changes nothing. `columns`: of the
    template, or what finds them where the pack in force says what they are; none where the sheets are not ours."""

    name: str
    zh: str
    en: str
    needs: str
    look: Callable[[bytes, Mapping[str, str]], Preview] = field(compare=False)
    columns: Sequence[Column] | Callable[[], Sequence[Column]] = field(default=(), compare=False)


PURPOSES: dict[str, Purpose] = {}


def purpose(one: Purpose) -> Purpose:
    """Make an import known. Called by an app when it is ready."""
    if PURPOSES.setdefault(one.name, one) is not one:
        raise ValueError(f"{one.name} is an import already")
    return one


def named(name: str) -> Purpose:
    """The import of a name. Raises U303."""
    if name not in PURPOSES:
        raise fail("U303", purpose=name)
    return PURPOSES[name]
