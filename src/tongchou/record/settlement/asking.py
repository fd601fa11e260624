"""What an institution asks, once: the same message gets the same answer; a reversal may come before its original."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongchou.ground.errors import fail
from tongchou.record.base import clock
from tongchou.record.base.prepared import Rows, Statement, insertion, new, together, when_taken
from tongchou.record.settlement.models import Message

_BURIED = ""


@dataclass(frozen=True)
class Asked:
    """A message: its id, and what it asks, as JSON holds it. The same in another order of keys is the same."""

    msgid: str
    content: Mapping[str, Any]

    @property
    def digest(self) -> str:
        text = json.dumps(self.content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Answered:
    """What a message was answered: the number of an event, or that there was nothing to do yet."""

    event: int | None


def message_key(institution: int, msgid: str) -> tuple[str, object]:
    """What a settlement and the reversal of its message lock, so that one of them comes first."""
    return "message", f"{institution} {msgid}"


def asking(institution: int, asked: Asked | None) -> list[Statement]:
    """Whether the message came before, for `answer_in`; nothing where there is none."""
    return [] if asked is None else [Statement(_KNOWN, [institution, asked.msgid] * 2)]


_KNOWN = """
SELECT digest, asked, event_id FROM settlement_message WHERE institution_id = %s AND msgid = %s
UNION ALL SELECT '', '', NULL FROM settlement_tombstone WHERE institution_id = %s AND msgid = %s
"""


def answered(institution: int, asked: Asked | None, what: str) -> Answered | None:
    """What was answered to this message, if it came before. Whoever asks holds the locks of what it is about. Raises as
    `answer_in`."""
    return answer_in(together(*asking(institution, asked)), asked, what)


def answer_in(found: Sequence[Rows], asked: Asked | None, what: str) -> Answered | None:
    """What the rows of `asking` tell. Raises V101 for another question under the same id, V102 where it was reversed
    before it came."""
    rows = [row for each in found for row in each]
    if asked is None or not rows:
        return None
    if any(word == _BURIED for _, word, _ in rows):
        raise fail("V102", msgid=asked.msgid)
    ((digest, word, event),) = rows
    if (digest, word) != (asked.digest, what):
        raise fail("V101", msgid=asked.msgid)
    return Answered(event)


def answer(institution: int, asked: Asked | None, what: str, event: int | None) -> None:
    """Keep what was answered. Raises V101 where the id was used for something else at the same moment."""
    together(*answering(institution, asked, what, event))


def answering(institution: int, asked: Asked | None, what: str, event: int | None) -> list[Statement]:
    """The statement of `answer`, to be sent with others."""
    if asked is None:
        return []
    row = new(
        Message,
        institution_id=institution,
        msgid=asked.msgid,
        digest=asked.digest,
        asked=what,
        event_id=event,
        at=clock.now(),
    )
    return [insertion(row, when_taken(lambda: fail("V101", msgid=asked.msgid)))]
