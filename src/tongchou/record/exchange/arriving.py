"""What is asked of every message before it is answered: the rules in force, who sent it, how that is proved, and what
it was answered before. One wait for all four."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tongchou.ground.region.pack import Pack
from tongchou.record.base import clock
from tongchou.record.base.prepared import Statement, together
from tongchou.record.base.remembered import Parameter, Remembered
from tongchou.record.base.scope import system
from tongchou.record.exchange.keys import holds_on
from tongchou.record.exchange.models import AccessKey, Message
from tongchou.record.packs.queries import IN_FORCE, pack_among
from tongchou.record.providers.models import Institution

_ALL = system("who sent a message is found by the code in it, and what it was answered by its number")


@dataclass(frozen=True)
class Arrival:
    """The pack in force, the institution of the code if there is one, the keys of it that hold now, the latest first,
    and what the message was answered when it had its effect."""

    pack: Pack
    institution: Institution | None
    keys: Sequence[AccessKey]
    before: Message | None


def arrival(code: str, msgid: str) -> Arrival:
    """All that is known of a message by the code of the institution and its own number. Raises G104 when no pack was
    activated."""
    now = clock.now()
    in_force, institutions, keys, done = together(
        Statement(IN_FORCE, [now]),
        _INSTITUTION.asking(code=code),
        _KEYS.asking(code=code, now=now),
        _DONE.asking(code=code, msgid=msgid),
    )
    return Arrival(
        pack_among(in_force),
        next(iter(_INSTITUTION.found(institutions)), None),
        _KEYS.found(keys),
        next(iter(_DONE.found(done)), None),
    )


_INSTITUTION: Remembered[Institution] = Remembered(
    lambda scope: Institution.objects.within(scope).filter(code=Parameter("code")).select_related("organisation"), _ALL
)
_KEYS: Remembered[AccessKey] = Remembered(
    lambda scope: (
        AccessKey.objects.within(scope)
        .filter(holds_on(Parameter("now")), institution__code=Parameter("code"))
        .order_by("-id")
    ),
    _ALL,
)
_DONE: Remembered[Message] = Remembered(
    lambda scope: (
        Message.objects.within(scope)
        .filter(institution__code=Parameter("code"), msgid=Parameter("msgid"), done=True)
        .only("digest", "answer")
    ),
    _ALL,
)
