"""What every command on a filing does: find it, lock whom it is about, see what runs beside it, keep a step."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError

from tongchou.engines import filings as engine
from tongchou.engines.filings import Step
from tongchou.ground.errors import ProblemError, fail
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import system
from tongchou.record.filings import stored
from tongchou.record.filings.about import About
from tongchou.record.filings.models import Evidence, Filing
from tongchou.record.filings.uploads import Upload, check
from tongchou.record.packs.queries import pack_of

_ALL = system("what may run beside a filing hangs on all there are, whoever filed them")


def locked(number: int) -> Filing:
    """A filing in scope, nothing about its person or organisation changing meanwhile. Raises A114."""
    row = Filing.objects.filter(id=number).first()
    if row is None:
        raise fail("A114")
    lock(about_of(row).key)
    row.refresh_from_db()
    return row


def about_of(row: Filing) -> About:
    return About(row.agency, row.person, row.organisation)


def as_engine(row: Filing) -> engine.Filing:
    return stored.read(pack_of(row.pack), row)


def beside(whom: About, scheme: str, type_: str) -> list[engine.Filing]:
    """All filings of a type about one person or organisation that were approved once."""
    rows = Filing.objects.within(_ALL).filter(
        person=whom.person, organisation=whom.organisation, scheme=scheme, type=type_, during__isnull=False
    )
    return [as_engine(row) for row in rows]


def keep(row: Filing, step: Step, done: str, reason: str = "") -> Filing:
    """Save a filing after a step, and those it replaced, which give way first. A race that a constraint stopped is
    told as the check before would have told it."""
    try:
        for gone in step.replaced:
            other = Filing.objects.within(_ALL).get(id=int(gone.id))
            stored.write(other, gone).save()
            stored.note(other, "replace")
        stored.write(row, step.filing).save()
    except IntegrityError as error:
        raise _refusal(row, error) from error
    stored.note(row, done, reason)
    return row


def within_life(whom: About, step: Step) -> Step:
    """The step, holding no longer than the person lived: what is filed late for somebody who died ends with that day.
    Raises F110 where no day is left."""
    died = None if whom.person is None else whom.person.died
    one = step.filing
    if died is None or one.first is None:
        return step
    if one.first > died:
        raise fail("F110", died=died)
    return engine.Step(engine.end(one, last=died).filing, step.replaced)


def _refusal(row: Filing, error: IntegrityError) -> ProblemError:
    if "one_filing_waiting" in str(error):
        return fail("F101")
    if "of_a_kind" in str(error):
        return fail("F011", type=row.type, running="-")
    if "in_a_slot" in str(error):
        return fail("F010", type=row.type, limit="-", running="-")
    raise error


def media_of(of: engine.Type, evidence: Iterable[Upload], already: int = 0) -> list[str]:
    """The media type of each file. Raises F108 for evidence that the type does not ask for, F103–F107 for a file."""
    known = of.value.evidence or ()
    for one in evidence:
        if one.kind not in known:
            raise fail("F108", type=of.name, kind=one.kind, known="、".join(known) or "-")
    return check(tuple(evidence), already)


def attach(row: Filing, evidence: Iterable[Upload], media: list[str]) -> None:
    """Store files with a filing."""
    for one, media_type in zip(evidence, media, strict=True):
        Evidence.objects.create(
            filing=row,
            kind=one.kind,
            name=one.name,
            media_type=media_type,
            size=len(one.content),
            digest=one.digest,
            content=one.content,
        )
