"""What an employer pays its people: figures of many from a file, looked at first, then declared whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg.types.range import DateRange

from tongchou.ground.errors import ProblemError, fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.lock import lock
from tongchou.record.contributions.declaring import check_figure, figures, its_employer
from tongchou.record.contributions.models import Declaration
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.identity import KIND_WORDS, Certificate, certificate
from tongchou.record.people.models import Employment
from tongchou.record.people.queries import by_certificates
from tongchou.record.sheets import Choice, Code, Column, Day, Fen, Line, Sheet, Text, read
from tongchou.record.uploads.by_row import placed
from tongchou.record.uploads.commands import peek, use
from tongchou.record.uploads.purposes import Preview, Purpose

MOST = 50_000
"""Rows of a file."""


@dataclass(frozen=True)
class Declared:
    """How many figures were declared, and of whom."""

    figures: int
    persons: tuple[int, ...]

    def persons_of(self) -> tuple[int, ...]:
        return self.persons


def columns() -> list[Column]:
    """Those of a payroll; a region that knows one figure only need not be told which."""
    known = sorted(figures())
    return [
        Column("number", "证件号码", "certificate", Code(60, r"[0-9A-Za-z()（）\-]+"), required=True, also=("certno",)),
        Column("kind", "证件类型", "kind of certificate", Choice(KIND_WORDS), also=("psn_cert_type",), blank="01"),
        Column("fact", "申报项", "figure", Text(30), blank=known[0] if len(known) == 1 else None),
        Column("fen", "月金额", "yuan a month", Fen(), required=True, also=("工资", "月工资")),
        Column("since", "自", "since", Day(), required=True),
    ]


def _look(content: bytes, options: Mapping[str, str]) -> Preview:
    """What declaring would come to."""
    if set(options) - {"employer"}:
        raise fail("K203")
    sheet, made = _read(content, its_employer(_number(options)))
    fen = sum(one.fen for one in made)
    samples = [{"person": one.person_id, "fact": one.fact, "fen": one.fen, "since": one.since} for one in made[:15]]
    return Preview({"declared": len(made), "fen": fen}, samples, sheet.problems, sheet.unknown)


PURPOSE = Purpose("payroll", "工资申报", "payroll", "enrolment.write", _look, columns)


@command("contributions.declare_file", needs="enrolment.write")
def declare_file(*, upload: int, reason: str) -> Declared:
    """Declare every figure of an uploaded payroll, or none; who is named works for the employer on the day from which
    the figure holds (CON-04). Raises A114, U301, U302 for the upload, and every problem of its rows when things have
    changed since it was looked at."""
    lock(("upload", upload))
    taken, content = peek(upload, PURPOSE.name)
    sheet, made = _read(content, its_employer(_number(taken.options)))
    if sheet.problems:
        raise ProblemError(*sheet.problems)
    use(upload, PURPOSE.name)
    Declaration.objects.bulk_create(made, batch_size=5_000)
    return Declared(len(made), tuple(sorted({one.person_id for one in made})))


def _number(options: Mapping[str, str]) -> int | None:
    """The employer that an agency names; an employer is itself. Raises K203 for what is no number."""
    given = options.get("employer")
    if given is not None and not (given.isascii() and given.isdigit() and len(given) < 19):
        raise fail("K203")
    return None if given is None else int(given)


def _read(content: bytes, firm: Organisation | None) -> tuple[Sheet, list[Declaration]]:
    """The rows, and what they declare; what is wrong with them is in the sheet. Raises A114 without an employer."""
    if firm is None:
        raise fail("A114")
    sheet = read(content, columns(), key=("number", "kind", "fact", "since"))
    if len(sheet.lines) > MOST:
        raise fail("F111", most=MOST)
    cards = {line.number: _card(line, sheet) for line in sheet.lines}
    known = by_certificates({card for card in cards.values() if card is not None})
    jobs = Employment.objects.filter(employer=firm, person__in=set(known.values()))
    worked: dict[int, list[DateRange]] = {}
    for person, during in jobs.values_list("person", "during"):
        worked.setdefault(person, []).append(during)
    made, now, known_figures = [], clock.now(), figures()
    for line in sheet.lines:
        given, card = line.values, cards[line.number]
        if card is None:
            continue
        try:
            check_figure(given["fact"] or "", given["fen"], known_figures)
            person = known.get(card)
            if person is None or not any(given["since"] in during for during in worked.get(person, ())):
                raise fail("J122", day=given["since"])
        except ProblemError as error:
            sheet.problems += placed(error, line, _COLUMN_OF)
            continue
        same: dict[str, Any] = {name: given[name] for name in ("fact", "fen", "since")}
        made.append(Declaration(person_id=person, employer=firm, at=now, **same))
    return sheet, made


def _card(line: Line, sheet: Sheet) -> Certificate | None:
    """That of a row; what is wrong with it goes to the sheet."""
    try:
        return certificate(line.values["kind"], line.values["number"])
    except ProblemError as error:
        sheet.problems += placed(error, line, _COLUMN_OF)
        return None


_COLUMN_OF = {**dict.fromkeys(("J122", "P101", "P102"), "证件号码"), "J112": "申报项"}
