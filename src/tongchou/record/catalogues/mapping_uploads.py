"""Mappings as an institution's software sends them (3301, 3302): again and again, the same ones and corrected ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from psycopg.types.range import DateRange

from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.lock import lock
from tongchou.record.catalogues import queries
from tongchou.record.catalogues.mapping_files import maybe
from tongchou.record.catalogues.mappings import add
from tongchou.record.catalogues.models import Mapping
from tongchou.record.providers.queries import institution

FOR_EVER = 2099
"""A year that software says for no end."""


@dataclass(frozen=True)
class Said:
    """That an item of an institution is a national one, from a day on."""

    local_code: str
    local_name: str
    national_code: str
    begins: date
    ends: date | None
    spec: str
    unit: str

    @property
    def last(self) -> date | None:
        return None if self.ends is None or self.ends.year >= FOR_EVER else self.ends


@command("mappings.upload", needs="mappings.propose")
def upload(*, institution_id: int, rows: Sequence[Said]) -> int:
    """Propose all of these that say something new, or none. How many that were.

    What is in force or waits for its decision already says nothing new; what waits and is said otherwise now is taken
    back. A first day before the item was in the catalogue counts as today. Raises A114, K401 for a code that is no
    item, with candidates, H104 for dates that cannot be, K402 for one item said twice.
    """
    lock(("mapping", institution_id))
    where, today = institution(institution_id), clock.today()
    codes = {one.local_code for one in rows}
    known = Mapping.objects.filter(institution=where, local_code__in=codes)
    held = list(known.filter(state="approved"))
    waiting = {one.local_code: one for one in known.filter(state="proposed")}
    new = [one for one in dict.fromkeys(rows) if not _is_held(one, held, today)]
    new = [one for one in new if not _waits(one, waiting.get(one.local_code))]
    for one in new:
        if (before := waiting.get(one.local_code)) is not None:
            before.state = "withdrawn"
            before.save()
    add(where.pk, [_proposed(one, today) for one in new])
    return len(new)


@command("mappings.take_off", needs="mappings.propose")
def take_off(*, institution_id: int, local_code: str, national_code: str = "") -> Mapping:
    """Remove the mapping of an item: one that waits is taken back, one in force ends with yesterday. Raises A114 for an
    institution out of scope, N321 when there is none."""
    lock(("mapping", institution_id))
    where, today = institution(institution_id), clock.today()
    rows = Mapping.objects.filter(institution=where, local_code=local_code).order_by("-id")
    if national_code:
        rows = rows.filter(national_code=national_code)
    found = rows.filter(state="proposed").first()
    found = found or next((one for one in rows.filter(state="approved") if _lasts(one, today)), None)
    if found is None:
        raise fail("N321", item=local_code)
    if found.state == "approved" and found.during.lower < today:
        found.during = DateRange(found.during.lower, today)
    else:
        found.state = "withdrawn"
    found.save()
    return found


def _lasts(one: Mapping, today: date) -> bool:
    return one.during.upper is None or one.during.upper > today


def _is_held(one: Said, held: Sequence[Mapping], today: date) -> bool:
    """Whether what is said holds already, from its first day or from today on."""
    day = max(one.begins, today)
    end = None if one.last is None else date.fromordinal(one.last.toordinal() + 1)
    return any(
        row.local_code == one.local_code
        and row.national_code == one.national_code
        and day in row.during
        and (end is None or row.during.upper == end)
        for row in held
    )


def _waits(one: Said, row: Mapping | None) -> bool:
    return row is not None and row.national_code == one.national_code and row.local_name == one.local_name


def _proposed(one: Said, today: date) -> dict[str, object]:
    begins = one.begins
    item = queries.item(one.national_code, begins)
    if item is None and begins < today:
        begins, item = today, queries.item(one.national_code, today)
    if item is None:
        raise fail("K401", **maybe(one.local_name, begins))
    if one.last is not None and one.last < begins:
        raise fail("H104", what=f"{begins} – {one.last}")
    return {
        "kind": item.kind,
        "local_code": one.local_code,
        "local_name": one.local_name,
        "national_code": one.national_code,
        "spec": one.spec,
        "unit": one.unit,
        "begins": begins,
        "ends": one.last,
    }
