"""Diagnoses: one main one; what does not look like one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tongchou.ground.errors import Problem
from tongchou.record.lists.checks.finding import numbered, problem
from tongchou.record.lists.codes import plain
from tongchou.record.lists.sheet import Known, Row, Sheet, text

_SECTION = "diseinfo"
_WESTERN = "1"
_ONE = r"[A-Z]\d{2}(?:[.][0-9A-Za-z]{1,8})?[+*]?"
_FORM = re.compile(f"{_ONE}(?:{_ONE})?")
"""A code, or a cause with its manifestation (A18.001+M01.1*)."""
_OF_WOMEN = re.compile(r"O|C5[1-8]|D2[5-8]|N[789][0-9]")
_OF_MEN = re.compile(r"C6[0-3]|N4[0-9]|N5[01]")
_EXTERNAL = re.compile(r"[VWXY]")


def is_main(row: Row) -> bool:
    return plain("maindiag_flag", text(row, "maindiag_flag")) == "1"


def kind(row: Row) -> str:
    return plain("diag_type", text(row, "diag_type"))


def main(sheet: Sheet, known: Known) -> Iterator[Problem]:
    """N362: a stay has a diagnosis. N361: one of the western ones is the main one, where there are any; of Chinese
    diseases and syndromes none or one each, one of them where there are no others."""
    rows = sheet.rows(_SECTION)
    if not rows:
        if known.stay or not sheet.rows("opspdiseinfo"):
            yield problem("N362", sheet, "diag_code", section=_SECTION)
        return
    marked: dict[str, int] = {}
    for row in rows:
        marked[kind(row)] = marked.get(kind(row), 0) + is_main(row)
    first = _WESTERN if _WESTERN in marked else min(marked)
    for which, count in marked.items():
        if count > 1 or (count == 0 and which == first):
            yield problem("N361", sheet, "maindiag_flag", section=_SECTION, count=count)


def doubtful(sheet: Sheet, known: Known) -> Iterator[Problem]:
    """N386–N390: another main diagnosis than at discharge, twice the same, a strange code, an external cause as the
    main one, a diagnosis of the other sex."""
    seen: set[tuple[str, str]] = set()
    for number, row in numbered(sheet, _SECTION):
        code, which = text(row, "diag_code"), kind(row)
        at = {"section": _SECTION, "row": number, "value": code[:20]}
        if (which, code) in seen:
            yield problem("N387", sheet, "diag_code", **at)
        seen.add((which, code))
        if which != _WESTERN or not code:
            continue
        if not _FORM.fullmatch(code):
            yield problem("N388", sheet, "diag_code", **at)
        if (known.sex == "男" and _OF_WOMEN.match(code)) or (known.sex == "女" and _OF_MEN.match(code)):
            yield problem("N390", sheet, "diag_code", **at)
        if is_main(row):
            if _EXTERNAL.match(code):
                yield problem("N389", sheet, "diag_code", **at)
            if known.main and code not in known.main:
                yield problem("N386", sheet, "diag_code", **at, given=code[:20], expected="、".join(sorted(known.main)))
