"""What filings give to claims, on which days and to which claims; and that a benefit sees it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.filings.small import VOCABULARY, day, file, region
from tongchou.engines.benefits.cases import run_case
from tongchou.engines.benefits.claim import Settlement
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.filings import facts_on, submit, types_on
from tongchou.engines.filings.cases import FAILED, PASSED, run_cases
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.load import load_region
from tongchou.ground.shipped import regions_dir

LONG = "长: {decided: at once, gives: {filing: 长期}, otherwise: {filing: 无}}"
REFERRED = "转: {decided: at once, runs: {days: 10}, gives: {filing: 转诊}, otherwise: {filing: 无, 签约: 否}}"


def test_nothing_filed_is_said_too(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", LONG, REFERRED)
    assert facts_on(pack, "resident", day("2024-03-01"), []) == {"filing": "无", "签约": "否"}
    assert facts_on(pack, "resident", day("2019-03-01"), []) == {}


def test_it_gives_on_its_days_whatever_became_of_it(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", REFERRED)
    one = file(pack, "2024-03-01", "转").filing
    for on, filing in (("2024-02-29", "无"), ("2024-03-01", "转诊"), ("2024-03-10", "转诊"), ("2024-03-11", "无")):
        assert facts_on(pack, "resident", day(on), [one])["filing"] == filing
    assert facts_on(pack, "employee", day("2024-03-01"), [one]) == {}


def test_the_type_written_first_prevails_and_then_the_later_one(tmp_path: Path) -> None:
    carries = "约: {names: [机构], decided: at once, carries: {provider: 机构}}"
    pack = region(tmp_path / "r", LONG, REFERRED, carries)
    long, referred = file(pack, "2024-03-01", "长").filing, file(pack, "2024-03-05", "转", "b").filing
    assert facts_on(pack, "resident", day("2024-03-05"), [referred, long])["filing"] == "长期"
    two = [file(pack, f"2024-03-0{i}", "约", f"c{i}", names={"机构": f"H{i}"}).filing for i in (2, 1)]
    assert facts_on(pack, "resident", day("2024-03-05"), two)["provider"] == "H2"


def test_a_list_gathers_and_a_day_is_carried(tmp_path: Path) -> None:
    carries = "carries: {diseases: disease, 补办日: filed, 对象: 对象}"
    both = f"甲: {{names: [disease], may_name: [对象], decided: at once, {carries}}}"
    pack = region(tmp_path / "r", both, vocabulary=VOCABULARY.replace("止日", "补办日"))
    found = [
        file(pack, "2024-03-01", "甲", "a", names={"disease": "高血压", "对象": "一、二"}).filing,
        file(pack, "2024-03-02", "甲", "b", names={"disease": "糖尿病", "对象": "二"}).filing,
        file(pack, "2024-03-02", "甲", "c", names={"disease": "糖尿病"}).filing,
    ]
    assert facts_on(pack, "resident", day("2024-03-05"), found) == {
        "diseases": ("高血压", "糖尿病"),
        "补办日": date(2024, 3, 2),
        "对象": ("一", "二"),
    }


def test_only_a_claim_that_agrees_gets_it(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", "甲: {names: [provider], decided: at once, gives: {签约: 是}, matches: [provider]}")
    one = file(pack, "2024-03-01", names={"provider": "H1"}).filing
    assert facts_on(pack, "resident", day("2024-03-01"), [one], {"provider": "H1"}) == {"签约": "是"}
    assert facts_on(pack, "resident", day("2024-03-01"), [one], {"provider": "H2"}) == {}
    assert facts_on(pack, "resident", day("2024-03-01"), [one], {}) == {}
    assert facts_on(pack, "resident", day("2024-03-01"), [one]) == {"签约": "是"}


def test_a_benefit_sees_what_was_filed() -> None:
    """Off-site in a level-3 hospital: 10000 yuan. Not filed, ratio −20 points; long-term residence, as in the city."""
    pack = load_region(regions_dir() / "ninghe")
    engine = Engine(pack)
    (entry,) = [e for e in pack.cases if e.case.id == "居民未备案"]
    filed = submit(
        pack,
        id="a",
        scheme="resident",
        type="异地转诊",
        by="provider",
        on=day("2025-05-01"),
        names={"就医地": "110000"},
    ).filing
    paid = []
    for filings in ([], [filed]):
        facts = facts_on(pack, "resident", day("2025-05-10"), filings)
        given = {name: value for name, value in facts.items() if name in ("filing", "referral")}
        case = entry.case.model_copy(update={"claim": {**entry.case.claim, **given}})
        result = run_case(engine, type(entry)(case, entry.source, entry.place)).result
        assert isinstance(result, Settlement)
        paid.append(result.paid["pool"])
    assert paid[0] < paid[1]


CASES = """source: decree
cases:
  - id: 好
    title: x
    scheme: resident
    filing: {on: 2024-03-05, steps: [{id: a, on: 2024-03-01, type: 转}]}
    expect: {a.state: approved, a.due: "-", filing: 转诊}
  - id: 坏
    title: x
    scheme: resident
    filing: {on: 2024-03-05, steps: [{id: a, on: 2024-03-01, type: 转}]}
    expect: {a.state: expired, 没有: x}
  - {id: 没有类型, title: x, scheme: resident, filing: {on: 2024-03-05, steps: [{id: a, on: 2024-03-01}]}}
  - {id: 没有这个, title: x, scheme: resident, filing: {on: 2024-03-05, steps: [{id: a, on: 2024-03-01, do: approve}]}}
  - id: 各步
    title: x
    scheme: resident
    filing:
      on: 2024-03-20
      steps:
        - {id: a, on: 2024-03-01, type: 审}
        - {id: a, on: 2024-03-02, do: refuse}
        - {id: b, on: 2024-03-03, type: 审, by: agency}
        - {id: b, on: 2024-03-04, do: approve}
        - {id: b, on: 2024-03-05, do: withdraw, since: 2024-03-10}
    expect: {a.state: refused, b.state: withdrawn, b.last: 2024-03-09, filing: 无}
  - id: 拒
    title: x
    scheme: resident
    filing: {on: 2024-03-05, steps: [{id: a, on: 2019-03-01, type: 转}]}
    refused: F001
  - id: 没有拒
    title: x
    scheme: resident
    filing: {on: 2024-03-05, steps: [{id: a, on: 2024-03-01, type: 转}]}
    refused: F001
"""


def test_cases_say_what_came_out(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", REFERRED, "审: {decided: by another}", cases__filings=CASES)
    found = {o.entry.case.id: o for o in run_cases(pack)}
    assert {name: o.status for name, o in found.items()} == {
        "好": PASSED, "坏": FAILED, "没有类型": FAILED, "没有这个": FAILED, "各步": PASSED,
        "拒": PASSED, "没有拒": FAILED,
    }  # fmt: skip
    assert [(m.key, m.expected, m.got) for m in found["坏"].mismatches] == [
        ("a.state", "expired", "approved"),
        ("没有", "x", "-"),
    ]
    assert [p.code for p in found["没有类型"].problems] == ["C003"]
    assert [m.key for m in found["没有拒"].mismatches] == ["refused"]


def test_a_word_of_a_list_that_is_none_is_refused_when_filed(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", "甲: {names: [disease], decided: at once, carries: {diseases: disease}}")
    with pytest.raises(ProblemError, match="F004"):
        file(pack, "2024-03-01", names={"disease": "感冒"})


NINGHE = load_region(regions_dir() / "ninghe")
VALUES = st.one_of(
    st.text(max_size=8),
    st.dates().map(str),
    st.integers().map(str),
    st.lists(st.text(max_size=3), max_size=3),
    st.sampled_from(["高血压", "急诊", "配偶", "1/0", "1e9", "-1", "２０２５-01-01", "\x00"]),
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(types_on(NINGHE, "employee", day("2025-06-02")))), st.data())
def test_whatever_is_named_is_filed_or_refused_with_a_code(type_: str, data: st.DataObject) -> None:
    of = types_on(NINGHE, "employee", day("2025-06-02"))[type_].value
    names = {name: data.draw(VALUES) for name in (*of.names, *of.may_name)}
    try:
        step = file(
            NINGHE, "2025-06-02", type_, names=names, by=of.by[0], evidence=of.evidence or (), scheme="employee"
        )
    except ProblemError as error:
        assert {p.code[0] for p in error.problems} <= {"F", "C"}  # noqa: PT017 (which refusals there may be)
    else:
        facts_on(NINGHE, "employee", day("2025-06-02"), [step.filing])
