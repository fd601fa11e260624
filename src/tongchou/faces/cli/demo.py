"""`tongchou demo`: every shipped region linted and checked, a household's year in Ninghe settled and explained, the
year of a whole city settled and compared with a reform, the hospitals of the next year grouped, paid and cleared, and a
town enrolled, charged, treated and paid for in a record."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tongchou.faces.cli.speak import FINDINGS, OK, Json, Lang, cut, emit, finish, language, say, tell
from tongchou.faces.cli.table import show

if TYPE_CHECKING:
    from tongchou.engines.benefits.to_tables import Outcome
    from tongchou.ground.region.pack import Pack

HOUSEHOLD = Path(__file__).parent / "household"
REGION = "ninghe"
TOWN = 2_000
"""Of the city's people so many, at most, are enrolled in the record."""
EXPLAINED = "2025-06-妻子住院"
"""The claim of the household whose explanation is written as a page."""


def demo(
    out: Annotated[Path, typer.Option(help="写到此文件夹 || folder to write to")] = Path("tongchou-demo"),
    persons: Annotated[int, typer.Option(help="城市的参保人数 || insured persons of the city")] = 100_000,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """检查随附政策包，结算一家人和一座城的一年，比较一项改革 || check every region; settle a year; compare a reform"""
    from tongchou.faces.cli.city_clearing import check_clearing, run_clearing
    from tongchou.faces.cli.settle import check_out
    from tongchou.faces.cli.year import check_year, run_year

    check_out(HOUSEHOLD, out / "household", force=True)
    check_year(persons, out)
    check_clearing(out)
    regions = [_region(folder) for folder in _shipped()]
    headers = (
        say("政策包", "region"),
        say("条款", "facts"),
        say("错误", "errors"),
        say("提醒", "warnings"),
        say("算例相符", "cases"),
        say("矛盾", "inconsistent"),
        say("结果", "result"),
    )
    names = ("region", "facts", "errors", "warnings", "passed", "inconsistent", "result")
    show(headers, [[row[name] for name in names] for row in regions])
    household = _household(out)
    year = run_year(persons, out)
    clearing = run_clearing(persons, Path(year["data"]), out)
    town = _town(Path(year["data"]), min(persons, TOWN))
    sound = household["reconciled"] and year["reconciled"] and clearing["whole"]
    fine = sound and all(row["ok"] for row in regions)
    code = OK if fine and (town is None or town["whole"]) else FINDINGS
    emit({"regions": regions, "household": household, "year": year, "clearing": clearing, "town": town}, code)
    finish(code)


def _town(data: Path, count: int) -> dict[str, Any] | None:
    """None without the extra that the record needs."""
    if find_spec("django") is None:
        tell(say("没有装 tongchou[server]，跳过参保镇", "without tongchou[server] there is no town"))
        return None
    from tongchou.faces.cli.town import run_town

    return run_town(data, count)


def _shipped() -> list[Path]:
    from tongchou.ground.shipped import shipped_regions

    return shipped_regions()


def _region(folder: Path) -> dict[str, Any]:
    from tongchou.faces.cli.check import run_all_cases
    from tongchou.faces.cli.lint import lint_region

    pack, problems = lint_region(str(folder))
    errors = sum(problem.severity == "error" for problem in problems)
    outcomes = run_all_cases(pack) if pack is not None else []
    counts = {status: sum(o.status == status for o in outcomes) for status in ("passed", "failed", "inconsistent")}
    fine = pack is not None and errors == 0 and counts["failed"] == 0
    return {
        "region": folder.name,
        "facts": len(pack.facts) if pack is not None else 0,
        "errors": errors,
        "warnings": len(problems) - errors,
        **counts,
        "ok": fine,
        "result": say("通过", "ok") if fine else say("不通过", "FAILED"),
    }


def _household(out: Path) -> dict[str, Any]:
    """Settle the year, print it as the family would read it, and explain one stay."""
    from tongchou.engines.benefits.engine import Engine
    from tongchou.engines.benefits.explain import explain, to_html
    from tongchou.engines.benefits.from_tables import Intake
    from tongchou.engines.benefits.to_tables import settle_rows
    from tongchou.faces.cli.reconcile import show_reconciliation
    from tongchou.faces.cli.settle import settle_folder
    from tongchou.faces.cli.where import load
    from tongchou.ground.folders import replacing
    from tongchou.ground.tables import read_tables

    pack = load(REGION)
    intake = Intake(read_tables(HOUSEHOLD), pack)
    outcomes = list(settle_rows(Engine(pack), intake, list(enumerate(intake.rows, 1))))
    _show_year(pack, outcomes)
    with replacing(out / "household") as folder:
        reconciliation, summary = settle_folder(pack, HOUSEHOLD, folder, "csv")
    show_reconciliation(reconciliation)
    chosen = next(outcome.result for outcome in outcomes if outcome.row["claim_id"] == EXPLAINED)
    assert chosen is not None
    page = out / "explanation.html"
    page.write_text(to_html(explain(chosen, pack), "en" if language() == "en" else "zh"), encoding="utf-8")
    tell()
    tell(say(f"“{EXPLAINED}”的说明：{page}", f"the explanation of {EXPLAINED}: {page}"))
    tell(say(f"结算结果：{out / 'household'}", f"the results: {out / 'household'}"))
    return {"explanation": str(page), "results": str(out / "household"), **_in_short(summary)}


def _in_short(whole: dict[str, Any]) -> dict[str, Any]:
    return {name: whole[name] for name in ("claims", "fees", "payers", "reconciled")}


def _show_year(pack: Pack, outcomes: list[Outcome]) -> None:
    from tongchou.engines.benefits.claim import Settlement
    from tongchou.engines.benefits.national import national_fields
    from tongchou.engines.benefits.to_tables import reason_of
    from tongchou.ground.money import yuan_grouped

    rows: list[list[object]] = []
    for outcome in outcomes:
        row, result = outcome.row, outcome.result
        first = [row["admitted_on"], row["person_id"], row["kind"], yuan_grouped(row["total_fee"])]
        if isinstance(result, Settlement):
            fields = national_fields(result)
            names = ("fund_pay_sumamt", "acct_pay", "psn_cash_pay")
            rows.append([*first, *(yuan_grouped(int(fields[name])) for name in names), ""])
        else:
            why = reason_of(outcome) or "、".join(problem.message(language()) for problem in outcome.problems)
            rows.append([*first, "", "", "", why])
    headers = ("日期 || date", "谁 || who", "就诊 || visit", "费用 || fee", "基金 || funds", "账户 || accounts")
    tell()
    title = say(f"一家人的一年：{pack.region.name.zh}", f"A household's year: {pack.region.name.en}")
    show([str(cut(h)) for h in (*headers, "现金 || cash", "说明 || note")], rows, title)
    tell()
