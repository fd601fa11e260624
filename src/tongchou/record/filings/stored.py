"""Between a row and what the engine reckons with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from psycopg.types.range import DateRange

from tongchou.engines import filings as engine
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.typed import typed
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.fields import finder
from tongchou.record.base.periods import days
from tongchou.record.filings.models import Filing, FilingEvent

_DAY = timedelta(days=1)
_FACTS = ("names", "gives", "only_at")


def read(pack: Pack, row: Filing) -> engine.Filing:
    """A row as the engine sees it; its facts have the types that `pack` gives them."""
    content = json.loads(row.content)
    facts = {part: _typed(pack, content[part]) for part in _FACTS}
    first, last = _span(row.during)
    return engine.Filing(
        id=str(row.pk),
        scheme=row.scheme,
        type=row.type,
        filed_on=row.filed_on,
        state=row.state,
        due_on=row.due_on,
        late=row.late,
        first=first,
        last=last,
        slot=row.slot,
        key=content["key"],
        **facts,
    )


def names_of(row: Filing) -> dict[str, Any]:
    """What a filing names, as JSON holds it."""
    names: dict[str, Any] = json.loads(row.content)["names"]
    return names


def write(row: Filing, filing: engine.Filing) -> Filing:
    """Put what the engine found into the row; the caller saves it. The key in the open tells nothing of what it is."""
    row.filed_on, row.state, row.due_on, row.late = filing.filed_on, filing.state, filing.due_on, filing.late
    row.slot = filing.slot
    content = {part: _plain(getattr(filing, part)) for part in _FACTS}
    row.content = json.dumps({**content, "key": filing.key}, ensure_ascii=False)
    row.key = "" if filing.key is None else finder(filing.key, "filing").hex()
    if filing.first is None:
        row.during = None
    elif filing.last is not None and filing.last < filing.first:
        row.during = DateRange(empty=True)
    else:
        row.during = days(filing.first, filing.last)
    return row


def note(row: Filing, step: str, reason: str = "") -> FilingEvent:
    """Write the step into the history of a filing."""
    who = actor()
    return FilingEvent.objects.create(
        filing=row, at=clock.now(), step=step, state=row.state, who=who.name, user=who.user, reason=reason
    )


def _span(during: DateRange | None) -> tuple[date | None, date | None]:
    if during is None:
        return None, None
    if during.isempty:
        return date.max, date.min
    return during.lower, None if during.upper is None else during.upper - _DAY


def _typed(pack: Pack, facts: Mapping[str, Any]) -> dict[str, Any]:
    """A fact that the pack no longer knows stays as it was written."""
    known = pack.vocabulary.knows
    return {name: typed(pack, name, value) if known(name) else value for name, value in facts.items()}


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(one) if isinstance(one, tuple) else str(one) for name, one in facts.items()}
