"""Writing the trail."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from tongchou.record.audit.models import Entry
from tongchou.record.base import clock
from tongchou.record.base.actor import Actor, actor
from tongchou.record.base.pipeline import Rows
from tongchou.record.base.prepared import Statement, insertion, new, together


def write(
    kind: str,
    name: str,
    *,
    by: Actor | None = None,
    reason: str = "",
    persons: Iterable[int] = (),
    details: Any = None,
    after: Sequence[Statement] = (),
    commit: bool = False,
) -> list[Rows]:
    """An entry about what `by` (or whoever acts now) does. It commits or vanishes with the work around it; `after` are
    the last statements of that work, sent together with the entry, and `commit` ends it. The rows of these."""
    who = by or actor()
    entry = new(
        Entry,
        at=clock.now(),
        kind=kind,
        name=name,
        who=who.name,
        user=who.user,
        organisation=who.organisation,
        elevated=who.elevated,
        request=who.request,
        reason=reason,
        persons=sorted(set(persons)),
        details=None if details is None else json.dumps(details, ensure_ascii=False, sort_keys=True, default=str),
    )
    return together(*after, insertion(entry), commit=commit)[:-1]


def seen(name: str, persons: Iterable[int], reason: str = "", after: Sequence[Statement] = ()) -> list[Rows]:
    """Whoever acts now has looked at these persons through the query `name`. `after`: what is read of them, sent
    together with the entry, which is written whatever is found; the rows of each."""
    found = list(persons)
    return write("read", name, reason=reason, persons=found, after=after) if found else together(*after)
