"""`tongchou scheme import`: published workbooks become a scheme folder, or a sheet of what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tongchou.faces.cli.group import scheme_app
from tongchou.faces.cli.speak import (
    FINDINGS,
    Json,
    Lang,
    emit,
    finish,
    guarded,
    language,
    refuse,
    say,
    show_problems,
    tell,
)
from tongchou.faces.cli.table import show

if TYPE_CHECKING:
    from tongchou.engines.grouping.workbook import Sheet
    from tongchou.ground.errors import Problem

MOST_SHOWN = 20


@scheme_app.command("import")
@guarded
def import_(
    workbooks: Annotated[
        list[Path], typer.Argument(help="公布的工作簿（XLSX，也可 CSV） || published workbooks", show_default=False)
    ],
    out: Annotated[Path | None, typer.Option(help="方案写到此文件夹 || folder for the scheme")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="只看认成了什么 || only show what is recognised")] = False,
    errors: Annotated[
        Path | None, typer.Option(help="错误清单写到此工作簿 || workbook for what is wrong", show_default=False)
    ] = None,
    headers: Annotated[Path | None, typer.Option(help="列名的写法，YAML || names of columns, YAML")] = None,
    id_: Annotated[str, typer.Option("--id", help="方案代号，缺省为文件夹名 || id of the scheme")] = "",
    title: Annotated[str, typer.Option(help="方案名称 || title")] = "",
    qy: Annotated[
        str, typer.Option(help="歧义规则：any_valid、main_valid，缺省没有 || rule of ambiguous records")
    ] = "",
    lang: Lang = None,
    json: Json = False,
) -> None:
    """公布的工作簿 → 分组方案文件夹 || published workbooks to a scheme folder"""
    from tongchou.engines.grouping.assembling import assemble, write_scheme
    from tongchou.engines.grouping.headers import load_headers
    from tongchou.engines.grouping.lint import lint
    from tongchou.engines.grouping.load import load_scheme
    from tongchou.engines.grouping.workbook import read_sheets
    from tongchou.ground.errors import ProblemError
    from tongchou.ground.folders import appearing
    from tongchou.record.sheets import sheets as sheets_of

    if (out is None) != preview:
        raise typer.BadParameter(say("--out 和 --preview 给一个", "give either --out or --preview"))
    if qy not in ("", "any_valid", "main_valid"):
        raise typer.BadParameter("any_valid, main_valid")
    known, problems = load_headers(headers), list["Problem"]()
    books = [
        (book.name, [(raw.name or book.stem, [list(row) for row in raw.rows]) for raw in sheets_of(book.read_bytes())])
        for book in workbooks
    ]
    sheets = read_sheets(books, known, problems)
    _show_sheets(sheets)
    found = assemble(sheets, known, qy)
    problems += found.problems
    tables = {name: len(rows) for name, rows in found.tables.items()}
    show((say("表", "table"), say("行", "rows")), [(f"{name}.csv", f"{n:,}") for name, n in tables.items()])
    document = {"sheets": [_told(sheet) for sheet in sheets], "tables": tables}
    warnings: list[Problem] = []
    if out is not None and not problems:
        said = {"id": id_ or out.resolve().name, "title": title}
        try:
            with appearing(out) as folder:
                write_scheme(found.tables, folder, said)
                warnings = lint(load_scheme(folder), folder)
        except FileExistsError:
            refuse(f"{out} 不是空的", f"{out} is not empty")
        except ProblemError as error:
            problems += error.problems
    show_problems(problems[:MOST_SHOWN])
    if problems:
        where = errors or (out.with_name(f"{out.name}-errors.xlsx") if out is not None else None)
        if where is not None:
            _write_errors(where, problems)
            tell(say(f"{len(problems)} 处有误，清单写在 {where}", f"{len(problems)} problems, listed in {where}"))
        emit(document | {"problems": [one.as_dict() for one in problems]}, FINDINGS)
        finish(FINDINGS)
    if out is not None:
        tell(say(f"写在 {out}；lint 提醒 {len(warnings)}", f"written to {out}; {len(warnings)} warnings of lint"))
    emit(document | {"out": str(out or ""), "warnings": len(warnings), "problems": []})


def _show_sheets(sheets: list[Sheet]) -> None:
    """What each sheet was taken for, by which of its columns."""
    unused = say("没有用", "not used")
    rows = [
        (one.name, one.kind or unused, len(one.items), "、".join(f"{v}={k}" for k, v in one.headers.items()))
        for one in sheets
    ]
    show((say("工作表", "sheet"), say("认作", "taken for"), say("行", "rows"), say("列", "columns")), rows)


def _told(sheet: Sheet) -> dict[str, object]:
    return {"sheet": sheet.name, "kind": sheet.kind, "rows": len(sheet.items), "columns": sheet.headers}


def _write_errors(file: Path, problems: list[Problem]) -> None:
    """One row for each problem: where it is, as the spreadsheet counts, and what to do."""
    from tongchou.faces.report.xlsx import Cell, write_workbook

    heads = say("工作簿 工作表 行 列 代码 问题 怎么办", "workbook sheet row column code problem remedy").split()
    rows: list[list[Cell | None]] = [[Cell(head, "header") for head in heads]]
    for one in problems:
        book, _, sheet = (one.place.table or one.place.file or "").partition("!")
        place = [book, sheet, str(one.place.row or one.place.line or ""), one.place.column or ""]
        texts = [*place, one.code, one.message(language()), one.remedy(language())]
        rows.append([Cell(text) if text else None for text in texts])
    write_workbook(file, [(say("错误清单", "problems"), rows)])
