"""A type of filing as a Chinese sentence: who files what, by when, who decides, how long it holds, what it gives."""

from __future__ import annotations

from collections.abc import Iterator

from tongchou.ground.lint.phrases import Phrases
from tongchou.ground.lint.words import DAYS, FILERS, LATE
from tongchou.ground.region.filing_kinds import DECIDED, FILED, YEAR_END, FiledWithin, FilingType, Runs
from tongchou.ground.region.model import Number, Unit


def filing_said(phrases: Phrases, named: str, value: FilingType) -> str:
    """The sentence; `named` says which type it is."""
    about = "" if value.about == "person" else ",为单位办"
    begins = f"{named}由{'、'.join(FILERS[one] for one in value.by)}申报{about}"
    return ";".join((begins, *_asked(phrases, value), *_held(phrases, value), *_given(phrases, value)))


def _asked(phrases: Phrases, value: FilingType) -> Iterator[str]:
    if value.names:
        yield f"写明{_facts(phrases, value.names)}"
    if value.may_name:
        yield f"可以写明{_facts(phrases, value.may_name)}"
    if value.evidence:
        yield f"交{'、'.join(value.evidence)}"
    if value.filed_within is not None:
        after = f"自{phrases.name(value.filed_within.after)}次日起"
        yield f"{after} {_clock(phrases, value.filed_within)}申报,{LATE[value.filed_within.late]}"
    if value.decided == "at once":
        yield "当场办结"
    elif value.decided_within is None:
        yield "由另一人审核"
    else:
        clock = value.decided_within
        late = {"waits": "", "approved": ",逾期视为同意", "refused": ",逾期视为不同意"}[clock.late]
        yield f"{_count(phrases, clock.days)} {DAYS[clock.of]}内由另一人审核{late}"


def _held(phrases: Phrases, value: FilingType) -> Iterator[str]:
    yield _runs(phrases, value.runs)
    if value.fixed_for is not None:
        yield f"{_count(phrases, value.fixed_for)} 个月内不得撤销或变更"
    if value.at_a_time is not None:
        yield f"同时最多 {_count(phrases, value.at_a_time)} 个"
    if value.one_of_each:
        yield f"每种{_facts(phrases, value.one_of_each)}同时一个"
    if value.at_a_time is not None or value.one_of_each:
        yield "再报的代替原来的" if value.full == "replaces" else "满了不再受理"


def _runs(phrases: Phrases, runs: Runs) -> str:
    begins = {FILED: "申报之日", DECIDED: "同意之日"}.get(runs.from_)
    said = f"自{begins or phrases.name(runs.from_)}起"
    if runs.months is not None:
        said += f" {_count(phrases, runs.months)} 个月有效"
    elif runs.days is not None:
        said += f" {_count(phrases, runs.days)} 日有效"
    elif runs.through is not None:
        said += f"至{'年末' if runs.through == YEAR_END else phrases.name(runs.through)}有效"
    else:
        said += "有效,直到撤销"
    return said + (f",可以追溯 {_count(phrases, runs.backdated)} 日" if runs.backdated is not None else "")


def _given(phrases: Phrases, value: FilingType) -> Iterator[str]:
    """The facts that claims get from it, for those that agree in `matches`."""
    gets = [f"{phrases.name(name)}为{word}" for name, word in value.gives.items()]
    for name, source in value.carries.items():
        of = "申报之日" if source == FILED else f"所写的{phrases.name(source)}"
        gets.append(f"{phrases.name(name)}为{of}")
    if gets:
        where = f"{_facts(phrases, value.matches)}与所写相同的" if value.matches else ""
        yield f"{where}就诊:{'、'.join(gets)}"
    if value.otherwise:
        yield f"没有备案的:{'、'.join(f'{phrases.name(name)}为{word}' for name, word in value.otherwise.items())}"


def _facts(phrases: Phrases, names: tuple[str, ...]) -> str:
    return "、".join(phrases.name(name) for name in names)


def _clock(phrases: Phrases, clock: FiledWithin) -> str:
    return f"{_count(phrases, clock.days)} {DAYS[clock.of]}内"


def _count(phrases: Phrases, number: Number) -> str:
    return phrases.number(number, Unit.COUNT)
