"""How long ago a person left the same institution with the same disease, over the year's end: the stays of the year
before are looked at beside those of the year, and are not grouped with them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pyarrow as pa

from tongchou.engines.dip.catalogue import Catalogue
from tongchou.engines.dip.facts import Facts
from tongchou.engines.dip.reading import read_table
from tongchou.record.clearing.listed import principals_of
from tongchou.record.clearing.models import ClearingYear
from tongchou.record.clearing.steps import ALL
from tongchou.record.lists.models import Version
from tongchou.record.lists.models.sheet import REFUSED
from tongchou.record.settlement.models import Event

SINCE = "since_previous"


def with_since_previous(year: ClearingYear, catalogue: Catalogue, discharges: pa.Table) -> pa.Table:
    """The year's discharges with the days since an earlier one, where the catalogue asks for them."""
    if not _asked(catalogue) or not len(discharges):
        return discharges
    people = {int(person) for person in discharges["person_id"].to_pylist()}
    earlier = pa.Table.from_pylist(list(stays_before(year, people)), discharges.schema)
    read = read_table(pa.concat_tables([discharges, earlier]))
    days = Facts(catalogue.dip, read.cases).since_previous.tolist()
    known = dict(zip(read.cases.ids.to_pylist(), days, strict=True))
    found = [day if (day := known.get(one, -1)) >= 0 else None for one in discharges["discharge_id"].to_pylist()]
    return discharges.append_column(SINCE, pa.array(found, pa.int64()))


def stays_before(year: ClearingYear, people: Collection[int]) -> Iterator[Mapping[str, Any]]:
    """The stays of some people that were settled in the year before and stand, by the last of their lists."""
    events = Event.objects.within(ALL).filter(kind="settle", scheme=year.scheme, year=year.year - 1, person__in=people)
    events = events.exclude(pk__in=Event.objects.within(ALL).filter(reverses__in=events).values("reverses"))
    rows = Version.objects.within(ALL).filter(of__event__in=events).exclude(of__state=REFUSED).order_by("number")
    last = {row["of__event"]: row for row in rows.values(*_READ)}
    principal = principals_of(row["pk"] for row in last.values())
    for event, row in last.items():
        if row["of__event__visit__discharged"] is not None and row["pk"] in principal:
            yield {
                "discharge_id": f"{year.year - 1} {event}",
                "person_id": str(row["of__event__person"]),
                "provider_id": row["of__event__institution__code"],
                "admitted_on": row["of__event__visit__admitted"],
                "discharged_on": row["of__event__visit__discharged"],
                "principal_diagnosis": principal[row["pk"]],
                "total_fee": row["of__event__total"],
            }


_READ = (
    "pk", "of__event", "of__event__person", "of__event__institution__code", "of__event__visit__admitted",
    "of__event__visit__discharged", "of__event__total",
)  # fmt: skip


def _asked(catalogue: Catalogue) -> bool:
    """Whether an auxiliary factor or a group asks for it."""
    said = catalogue.dip.said
    asking = [one for some in said.auxiliary.values() for one in some.classes.values()]
    return any(one.since_previous is not None for one in (*asking, *said.catalogue.pre_groups))
