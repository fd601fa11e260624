"""`tongchou post-batch`: a year that was settled in bulk into the record, by several processes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from tongchou.faces.cli.server import needs_server
from tongchou.faces.cli.speak import Json, Lang, emit, say, tell

if TYPE_CHECKING:
    from tongchou.record.settlement.batch import Posted

_ACTOR = "post-batch", "settlement.post_batch"


def post_batch(
    data: Annotated[Path, typer.Option(help="规范表所在文件夹（Parquet） || folder of the tables, Parquet")],
    results: Annotated[Path, typer.Option(help="tongchou settle --trace 的结果 || what settle --trace wrote")],
    persons: Annotated[
        Path | None,
        typer.Option(help="CSV：person_id,number，数据中的人与登记号 || CSV: person_id,number of the record"),
    ] = None,
    share: Annotated[int, typer.Option(min=1, help="每份约多少笔结算 || settlements of a share, about")] = 2_000,
    processes: Annotated[int | None, typer.Option(min=1, help="进程数 || processes")] = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """载入批量结算的一年；中断后重新运行即可继续 || post a year settled in bulk; when interrupted, run it again"""
    needs_server()
    from tongchou.record.project.start import running

    with running(migrate=False):
        done = post(data, results, persons, share, processes)
    tell(
        say(
            f"已载入结算 {done.settlements:,} 笔、明细 {done.lines:,} 行；此前已有 {done.before:,} 笔",
            f"posted: {done.settlements:,} settlements, {done.lines:,} lines; there before: {done.before:,}",
        )
    )
    emit({"settlements": done.settlements, "lines": done.lines, "before": done.before})


def post(data: Path, results: Path, persons: Path | None, share: int, processes: int | None) -> Posted:
    """Post the shares that are due, each in one of the processes."""
    from tongchou.faces.cli.lean import without_pandas
    from tongchou.faces.cli.memory import keep_memory
    from tongchou.faces.cli.progress import progress
    from tongchou.faces.cli.workers import POSTING, each_share, load, processes_for, start
    from tongchou.record.base.actor import acting, system_actor
    from tongchou.record.project.start import hang_up
    from tongchou.record.settlement.batch import Run, Year, known_of

    keep_memory()
    without_pandas()
    if processes != 1:
        load(POSTING)
    year = Year(data, results)
    known = known_of(year.tables, persons)
    with acting(system_actor(*_ACTOR)), TemporaryDirectory(prefix="tongchou-shares-") as name:
        run, folder = Run(year, known, share), Path(name)
        due = run.due()
        if due:
            begin = partial(_posting, run.batch.pk, folder, known.persons, known.institutions)
            hang_up()
            shares = run.spread(due, folder)
            pool = start(processes_for(len(due), processes), loaded=POSTING)
            with pool or nullcontext(), progress(say("载入", "posting"), len(due)) as done:
                for count, _ in enumerate(each_share(begin, shares, 1, pool), 1):
                    done(count)
        return run.end()


def _posting(
    batch_id: int, folder: Path, persons: Mapping[str, int], institutions: Mapping[str, int]
) -> Callable[[int], None]:
    """Called once in each process that shares the work: what posts a share by its number. Nothing of the record can be
    handed to it, for it has none yet."""
    from tongchou.record.base.collecting import put_off

    with put_off():
        from tongchou.record.project.start import start

        start(migrate=False)
        from tongchou.record.base.actor import acting, system_actor
        from tongchou.record.settlement.batch import Known, Part

    part = Part(batch_id, folder, Known(persons, institutions))

    def work(number: int) -> None:
        with acting(system_actor(*_ACTOR)):
            part.post(number)

    return work
