"""`tongchou drg`: weights of a scheme's groups, measured from what their cases cost."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tongchou.faces.cli.dip import MOST_SHOWN, Discharges
from tongchou.faces.cli.speak import FINDINGS, OK, Json, Lang, emit, finish, guarded, refuse, say, show_problems, tell
from tongchou.faces.cli.table import show

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="按病组付费 || diagnosis-related groups (DRG)")
_GROUPED = ("index", "status", "drg")
"""Columns of what grouping writes."""
_WAYS = {
    "weighed own": ("按本组病例", "weighed by their own group"),
    "weighed siblings": ("与同核心组的小组合并", "with the small groups of their ADRG"),
    "weighed adrg": ("按核心组", "by their ADRG"),
    "weighed given": ("给定", "given"),
    "unweighed": ("没有权重", "of groups without a weight"),
    "trimmed": ("其中不计均费", "of all these, not in a mean"),
    "ungrouped": ("未入组", "ungrouped"),
    "unseen": ("没有分组结果", "not among the groups"),
    "outside": ("年份之外", "of other years"),
}


@app.command("weights")
@guarded
def weights(
    declaration: Annotated[
        Path, typer.Argument(help="权重测算申报（weights.yaml 或文件夹） || the declaration", show_default=False)
    ],
    discharges: Discharges,
    groups: Annotated[
        Path, typer.Option(help="tongchou group 的结果 || the groups, as tongchou group wrote them", show_default=False)
    ],
    out: Annotated[Path, typer.Option(help="权重写到此文件夹 || folder for the weights", show_default=False)],
    scheme: Annotated[
        Path | None, typer.Option(help="分组方案；不写即申报所在文件夹 || the scheme; else the declaration's folder")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="替换以前的权重 || replace earlier weights")] = False,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """由近年已分组的病例测算权重 || measure the weights of groups from their cases of past years"""
    import pyarrow as pa

    from tongchou.engines.dip.reading import read_files
    from tongchou.engines.grouping.load import load_scheme
    from tongchou.engines.grouping.recordfiles import read_blocks
    from tongchou.engines.grouping.weighing import weigh
    from tongchou.engines.grouping.weight_files import MANIFEST, REPORT, TABLE, write_weights
    from tongchou.engines.grouping.weighting import load_weighting
    from tongchou.ground.errors import Problem, ProblemError
    from tongchou.ground.folders import replacing

    there = out.exists() and (not out.is_dir() or any(out.iterdir()))
    if there and not (force and all((out / name).is_file() for name in (MANIFEST, REPORT, TABLE))):
        refuse(f"{out} 已有内容；以前的权重用 --force 替换", f"{out} is not empty; --force replaces earlier weights")
    folder = scheme or (declaration if declaration.is_dir() else declaration.parent)
    declared, of = load_weighting(declaration), load_scheme(folder)
    read = read_files(discharges)
    blocks = list(read_blocks(groups))
    told = pa.concat_tables(blocks) if blocks else pa.table({name: pa.array([], pa.string()) for name in _GROUPED})
    if missing := [name for name in _GROUPED if name not in told.column_names]:
        known = "、".join(_GROUPED)
        raise ProblemError(*(Problem("D201", details={"name": name, "known": known}) for name in missing))
    if twice := [name for name in _GROUPED if told.column_names.count(name) > 1]:
        raise ProblemError(*(Problem("D207", details={"name": name}) for name in twice))
    if read.faulty and not len(read.cases.ids):
        raise ProblemError(*read.problems[:MOST_SHOWN])
    cases = read.cases
    days = cases.number.get("days")
    handed = {"discharge_id": cases.ids, "year": cases.year, "total_fee": cases.fee}
    made = weigh(
        declared, of, pa.table({**handed, "days": pa.nulls(len(cases), pa.int64()) if days is None else days}), told
    )
    with replacing(out) as fresh:
        manifest = write_weights(made, of, fresh)
    show_problems(read.problems[:MOST_SHOWN])
    rows = [(say(*words), f"{made.counted[name]:,}") for name, words in _WAYS.items()]
    show(
        (say("病例", "discharges"), say("例数", "how many")), [*rows, (say("有误", "faulty"), f"{len(read.faulty):,}")]
    )
    summed = manifest["summed"]
    tell(
        say(
            f"{manifest['weighed']} 组有权重；{summed['cases']:,} 例的权重合计 {summed['weights']}；写在 {out / TABLE}",
            f"{manifest['weighed']} groups weighed; the weights of {summed['cases']:,} cases sum to "
            f"{summed['weights']}; written to {out / TABLE}",
        )
    )
    code = FINDINGS if read.faulty else OK
    document = {"out": str(out), "rows": read.rows, "faulty": len(read.faulty), **manifest}
    emit(document | {"problems": [one.as_dict() for one in read.problems[:MOST_SHOWN]]}, code)
    finish(code)
