"""Looking filings up: what waits, what is overdue, what one person filed, and what it gives to a claim."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, QuerySet

from tongchou.engines import filings as engine
from tongchou.ground.errors import fail
from tongchou.ground.region.pack import Pack
from tongchou.record.audit import trail
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.scope import system
from tongchou.record.filings import stored
from tongchou.record.filings.models import Evidence, Filing, FilingEvent
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.queries import person


@dataclass(frozen=True)
class Seen:
    """A filing as shown. `first` and `last` are inclusive, None until it is approved; `last` None has no end."""

    id: int
    scheme: str
    type: str
    person: int | None
    organisation: int | None
    by: str
    names: dict[str, Any]
    filed_on: date
    due_on: date | None
    late: bool
    state: str
    first: date | None
    last: date | None
    evidence: tuple[tuple[int, str, str, str, int], ...]


def types(scheme: str, on: date | None = None) -> list[engine.Type]:
    """What can be filed in a scheme on a day, today when none is given, in the order of the articles."""
    actor().needs("filings.read")
    return list(engine.types_on(pack_in_force(), scheme, on or clock.today()).values())


def look_at(*, number: int) -> Seen:
    """One filing. Raises A114."""
    actor().needs("filings.read")
    return _seen("filings.look_at", [_filing(number)])[0]


def worklist(*, state: str = engine.SUBMITTED, type: str = "", after: int = 0, limit: int = 50) -> list[Seen]:  # noqa: A002 (the field's name)
    """Filings in scope of a state, and of a type when one is named, those first that are due first."""
    actor().needs("filings.read")
    rows = Filing.objects.filter(state=state, **({"type": type} if type else {}))
    return _seen("filings.worklist", rows.order_by(F("due_on").asc(nulls_last=True), "id")[after : after + limit])


def overdue(*, after: int = 0, limit: int = 50) -> list[Seen]:
    """Filings in scope whose decision is overdue, the oldest first."""
    actor().needs("filings.read")
    rows = Filing.objects.filter(state=engine.SUBMITTED, due_on__lt=clock.today()).order_by("due_on", "id")
    return _seen("filings.overdue", rows[after : after + limit])


def of_person(*, person_id: int) -> list[Seen]:
    """All filings about a person in scope, the newest first. Raises A114."""
    actor().needs("filings.read")
    found = person(person_id)
    return _seen("filings.of_person", Filing.objects.filter(person=found).order_by("-filed_on", "-id"))


def history(*, number: int) -> list[FilingEvent]:
    """Everything that was done with a filing, in order. Raises A114."""
    actor().needs("filings.read")
    row = _filing(number)
    trail.seen("filings.history", row.persons_of())
    return list(row.events.order_by("id"))


def evidence(*, filing_id: int, number: int) -> Evidence:
    """A file that was brought with a filing, with its content. Raises A114."""
    actor().needs("filings.read")
    found = Evidence.objects.filter(filing_id=filing_id, id=number).select_related("filing").first()
    if found is None:
        raise fail("A114")
    trail.seen("filings.evidence", found.filing.persons_of())
    return found


def look_at_facts(*, person_id: int, on: date, scheme: str) -> dict[str, Any]:
    """What a person's filings give to a claim of a day, for whoever may see the person. Raises A114."""
    actor().needs("filings.read")
    found = person(person_id)
    trail.seen("filings.look_at_facts", [found.pk])
    return facts_of(found.pk, on, scheme=scheme)


def facts_of(person_id: int, on: date, *, scheme: str, claim: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What the filings of a person give to a claim of a day: fact → value, typed as the engine of benefits takes it.

    For the program that settles: it looks at all filings of the person, whoever filed them, and leaves permission and
    trail to its caller. With the facts of the `claim` only filings that agree with it count.
    """
    return _facts(Filing.objects.within(_ALL).filter(person_id=person_id), on, scheme, claim)


def facts_in(
    pack: Pack,
    rows: Iterable[Filing],
    on: date,
    *,
    scheme: str,
    claim: Mapping[str, Any],
    types: Mapping[str, engine.Type] | None = None,
) -> dict[str, Any]:
    """What filings of a scheme that were read give to a claim of a day; those of other days count for nothing. `types`:
    those of the day, where somebody has them ready."""
    running = [stored.read(pack, row) for row in rows if row.during is not None and on in row.during]
    return engine.facts_on(pack, scheme, on, running, claim, types)


def facts_of_organisation(
    organisation_id: int, on: date, *, scheme: str, claim: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What the filings of an institution give, likewise."""
    return _facts(Filing.objects.within(_ALL).filter(organisation_id=organisation_id), on, scheme, claim)


_ALL = system("a claim is settled on all that was filed for it")


def _facts(rows: QuerySet[Filing], on: date, scheme: str, claim: Mapping[str, Any] | None) -> dict[str, Any]:
    pack = pack_in_force()
    running = rows.filter(scheme=scheme, during__contains=on)
    return engine.facts_on(pack, scheme, on, [stored.read(pack, row) for row in running], claim)


def _filing(number: int) -> Filing:
    found = Filing.objects.filter(id=number).first()
    if found is None:
        raise fail("A114")
    return found


def _seen(name: str, rows: Iterable[Filing]) -> list[Seen]:
    found = list(rows)
    trail.seen(name, {number for row in found for number in row.persons_of()})
    files: dict[int, list[tuple[int, str, str, str, int]]] = {row.pk: [] for row in found}
    brought = Evidence.objects.filter(filing__in=list(files)).order_by("id").defer("content")
    for one in brought:
        files[one.filing_id].append((one.pk, one.kind, one.name, one.media_type, one.size))
    return [_shown(row, tuple(files[row.pk])) for row in found]


def _shown(row: Filing, files: tuple[tuple[int, str, str, str, int], ...]) -> Seen:
    first = last = None
    if row.during is not None and not row.during.isempty:
        first = row.during.lower
        last = None if row.during.upper is None else row.during.upper - timedelta(days=1)
    return Seen(
        id=row.pk,
        scheme=row.scheme,
        type=row.type,
        person=row.person_id,
        organisation=row.organisation_id,
        by=row.by,
        names=stored.names_of(row),
        filed_on=row.filed_on,
        due_on=row.due_on,
        late=row.late,
        state=row.state,
        first=first,
        last=last,
        evidence=files,
    )
