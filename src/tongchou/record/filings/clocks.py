"""What time does to filings: decisions that are overdue, periods that are over."""

from __future__ import annotations

from datetime import date

from tongchou.engines import filings as engine
from tongchou.ground.errors import ProblemError
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.lock import lock
from tongchou.record.filings import stored
from tongchou.record.filings.keeping import about_of, as_engine, beside, keep, locked, within_life
from tongchou.record.filings.models import Filing
from tongchou.record.packs.queries import pack_of

_AT_ONCE = 500  # filings that expire in one transaction


@command("filings.run_out", needs="filings.decide")
def run_out(*, filing_id: int) -> Filing:
    """What the type says of a filing whose clock has run out: approved or refused without anybody, or somebody is
    reminded, once. One that can no longer be approved is left to a person, with why."""
    row = locked(filing_id)
    if row.state != engine.SUBMITTED or row.due_on is None or row.due_on >= clock.today():
        return row
    pack = pack_of(row.pack)
    within = engine.type_on(pack, row.scheme, row.type, row.filed_on).value.decided_within
    late = "waits" if within is None else within.late
    if late == "waits":
        return _remind(row, f"审核期限 {row.due_on} 已过")
    try:
        step = engine.decide(
            pack,
            as_engine(row),
            approve=late == "approved",
            on=clock.today(),
            others=beside(about_of(row), row.scheme, row.type),
        )
        step = within_life(about_of(row), step)
    except ProblemError as error:
        return _remind(row, error.problems[0].message())
    return keep(row, step, "approve" if late == "approved" else "refuse", f"审核期限 {row.due_on} 已过")


@command("filings.expire", needs="filings.decide")
def expire(*, before: date) -> list[Filing]:
    """End those whose last day lies before a day, so many at a time; the ones that ended."""
    over = Filing.objects.filter(state=engine.APPROVED, during__endswith__lte=before).order_by("id")
    rows = list(over[:_AT_ONCE])
    if rows:
        lock(*{_subject(row) for row in rows})
        rows = list(over.filter(id__in=[row.pk for row in rows]))  # whatever was withdrawn meanwhile is left alone
    for row in rows:
        keep(row, engine.expire(as_engine(row), on=before), "expire")
    return rows


def _subject(row: Filing) -> tuple[str, object]:
    return ("person", row.person_id) if row.person_id is not None else ("organisation", row.organisation_id)


def _remind(row: Filing, why: str) -> Filing:
    if row.reminded_on is None:
        row.reminded_on = clock.today()
        row.save()
        stored.note(row, "remind", why)
    return row
