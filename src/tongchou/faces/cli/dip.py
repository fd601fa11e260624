"""`tongchou dip`: a catalogue from three years of discharges, and discharges into its groups."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tongchou.faces.cli.speak import (
    FINDINGS,
    OK,
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
    import pyarrow as pa

    from tongchou.engines.benefits.explain.model import Lang as Spoken
    from tongchou.engines.dip.catalogue import Catalogue
    from tongchou.engines.dip.reading import Read

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="按病种分值付费 || disease points (DIP)")
PAGE = "report.html"
MOST_SHOWN = 20
"""Faulty rows that are told one by one."""
Discharges = Annotated[
    list[Path],
    typer.Option(
        "--discharges",
        help="出院病例：文件（Parquet、CSV）或其文件夹，可重复 || discharges: files or folders; repeatable",
    ),
]


@app.command("build")
@guarded
def build(
    declaration: Annotated[
        Path, typer.Argument(help="DIP 申报（dip.yaml 或文件夹） || the declaration", show_default=False)
    ],
    discharges: Discharges,
    out: Annotated[Path, typer.Option(help="目录写到此文件夹 || folder for the catalogue")],
    previous: Annotated[Path | None, typer.Option(help="上一目录，报告差异 || the catalogue to compare with")] = None,
    force: Annotated[bool, typer.Option("--force", help="替换以前的目录 || replace an earlier catalogue")] = False,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """由三年病例生成病种目录 || build the catalogue from three years of discharges"""
    from tongchou.engines.dip.building import build as built_of
    from tongchou.engines.dip.catalogue import read_catalogue
    from tongchou.engines.dip.differing import changes as changes_of
    from tongchou.engines.dip.differing import in_short
    from tongchou.engines.dip.writing import write_catalogue
    from tongchou.faces.report.dip import in_words, to_html
    from tongchou.ground.errors import ProblemError
    from tongchou.ground.folders import replacing
    from tongchou.ground.region.dip.load import load_dip

    _check_out(out, force)
    dip = load_dip(declaration)
    earlier = read_catalogue(previous) if previous is not None else None
    read = _read(discharges)
    if read.faulty and not len(read.cases.ids):
        raise ProblemError(*read.problems[:MOST_SHOWN])
    built = built_of(dip, read.cases)
    changes = changes_of(built, earlier) if earlier is not None else []
    spoken: Spoken = "en" if language() == "en" else "zh"
    with replacing(out) as folder:
        manifest = write_catalogue(built, folder, changes)
        (folder / PAGE).write_text(to_html(built, changes, manifest["hash"], spoken), "utf-8")
    show_problems(read.problems[:MOST_SHOWN])
    for text in in_words(built, changes, spoken):
        tell(text)
    names = {"core": "核心", "basic": "基层", "pre": "先期", "comprehensive": "综合", "excluded": "主诊排除"}
    names |= {"unplaced": "无处可归", "outside": "年份之外"}
    rows = [(say(zh, en), f"{built.counted[en]:,}") for en, zh in names.items()]
    show((say("去向", "where"), say("病例", "discharges")), [*rows, (say("有误", "faulty"), f"{len(read.faulty):,}")])
    tell(say(f"写在 {out}（{manifest['hash']}）", f"written to {out} ({manifest['hash']})"))
    code = FINDINGS if read.faulty else OK
    document = {"out": str(out), "rows": read.rows, "faulty": len(read.faulty), **manifest}
    if changes:
        document["changes"] = in_short(changes)
    emit(document | {"problems": [one.as_dict() for one in read.problems[:MOST_SHOWN]]}, code)
    finish(code)


@app.command("assign")
@guarded
def assign(
    catalogue: Annotated[Path, typer.Argument(help="病种目录文件夹 || the folder of a catalogue", show_default=False)],
    discharges: Discharges,
    out: Annotated[
        Path | None, typer.Option(help="结果写到此文件（Parquet 或 CSV） || the file for the groups")
    ] = None,
    groups: Annotated[
        Path | None, typer.Option(help="另写清算所用的 groups 表 || also write the table groups of the clearing")
    ] = None,
    explain: Annotated[
        str | None, typer.Option(help="只说明这个病例（编号） || tell why of this discharge (its id)")
    ] = None,
    declaration: Annotated[
        Path | None, typer.Option(help="按另一份申报的次序入组 || assign by another declaration")
    ] = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """病例入组 || put discharges in the groups of a catalogue"""
    from tongchou.engines.dip.assigning import Assigner
    from tongchou.engines.dip.catalogue import read_catalogue
    from tongchou.engines.dip.writing import for_payment, write_table

    if (out is None) == (explain is None):
        raise typer.BadParameter(say("--out 和 --explain 给一个", "give either --out or --explain"))
    found = read_catalogue(catalogue, declaration)
    read = _read(discharges)
    assigned = Assigner(found).assign(read)
    if explain is not None:
        _tell_why(found, assigned.table, explain)
        return
    assert out is not None
    write_table(assigned.table, out)
    if groups is not None:
        write_table(for_payment(assigned.table), groups)
    show_problems(read.problems[:MOST_SHOWN])
    words = {"grouped": "入组", "fallback": "兜底", "excluded": "不入组", "ungrouped": "未入组", "faulty": "有误"}
    rows = [(say(words[name], name), f"{n:,}") for name, n in assigned.counted.items()]
    show((say("结果", "result"), say("病例", "discharges")), rows)
    tell(say(f"目录 {found.hash}，写到 {out}", f"catalogue {found.hash}, written to {out}"))
    code = FINDINGS if assigned.counted["faulty"] else OK
    document: dict[str, Any] = {"catalogue": found.hash, "declaration": found.dip.hash, "out": str(out)}
    document |= {"discharges": assigned.counted, "problems": [one.as_dict() for one in read.problems[:MOST_SHOWN]]}
    emit(document, code)
    finish(code)


def _read(discharges: list[Path]) -> Read:
    from tongchou.engines.dip.reading import read_files
    from tongchou.faces.cli.progress import progress

    with progress(say("读入", "reading"), None) as advance:
        return read_files(discharges, advance)


def _check_out(out: Path, force: bool) -> None:
    """Nothing but an earlier catalogue is ever replaced, and only when asked."""
    from tongchou.engines.dip.catalogue import MANIFEST

    if out.exists() and not out.is_dir():
        refuse(f"{out} 不是文件夹", f"{out} is not a folder")
    if not out.is_dir() or not any(out.iterdir()):
        return
    if not (out / MANIFEST).is_file():
        refuse(f"{out} 里有别的东西", f"{out} holds other things")
    if not force:
        refuse(f"{out} 不是空的；加 --force 替换", f"{out} is not empty; --force replaces an earlier catalogue")


def _tell_why(catalogue: Catalogue, table: pa.Table, discharge: str) -> None:
    """The row of one discharge, and the groups that could have taken it."""
    from tongchou.ground.errors import fail
    from tongchou.ground.money import yuan_grouped
    from tongchou.ground.sums import decimal

    found = [row for row in table.to_pylist() if row["discharge_id"] == discharge]
    if not found:
        raise fail("D328", value=discharge)
    row = found[0]
    show((say("项目", "what"), say("结果", "result")), [(name, "" if v is None else str(v)) for name, v in row.items()])
    groups = {one.code: one for one in catalogue.rows}
    codes = [code for code in row["candidates"].split("|") if code]
    decimals = catalogue.dip.said.catalogue.decimals
    listed = [
        (
            code,
            groups[code].kind,
            groups[code].treatment,
            yuan_grouped(groups[code].mean),
            decimal(groups[code].rw, decimals),
        )
        for code in codes
    ]
    if listed:
        heads = (
            ("可入的组", "类型", "治疗方式", "次均费用", "分值"),
            ("candidate", "kind", "treatment", "mean", "points"),
        )
        show(heads[language() == "en"], listed)
    emit({"catalogue": catalogue.hash, "discharge": row})
