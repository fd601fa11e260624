"""How long a filing holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tongchou.engines.filings.clock import whole
from tongchou.engines.filings.named import facts_of_filing
from tongchou.engines.filings.types import Type
from tongchou.ground.dates import add_months
from tongchou.ground.errors import fail
from tongchou.ground.region.filing_kinds import DECIDED, FILED, YEAR_END
from tongchou.ground.region.pack import Pack

_DAY = timedelta(days=1)


def period(
    pack: Pack, of: Type, names: Mapping[str, Any], filed_on: date, decided_on: date
) -> tuple[date, date | None]:
    """First and last day, both inclusive; no last day when it runs until it is withdrawn.

    Six months from 15 March end on 14 September; where a month has no such day its last day stands for it. Raises F008
    for a first day further back than the type allows, F009 for a last day before the first.
    """
    runs, facts = of.value.runs, facts_of_filing(pack, of, names, filed_on)
    first: date = {FILED: filed_on, DECIDED: decided_on}.get(runs.from_) or names.get(runs.from_) or filed_on
    back = 0 if runs.backdated is None else whole(of.address, runs.backdated, facts)
    if back is not None and first < filed_on - timedelta(days=back):
        raise fail("F008", first=first, earliest=filed_on - timedelta(days=back))
    last: date | None = None
    if runs.months is not None and (months := whole(of.address, runs.months, facts)) is not None:
        last = add_months(first, months, "clamp") - _DAY
    elif runs.days is not None and (days := whole(of.address, runs.days, facts)) is not None:
        last = first + timedelta(days=days) - _DAY
    elif runs.through == YEAR_END:
        last = pack.year.span(pack.year.label_of(first))[1]
    elif runs.through is not None:
        last = names.get(runs.through)
    if last is not None and last < first:
        raise fail("F009", first=first, last=last)
    return first, last


def fixed_until(pack: Pack, of: Type, names: Mapping[str, Any], filed_on: date, first: date) -> date:
    """The first day on which a filing that began on `first` may be withdrawn or replaced: date.max for never, date.min
    where the type does not fix it."""
    if of.value.fixed_for is None:
        return date.min
    months = whole(of.address, of.value.fixed_for, facts_of_filing(pack, of, names, filed_on))
    return date.max if months is None else add_months(first, months, "clamp")
