"""Deductions from a table, those of supervision above all: looked at first, then entered whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping

from tongchou.ground.errors import ProblemError, fail
from tongchou.record.audit.command import command
from tongchou.record.base.lock import lock
from tongchou.record.payment.deducting import Entered, keep, statement_of
from tongchou.record.payment.models import Deduction, Statement
from tongchou.record.payment.steps import key_of
from tongchou.record.sheets import Choice, Code, Column, Fen, Line, Sheet, Text, read
from tongchou.record.uploads.by_row import done, placed, tried
from tongchou.record.uploads.commands import peek, use
from tongchou.record.uploads.purposes import Preview, Purpose

MOST = 5_000
COLUMNS = (
    Column("event", "结算号", "settlement", Code(18, r"[0-9]+"), required=True, also=("setl_id",)),
    Column("line", "明细号", "line", Text(40), blank="", also=("feedetl_sn",)),
    Column("fen", "扣款金额", "amount", Fen(1), required=True),
    Column("kind", "类别", "kind", Choice({"审核": "review", "监管": "supervision"}), blank="review"),
    Column("article", "依据", "article", Text(200), required=True),
    Column("why", "事由", "reason", Text(500), required=True),
    Column("evidence", "证据", "evidence", Text(200), blank=""),
)
_COLUMN_OF = {"M409": "扣款金额", "M408": "结算号", "M407": "结算号"}


def _look(content: bytes, options: Mapping[str, str]) -> Preview:
    """Enter it, see what it came to, and take it all back."""
    if options:
        raise fail("K203")
    sheet, of = _read(content)
    made: list[Deduction] = []
    if not sheet.problems:
        made, sheet.problems = tried(sheet.lines, lambda line: keep(_entered(line), of[line.number]), _COLUMN_OF)
    counts = {"deductions": len(made), "settlements": len({one.event for one in made})}
    samples = [{"settlement": one.event, "fen": one.fen, "article": one.article} for one in made[:15]]
    return Preview(counts, samples, sheet.problems, sheet.unknown)


PURPOSE = Purpose("deductions", "扣款", "deductions", "statements.deduct", _look, COLUMNS)


@command("statements.deduct_from_table", needs="statements.deduct")
def deduct_from_table(*, upload: int, reason: str) -> list[Deduction]:
    """Enter every deduction of an uploaded table, or none. Raises A114, U301, U302 for the upload, and every problem of
    its rows when things have changed since it was looked at."""
    _, content = peek(upload, PURPOSE.name)
    sheet, of = _read(content)
    if sheet.problems:
        raise ProblemError(*sheet.problems)
    lock(("upload", upload), *{key_of(one) for one in of.values()})
    use(upload, PURPOSE.name)
    return done(sheet.lines, lambda line: keep(_entered(line), of[line.number]), _COLUMN_OF)


def _entered(line: Line) -> Entered:
    return Entered(**line.values | {"event": int(line.values["event"])})


def _read(content: bytes) -> tuple[Sheet, dict[int, Statement]]:
    """The rows, and by their number the statement that each is of; what is wrong with them is in the sheet."""
    sheet = read(content, COLUMNS)
    if len(sheet.lines) > MOST:
        raise fail("M408", why=f"> {MOST}", why_en=f"> {MOST} rows")
    of = {}
    for line in sheet.lines:
        try:
            of[line.number] = statement_of(int(line.values["event"]))
        except ProblemError as error:
            sheet.problems += placed(error, line, _COLUMN_OF)
    return sheet, of
