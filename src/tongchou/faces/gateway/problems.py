"""Refusals in the words of the message: numbers of our rows as the interface writes them, and where it has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from tongchou.faces.gateway import ids
from tongchou.faces.gateway.calls import Call
from tongchou.ground.errors import Problem, ProblemError
from tongchou.record.base import clock
from tongchou.record.base.scope import system
from tongchou.record.settlement.models import Event
from tongchou.record.visits.models import Charge

_ALL = system("which settlement stands in the way is told to whom it hinders")


def as_sent(error: ProblemError, call: Call) -> ProblemError:
    """The same problems, as whoever sent the message can find them in it."""
    return ProblemError(*(_told(one, call) for one in error.problems))


def _told(one: Problem, call: Call) -> Problem:
    name, words = _WORDS.get(one.code, ("", _settlement))
    row = str(one.details.get(name, ""))
    return replace(one, details={**one.details, name: words(int(row), call)}) if row.isdigit() else one


def _settlement(row: int, call: Call) -> str:
    number = ids.number(call.region, row)
    return f"{number}({_place(number, call.given, 'setl_id') or 'setl_id'})"


def _later(row: int, call: Call) -> str:
    """The settlement that must be reversed first: the newest of those that share state, wherever it was made."""
    number = ids.number(call.region, row)
    found = Event.objects.within(_ALL).select_related("institution__organisation").filter(id=row).first()
    if found is None:
        return number
    at = found.at.astimezone(clock.CHINA)
    return f"{number}(setl_id,{found.institution.organisation.name},{at:%Y-%m-%d %H:%M:%S})"


def _line(row: int, call: Call) -> str:
    number = Charge.objects.within(_ALL).filter(id=row).values_list("number", flat=True).first()
    if number is None:  # of a trial that left nothing
        return str(row)
    return f"{number}({_place(number, call.given, 'feedetl_sn') or 'feedetl_sn'})"


def _place(number: str, given: Any, named: str) -> str:
    """Where a number stands in a message, such as `stastinfo 第 2 行 setl_id`; empty where it does not. A person or a
    visit may have the same number: `named` is how the names of its fields end."""
    for path, name, value in _values(given, ""):
        if str(value) == number and name.endswith(named):
            return f"{path} {name}".strip()
    return ""


def _values(given: Any, path: str) -> Iterator[tuple[str, str, Any]]:
    for name, value in given.items() if isinstance(given, dict) else ():
        if isinstance(value, list):
            for place, row in enumerate(value, start=1):
                yield from _values(row, f"{name} 第 {place} 行")
        elif isinstance(value, dict):
            yield from _values(value, name)
        else:
            yield path, name, value


def _application(row: int, call: Call) -> str:
    return f"{ids.number(call.region, row)}(clr_appy_evt_id)"


_WORDS: Mapping[str, tuple[str, Callable[[int, Call], str]]] = {
    "C020": ("later", _later),
    **dict.fromkeys(("N351", "N352", "N354"), ("settlement", _settlement)),
    "M306": ("application", _application),
    **dict.fromkeys(("V107", "V206"), ("event", _settlement)),
    **dict.fromkeys(("C011", "C012", "C013", "C025"), ("line", _line)),
}
"""The detail of a message that is the number of a row, and how it is told."""
