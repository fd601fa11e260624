"""A population feed: a file of certificates."""

from __future__ import annotations

from tongchou.ground.errors import Place, Problem, ProblemError
from tongchou.record.enrolment.files.reading import KIND, NUMBER
from tongchou.record.people.identity import RESIDENT_CARD, Certificate, certificate
from tongchou.record.sheets.streamed import MOST_PROBLEMS, Upload, rows


def read_feed(upload: Upload) -> list[Certificate]:
    """The certificates of a file with the column 证件号码, and 证件类型 where they are not resident cards.

    Raises E110, E106, and P101 or P102 with row and column for every number that cannot be one.
    """
    lines = rows(upload)
    _, head = next(lines, (1, []))
    if head.count(NUMBER) != 1 or head.count(KIND) > 1:
        raise ProblemError(
            Problem("E106", Place(table=upload.name, row=1), {"column": NUMBER, "known": f"{KIND}、{NUMBER}"})
        )
    found: list[Certificate] = []
    problems: list[Problem] = []
    for row, cells in lines:
        one = dict(zip(head, cells, strict=False))
        try:
            found.append(certificate(one.get(KIND) or RESIDENT_CARD, one.get(NUMBER, "")))
        except ProblemError as error:
            place = Place(table=upload.name, row=row, column=NUMBER)
            problems += [Problem(each.code, place, each.details) for each in error.problems]
        if len(problems) >= MOST_PROBLEMS:
            break
    if problems:
        raise ProblemError(*problems)
    return found
