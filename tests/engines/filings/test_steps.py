"""Filing, deciding, withdrawing, running out: every state, every refusal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.engines.filings.small import day, file, region, span
from tongchou.engines.filings import (
    APPROVED,
    EXPIRED,
    REFUSED,
    REPLACED,
    STATES,
    SUBMITTED,
    WITHDRAWN,
    Filing,
    decide,
    expire,
    submit,
    types_on,
    withdraw,
)
from tongchou.engines.filings.filing import AFTER
from tongchou.ground.errors import ProblemError

AT_ONCE = "甲: {decided: at once}"
BY_ANOTHER = "甲: {decided: by another}"


def refuses(code: str) -> Any:
    return pytest.raises(ProblemError, match=code)


def test_at_once_or_by_another(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", AT_ONCE, "乙: {decided: by another}")
    assert file(pack, "2024-03-04").filing.state == APPROVED
    waiting = file(pack, "2024-03-04", "乙").filing
    assert (waiting.state, waiting.first, waiting.due_on) == (SUBMITTED, None, None)
    yes = decide(pack, waiting, approve=True, on=day("2024-03-08")).filing
    assert (yes.state, *span(yes)) == (APPROVED, "2024-03-04", "None")
    no = decide(pack, waiting, approve=False, on=day("2024-03-08")).filing
    assert (no.state, no.first, no.gives) == (REFUSED, None, {})


def test_a_type_that_is_not_declared_on_the_day(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", AT_ONCE)
    assert list(types_on(pack, "resident", day("2024-01-01"))) == ["甲"]
    for on, type_, scheme in (
        ("2019-12-31", "甲", "resident"),
        ("2024-01-01", "丙", "resident"),
        ("2024-01-01", "甲", "x"),
    ):
        with refuses("F001"):
            file(pack, on, type_, scheme=scheme)


def test_who_files_and_what_is_brought(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", "甲: {by: [provider], evidence: [证明, 病历], decided: at once}")
    with refuses("F005"):
        file(pack, "2024-01-01", by="person", evidence=["证明", "病历"])
    with refuses("F005"):
        file(pack, "2024-01-01", by="system", evidence=["证明", "病历"])
    with pytest.raises(ProblemError, match="病历") as refused:
        file(pack, "2024-01-01", by="provider", evidence=["证明"])
    assert refused.value.problems[0].code == "F006"
    assert file(pack, "2024-01-01", by="provider", evidence=["病历", "证明", "别的"]).filing.state == APPROVED


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ({}, "F002"),
        ({"disease": " "}, "F002"),
        ({"disease": None}, "F002"),
        ({"disease": "高血压", "place": "市内"}, "F003"),
        ({"disease": "感冒"}, "F004"),
        ({"disease": "高血压", "止日": "明天"}, "C004"),
        ({"disease": "高血压", "止日": "9999-12-31"}, "F017"),
        ({"disease": "高血压", "止日": "0001-01-01"}, "F017"),
        ({"disease": ["高血压", "糖尿病"]}, "F017"),
        ({"disease": "高血压", "次数": ["1"]}, "C032"),
        ({"disease": "高血压", "次数": "1e9"}, "C032"),
    ],
)
def test_what_is_named_is_facts_of_the_vocabulary(tmp_path: Path, names: dict[str, Any], code: str) -> None:
    pack = region(tmp_path / "r", "甲: {names: [disease], may_name: [止日, 次数, 对象], decided: at once}")
    with refuses(code):
        file(pack, "2024-01-01", names=names)


def test_what_is_named_has_its_type(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", "甲: {names: [disease], may_name: [止日, 次数, 对象], decided: at once}")
    given = {"disease": "高血压", "止日": "2024-05-06", "次数": "3", "对象": "一、二"}
    named = file(pack, "2024-01-01", names=given).filing.names
    assert named == {"disease": "高血压", "止日": day("2024-05-06"), "次数": 3, "对象": ("一", "二")}
    assert file(pack, "2024-01-01", names={"disease": "高血压", "止日": ""}).filing.names == {"disease": "高血压"}


@pytest.mark.parametrize(
    ("late", "on", "state", "is_late"),
    [
        ("refused", "2024-05-07", APPROVED, False),
        ("reviewed", "2024-05-07", APPROVED, False),
        ("reviewed", "2024-05-08", SUBMITTED, True),
        ("noted", "2024-05-08", APPROVED, True),
    ],
)
def test_the_filers_clock(tmp_path: Path, late: str, on: str, state: str, is_late: bool) -> None:
    """Three working days after 28 April, a Sunday that is worked: 29, 30 April, 6 May; Monday 29 April: 30, 6, 7."""
    clock = f"filed_within: {{days: 3, of: workdays, after: admitted, late: {late}}}"
    pack = region(tmp_path / "r", f"甲: {{names: [admitted], {clock}, decided: at once}}")
    found = file(pack, on, names={"admitted": "2024-04-29"}).filing
    assert (found.state, found.late) == (state, is_late)
    if late == "refused":
        with refuses("F007"):
            file(pack, "2024-05-08", names={"admitted": "2024-04-29"})


def test_a_clock_whose_day_is_not_named_does_not_run(tmp_path: Path) -> None:
    clock = "filed_within: {days: 3, of: workdays, after: admitted, late: refused}"
    pack = region(tmp_path / "r", f"甲: {{may_name: [admitted], {clock}, decided: at once}}")
    assert not file(pack, "2024-05-08").filing.late


def test_a_clock_without_a_limit_never_runs_out(tmp_path: Path) -> None:
    clock = "filed_within: {days: 不限, of: workdays, after: admitted, late: refused}"
    pack = region(tmp_path / "r", f"甲: {{names: [admitted], {clock}, decided: at once}}")
    assert not file(pack, "2024-05-08", names={"admitted": "2020-01-01"}).filing.late


def test_the_decisions_clock(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", "甲: {decided: by another, decided_within: {days: 2, of: workdays}}")
    assert str(file(pack, "2024-04-30").filing.due_on) == "2024-05-07"


def test_withdrawing(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", AT_ONCE, "乙: {decided: by another}", "丙: {decided: at once, runs: {days: 10}}")
    one = file(pack, "2024-03-04").filing
    gone = withdraw(pack, one, on=day("2024-03-06")).filing
    assert (gone.state, *span(gone)) == (WITHDRAWN, "2024-03-04", "2024-03-05")
    assert span(withdraw(pack, one, on=day("2024-03-06"), since=day("2024-04-01")).filing)[1] == "2024-03-31"
    with refuses("F015"):
        withdraw(pack, one, on=day("2024-03-06"), since=day("2024-03-05"))
    never = withdraw(pack, one, on=day("2024-03-04")).filing
    assert (span(never)[1], never.holds(day("2024-03-04"))) == ("2024-03-03", False)
    assert not never.meets(day("2024-01-01"), None)
    waiting = file(pack, "2024-03-04", "乙").filing
    assert withdraw(pack, waiting, on=day("2024-03-06")).filing == replace(waiting, state=WITHDRAWN)
    ending = file(pack, "2024-03-04", "丙").filing
    assert span(withdraw(pack, ending, on=day("2024-03-06"), since=day("2024-09-01")).filing)[1] == "2024-03-13"


def test_what_is_fixed_stays(tmp_path: Path) -> None:
    pack = region(
        tmp_path / "r",
        "甲: {decided: at once, fixed_for: 6, at_a_time: 1, full: replaces}",
        "乙: {decided: at once, fixed_for: 不限}",
    )
    one = file(pack, "2024-01-31").filing
    with refuses("F012"):
        withdraw(pack, one, on=day("2024-07-30"))
    assert withdraw(pack, one, on=day("2024-07-31")).filing.state == WITHDRAWN
    with refuses("F012"):
        file(pack, "2024-07-30", "甲", "b", one)
    step = file(pack, "2024-07-31", "甲", "b", one)
    (before,) = step.replaced
    assert (before.state, span(before)[1], span(step.filing)[0]) == (REPLACED, "2024-07-30", "2024-07-31")
    with refuses("F012"):
        withdraw(pack, file(pack, "2024-01-31", "乙").filing, on=day("2099-01-01"))


def test_running_out(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", "甲: {decided: at once, runs: {days: 10}}", "乙: {decided: at once}")
    one = file(pack, "2024-03-04").filing
    assert expire(one, on=day("2024-03-13")).filing == one
    assert expire(one, on=day("2024-03-14")).filing == replace(one, state=EXPIRED)
    ever = file(pack, "2024-03-04", "乙").filing
    assert expire(ever, on=day("9999-12-31")).filing == ever


def test_no_other_step_is_possible(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", BY_ANOTHER)
    waiting = file(pack, "2024-03-04").filing
    on = day("2024-03-05")
    for state in STATES:
        one = Filing("a", "resident", "甲", day("2024-03-04"), state=state, first=day("2024-03-04"))
        steps = {
            "approve": lambda one=one: decide(pack, one, approve=True, on=on),
            "refuse": lambda one=one: decide(pack, one, approve=False, on=on),
            "withdraw": lambda one=one: withdraw(pack, one, on=on),
        }
        for name, step in steps.items():
            if (state, name) in AFTER:
                assert step().filing.state == AFTER[(state, name)]
            else:
                with refuses("F013"):
                    step()
    assert waiting.state == SUBMITTED


def test_what_could_not_be_approved_does_not_wait(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", "甲: {decided: by another, at_a_time: 1}")
    one = decide(pack, file(pack, "2024-03-04").filing, approve=True, on=day("2024-03-05")).filing
    with refuses("F010"):
        file(pack, "2024-03-06", "甲", "b", one)


def test_the_order_of_decisions_counts(tmp_path: Path) -> None:
    """Both could be approved when they were filed; the second no longer when it is decided."""
    pack = region(tmp_path / "r", "甲: {decided: by another, at_a_time: 1}")
    one, two = (file(pack, "2024-03-04", "甲", name).filing for name in "ab")
    first = decide(pack, one, approve=True, on=day("2024-03-05"), others=[two]).filing
    with refuses("F010"):
        decide(pack, two, approve=True, on=day("2024-03-05"), others=[first])
    assert decide(pack, two, approve=False, on=day("2024-03-05"), others=[first]).filing.state == REFUSED


def test_a_step_changes_nothing_itself(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", AT_ONCE)
    one = file(pack, "2024-03-04").filing
    before = replace(one)
    withdraw(pack, one, on=day("2024-03-05"))
    assert one == before
    again = submit(pack, id="a", scheme="resident", type="甲", by="agency", on=day("2024-03-04"), names={})
    assert again.filing == one
