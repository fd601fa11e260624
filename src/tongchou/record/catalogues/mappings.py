"""Propose how items of a hospital map onto the national catalogue, and decide on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from psycopg.types.range import DateRange

from tongchou.ground.errors import ProblemError, fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.base.periods import days
from tongchou.record.catalogues import queries
from tongchou.record.catalogues.items import normal
from tongchou.record.catalogues.mapping_files import maybe, read_mappings
from tongchou.record.catalogues.models import Mapping
from tongchou.record.providers.queries import institution
from tongchou.record.uploads import commands as uploads

MOST_AT_ONCE = 5_000
"""Mappings that one decision takes."""


@dataclass(frozen=True)
class Waiting:
    """A proposed mapping beside the item that it names: whoever decides compares the two."""

    mapping: Mapping
    item: queries.Item | None
    same_name: bool


@command("mappings.propose", needs="mappings.propose")
def propose(
    *,
    institution_id: int,
    local_code: str,
    local_name: str,
    national_code: str,
    begins: date,
    ends: date | None = None,
    spec: str = "",
    unit: str = "",
) -> Mapping:
    """Propose that an item of one's institution is a national one. Raises K401 for a code that is no item on that day,
    with candidates, K402 when one for the same item waits for its decision, H104 for dates that cannot be."""
    lock(("mapping", institution_id))
    item = queries.item(national_code, begins)
    if item is None:
        raise fail("K401", **maybe(local_name, begins))
    if ends is not None and ends < begins:
        raise fail("H104", what=f"{begins} – {ends}")
    given = {
        "kind": item.kind,
        "local_code": local_code,
        "local_name": local_name,
        "national_code": national_code,
        "spec": spec,
        "unit": unit,
        "begins": begins,
        "ends": ends,
    }
    return add(institution_id, [given])[0]


@command("mappings.propose_file", needs="mappings.propose")
def propose_file(*, institution_id: int, upload: int) -> int:
    """Propose all mappings of an upload, or none. How many. Raises U301/U302 and K402, and what is
    wrong with it since it was looked at."""
    lock(("mapping", institution_id), ("upload", upload))
    _, content = uploads.use(upload, "mapping")
    rows, sheet = read_mappings(content)
    if sheet.problems:
        raise ProblemError(*sheet.problems[:100])
    return len(add(institution_id, rows))


@command("mappings.withdraw", needs="mappings.propose")
def withdraw(*, mapping_id: int) -> Mapping:
    """Take back what is not decided yet. Raises A114, K403 when it is."""
    found = Mapping.objects.filter(id=mapping_id).first()
    if found is None:
        raise fail("A114")
    lock(("mapping", found.institution_id))
    found = Mapping.objects.get(id=mapping_id)
    if found.state != "proposed":
        raise fail("K403")
    found.state = "withdrawn"
    found.save()
    return found


@command("mappings.decide", needs="catalogues.decide")
def decide(*, mapping_ids: list[int], approve: bool, reason: str) -> int:
    """Decide on mappings, all of them or none. An approved one ends the one before it on the day it begins.

    Raises A114 for one out of scope, A112 for whoever proposed one, K403 for one that is decided, K404 where a later
    one is approved already, K401 when the national item has ended meanwhile, K405 for too many at once.
    """
    if not 0 < len(mapping_ids) <= MOST_AT_ONCE:
        raise fail("K405", most=MOST_AT_ONCE)
    wanted = Mapping.objects.filter(id__in=mapping_ids)
    lock(*(("mapping", number) for number in set(wanted.values_list("institution_id", flat=True)) or {0}))
    found = list(wanted.order_by("id"))
    if len(found) != len(set(mapping_ids)):
        raise fail("A114")
    me = actor().user
    if any(one.state != "proposed" for one in found):
        raise fail("K403")
    if me is not None and any(one.proposed_by == me for one in found):
        raise fail("A112")
    for one in found:
        one.state, one.opinion, one.decided_by, one.decided_at = (
            ("approved" if approve else "refused"), reason, me, clock.now(),
        )  # fmt: skip
    if approve:
        _items_hold(found)
        _end_what_was_before(found)
    try:
        with transaction.atomic():
            Mapping.objects.bulk_update(found, ["state", "opinion", "decided_by", "decided_at"], batch_size=1000)
    except IntegrityError as error:
        raise fail("K404", item=found[0].local_code) from error
    return len(found)


def review_queue(institution_id: int | None = None) -> QuerySet[Mapping]:
    """Mappings in scope that wait for a decision, the oldest first."""
    actor().needs("catalogues.decide")
    rows = Mapping.objects.filter(state="proposed").select_related("institution__organisation").order_by("id")
    return rows if institution_id is None else rows.filter(institution_id=institution_id)


def compared(rows: Sequence[Mapping]) -> list[Waiting]:
    """Mappings, each beside the national item that it names on its first day."""
    found: dict[date, dict[str, queries.Item]] = {}
    for day in {one.during.lower for one in rows}:
        found[day] = queries.items_by_code([one.national_code for one in rows if one.during.lower == day], day)
    items = [found[one.during.lower].get(one.national_code) for one in rows]
    return [
        Waiting(one, item, item is not None and normal(item.name) == normal(one.local_name))
        for one, item in zip(rows, items, strict=True)
    ]


def mappings(institution_id: int | None = None, state: str = "", search: str = "") -> QuerySet[Mapping]:
    """Mappings in scope, by the hospital's code."""
    actor().needs("catalogues.read")
    rows = Mapping.objects.select_related("institution__organisation").order_by("institution", "local_code", "id")
    rows = rows if institution_id is None else rows.filter(institution_id=institution_id)
    rows = rows.filter(state=state) if state else rows
    return rows.filter(local_code__startswith=search) if search else rows


def add(institution_id: int, rows: Sequence[dict[str, Any]]) -> list[Mapping]:
    """Propose mappings, the institution locked. Raises A114, K402 where one for the same item waits."""
    where, me, now = institution(institution_id), actor().user, clock.now()
    made = [
        Mapping(
            institution=where,
            during=days(row["begins"], row["ends"]),
            proposed_by=me,
            proposed_at=now,
            **{name: value for name, value in row.items() if name not in ("begins", "ends")},
        )
        for row in rows
    ]
    open_codes = Mapping.objects.filter(institution=where, state="proposed").values_list("local_code", flat=True)
    if waiting := set(open_codes) & {one.local_code for one in made}:
        raise fail("K402", item=min(waiting))
    try:
        with transaction.atomic():
            return Mapping.objects.bulk_create(made, batch_size=2000)
    except IntegrityError as error:
        raise fail("K402", item=made[0].local_code) from error


def _items_hold(found: Sequence[Mapping]) -> None:
    for waiting in compared(found):
        if waiting.item is None:
            one = waiting.mapping
            raise fail("K401", **maybe(one.local_name, one.during.lower))


def _end_what_was_before(found: Sequence[Mapping]) -> None:
    """Raises K404 where what is approved begins on the same day or later."""
    begins = {(one.institution_id, one.local_code): one for one in found}
    held = Mapping.objects.filter(
        state="approved",
        institution__in={one.institution_id for one in found},
        local_code__in={one.local_code for one in found},
    )
    ending = []
    for before in held:
        following = begins.get((before.institution_id, before.local_code))
        if following is None or (before.during.upper is not None and before.during.upper <= following.during.lower):
            continue
        if before.during.lower >= following.during.lower:
            if following.during.upper is not None and following.during.upper <= before.during.lower:
                continue
            raise fail("K404", item=before.local_code)
        before.during = DateRange(before.during.lower, following.during.lower)
        ending.append(before)
    Mapping.objects.bulk_update(ending, ["during"], batch_size=1000)
