"""Looking at what was uploaded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongchou.ground.errors import Problem, fail
from tongchou.record.audit import trail
from tongchou.record.base.actor import actor
from tongchou.record.sheets import error_sheet, template
from tongchou.record.uploads.commands import findings
from tongchou.record.uploads.models import Upload
from tongchou.record.uploads.purposes import named


@dataclass(frozen=True)
class Seen:
    """An upload as shown: what it would do, and the first problems; all of them are in its sheet of errors."""

    id: int
    purpose: str
    name: str
    digest: str
    state: str
    counts: dict[str, int]
    samples: list[dict[str, Any]]
    unknown: list[str]
    problems: list[Problem]
    problem_count: int
    taken_at: datetime


def look_at(number: int, most: int = 100) -> Seen:
    """An upload in scope, with at most so many problems. Raises A114; A101 without the permission of its import."""
    found = _upload(number)
    kept = findings(found)
    return Seen(
        id=found.pk,
        purpose=found.purpose,
        name=found.name,
        digest=found.digest,
        state=found.state,
        counts=found.counts,
        samples=kept["samples"],
        unknown=kept["unknown"],
        problems=kept["problems"][:most],
        problem_count=len(kept["problems"]),
        taken_at=found.taken_at,
    )


def errors_of(number: int) -> bytes:
    """The sheet of errors of an upload in scope, XLSX. It may quote persons' data, so it is an export in the trail."""
    found = _upload(number)
    trail.write("export", "uploads.errors_of", details={"upload": number})
    return error_sheet(findings(found)["problems"])


def template_of(purpose: str) -> bytes:
    """The workbook to fill in for an import. Raises U303; A101 without its permission."""
    actor().needs("uploads.take")
    wanted = named(purpose)
    actor().needs(wanted.needs)
    return template(wanted.columns() if callable(wanted.columns) else wanted.columns)


def _upload(number: int) -> Upload:
    actor().needs("uploads.take")
    found = Upload.objects.filter(id=number).first()
    if found is None:
        raise fail("A114")
    actor().needs(named(found.purpose).needs)
    return found
