"""What is odd about a record: codes that no table has, and sex, age and diagnoses that contradict each other.

An edit never changes the group; whoever codes the record corrects it, or knows better.
"""

from __future__ import annotations

from collections.abc import Iterator

from tongchou.engines.grouping.grouper import Grouper
from tongchou.engines.grouping.record import Record
from tongchou.engines.grouping.scheme import Field, Mdc
from tongchou.ground.errors import Place, Problem

DAYS_OF_A_YEAR = 366
_SEXES = {1: "男", 2: "女"}


def edits_of(grouper: Grouper, record: Record) -> Iterator[Problem]:
    """D210 to D214, in the order of the record's fields."""
    yield from _age(record)
    yield from _codes(grouper, record)
    yield from _sex(grouper, record)


def _age(record: Record) -> Iterator[Problem]:
    if record.age_days >= 0 and (record.age_days // DAYS_OF_A_YEAR > record.age or record.age_days // 365 < record.age):
        yield Problem("D210", _at("age_days"), {"age": record.age, "days": record.age_days})
    if record.weight > 0 and record.age > 0:
        yield Problem("D211", _at("weight"), {"age": record.age})


def _codes(grouper: Grouper, record: Record) -> Iterator[Problem]:
    scheme = grouper.scheme
    for column, codes, known, names in (
        ("dx", record.dx, grouper.dx.number, scheme.icd10),
        ("px", record.px, grouper.px.number, scheme.icd9cm3),
    ):
        for code in dict.fromkeys(codes):
            if code not in known and code not in names:
                yield Problem("D212", _at(column), {"value": code})
            if codes.count(code) > 1:
                yield Problem("D213", _at(column), {"value": code})


def _sex(grouper: Grouper, record: Record) -> Iterator[Problem]:
    """A principal diagnosis that only MDCs of the other sex list."""
    if not record.dx:
        return
    listing = [mdc for mdc in grouper.scheme.mdcs if record.dx[0] in mdc.diagnoses]
    wanted = {_sex_of(mdc) for mdc in listing}
    if len(wanted) == 1 and wanted <= {1, 2} and record.sex not in wanted:
        (sex,) = wanted
        yield Problem("D214", _at("sex"), {"value": record.dx[0], "sex": _SEXES[sex or 1]})


def _sex_of(mdc: Mdc) -> int | None:
    return next((atom.low for atom in mdc.atoms if atom.field is Field.SEX), None)


def _at(column: str) -> Place:
    return Place(table="record", column=column)
