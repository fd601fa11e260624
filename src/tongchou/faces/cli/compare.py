"""`tongchou compare`: the same claims under two policies; what the funds pay, and who is better or worse off."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tongchou.faces.cli.settle import assumptions, collector_at_rest
from tongchou.faces.cli.speak import FINDINGS, OK, Json, Lang, emit, finish, language, refuse, say, tell
from tongchou.faces.cli.table import show
from tongchou.faces.cli.where import find_region, load
from tongchou.ground.folders import replacing

if TYPE_CHECKING:
    from tongchou.engines.benefits.compare import Limit, Policies
    from tongchou.engines.benefits.explain.model import Lang as Spoken
    from tongchou.faces.cli.comparing import InAll
    from tongchou.faces.report import Report
    from tongchou.ground.region.pack import Pack

SHARE = 200_000  # claims; line results are not kept, and alike claims are looked up once a share: larger is less work
_SHOWN = 5  # reasons for which claims cannot be settled


def compare(
    first: Annotated[str, typer.Argument(metavar="A", help="现行政策包：文件夹或名称 || the policy as it is")],
    second: Annotated[
        str,
        typer.Argument(
            metavar="B",
            help="改动后的政策包，或在 A 之上的补丁文件 || the policy as it would be, or a patch file over A",
        ),
    ],
    data: Annotated[
        Path, typer.Option(help="标准表所在文件夹，或数据湖 || folder with the canonical tables, or a lake")
    ],
    out: Annotated[Path, typer.Option(help="报告写到此文件夹 || folder for the report")],
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
    heavy: Annotated[
        list[int] | None,
        typer.Option(
            min=1, metavar="YUAN", help="大额现金负担的界限（元/年），可重复 || limit of heavy spending, yuan a year"
        ),
    ] = None,
    income: Annotated[
        str | None,
        typer.Option(metavar="INDEX", help="作分母的收入指数，A 的 vocabulary 所申报 || income index declared by A"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="替换以前的报告 || replace an earlier report")] = False,
    jobs: Annotated[int | None, typer.Option(min=1, help="并行进程数 || processes at work")] = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """比较两个政策下的同一批就诊 || compare two policies on the same claims"""
    from tongchou.faces.report import write_report

    facts = assumptions(assume or [])
    check_out(data, out, force)
    a, b = load(first), second_of(first, second)
    limits = limits_of(a, heavy, income)
    spoken: Spoken = "en" if language() == "en" else "zh"
    with replacing(out) as folder:
        with collector_at_rest():
            report = report_of(a, b, (_label(first), _label(second)), data, folder, facts, year_end, limits, jobs)
        document = write_report(report, folder, spoken)
    show_report(report, spoken, out)
    code = OK if report.reconciled and not report.counts["one_side_only"] else FINDINGS
    emit({"out": str(out), **document}, code)
    finish(code)


def second_of(first: str, second: str) -> Pack:
    """B: a region, or a file that changes A. A path goes before a shipped name."""
    from tongchou.engines.benefits.compare import load_patch
    from tongchou.ground.shipped import shipped_reforms

    patch = Path(second) if Path(second).is_file() else shipped_reforms().get(second)
    return load_patch(find_region(first), patch) if patch else load(second)


def _label(name: str) -> str:
    """The last part of a path: a report is passed on, and where things lay on one machine is nobody's business."""
    return Path(name).resolve().name


def limits_of(a: Pack, heavy: list[int] | None, income: str | None) -> tuple[Limit, ...]:
    from tongchou.engines.benefits.compare import income_index, limits

    known = "、".join(a.vocabulary.indices) or "-"
    if income is not None and income not in a.vocabulary.indices:
        refuse(f"A 没有申报指数“{income}”。有：{known}", f"A declares no index '{income}'. It has: {known}")
    index = income_index(a, income)
    return limits(index, [yuan * 100 for yuan in sorted(set(heavy))]) if heavy else limits(index)


def report_of(
    a: Pack,
    b: Pack,
    labels: tuple[str, str],
    data: Path,
    folder: Path,
    facts: dict[str, str],
    year_end: bool,
    limits: tuple[Limit, ...],
    jobs: int | None = None,
    share: int = SHARE,
) -> Report:
    """Settle under both, add up, explain the largest changes; the rows of each claim and person go to `folder`.

    `data`: a folder of tables in any order, or a lake. `share`: claims that are settled at once, about; the buckets of
    a lake are shares as they are. `jobs`: processes. Neither changes anything in what is written.
    """
    from tongchou.engines.benefits import SEMANTICS
    from tongchou.engines.benefits.compare import Policies, changed, checks, sheets
    from tongchou.engines.benefits.explain import Text
    from tongchou.faces.cli.comparing import Comparing, claims_of, compare_in_shares
    from tongchou.faces.cli.progress import progress
    from tongchou.faces.report import Policy, Report
    from tongchou.faces.report.write import TABLES

    policies = Policies(a, b, facts, year_end)
    with tempfile.TemporaryDirectory(prefix=".parts-", dir=folder) as work:
        claims = claims_of(data, Path(work), share)
        what = Comparing(a, b, limits, claims, Path(work), claims.cuts(), facts, year_end)
        with progress(say("比较", "comparing"), claims.claims) as advance:
            found = compare_in_shares(what, jobs, folder / TABLES, advance)
    made = sheets(found.tally, a, b)
    counts, more = _counts(data, found)
    first, second = (
        Policy(label, Text(pack.region.name.zh, pack.region.name.en), pack.hash, only)
        for label, pack, only in zip(labels, (a, b), changed(a, b), strict=True)
    )
    return Report(
        a=first,
        b=second,
        sheets=made,
        changes=_explained(policies, found, made["largest"].dicts()),
        counts=counts,
        checks=more | checks(found.tally),
        assumed=facts,
        year_end=year_end,
        semantics=SEMANTICS,
    )


def _explained(policies: Policies, found: InAll, rows: list[dict[str, Any]]) -> list[Any]:
    from tongchou.faces.report import Change

    better, worse = found.tally.top()
    return [
        Change(row, *policies.explained(found.largest[change.household], change.claim_id))
        for row, change in zip(rows, (*better, *worse), strict=True)
    ]


def _counts(data: Path, found: InAll) -> tuple[dict[str, int], dict[str, bool]]:
    """Claims and fees (fen) by what became of them, beside what the file holds, counted anew from it."""
    from tongchou.engines.benefits.compare import compared
    from tongchou.faces.cli.reconcile import fees_of, in_all

    fees, tally = fees_of(data), found.tally
    both_refuse = tally.claims.get(("refused", "refused"), [0, 0])
    lost = {key: n for key, n in tally.claims.items() if "rejected" in key}
    claims, fee = compared(tally)
    counts = {
        "claims_in": len(fees),
        "fee_in": in_all(fees)[0],
        "compared": claims,
        "compared_fee": fee,
        "refused_by_both": both_refuse[0],
        "refused_by_both_fee": both_refuse[1],
        "not_comparable": sum(n[0] for n in lost.values()),
        "not_comparable_fee": sum(n[1] for n in lost.values()),
        "one_side_only": sum(n[0] for key, n in lost.items() if key != ("rejected", "rejected")),
        "unread": len(found.unread),
        "unread_fee": sum(fees.get(row) or 0 for row in found.unread),
    }
    parts = ("compared", "refused_by_both", "not_comparable", "unread")
    checks = {
        "claims_in = compared + refused + not comparable + unread": counts["claims_in"]
        == sum(counts[p] for p in parts),
        "fee_in = compared + refused + not comparable + unread": counts["fee_in"]
        == sum(counts[f"{p}_fee"] for p in parts),
    }
    return counts, checks


def check_out(data: Path, out: Path, force: bool) -> None:
    """End the run unless `out` is free: nothing but an earlier report is ever replaced, and only when asked."""
    from tongchou.faces.report.write import PAGE, SUMMARY, TABLES, WORKBOOK

    if out.exists() and not out.is_dir():
        refuse(f"{out} 不是文件夹", f"{out} is not a folder")
    if not out.is_dir():
        return
    if data.exists() and (data.resolve() == out.resolve() or out.resolve() in data.resolve().parents):
        refuse("报告不能写到数据所在文件夹", "the report cannot go where the data are")
    found = {entry.name for entry in out.iterdir()}
    if found and not force:
        refuse(f"{out} 不是空的；加 --force 替换", f"{out} is not empty; --force replaces an earlier report")
    strange = found - {PAGE, SUMMARY, TABLES, WORKBOOK}
    strange |= {entry.name for entry in (out / TABLES).glob("*") if entry.suffix != ".parquet"}
    if strange:
        listed = "、".join(sorted(strange)[:5])
        refuse(f"{out} 里有别的东西：{listed}", f"{out} holds other things: {listed}")


def show_report(report: Report, spoken: Spoken, out: Path) -> None:
    """For people: the summary in words, who pays, and where the report is."""
    from tongchou.faces.report.words import cell, summary, warnings
    from tongchou.faces.report.write import PAGE

    for text in warnings(report, spoken):
        tell(text)
    lost = [row for row in report.sheets["reasons"].dicts() if "rejected" in (row["status_a"], row["status_b"])]
    for row in lost[:_SHOWN]:
        tell(f"  {row['claims']:,} × {row['reason']}")
    for text in summary(report, spoken):
        tell(text)
    tell()
    payers = report.sheets["payers"]
    show(
        [column.label.of(spoken) for column in payers.columns],
        [[cell(c, value, spoken) for c, value in zip(payers.columns, row, strict=True)] for row in payers.rows],
    )
    tell()
    if report.reconciled:
        tell(say("对账相符", "reconciled"))
    tell(say(f"报告写在 {out / PAGE}", f"the report is {out / PAGE}"))
