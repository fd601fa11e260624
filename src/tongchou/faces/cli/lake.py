"""`tongchou lake`: a year of claims as Parquet in buckets of whole households, in the order in which they settle."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tongchou.faces.cli.speak import Json, Lang, emit, refuse, say, tell
from tongchou.faces.cli.where import Region, load
from tongchou.ground.folders import replacing


def lake(
    region: Region,
    data: Annotated[Path, typer.Option(help="标准表（Parquet）所在文件夹 || folder with canonical Parquet tables")],
    out: Annotated[Path, typer.Option(help="写到此文件夹 || folder for the lake")],
    buckets: Annotated[
        int | None,
        typer.Option(min=1, max=65536, help="分成几份；不给则按数据量 || buckets; by default as the data need"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="替换以前写的 || replace the lake of an earlier run")] = False,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """把一年的数据按家庭分份、按结算次序排好 || put a year in buckets by household, in the order in which it settles"""
    from tongchou.engines.lake import open_source, pour
    from tongchou.faces.cli.progress import progress

    check_out(data, out, force)
    basis = load(region).region.year.basis
    rows = {name: table.rows for name, table in open_source(data).items()}
    with progress(say("分份并排序", "pouring"), 3 * sum(rows.values())) as advance, replacing(out) as folder:
        poured = pour(data, folder, basis, buckets, advance)
    for name, count in rows.items():
        tell(f"{name}: {count:,}")
    tell(say(f"共 {poured.buckets} 份，写在 {out}", f"{poured.buckets} buckets, written to {out}"))
    emit({"out": str(out), "basis": basis, "buckets": poured.buckets, "rows": poured.rows})


def check_out(data: Path, out: Path, force: bool) -> None:
    """End the run unless `out` is free: nothing but a lake is ever replaced, and only when asked."""
    from tongchou.engines.lake.lake import MANIFEST
    from tongchou.engines.lake.verdicts import FOLDER
    from tongchou.ground.tables import TABLES

    if out.exists() and not out.is_dir():
        refuse(f"{out} 不是文件夹", f"{out} is not a folder")
    found = {entry.name for entry in out.iterdir()} if out.is_dir() else set()
    if not found:
        return
    if data.exists() and (data.resolve() == out.resolve() or out.resolve() in data.resolve().parents):
        refuse("不能写到数据所在文件夹", "the lake cannot go where the data are")
    if MANIFEST not in found:
        refuse(f"{out} 里有别的东西，不是以前写的", f"{out} holds other things and no lake")
    if not force:
        refuse(f"{out} 不是空的；加 --force 替换", f"{out} is not empty; --force replaces an earlier lake")
    strange = found - {MANIFEST, FOLDER, *TABLES, *(f"{name}.parquet" for name in TABLES)}
    if strange:
        names = "、".join(sorted(strange)[:5])
        refuse(f"{out} 里有别的东西：{names}", f"{out} holds other things: {names}")
