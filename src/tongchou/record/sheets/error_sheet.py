"""The sheet that goes back to whoever uploaded: what is wrong, in which row and column, and what to do."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from tongchou.ground.errors import Problem
from tongchou.record.sheets.reading import Column

_HEADERS = ("行 row", "列 column", "代码 code", "问题", "怎么办", "problem", "what to do")
_WIDTHS = (8, 18, 10, 50, 50, 50, 50)
_MADE = datetime(2000, 1, 1)  # noqa: DTZ001 (a workbook says when it was made; ours is the same whenever it is made)


def error_sheet(problems: Iterable[Problem]) -> bytes:
    """A workbook with a line for each problem."""
    return _workbook([_HEADERS, *(_line(one) for one in problems)], _WIDTHS)


def template(columns: Sequence[Column]) -> bytes:
    """An empty workbook to fill in: the headers, a star at what must not be empty, and below what each column reads."""
    headers = [f"*{one.zh}" if one.required else one.zh for one in columns]
    return _workbook([headers], [20] * len(headers), [one.read.says[0] for one in columns])


def _line(one: Problem) -> tuple[Any, ...]:
    place = one.place
    said = (one.message("zh"), one.remedy("zh"), one.message("en"), one.remedy("en"))
    return (place.row or "", place.column or "", one.code, *said)


def _workbook(rows: Sequence[Sequence[Any]], widths: Sequence[int], notes: Sequence[str] = ()) -> bytes:
    from xlsxwriter import Workbook

    out = io.BytesIO()
    # A text is always written as a text, so nothing in what was uploaded becomes a formula or a link.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with Workbook(out, options) as book:
        book.set_properties({"created": _MADE})
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for at, width in enumerate(widths):
            sheet.set_column(at, at, width)
        for number, row in enumerate(rows):
            for at, value in enumerate(row):
                write = sheet.write_number if isinstance(value, int) else sheet.write_string
                write(number, at, value, bold if number == 0 else None)
        for at, note in enumerate(notes):
            sheet.write_comment(0, at, note)
    return out.getvalue()
