"""`tongchou group`: discharges into DRG groups; `tongchou scheme`: what is wrong with the tables they come from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tongchou.faces.cli.speak import FINDINGS, OK, Json, Lang, emit, finish, guarded, say, show_problems, tell
from tongchou.faces.cli.table import show

if TYPE_CHECKING:
    import pyarrow as pa

    from tongchou.engines.grouping.evidence import Evidence
    from tongchou.engines.grouping.grouper import Grouper
    from tongchou.engines.grouping.weights import Weight
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
    weights: Annotated[
        bool, typer.Option("--weights", help="另列权重，并算 CMI || tell the weight of each, and the case-mix index")
    ] = False,
    level: Annotated[str, typer.Option(help="用此级别机构的权重 || weights of this level of hospital")] = "",
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="用这天的权重 || weights in force on this day")
    ] = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """按方案给病案分组 || group discharges by a scheme"""
    from tongchou.engines.grouping.grouper import Grouper
    from tongchou.engines.grouping.load import load_scheme
    from tongchou.ground.errors import Place, fail

    if (out is None) == (explain is None):
        raise typer.BadParameter(say("--out 和 --explain 给一个", "give either --out or --explain"))
    if (level or on) and not weights:
        raise typer.BadParameter(say("--level 和 --on 选权重,要和 --weights 一起", "--level and --on need --weights"))
    grouper = Grouper(load_scheme(scheme))
    if explain is not None:
        _tell_why(grouper, _found(grouper, records, explain, map_codes))
        return
    assert out is not None
    weight = None
    if weights:
        from tongchou.engines.grouping.weights import weight_of

        if not grouper.scheme.weights:
            raise fail("D113", Place(str(scheme)))
        levels = sorted({one.level for one in grouper.scheme.weights if one.level})
        if level and level not in levels:
            raise fail("D114", Place(str(scheme)), level=level, known="、".join(levels) or "—")
        weight = weight_of(grouper.scheme.weights, level, on.date() if on else None)
    counts, problems, faulty, weighed = _group_file(grouper, records, out, map_codes, weight)
    show_problems(problems[:MOST_SHOWN])
    show((say("结果", "result"), say("份数", "records")), [(name, f"{count:,}") for name, count in counts.items()])
    tell(
        say(
            f"{grouper.scheme.id}（{grouper.scheme.hash}），写到 {out}",
            f"{grouper.scheme.id} ({grouper.scheme.hash}), written to {out}",
        )
    )
    if weight is not None:
        tell(
            say(
                f"有权重 {weighed.records:,} 份，CMI {weighed.index}",
                f"{weighed.records:,} weighed, CMI {weighed.index}",
            )
        )
    code = FINDINGS if faulty else OK
    found: dict[str, Any] = {
        "scheme": grouper.scheme.id,
        "hash": grouper.scheme.hash,
        "out": str(out),
        "records": dict(counts),
    }
    if weight is not None:
        found |= {"weighed": weighed.records, "weight": str(weighed.total), "cmi": weighed.index}
    emit(found | {"problems": [problem.as_dict() for problem in problems[:MOST_SHOWN]]}, code)
    finish(code)


@dataclass
class Weighed:
    """How many records have a weight, and their sum."""

    records: int = 0
    total: Decimal = Decimal(0)

    @property
    def index(self) -> str:
        """The case-mix index: the mean weight, four decimals, half up; a dash where nothing has a weight."""
        return str((self.total / self.records).quantize(Decimal("0.0001"), ROUND_HALF_UP)) if self.records else "–"


def _group_file(
    grouper: Grouper, records: Path, out: Path, map_codes: bool, weight: dict[str, Weight] | None = None
) -> tuple[Counter[str], list[Problem], int, Weighed]:
    """Group a file block by block: how many records have which status, what is wrong, how many are faulty, what they
    weigh."""
    from tongchou.engines.grouping.bulk import FAULTY, group_table
    from tongchou.engines.grouping.recordfiles import read_blocks, written
    from tongchou.faces.cli.progress import progress

    counts, problems, done, weighed = Counter[str](), list["Problem"](), 0, Weighed()
    with progress(say("分组", "grouping"), None) as advance, written(out) as write:
        for block in read_blocks(records):
            grouped = group_table(grouper, block, done + 1, map_codes)
            write(grouped.table if weight is None else _with_weights(grouped.table, weight, weighed))
            for one in grouped.table["status"].value_counts().to_pylist():
                counts[one["values"]] += one["counts"]
            problems += grouped.problems[: MOST_SHOWN - len(problems)]
            done += len(block)
            advance(done)
    return counts, problems, counts[FAULTY], weighed


def _with_weights(table: pa.Table, weight: dict[str, Weight], weighed: Weighed) -> pa.Table:
    """The groups with a column of their weights, empty where a group has none."""
    import pyarrow as pa

    column = table["drg"].combine_chunks()
    texts = [weight[drg].weight if drg in weight else "" for drg in column.dictionary.to_pylist()]
    for count in column.value_counts().to_pylist():
        if count["values"] in weight:
            weighed.records += count["counts"]
            weighed.total += Decimal(weight[count["values"]].weight) * count["counts"]
    return table.append_column("weight", pa.array(texts, pa.string()).take(column.indices))


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
        (say("规则", "rule"), f"{evidence.number}: {evidence.rule}" if evidence.number is not None else ""),
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
        "drg": {
            "code": group.drg,
            "name": grouper.scheme.names.get(group.drg, ""),
            "rule": evidence.rule,
            "number": evidence.number,
        },
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
