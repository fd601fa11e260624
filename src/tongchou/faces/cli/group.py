"""`tongchou group`: discharges into DRG groups; `tongchou scheme`: what is wrong with the tables they come from."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tongchou.faces.cli.speak import FINDINGS, OK, Json, Lang, emit, finish, guarded, say, show_problems, tell
from tongchou.faces.cli.table import show

if TYPE_CHECKING:
    from tongchou.engines.grouping.evidence import Evidence
    from tongchou.engines.grouping.grouper import Grouper
    from tongchou.ground.errors import Problem

MOST_SHOWN = 20
"""Faulty rows that are told one by one."""
Scheme = Annotated[Path, typer.Argument(help="分组方案文件夹 || the folder of a grouping scheme", show_default=False)]


def group(
    scheme: Scheme,
    records: Annotated[Path, typer.Option(help="病案（CSV 或 Parquet） || records, CSV or Parquet")],
    out: Annotated[Path | None, typer.Option(help="结果写到此文件 || the file for the groups")] = None,
    explain: Annotated[
        str | None, typer.Option(help="只说明这份病案（index） || tell why of this record (its index)")
    ] = None,
    map_codes: Annotated[
        bool, typer.Option("--map", help="先按方案的对照表转换编码 || map codes by the scheme's tables first")
    ] = False,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """按方案给病案分组 || group discharges by a scheme"""
    from tongchou.engines.grouping.grouper import Grouper
    from tongchou.engines.grouping.load import load_scheme

    if (out is None) == (explain is None):
        raise typer.BadParameter(say("--out 和 --explain 给一个", "give either --out or --explain"))
    grouper = Grouper(load_scheme(scheme))
    if explain is not None:
        _tell_why(grouper, _found(grouper, records, explain, map_codes))
        return
    assert out is not None
    counts, problems, faulty = _group_file(grouper, records, out, map_codes)
    show_problems(problems[:MOST_SHOWN])
    show((say("结果", "result"), say("份数", "records")), [(name, f"{count:,}") for name, count in counts.items()])
    tell(
        say(
            f"{grouper.scheme.id}（{grouper.scheme.hash}），写到 {out}",
            f"{grouper.scheme.id} ({grouper.scheme.hash}), written to {out}",
        )
    )
    code = FINDINGS if faulty else OK
    found = {"scheme": grouper.scheme.id, "hash": grouper.scheme.hash, "out": str(out), "records": dict(counts)}
    emit(found | {"problems": [problem.as_dict() for problem in problems[:MOST_SHOWN]]}, code)
    finish(code)


def _group_file(grouper: Grouper, records: Path, out: Path, map_codes: bool) -> tuple[Counter[str], list[Problem], int]:
    """Group a file block by block: how many records have which status, what is wrong, how many are faulty."""
    from tongchou.engines.grouping.bulk import FAULTY, group_table
    from tongchou.engines.grouping.recordfiles import read_blocks, written
    from tongchou.faces.cli.progress import progress

    counts, problems, done = Counter[str](), list["Problem"](), 0
    with progress(say("分组", "grouping"), None) as advance, written(out) as write:
        for block in read_blocks(records):
            grouped = group_table(grouper, block, done + 1, map_codes)
            write(grouped.table)
            for one in grouped.table["status"].value_counts().to_pylist():
                counts[one["values"]] += one["counts"]
            problems += grouped.problems[: MOST_SHOWN - len(problems)]
            done += len(block)
            advance(done)
    return counts, problems, counts[FAULTY]


def _found(grouper: Grouper, records: Path, index: str, map_codes: bool) -> Evidence:
    from tongchou.engines.grouping.bulk import record_of
    from tongchou.engines.grouping.evidence import explain
    from tongchou.engines.grouping.recordfiles import read_blocks
    from tongchou.ground.errors import Place, fail

    for block in read_blocks(records):
        record = record_of(grouper, block, index, map_codes)
        if record is not None:
            return explain(grouper, record)
    raise fail("D206", Place(str(records)), value=index)


def _tell_why(grouper: Grouper, evidence: Evidence) -> None:
    group, scheme = evidence.group, grouper.scheme
    rows: list[tuple[str, str]] = [
        (say("结果", "result"), f"{group.status} {group.drg} {scheme.names.get(group.drg, '')}".rstrip()),
        (say("主要诊断大类", "MDC"), f"{group.mdc}: {evidence.mdc}"),
        (say("核心组", "ADRG"), f"{group.adrg} ({evidence.node}): {evidence.entry}"),
        (say("规则", "rule"), evidence.rule),
    ]
    for one in evidence.complications:
        why = say(f"不计：与主要诊断同在排除表 {one.excluded_by}", f"excluded by table {one.excluded_by}")
        rows.append((one.kind, f"{one.code} {one.name} {why if one.excluded_by else say('计入', 'counts')}"))
    if evidence.operation:
        rows.append((say("按此手术入组", "by this operation alone"), evidence.operation))
    show((say("项目", "what"), say("依据", "why")), [(name, text) for name, text in rows if text])
    show_problems(evidence.edits, to=tell)
    tell(f"{scheme.id} {scheme.hash}")
    emit(_document(grouper, evidence))


def _document(grouper: Grouper, evidence: Evidence) -> dict[str, Any]:
    group = evidence.group
    return {
        "scheme": grouper.scheme.id,
        "hash": group.hash,
        "status": group.status,
        "mdc": {"code": group.mdc, "condition": evidence.mdc},
        "adrg": {"code": group.adrg, "node": evidence.node, "condition": evidence.entry},
        "drg": {"code": group.drg, "name": grouper.scheme.names.get(group.drg, ""), "rule": evidence.rule},
        "complications": [vars(one) for one in evidence.complications],
        "operation": evidence.operation,
        "edits": [problem.as_dict() for problem in evidence.edits],
    }


scheme_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="分组方案 || grouping schemes")


@scheme_app.command("lint")
@guarded
def lint(scheme: Scheme, lang: Lang = None, json: Json = False) -> None:
    """检查分组方案 || check a grouping scheme"""
    from tongchou.engines.grouping.lint import lint as findings_of
    from tongchou.engines.grouping.load import load_scheme

    problems = findings_of(load_scheme(scheme), scheme)
    show_problems(problems, to=tell)
    tell(say(f"提醒 {len(problems)}", f"{len(problems)} warnings"))
    emit({"warnings": len(problems), "problems": [problem.as_dict() for problem in problems]})
