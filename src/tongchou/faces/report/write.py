"""Write a report into a folder: `report.html`, `report.xlsx`, `summary.json` and `tables/*.parquet`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from tongchou.engines.benefits.compare import Column, Sheet
from tongchou.engines.benefits.explain import Text
from tongchou.engines.benefits.explain.model import Lang
from tongchou.faces.report.model import Report
from tongchou.faces.report.page import to_html, told
from tongchou.faces.report.words import percent, summary, warnings, word
from tongchou.faces.report.xlsx import Cell, Page, write_workbook
from tongchou.ground.money import round_fraction, yuan

PAGE, WORKBOOK, SUMMARY, TABLES = "report.html", "report.xlsx", "summary.json", "tables"
_EXPLAINED = Sheet(
    "explanations",
    Text("变化最大的就诊的两种说明", "Both explanations of the largest changes"),
    Text("同“变化最大的人”的次序。", "In the order of the largest individual changes."),
    (
        Column("direction", "word", Text("方向", "direction")),
        Column("rank", "count", Text("序", "rank")),
        Column("claim_id", "text", Text("就诊", "claim")),
        Column("explanation_a", "text", Text("A 的说明", "explanation under A")),
        Column("explanation_b", "text", Text("B 的说明", "explanation under B")),
    ),
    (),
)


def write_report(report: Report, folder: Path, lang: Lang) -> dict[str, Any]:
    """Write everything but the rows of each claim and person (`merge_each` does); the summary as it was written."""
    explained = Sheet(
        _EXPLAINED.name, _EXPLAINED.title, _EXPLAINED.note, _EXPLAINED.columns,
        [
            (c.row["direction"], c.row["rank"], c.row["claim_id"], told(c.a, lang), told(c.b, lang))
            for c in report.changes
        ],
    )  # fmt: skip
    sheets = [*report.sheets.values(), explained]
    (folder / PAGE).write_text(to_html(report, lang), encoding="utf-8")
    write_workbook(folder / WORKBOOK, [_cover(report, sheets, lang), *(_page(sheet, lang) for sheet in sheets)])
    for sheet in sheets:
        write_sheet(folder / TABLES, sheet)
    document = as_dict(report)
    (folder / SUMMARY).write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return document


def as_dict(report: Report) -> dict[str, Any]:
    """The report in numbers (fen; percentages as text), for a machine to check."""
    policies = {
        name: {
            "label": policy.label,
            "region": {"zh": policy.region.zh, "en": policy.region.en},
            "pack_hash": policy.pack_hash,
            "only_here": [vars(provision) for provision in policy.only],
        }
        for name, policy in (("a", report.a), ("b", report.b))
    }
    return {
        **policies,
        "semantics": report.semantics,
        "assumed": dict(report.assumed),
        "year_end": report.year_end,
        "summary": {"zh": summary(report, "zh"), "en": summary(report, "en")},
        "warnings": {"zh": warnings(report, "zh"), "en": warnings(report, "en")},
        **report.counts,
        "checks": dict(report.checks),
        "reconciled": report.reconciled,
        "tables": {
            name: [{key: _plain(value) for key, value in row.items()} for row in sheet.dicts()]
            for name, sheet in report.sheets.items()
        },
    }


def _plain(value: object) -> object:
    return percent(value, 4).replace("−", "-") if isinstance(value, Fraction) else value


def write_sheet(folder: Path, sheet: Sheet) -> None:
    """A sheet as Parquet: money in whole fen, shares in thousandths, percentages as text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir(exist_ok=True)
    numbers = ("fen", "count", "share")
    fields = [(column.name, pa.int64() if column.kind in numbers else pa.string()) for column in sheet.columns]
    rows = [{key: _plain(value) for key, value in row.items()} for row in sheet.dicts()]
    pq.write_table(pa.Table.from_pylist(rows, pa.schema(fields)), folder / f"{sheet.name}.parquet", compression="zstd")


def _cover(report: Report, sheets: Sequence[Sheet], lang: Lang) -> Page:
    """The first page of the workbook: what it says, and what each of its pages means."""
    zh = lang == "zh"
    rows: list[list[Cell | None]] = [[Cell("政策改动比较" if zh else "What a change of policy does", "header")]]
    rows += [
        [Cell(f"{name}: {policy.region.of(lang)} — {policy.label} ({policy.pack_hash})")]
        for name, policy in (("A", report.a), ("B", report.b))
    ]
    rows += [[Cell(text)] for text in (*warnings(report, lang), *summary(report, lang))]
    rows += [[Cell("金额单位:元。" if zh else "Amounts in yuan.")], []]
    rows += [[Cell(sheet.title.of(lang), "header"), Cell(sheet.note.of(lang))] for sheet in sheets]
    return ("摘要" if zh else "Summary", rows)


def _page(sheet: Sheet, lang: Lang) -> Page:
    head = [Cell(column.label.of(lang), "header") for column in sheet.columns]
    rows = [[_cell(c, value, lang) for c, value in zip(sheet.columns, row, strict=True)] for row in sheet.rows]
    return (sheet.title.of(lang), [head, *rows])


def _cell(column: Column, value: Any, lang: Lang) -> Cell | None:
    if value is None or value == "":
        return None
    if column.kind == "fen":
        return Cell(yuan(value), "yuan")
    if column.kind == "count":
        return Cell(str(value), "plain" if column.name == "year" else "count")
    if column.kind in ("percent", "share"):
        return Cell(_decimal(Fraction(value, 1000) if column.kind == "share" else value), "percent")
    return Cell(word(str(value), lang) if column.kind == "word" else str(value))


def _decimal(value: Fraction) -> str:
    """Eight decimals: a spreadsheet shows two of the percentage, and computes with the rest."""
    whole = round_fraction(abs(value) * 10**8)
    return f"{'-' if value < 0 else ''}{whole // 10**8}.{whole % 10**8:08d}"
