"""`tongchou clear from-record`: what a confirmed year was published to, out of the record into folders."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tongchou.faces.cli.clear import page
from tongchou.faces.cli.server import needs_server
from tongchou.faces.cli.speak import Json, Lang, emit, say, tell

_ACTOR = "clear from-record", "clearing.read"


def from_record(
    year: Annotated[int, typer.Option(min=1, help="清算年度的编号 || the number of the clearing year")],
    number: Annotated[int, typer.Option(min=1, help="第几版清算 || which clearing of it")],
    out: Annotated[Path, typer.Option(help="结果写到此文件夹 || the folder for the results")],
    lang: Lang = None,
    json: Json = False,
) -> None:
    """系统里已确认的清算:每家医院一个文件夹 || a confirmed clearing of the record: a folder for each hospital"""
    needs_server()
    from tongchou.engines.payment.folder import read
    from tongchou.ground.folders import appearing
    from tongchou.record.project.start import running

    with running(migrate=False), appearing(out) as folder:
        from tongchou.record.base.actor import acting, system_actor
        from tongchou.record.clearing.publishing import write

        with acting(system_actor(*_ACTOR)):
            names = write(year_id=year, number=number, out=folder)
        for name in names:
            one = read(folder / name)
            page(folder / name, one.rules, one.published, name, None)
    tell(say(f"{len(names)} 家,写到 {out}", f"{len(names)} institutions, written to {out}"))
    emit({"out": str(out), "institutions": names})
