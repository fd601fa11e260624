"""`tongchou check`: the worked examples of regions, each reproduced or shown with what came out instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tongchou.faces.cli.speak import FINDINGS, OK, Json, Lang, emit, finish, language, say, tell
from tongchou.faces.cli.where import Regions, load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tongchou.ground.region.outcomes import CaseOutcome
    from tongchou.ground.region.pack import Pack


def check(regions: Regions, lang: Lang = None, json: Json = False) -> None:
    """运行政策包的算例 || run the cases of regions"""
    outcomes = [(name, outcome) for name in regions for outcome in run_all_cases(load(name))]
    counts = {status: sum(o.status == status for _, o in outcomes) for status in ("passed", "failed", "inconsistent")}
    for _, outcome in outcomes:
        _show(outcome)
    if counts["inconsistent"]:
        tell(
            say(f"公布的算例自相矛盾：{counts['inconsistent']}", f"inconsistent as published: {counts['inconsistent']}")
        )
    tell(f"{counts['passed']} passed, {counts['failed']} failed")
    code = FINDINGS if counts["failed"] else OK
    emit({"counts": counts, "cases": [{"region": name, **as_dict(outcome)} for name, outcome in outcomes]}, code)
    finish(code)


def run_all_cases(pack: Pack) -> list[CaseOutcome]:
    """The cases of a region, of every engine, in written order."""
    from tongchou.engines.benefits.cases import run_cases
    from tongchou.engines.contributions.cases import run_cases as run_contribution_cases
    from tongchou.engines.filings.cases import run_cases as run_filing_cases
    from tongchou.engines.fund.cases import run_cases as run_fund_cases
    from tongchou.engines.indicators.cases import run_cases as run_target_cases
    from tongchou.engines.payment.budget_cases import run_cases as run_budget_cases
    from tongchou.engines.payment.quota_cases import run_cases as run_quota_cases
    from tongchou.engines.supervision.cases import run_cases as run_supervision_cases

    order = {id(entry): i for i, entry in enumerate(pack.cases)}
    engines: tuple[Callable[[Pack], Sequence[CaseOutcome]], ...] = (
        run_cases,
        run_contribution_cases,
        run_filing_cases,
        run_budget_cases,
        run_quota_cases,
        run_fund_cases,
        run_supervision_cases,
        run_target_cases,
    )
    outcomes = [outcome for run in engines for outcome in run(pack)]
    return sorted(outcomes, key=lambda outcome: order[id(outcome.entry)])


def _show(outcome: CaseOutcome) -> None:
    case, place = outcome.entry.case, outcome.entry.place
    if outcome.status == "failed":
        tell(f"{place}: {say('不合', 'FAILED')} {case.id} — {case.title}")
        for wrong in outcome.mismatches:
            tell(f"    {wrong.key}: {say('应为', 'expected')} {wrong.expected}, {say('算得', 'got')} {wrong.got}")
        for problem in outcome.problems:
            tell(f"    {problem.text(language())}")
    elif outcome.status == "inconsistent":
        published, ours = both_figures(outcome)
        tell(f"{place}: {say('自相矛盾', 'INCONSISTENT')} {case.id} — {case.title}")
        tell(f"    {say('公布', 'published')}: {published}")
        tell(f"    {say('按其条款', 'by its own terms')}: {ours}")
        tell(f"    {say('原因', 'why')}: {(case.inconsistent or {}).get('why', '-')}")


def both_figures(outcome: CaseOutcome) -> tuple[str, str]:
    """What was published, and what the published terms give."""
    case = outcome.entry.case
    published = str((case.inconsistent or {}).get("published", "-"))
    return published, "、".join(f"{key} {value}" for key, value in case.expect.items()) or "-"


def as_dict(outcome: CaseOutcome) -> dict[str, Any]:
    case = outcome.entry.case
    return {
        "id": case.id,
        "title": case.title,
        "place": str(outcome.entry.place),
        "status": outcome.status,
        "mismatches": [vars(wrong) for wrong in outcome.mismatches],
        "problems": [problem.as_dict() for problem in outcome.problems],
        "inconsistent": case.inconsistent,
    }
