"""Files of mappings, as a hospital sends them (3301, 目录对照上传)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tongchou.ground.errors import Place, Problem, fail
from tongchou.record.catalogues import queries
from tongchou.record.sheets import Code, Column, Day, Sheet, Text, read
from tongchou.record.uploads.purposes import Preview, Purpose

COLUMNS = (
    Column("local_code", "院内编码", "local code", Code(40), required=True,
           also=("定点医药机构目录编号", "fixmedins_hilist_id", "medins_list_codg")),
    Column("local_name", "院内名称", "local name", Text(300), required=True,
           also=("定点医药机构目录名称", "fixmedins_hilist_name", "medins_list_name")),
    Column("national_code", "国家编码", "national code", Code(40), also=("医疗目录编码", "med_list_codg"), blank=""),
    Column("spec", "规格", "spec", Text(300), blank=""),
    Column("unit", "计价单位", "unit", Text(50), also=("prcunt",), blank=""),
    Column("begins", "开始日期", "begins", Day(), required=True, also=("begndate",)),
    Column("ends", "结束日期", "ends", Day(), also=("enddate",)),
)  # fmt: skip


def read_mappings(content: bytes) -> tuple[list[dict[str, Any]], Sheet]:
    """The rows of a file with the kind of the item that each names; what is wrong with a row is in the sheet.

    A row without a national code, or with one that is no item on its first day (K401), is told which items it may be.
    """
    sheet = read(content, COLUMNS, key=("local_code",))
    by_day: dict[date, set[str]] = {}
    for line in sheet.lines:
        by_day.setdefault(line.values["begins"], set()).add(line.values["national_code"])
    known = {day: queries.items_by_code(codes, day) for day, codes in by_day.items()}
    rows = []
    for line in sheet.lines:
        given = line.values
        item = known[given["begins"]].get(given["national_code"])
        place = Place(table="sheet", row=line.number, column="国家编码")
        if item is None:
            sheet.problems.append(Problem("K401", place, maybe(given["local_name"], given["begins"])))
        elif given["ends"] is not None and given["ends"] < given["begins"]:
            sheet.problems.append(Problem("K201", Place(table="sheet", row=line.number, column="结束日期"), {}))
        else:
            rows.append({**given, "kind": item.kind})
    return rows, sheet


def maybe(name: str, day: date) -> dict[str, object]:
    """The details of K401: which items a hospital's of this name may be."""
    found = "、".join(f"{one.code} {one.name}" for one in queries.candidates(name, day=day)[:3])
    return {"name": name, "candidates": found or "—"}


def _look(content: bytes, options: Mapping[str, str]) -> Preview:
    if options:
        raise fail("K203")
    rows, sheet = read_mappings(content)
    samples = [{key: str(value) for key, value in row.items() if value} for row in rows[:15]]
    return Preview({"proposed": len(rows)}, samples, sheet.problems, sheet.unknown)


PURPOSE = Purpose("mapping", "目录对照", "mapping of a hospital's items", "mappings.propose", _look, COLUMNS)
