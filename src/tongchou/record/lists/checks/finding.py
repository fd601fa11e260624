"""A problem in a field of a list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from tongchou.ground.errors import Place, Problem
from tongchou.record.lists.sheet import Row, Sheet

INFO = "setlinfo"
_NAMES = {
    "diseinfo": "诊断",
    "oprninfo": "手术",
    "icuinfo": "重症监护",
    "payinfo": "基金支付",
    "iteminfo": "收费项目",
    "opspdiseinfo": "门诊慢特病",
    "bldinfo": "输血",
}


def problem(
    code: str, sheet: Sheet, field: str, *, section: str = INFO, row: int | None = None, **details: object
) -> Problem:
    """A problem; `row` counts from 1."""
    where = "" if row is None else f"({_NAMES.get(section, section)}第 {row} 行)"
    told = {"label": sheet.label(field), "field": field, "where": where, **details}
    return Problem(code, Place(table=section, row=row, column=field), told)


def numbered(sheet: Sheet, section: str) -> Iterator[tuple[int, Row]]:
    return iter(enumerate(sheet.rows(section), start=1))


def everything(sheet: Sheet) -> Iterator[tuple[str, int | None, Row]]:
    """Every row with its section and number; `setlinfo` has none."""
    yield INFO, None, sheet.info
    for section in sheet.sections():
        for number, row in numbered(sheet, section):
            yield section, number, row


def shown(moment: date | datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if isinstance(moment, datetime) else moment.isoformat()
