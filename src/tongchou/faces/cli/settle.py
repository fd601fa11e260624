"""`tongchou settle`: a folder of claims under a region, out as tables, with totals that must reconcile."""

from __future__ import annotations

import gc
import json as json_
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tongchou.faces.cli.speak import FINDINGS, OK, Json, Lang, emit, finish, refuse, say, tell
from tongchou.faces.cli.where import Region, load
from tongchou.ground.folders import replacing

if TYPE_CHECKING:
    from tongchou.faces.cli.reconcile import Reconciliation
    from tongchou.ground.region.pack import Pack

FORMATS = ("parquet", "csv", "jsonl")
SUMMARY = "summary.json"
_WORTH_A_PROCESS = 5_000  # claims
_WORTH_A_BULK_RUN = 2_000  # claims; for fewer the machine code is not worth loading
SHARE = 100_000  # claims
_SHOWN = 20  # rejects


def settle(
    region: Region,
    data: Annotated[
        Path, typer.Option(help="标准表所在文件夹，或数据湖 || folder with the canonical tables, or a lake")
    ],
    out: Annotated[Path, typer.Option(help="结果写到此文件夹 || folder for the results")],
    format: Annotated[str, typer.Option(help="parquet、csv 或 jsonl || parquet, csv or jsonl")] = "parquet",  # noqa: A002 (the option's name)
    assume: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="就诊没有写明时采用的事实，可重复 || a fact for claims that lack it"),
    ] = None,
    year_end: Annotated[
        bool,
        typer.Option(
            "--year-end", help="数据含整年，另算年末的层 || the data hold whole years: also run year-end layers"
        ),
    ] = False,
    after: Annotated[
        Path | None, typer.Option(help="接着以前的结果结算：它的文件夹 || go on after the results in this folder")
    ] = None,
    trace: Annotated[
        bool,
        typer.Option(
            "--trace", help="另存各层的计算过程和累计变动 || also store what happened in every layer and state"
        ),
    ] = False,
    numbers: Annotated[
        bool,
        typer.Option(
            "--numbers",
            help="只存数字：每份一个文件，按行号对应 || store numbers alone: a file for each share, by row number",
        ),
    ] = False,
    lines: Annotated[
        bool, typer.Option("--lines", help="与 --numbers 同用，另存明细 || with --numbers: also store lines")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="替换以前的结果 || replace the results of an earlier run")
    ] = False,
    jobs: Annotated[int | None, typer.Option(min=1, help="并行进程数 || processes at work")] = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """按政策包结算一批就诊 || settle a folder of claims under a region"""
    from tongchou.faces.cli import workers
    from tongchou.faces.cli.shares import is_lake

    if format not in FORMATS:
        refuse("--format 是 parquet、csv 或 jsonl", "--format is parquet, csv or jsonl")
    facts = assumptions(assume or [])
    if after is not None and year_end:
        refuse("--year-end 要整年的数据，不能与 --after 同用", "--year-end needs whole years and goes without --after")
    _check_numbers(numbers, lines, format, year_end, data)
    check_out(data, out, force)
    if after is not None and after.resolve() == out.resolve():
        refuse("--after 与 --out 不能是同一文件夹", "--after and --out cannot be one folder")
    if jobs != 1 and is_lake(data):
        workers.load(workers.SETTLING)  # while the region is read
    pack = load(region)
    with replacing(out) as folder:
        reconciliation, summary = settle_folder(
            pack,
            data,
            folder,
            format,
            facts,
            jobs,
            year_end,
            by_line=lines or not numbers,
            after=after,
            trace=trace,
            numbers=numbers,
        )
    _show(reconciliation, out)
    code = OK if reconciliation.holds else FINDINGS
    emit({"out": str(out), **summary}, code)
    finish(code)


def settle_folder(
    pack: Pack,
    data: Path,
    out: Path,
    format: str,  # noqa: A002 (as the option)
    assume: dict[str, str] | None = None,
    jobs: int | None = None,
    year_end: bool = False,
    share: int = SHARE,
    by_line: bool = True,
    after: Path | None = None,
    trace: bool = False,
    numbers: bool = False,
) -> tuple[Reconciliation, dict[str, Any]]:
    """Settle the tables of `data` into `out`; the reconciliation, and the summary that is written beside the tables.

    `data`: a folder of tables in any order, or a lake. `share`: claims that are settled at once, about; the buckets of
    a lake are shares as they are. `jobs`: processes. Neither changes anything in the tables that are written.
    `by_line`: False leaves `line_results` empty where claims settle in shares. `after`: the folder of results that this
    run goes on after; `trace`: also store traces and changes. `numbers`: store numbers alone (see `numbers`); then
    `data` must be Parquet.

    Raises `ProblemError` when the tables as a whole cannot be read, or the states of `after` do not go with them (K).
    """
    from tongchou.engines.benefits.from_tables import Intake
    from tongchou.faces.cli.bulk import Form, Settling, settle_in_bulk, warm
    from tongchou.faces.cli.memory import keep_memory
    from tongchou.faces.cli.merging import Merged, days_to_cut
    from tongchou.faces.cli.numbers import Numbers
    from tongchou.faces.cli.parts import merge_parts, settle_in_parts
    from tongchou.faces.cli.progress import progress
    from tongchou.faces.cli.reconcile import fees_of, reconcile
    from tongchou.faces.cli.shares import how_many, shares_of
    from tongchou.faces.cli.states import before_of, keep_part, keep_states, merge_states, read_earlier, seen_of
    from tongchou.faces.cli.traces import merge_traces
    from tongchou.faces.cli.workers import processes_for, start
    from tongchou.ground.tables import read_tables

    with collector_at_rest():
        if numbers or _in_bulk(data, year_end):
            keep_memory()
            # They start while this process spreads the claims.
            pool = start(processes_for(how_many(data, share), jobs), warm)
            with pool or nullcontext(), tempfile.TemporaryDirectory(prefix=".parts-", dir=out) as work:
                shares = shares_of(data, Path(work), share)
                form: Form = Numbers(out, by_line, trace)
                if not numbers:
                    cuts = days_to_cut(shares, pack.region.year.basis)
                    form = Merged(pack.hash, Path(work), cuts, by_line, trace)
                what = Settling(pack, shares, Path(work), form, assume or {}, after)
                with progress(say("结算", "settling"), what.shares.rows["claims"]) as advance:
                    counted, totals, written = settle_in_bulk(what, jobs, out, format, advance, pool)
            return _written(pack, reconcile(fees_of(data), counted, totals, written), out, assume, after, numbers)
        tables = read_tables(data)
        intake = Intake(tables, pack, assume)
        earlier = read_earlier(pack, after)
        before = before_of(earlier, intake)
        most = len(intake.rows) // _WORTH_A_PROCESS
        processes = jobs or max(1, min(os.cpu_count() or 1, most))
        with tempfile.TemporaryDirectory(prefix=".parts-", dir=out) as work:
            with progress(say("结算", "settling"), len(intake.rows)) as advance:
                had = before.states(intake)
                parts, totals = settle_in_parts(pack, intake, Path(work), processes, advance, year_end, had, trace)
            written = merge_parts(parts, tables.problems, out, format)
            if trace:
                merge_traces(parts, written["claims"], out)
            kept = keep_part(Path(work) / "all", merge_states(parts, before))
            seen = before.seen(seen_of(intake, written["claims"], earlier))
            keep_states(pack, [kept], [seen], out, earlier and earlier.left([before]))
        return _written(pack, reconcile(fees_of(data), tables, totals, written), out, assume, after)


def _check_numbers(numbers: bool, lines: bool, format: str, year_end: bool, data: Path) -> None:  # noqa: A002 (as the option)
    """End the run where `--numbers` cannot be had."""
    from tongchou.faces.cli.shares import is_lake, is_parquet

    if lines and not numbers:
        refuse(
            "--lines 与 --numbers 同用；否则明细总是写出", "--lines goes with --numbers; else lines are always written"
        )
    if numbers and (format != "parquet" or year_end):
        refuse("--numbers 只写 Parquet，不能与 --year-end 同用", "--numbers writes Parquet and goes without --year-end")
    if numbers and not (is_lake(data) or is_parquet(data)):
        refuse("--numbers 需要 Parquet 表或数据湖", "--numbers needs Parquet tables or a lake")


def _in_bulk(data: Path, year_end: bool) -> bool:
    """Whether claims settle share by share, as all of a lake do, or one by one. Ends the run where neither is built."""
    from tongchou.engines.lake import open_source
    from tongchou.faces.cli.shares import is_lake, is_parquet

    if is_lake(data):
        if year_end:
            refuse("--year-end 需要原来的表，不是数据湖", "--year-end needs the tables themselves, not a lake")
        return True
    if year_end or not is_parquet(data):
        return False
    return open_source(data)["claims"].rows >= _WORTH_A_BULK_RUN


def _written(
    pack: Pack,
    reconciliation: Reconciliation,
    out: Path,
    assume: dict[str, str] | None,
    after: Path | None,
    numbers: bool = False,
) -> tuple[Reconciliation, dict[str, Any]]:
    """The summary, written beside the tables."""
    summary = summary_of(pack, reconciliation, assume or {})
    if numbers:
        summary["numbers"] = True
    if after is not None:
        summary["after"] = os.path.relpath(after.resolve(), out.resolve())
    (out / SUMMARY).write_text(json_.dumps(summary, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return reconciliation, summary


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Rows and claims hold no cycles, and looking through millions of them for some takes a third of the time."""
    working = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if working:
            gc.enable()


def summary_of(pack: Pack, reconciliation: Reconciliation, assumed: dict[str, str]) -> dict[str, Any]:
    """What was done, in numbers (fen), for a machine to check."""
    from tongchou.engines.benefits import SEMANTICS

    return {
        "region": pack.region.code,
        "pack_hash": pack.hash,
        "semantics": SEMANTICS,
        "assumed": assumed,
        **reconciliation.as_dict(),
    }


def check_out(data: Path, out: Path, force: bool) -> None:
    """End the run unless `out` is free: nothing but results of an earlier run is ever replaced, and only when asked."""
    from tongchou.engines.benefits.replay.numbered import NAMES as NUMBERED
    from tongchou.engines.benefits.to_tables import NAMES
    from tongchou.faces.cli.parts import YEAR_END
    from tongchou.faces.cli.states import STATES
    from tongchou.faces.cli.traces import KEPT

    if out.exists() and not out.is_dir():
        refuse(f"{out} 不是文件夹", f"{out} is not a folder")
    if not out.is_dir():
        return
    if data.exists() and (data.resolve() == out.resolve() or out.resolve() in data.resolve().parents):
        refuse("结果不能写到数据所在文件夹", "the results cannot go where the data are")
    ours = {
        SUMMARY,
        STATES,
        *KEPT,
        *NUMBERED,
        *(f"{name}.{ending}" for name in (*NAMES, YEAR_END) for ending in FORMATS),
    }
    found = {entry.name for entry in out.iterdir()}
    if found and not force:
        refuse(f"{out} 不是空的；加 --force 替换", f"{out} is not empty; --force replaces earlier results")
    if found - ours:
        strange = "、".join(sorted(found - ours)[:5])
        refuse(f"{out} 里有别的东西：{strange}", f"{out} holds other things: {strange}")


def assumptions(given: list[str]) -> dict[str, str]:
    facts: dict[str, str] = {}
    for text in given:
        name, mark, value = text.partition("=")
        if not name.strip() or not mark or not value.strip() or name in facts:
            refuse(f"--assume 写成 事实=值，每个一次：{text}", f"--assume is NAME=VALUE, each name once: {text}")
        facts[name.strip()] = value.strip()
    return facts


def _show(done: Reconciliation, out: Path) -> None:
    from tongchou.faces.cli.reconcile import show_reconciliation
    from tongchou.faces.cli.speak import language

    for row in done.rejects[:_SHOWN]:
        place = " ".join([row["table"], f"row {row['row']}", *([f"column {row['column']}"] if row["column"] else [])])
        tell(f"{place}: {row['code']} {row['message_' + language()]}")
    if len(done.rejects) > _SHOWN:
        more = len(done.rejects) - _SHOWN
        tell(say(f"……另有 {more} 行，见 rejects", f"… and {more} more, see rejects"))
    show_reconciliation(done)
    tell(say(f"写在 {out}", f"written to {out}"))
