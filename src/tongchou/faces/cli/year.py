"""The year of `tongchou demo`: a synthetic city is drawn, its year settled, and a reform compared with the rules."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from tongchou.faces.cli import compare, synth
from tongchou.faces.cli.settle import check_out, collector_at_rest, settle_folder
from tongchou.faces.cli.speak import language, say, tell
from tongchou.faces.cli.where import load
from tongchou.ground.folders import replacing

if TYPE_CHECKING:
    from tongchou.engines.benefits.explain.model import Lang
    from tongchou.faces.report import Report

REGION, YEAR, SEED = "ninghe", 2025, 1
REFORM = "ninghe-hospital"
"""The reform whose report is written: one of `regions/reforms/`."""


@dataclass(frozen=True)
class Folders:
    """Where the year is written."""

    data: Path
    results: Path
    report: Path

    @classmethod
    def under(cls, out: Path) -> Folders:
        return cls(out / "data", out / "results", out / "report")


def check_year(persons: int, out: Path) -> None:
    """End the run unless a year of so many persons can be written under `out`, before hours are spent on it."""
    folders = Folders.under(out)
    synth.check_persons(persons)
    synth.check_out(folders.data, force=True)
    check_out(folders.data, folders.results, force=True)
    compare.check_out(folders.data, folders.report, force=True)


def run_year(persons: int, out: Path) -> dict[str, Any]:
    """Draw, settle, compare; print what comes of each, and where it is. Amounts in fen, times in seconds.

    The year is that of `REGION` in `YEAR`, drawn from `SEED`: the same every time.
    """
    folders, seconds = Folders.under(out), dict[str, float]()
    title = f"{persons:,} 人的一年：生成、结算、与改革比较", f"A year of {persons:,} people: drawn, settled, compared"
    tell()
    tell(say(*title))
    with _watch(seconds, "synth"):
        rows = _draw(persons, folders)
    tell(
        say(
            f"生成就诊 {rows['claims']:,} 件、明细 {rows['lines']:,} 行",
            f"{rows['claims']:,} claims, {rows['lines']:,} lines",
        )
    )
    tell(say(f"写在 {folders.data}（虚构的数据）", f"written to {folders.data} (synthetic data)"))
    with _watch(seconds, "settle"):
        settled = _settle(folders)
    with _watch(seconds, "compare"):
        report, document = _compare(folders)
    compare.show_report(report, _spoken(), folders.report)
    tell()
    times = {"synth": ("生成", "drawn in"), "settle": ("结算", "settled in"), "compare": ("比较", "compared in")}
    tell(say("，", ", ").join(f"{say(*times[name])} {spent:.1f} {say('秒', 's')}" for name, spent in seconds.items()))
    sound = settled["reconciled"] and document["reconciled"] and not document["one_side_only"]
    return {
        "persons": persons,
        "rows": rows,
        "settled": settled,
        "summary": document["summary"],
        "seconds": {name: round(spent, 1) for name, spent in seconds.items()},
        **{name: str(path) for name, path in vars(folders).items()},
        "reconciled": sound,
    }


@contextmanager
def _watch(seconds: dict[str, float], name: str) -> Iterator[None]:
    began = perf_counter()
    yield
    seconds[name] = perf_counter() - began


def _spoken() -> Lang:
    return "en" if language() == "en" else "zh"


def _draw(persons: int, folders: Folders) -> dict[str, int]:
    pack = load(REGION)
    profile = synth.profile_of(pack, REGION, None)
    with replacing(folders.data) as folder:
        made, _ = synth.draw(pack, profile, persons, YEAR, SEED, folder)
    return made.rows


def _settle(folders: Folders) -> dict[str, Any]:
    from tongchou.faces.cli.reconcile import show_reconciliation

    with replacing(folders.results) as folder:
        reconciliation, summary = settle_folder(load(REGION), folders.data, folder, "parquet")
    show_reconciliation(reconciliation)
    tell(say(f"结算结果：{folders.results}", f"the results: {folders.results}"))
    tell()
    return {name: summary[name] for name in ("claims", "fees", "payers", "reconciled")}


def _compare(folders: Folders) -> tuple[Report, dict[str, Any]]:
    from tongchou.faces.report import write_report

    a, b = load(REGION), compare.second_of(REGION, REFORM)
    with replacing(folders.report) as folder:
        with collector_at_rest():
            limits = compare.limits_of(a, None, None)
            report = compare.report_of(a, b, (REGION, REFORM), folders.data, folder, {}, False, limits)
        document = write_report(report, folder, _spoken())
    return report, document
