"""The log of messages: what came, what was answered, and the same answer for the same message."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives import hashes

from tongchou.ground.errors import fail
from tongchou.record.audit import trail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.base.prepared import insertion, together
from tongchou.record.base.scope import system
from tongchou.record.exchange.models import Message

_ALL = system("a message is answered by what it was answered before")


@dataclass(frozen=True)
class Came:
    """A message as it came: who sent it, what it asks, and its content without regard to the order of keys."""

    institution: int | None
    infno: str
    msgid: str
    operator: str
    content: Any
    raw: bytes

    @cached_property
    def digest(self) -> bytes:
        sm3 = hashes.Hash(hashes.SM3())
        text = json.dumps(self.content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
        sm3.update(f"{self.infno}\0{text}".encode("utf-8", "replace"))
        return sm3.finalize()


def answer_of(came: Came, before: Message | None) -> bytes | None:
    """What a message was answered when it had its effect. Raises N109 for another content under the same id."""
    if before is None:
        return None
    if bytes(before.digest) != came.digest:
        raise fail("N109", msgid=came.msgid)
    return bytes(before.answer)


def keep(came: Came, answer: bytes, *, done: bool, why: str = "", person: int | None = None, began: datetime) -> bytes:
    """Keep a message with its answer; the answer that counts. Of two that had one effect at once the first is kept."""
    now = clock.now()
    row = Message(
        institution_id=came.institution,
        infno=came.infno[:10],
        msgid=came.msgid[:60],
        digest=came.digest,
        operator=came.operator[:60],
        person=person,
        done=done,
        why=why[:20],
        request=came.raw,
        answer=answer,
        at=began,
        milliseconds=max(0, round((now - began).total_seconds() * 1000)),
    )
    adding = insertion(row)
    ((*kept,),) = together(adding._replace(text=f"{adding.text} ON CONFLICT DO NOTHING RETURNING id"))
    if kept:
        return answer
    before = Message.objects.within(_ALL).filter(institution=came.institution, msgid=came.msgid, done=True).first()
    return answer_of(came, before) or answer


def find(
    *,
    msgid: str = "",
    person_id: int | None = None,
    institution_id: int | None = None,
    infno: str = "",
    before: int | None = None,
    limit: int = 50,
) -> list[Message]:
    """Messages in scope, the latest first. Whoever looks is in the trail."""
    actor().needs("exchange.read")
    asked: Mapping[str, Any] = {
        "msgid": msgid or None,
        "person": person_id,
        "institution": institution_id,
        "infno": infno or None,
        "id__lt": before,
    }
    rows = Message.objects.filter(**{name: value for name, value in asked.items() if value is not None})
    found = list(rows.select_related("institution").order_by("-id")[:limit])
    trail.seen("exchange.find", {one.person for one in found if one.person is not None})
    return found


def look_at(*, message_id: int) -> Message:
    """One message with what was sent and answered. Raises A114."""
    actor().needs("exchange.read")
    found = Message.objects.select_related("institution").filter(id=message_id).first()
    if found is None:
        raise fail("A114")
    trail.seen("exchange.look_at", [] if found.person is None else [found.person])
    return found


@command("exchange.purge", needs="exchange.purge")
def purge(*, older_than: int, reason: str) -> int:
    """Delete messages that are kept longer than so many days; how many. Raises A113 for less than a year."""
    if older_than < 366:
        raise fail("A113")
    lock(("exchange", "purge"))
    gone, _ = Message.objects.filter(at__lt=clock.now() - timedelta(days=older_than)).delete()
    return gone
