"""`tongchou indicators`: the indicators of service agreements, by institution and period: table, file, picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tongchou.faces.cli.speak import FINDINGS, OK, Json, Lang, emit, finish, language, refuse, say, show_problems, tell
from tongchou.faces.cli.table import show
from tongchou.faces.cli.where import Region, load

if TYPE_CHECKING:
    from tongchou.engines.indicators.measuring import Figure, Measured, Period
    from tongchou.ground.region.pack import Pack

INPATIENT = "住院"
"""What discharges without visits are, unless said otherwise."""
PERIODS = ("year", "quarter", "month")
PAGE, TABLE = "report.html", "indicators.csv"
MOST_SHOWN = 30


def indicators(
    region: Region,
    data: Annotated[list[Path], typer.Option("--data", help="标准表文件夹,可重复(如上一年) || tables; repeatable")],
    year: Annotated[int, typer.Option(help="年度 || year")],
    results: Annotated[
        list[Path] | None, typer.Option("--results", help="各文件夹的结算结果,依次 || their settlements, in turn")
    ] = None,
    by: Annotated[str, typer.Option(help="year、quarter 或 month || year, quarter or month")] = "year",
    scheme: Annotated[str | None, typer.Option(help="写明指标的险种 || the scheme that declares them")] = None,
    kind: Annotated[
        str, typer.Option(help="没有就诊只有病案时,病案属于哪一类 || what discharges alone are")
    ] = INPATIENT,
    out: Annotated[Path | None, typer.Option(help="结果写到此文件夹 || folder for the table and the page")] = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """协议指标:各机构各时期的分子、分母和协议要求 || indicators of agreements, by institution and period"""
    from tongchou.engines.indicators.asked import asked_on, columns_of, lines_of
    from tongchou.engines.indicators.measuring import measure
    from tongchou.engines.indicators.reading import read_cases
    from tongchou.ground.errors import Problem

    if by not in PERIODS:
        refuse("--by 是 year、quarter 或 month", "--by is year, quarter or month")
    if results and len(results) != len(data):
        refuse("--results 要与 --data 一一对应", "give as many --results as --data")
    pack = load(region)
    kinds = {str(word) for visits in pack.visits.values() for word in visits}
    if kind not in (INPATIENT, *kinds):
        known = "、".join(sorted(kinds))
        refuse(f"没有“{kind}”这种就诊;可用:{known}", f"there is no visit kind '{kind}'; known: {known}")
    last = last_day(pack, year)
    asked = asked_on(pack, scheme or declaring(pack), last)
    pairs: list[tuple[Path, Path | None]] = list(zip(data, results or [None] * len(data), strict=True))
    cases = read_cases(pairs, {*columns_of(asked), "level"}, lines_of(asked), kind)
    period: Period = by  # type: ignore[assignment]  # the command line takes no other word
    measured = measure(pack, asked, cases, year, period)
    if out is not None:
        write(out, measured, pack, year)
    problems = [Problem("I115", details={"name": name, "table": table}) for name, table in measured.without.items()]
    problems += cases.problems
    show_problems(problems[:MOST_SHOWN])
    _show(measured)
    if out is not None:
        tell(say(f"写到 {out / PAGE}", f"written to {out / PAGE}"))
    code = FINDINGS if problems else OK
    rows = [as_row(one) for one in measured.figures]
    emit({"region": pack.region.code, "hash": pack.hash, "year": year, "by": by, "figures": rows,
          "problems": [one.as_dict() for one in problems[:MOST_SHOWN]]}, code)  # fmt: skip
    finish(code)


def declaring(pack: Pack) -> str:
    """The scheme that declares indicators; they are written in one and hold for all."""
    return next((fact.scheme for fact in pack.facts if fact.kind == "indicator.*"), next(iter(pack.region.schemes)))


def last_day(pack: Pack, year: int) -> Any:
    from tongchou.ground.errors import fail

    try:
        return pack.year.span(year)[1]
    except ValueError:
        raise fail("C004", value=year, name="--year", known="2018") from None


def write(out: Path, measured: Measured, pack: Pack, year: int) -> None:
    """The table and the page, in a folder that was empty."""
    import csv
    import io

    from tongchou.faces.report.indicators import indicators_page
    from tongchou.ground.folders import appearing

    with appearing(out) as folder:
        text = io.StringIO()
        rows = [as_row(one) for one in measured.figures]
        writer = csv.DictWriter(text, list(COLUMNS), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: "" if value is None else value for name, value in row.items()} for row in rows)
        (folder / TABLE).write_text(text.getvalue(), "utf-8")
        page = indicators_page(pack, measured, year, "en" if language() == "en" else "zh")
        (folder / PAGE).write_text(page, "utf-8")


COLUMNS = (
    "indicator", "institution", "level", "period", "above", "below", "above_before", "below_before", "value", "shown",
    "end", "agreed", "verdict",
)  # fmt: skip


def as_row(one: Figure) -> dict[str, Any]:
    """A figure for files and programs: the exact fraction, and the same as people read it."""
    from tongchou.faces.report.indicators import shown

    before = one.before or (None, None)
    goal = one.goal or (None, None)
    values = (
        one.name, one.institution, one.level, one.period, one.above, one.below, *before,
        None if one.value is None else str(one.value), shown(one.unit, one.value), goal[0],
        None if goal[1] is None else str(goal[1]), one.verdict,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _show(measured: Measured) -> None:
    """The region's figures, and how many institutions keep to what is agreed."""
    from tongchou.engines.indicators.measuring import UNDECIDED
    from tongchou.engines.indicators.targets import MISSED, REACHED
    from tongchou.faces.report.indicators import shown

    rows = []
    whole = [one for one in measured.figures if not one.institution]
    for one in whole[:MOST_SHOWN]:
        own = [f for f in measured.figures if (f.name, f.period) == (one.name, one.period) and f.institution]
        counts = [sum(f.verdict == word for f in own) for word in (REACHED, MISSED, UNDECIDED)]
        rows.append((one.name, one.period, f"{one.above:,}", f"{one.below:,}", shown(one.unit, one.value),
                     *(f"{n:,}" if sum(counts) else "" for n in counts)))  # fmt: skip
    heads = (
        (say("指标", "indicator"), say("时期", "period"), say("分子", "above"), say("分母", "below"),
         say("全区", "region"), say("达到", "kept"), say("未达到", "missed"), say("无从判断", "undecided"))
    )  # fmt: skip
    show(heads, rows)
    if len(whole) > MOST_SHOWN:
        tell(say(f"另有 {len(whole) - MOST_SHOWN} 行", f"{len(whole) - MOST_SHOWN} more rows"))
