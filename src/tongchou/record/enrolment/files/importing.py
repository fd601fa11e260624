"""A file of enrolments: a look at what it would change, and taking it, whole or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from django.db import IntegrityError, transaction

from tongchou.ground.errors import Problem, ProblemError, fail
from tongchou.record.audit.command import command
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.enrolment.files.finding import Found, find
from tongchou.record.enrolment.files.reading import read
from tongchou.record.enrolment.files.writing import write_all
from tongchou.record.orgs.commands import organisation
from tongchou.record.orgs.models import Organisation
from tongchou.record.sheets.streamed import Upload


@dataclass(frozen=True)
class Preview:
    """What taking a file would do: its rows, people it would register, people it names who are known, spells by
    insurance, and people who would have two insurances of which only one counts. Nothing is done with `problems`."""

    rows: int
    new: int
    known: int
    spells: Mapping[str, int]
    doubles: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Imported:
    """What was done. `persons` are all whom the file names."""

    rows: int
    registered: int
    doubles: int
    persons: tuple[int, ...]

    def persons_of(self) -> tuple[int, ...]:
        return self.persons


def preview(*, upload: Upload, agency: int) -> Preview:
    """Look at a file without taking it. Raises E110 and E106 for what cannot be read at all, A101, A114."""
    _may(agency)
    found, rows = _found(upload)
    spells = Counter(found.table["insurance"].to_pylist())
    new = int(np.count_nonzero(found.known == 0))
    return Preview(rows, new, len(found.known) - new, dict(spells), found.doubles, tuple(found.problems))


@command("enrolment.import", needs="enrolment.write")
def import_file(*, upload: Upload, agency: int) -> Imported:
    """Enrol everybody in a file, and register those who are new under an agency.

    Raises all that is wrong, E111 first, with row and column; E113 when somebody was registered or enrolled meanwhile.
    Then nothing of the file is taken.
    """
    where = _may(agency)
    lock(("enrolment", "import"))
    found, rows = _found(upload)
    if found.problems:
        count = len({one.place.row for one in found.problems})
        raise ProblemError(*fail("E111", count=count).problems, *found.problems)
    try:
        with transaction.atomic():
            persons = write_all(found, where)
    except IntegrityError as error:
        raise fail("E113") from error
    return Imported(rows, int(np.count_nonzero(found.known == 0)), found.doubles, tuple(persons.tolist()))


def _may(agency: int) -> Organisation:
    actor().needs("enrolment.write")
    actor().needs("people.write")
    where = organisation(agency)
    if where.kind != "agency":
        raise fail("A108", name=where.name)
    return where


def _found(upload: Upload) -> tuple[Found, int]:
    """The rows that hold, and all that is wrong, by row."""
    held = read(upload)
    found = find(held, upload.name)
    found.problems = sorted(held.problems + found.problems, key=lambda one: one.place.row or 0)
    return found, held.count
