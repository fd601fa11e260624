"""Filings of many people from a file: looked at first, then submitted whole or not at all.

A row names a person by certificate, the scheme, the type, and what the type names under the names of the facts.
Evidence lies on paper with whoever files; its kinds are named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tongchou.ground.errors import ProblemError, fail
from tongchou.ground.region.filing_kinds import FilingType
from tongchou.ground.region.values import value_of
from tongchou.record.audit.command import command
from tongchou.record.base.lock import lock
from tongchou.record.filings.about import About, about
from tongchou.record.filings.models import Filing
from tongchou.record.filings.submitting import submit_for
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.identity import KIND_WORDS
from tongchou.record.sheets import Choice, Code, Column, Line, Sheet, Text, Words, read
from tongchou.record.uploads.by_row import done, placed, tried
from tongchou.record.uploads.commands import peek, use
from tongchou.record.uploads.purposes import Preview, Purpose

MOST = 2_000
"""Rows of a file: each person in it is locked by themselves."""
_FIXED = (
    Column("number", "证件号码", "certificate", Code(60, r"[0-9A-Za-z()（）\-]+"), required=True, also=("certno",)),
    Column("kind", "证件类型", "kind of certificate", Choice(KIND_WORDS),
           also=("psn_cert_type",), blank="01"),
    Column("scheme", "险种", "scheme", Text(30), required=True, also=("insutype",)),
    Column("type", "备案类型", "type", Text(60), required=True),
    Column("evidence", "纸质材料", "evidence on paper", Words(Text(60)), blank=()),
)  # fmt: skip


def columns() -> list[Column]:
    """Those that every row has, and one for each fact that a type of the pack in force names of a person."""
    types = [value_of(fact, FilingType) for fact in pack_in_force().facts if fact.kind == "filing.*"]
    named = (name for one in types if one.about == "person" for name in (*one.names, *one.may_name))
    return [*_FIXED, *(Column(f"{_FACT}{name}", name, name, Text(200)) for name in dict.fromkeys(named))]


def _look(content: bytes, options: Mapping[str, str]) -> Preview:
    """Do it, see what it came to, and take it all back."""
    if options:
        raise fail("K203")
    sheet, whom = _read(content)
    made: list[Filing] = []
    if not sheet.problems:
        made, sheet.problems = tried(sheet.lines, _submit(whom), _COLUMN_OF)
    counts = {state: sum(one.state == state for one in made) for state in ("submitted", "approved")}
    samples = [{"type": one.type, "person": one.person_id, "state": one.state} for one in made[:15]]
    return Preview(counts, samples, sheet.problems, sheet.unknown)


PURPOSE = Purpose("filings", "备案", "filings", "filings.submit", _look, columns)


@command("filings.submit_file", needs="filings.submit")
def submit_file(*, upload: int, reason: str) -> list[Filing]:
    """Submit every filing of an uploaded file, or none. Raises A114, U301, U302 for the upload, and every problem of
    its rows when things have changed since it was looked at."""
    _, content = peek(upload, PURPOSE.name)
    sheet, whom = _read(content)
    if sheet.problems:
        raise ProblemError(*sheet.problems)
    lock(("upload", upload), *{one.key for one in whom.values()})
    use(upload, PURPOSE.name)
    return done(sheet.lines, _submit(whom), _COLUMN_OF)


def _read(content: bytes) -> tuple[Sheet, dict[int, About]]:
    """The rows, and by their number whom each is about; what is wrong with them is in the sheet."""
    sheet = read(content, columns())
    if len(sheet.lines) > MOST:
        raise fail("F111", most=MOST)
    whom = {}
    for line in sheet.lines:
        try:
            whom[line.number] = about(None, (line.values["kind"], line.values["number"]), None)
        except ProblemError as error:
            sheet.problems += placed(error, line, _COLUMN_OF)
    return sheet, whom


def _submit(whom: Mapping[int, About]) -> Callable[[Line], Filing]:
    def submit(line: Line) -> Filing:
        given = line.values
        names = {name.removeprefix(_FACT): value for name, value in given.items() if name.startswith(_FACT) and value}
        return submit_for(
            whom[line.number], scheme=given["scheme"], type=given["type"], names=names, on_paper=given["evidence"]
        )

    return submit


_FACT = "fact "
_COLUMN_OF = {
    **dict.fromkeys(("A114", "P101", "P102", "F110"), "证件号码"),
    **dict.fromkeys(("F006", "F108"), "纸质材料"),
    **dict.fromkeys(("F001", "F005", "F101", "F102", "F007", "F010", "F011", "F012"), "备案类型"),
}
"""Where a problem stands that tells of no fact."""
