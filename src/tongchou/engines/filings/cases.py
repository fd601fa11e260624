"""Run the worked examples about filings: do what a case does in order, look at a day, compare."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tongchou.engines.filings.filing import Filing
from tongchou.engines.filings.given import facts_on
from tongchou.engines.filings.steps import Step, decide, expire, submit, withdraw
from tongchou.ground.errors import ProblemError, fail
from tongchou.ground.region.headers import Case, FilingStep
from tongchou.ground.region.outcomes import FAILED, PASSED, CaseOutcome, Mismatch
from tongchou.ground.region.pack import CaseEntry, Pack

NOTHING = "-"


def run_cases(pack: Pack) -> list[CaseOutcome]:
    """Every case of a pack that is about filings, in written order."""
    return [run_case(pack, entry) for entry in pack.cases if entry.case.filing is not None]


def run_case(pack: Pack, entry: CaseEntry) -> CaseOutcome:
    case = entry.case
    try:
        wrong = _compare(case, filing_figures(pack, case))
    except ProblemError as error:
        if case.refused is not None and case.refused in {p.code for p in error.problems}:
            return CaseOutcome(entry, PASSED)
        return CaseOutcome(entry, FAILED, problems=tuple(error.problems))
    return CaseOutcome(entry, FAILED if wrong else PASSED, tuple(wrong))


def filing_figures(pack: Pack, case: Case) -> dict[str, str]:
    """What a case may expect by name, as it stands on the day that is looked at: `ID.state`, `ID.due`, `ID.late` (是 or
    否), `ID.first`, `ID.last`, and each fact that a claim is given. Days are YYYY-MM-DD, lists are joined by 、."""
    assert case.filing is not None
    held: dict[str, Filing] = {}
    for step in case.filing.steps:
        _run_out(held, step.on)
        done = _do(pack, case.scheme, step, held)
        held |= {one.id: one for one in (*done.replaced, done.filing)}
    _run_out(held, case.filing.on)
    figures: dict[str, str] = {}
    for name, one in held.items():
        figures |= {
            f"{name}.state": one.state,
            f"{name}.due": _text(one.due_on),
            f"{name}.late": "是" if one.late else "否",
            f"{name}.first": _text(one.first),
            f"{name}.last": _text(one.last),
        }
    given = facts_on(pack, case.scheme, case.filing.on, held.values(), case.claim or None)
    return figures | {name: _text(value) for name, value in given.items()}


def _do(pack: Pack, scheme: str, step: FilingStep, held: Mapping[str, Filing]) -> Step:
    if step.do == "submit":
        if step.type is None:
            raise fail("C003", name="type")
        return submit(
            pack,
            id=step.id,
            scheme=scheme,
            type=step.type,
            by=step.by,
            on=step.on,
            names=step.names,
            evidence=step.evidence,
            others=held.values(),
        )
    if step.id not in held:
        raise fail("C003", name=step.id)
    filing = held[step.id]
    if step.do == "withdraw":
        return withdraw(pack, filing, on=step.on, since=step.since)
    return decide(pack, filing, approve=step.do == "approve", on=step.on, others=held.values())


def _run_out(held: dict[str, Filing], on: date) -> None:
    for name, one in held.items():
        held[name] = expire(one, on=on).filing


def _text(value: Any) -> str:
    if value is None:
        return NOTHING
    return "、".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _compare(case: Case, figures: Mapping[str, str]) -> list[Mismatch]:
    if case.refused is not None:
        return [Mismatch("refused", case.refused, "filed")]
    return [
        Mismatch(key, expected, figures.get(key, NOTHING))
        for key, expected in case.expect.items()
        if figures.get(key, NOTHING) != expected
    ]
