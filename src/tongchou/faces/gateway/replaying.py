"""The log played again: what came is sent once more to a copy of the record, and its answers are held beside the old.

A copy restored to before the first of the messages must answer as the platform did; numbers and times that are given
out anew are left out of the comparison.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tongchou.faces.gateway.calls import Download
from tongchou.faces.gateway.dispatch import answer_to
from tongchou.faces.gateway.sent import Sent
from tongchou.record.base import clock
from tongchou.record.exchange.models import Message

GIVEN_OUT = frozenset(
    {
        "inf_refmsgid", "refmsg_time", "respond_time", "mdtrt_id", "setl_id", "setl_time", "sign_no", "sign_time",
        "trt_dcla_detl_sn", "setl_list_id", "file_qury_no", "diag_info_id", "clr_appy_evt_id", "setlId", "mdtrtId",
    }
)  # fmt: skip
"""What a platform gives out anew each time."""
Given = dict[tuple[str, str], str]
"""Field and number of the log → the number that the copy gave out."""


@dataclass(frozen=True)
class Logged:
    """A message of the log: when it came, as it came, and what it was answered."""

    at: datetime
    request: bytes
    answer: bytes


@dataclass(frozen=True)
class Played:
    """What a message was answered the second time, and where that differs: path → before and now."""

    infno: str
    msgid: str
    differs: Mapping[str, tuple[Any, Any]]


def logged(rows: Iterable[Message]) -> Iterator[Logged]:
    """Messages of known institutions in the order in which they came."""
    for row in rows:
        yield Logged(row.at, bytes(row.request), bytes(row.answer))


def play(messages: Iterable[Logged]) -> Iterator[Played]:
    """Answer messages again, each at its own time, without asking who sends them: whoever plays them has the log.
    Numbers that the copy gives out take the place of those that the platform gave out."""
    known: Given = {}
    for one in messages:
        before, request = _read(one.answer), _read(one.request)
        if not isinstance(request, dict) or not isinstance(before, dict):
            continue
        body = json.dumps(_with_numbers(request, known), ensure_ascii=False, default=str).encode()
        with clock.at(one.at):
            said = answer_to(Sent(body, body, None, {}, "", True, played=True))
        now = {"file": said.name} if isinstance(said, Download) else _read(said)
        _learn(before.get("output"), now.get("output"), known)
        infno, msgid = (str(request.get(name, "")) for name in ("infno", "msgid"))
        yield Played(infno, msgid, dict(_differences(before, now)))


def _read(content: bytes) -> Any:
    try:
        return json.loads(content, parse_float=Decimal)
    except ValueError:
        return None


def _with_numbers(value: Any, known: Given, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _with_numbers(one, known, name) for name, one in value.items()}
    if isinstance(value, list):
        return [_with_numbers(one, known, key) for one in value]
    if isinstance(value, Decimal):
        return float(value)
    return known.get((key, value), value) if isinstance(value, str) else value


def _learn(before: Any, now: Any, known: Given) -> None:
    if isinstance(before, dict) and isinstance(now, dict):
        for name, old in before.items():
            if name in GIVEN_OUT and isinstance(old, str) and isinstance(now.get(name), str) and old:
                known[name, old] = now[name]
            _learn(old, now.get(name), known)
    if isinstance(before, list) and isinstance(now, list):
        for old, new in zip(before, now, strict=False):
            _learn(old, new, known)


def _differences(before: Any, now: Any, path: str = "") -> Iterator[tuple[str, tuple[Any, Any]]]:
    if isinstance(before, dict) and isinstance(now, dict):
        for name in {**before, **now}:
            if name not in GIVEN_OUT:
                yield from _differences(before.get(name), now.get(name), f"{path}.{name}".lstrip("."))
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for place, (old, new) in enumerate(zip(before, now, strict=True)):
            yield from _differences(old, new, f"{path}[{place}]")
    elif before != now:
        yield path, (before, now)
