"""Assessment: parts sum whatever the amount, whole columns equal one person at a time, every fen has its article."""

from collections import Counter
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.contributions.small import region
from tongchou.engines.contributions import Assessment, assess
from tongchou.engines.contributions.cases import run_cases
from tongchou.engines.contributions.split import scaled, split, whole_of
from tongchou.engines.contributions.terms import LevyTerms, PartTerms
from tongchou.ground.errors import ProblemError
from tongchou.ground.money import MAX_FEN, allocate, round_fraction
from tongchou.ground.region.load import load_region
from tongchou.ground.region.pack import Pack
from tongchou.ground.shipped import shipped_regions

DAY = date(2010, 5, 10)
CADRE = {
    "职务": "村党支部书记",
    "聘用": "正式聘用",
    "sex": "男",
    "age": Fraction(45),
    "单位已参保": "是",
    "其他社会保险": "是",
    "参保选择": "参保",
    "处分": "无",
    "当年受表彰": "否",
    "三险集体应缴": Fraction(3745, 100),
}


@cache
def shipped(name: str) -> Pack:
    (folder,) = [f for f in shipped_regions() if f.name == name]
    return load_region(folder)


def by_payer(found: Assessment, levy: str) -> Counter[str]:
    return Counter(
        {
            payer: sum(r["fen"] for r in found.parts.to_pylist() if r["levy"] == levy and r["payer"] == payer)
            for payer in {r["payer"] for r in found.parts.to_pylist()}
        }
    )


@given(base=st.integers(0, MAX_FEN), job=st.sampled_from(["村党支部书记", "其他村干部"]), honoured=st.booleans())
def test_parts_sum_for_any_base_and_every_fen_is_cited(base: int, job: str, honoured: bool) -> None:
    person = {**CADRE, "职务": job, "缴费基数": Fraction(base, 100), "当年受表彰": "是" if honoured else "否"}
    found = assess(shipped("village-cadres"), [person], "employee", DAY)
    assert found.refused == {}
    for levy in found.levies.to_pylist():
        assert sum(by_payer(found, levy["levy"]).values()) == levy["whole"]
    (whole,) = [r["whole"] for r in found.levies.to_pylist() if r["levy"] == "医疗保险费"]
    assert whole == round_fraction(Fraction(base * 13, 100))
    assert all(r["fen"] > 0 and r["cite"] for r in found.parts.to_pylist())
    if honoured:
        assert by_payer(found, "医疗保险费")["个人"] == 0


def levy_of(*shares: Fraction) -> LevyTerms:
    parts = tuple(PartTerms(str(i), "person", "", share, None, None, "half_up") for i, share in enumerate(shares))
    return LevyTerms("x", "x", "", "month", None, sum(shares), None, 1, "half_up", parts, None, (), None, ())


@given(
    bases=st.lists(st.integers(0, MAX_FEN), min_size=1, max_size=5),
    weights=st.lists(st.integers(0, 40), min_size=1, max_size=6).filter(lambda w: sum(w) > 0),
)
def test_largest_remainder_on_columns_is_that_of_money(bases: list[int], weights: list[int]) -> None:
    levy = levy_of(*(Fraction(w, 300) for w in weights))
    column = np.array(bases, dtype=np.int64)
    whole = whole_of(levy, column)
    parts = [b.fen for b in split(levy, column, whole)]
    for i, fen in enumerate(whole):
        total = int(fen)
        assert [int(p[i]) for p in parts] == allocate(total, weights, [total] * len(weights))


@given(value=st.integers(0, MAX_FEN), rate=st.fractions(0, 1, max_denominator=10**9))
def test_scaled_never_overflows(value: int, rate: Fraction) -> None:
    for mode in ("half_up", "down", "up", "half_even"):
        assert int(scaled(np.array([value]), rate, 1, mode)[0]) == round_fraction(value * rate, 1, mode)


def test_columns_are_what_each_person_is_alone() -> None:
    rows = np.random.default_rng(7)
    people = [
        {
            **CADRE,
            "person_id": f"P{i}",
            "职务": ["村党支部书记", "村委会主任", "其他村干部"][i % 3],
            "参保选择": ["参保", "参保", "不愿参加"][rows.integers(3)],
            "处分": ["无", "党内警告", "撤职以上"][rows.integers(3)],
            "处分日": [date(2009, 12, 1), date(2010, 5, 1)][rows.integers(2)],
            "当年受表彰": ["是", "否"][rows.integers(2)],
            "缴费基数": Fraction(int(rows.integers(0, 2_000_000)), 100),
        }
        for i in range(60)
    ]
    table = pa.table(
        {
            name: [str(p[name]) if isinstance(p[name], Fraction) else p[name] for p in people]
            if name != "缴费基数"
            else pa.array([int(p[name] * 100) for p in people])
            for name in people[0]
            if name != "三险集体应缴"
        }
        | {"三险集体应缴": ["37.45元"] * 60}
    )
    together = assess(shipped("village-cadres"), table, "employee", DAY)
    for name in ("levies", "parts", "cash"):
        rows_together = getattr(together, name).to_pylist()
        alone = [
            {**row, "row": i}
            for i, person in enumerate(people)
            for row in getattr(assess(shipped("village-cadres"), [person], "employee", DAY), name).to_pylist()
        ]
        assert rows_together == alone
    assert len(together.cash) > 0


def test_somebody_whose_facts_are_missing_is_refused_and_the_others_go_on() -> None:
    table = pa.table(
        {
            "person_id": ["a", "b", "c", "d"],
            "status": ["在职", "在职", None, "在职"],
            "用工": ["单位职工"] * 4,
            "困难企业": ["否"] * 4,
            "缴费基数": pa.array([800_000, None, 800_000, -1], pa.int64()),
        }
    )
    found = assess(shipped("ninghe"), table, "employee", date(2025, 3, 1))
    assert {row: problems[0].code for row, problems in found.refused.items()} == {1: "C003", 2: "C003", 3: "C028"}
    assert set(found.parts["person_id"].to_pylist()) == {"a"}
    (part,) = [r for r in found.parts.to_pylist() if r["payer"] == "单位"]
    assert part == {
        "row": 0,
        "person_id": "a",
        "fen": 56_000,
        "levy": "基本医疗",
        "payer": "单位",
        "payer_kind": "employer",
        "via": "",
        "state": "due",
        "due_on": date(2025, 4, 15),
        "claims": "",
        "cite": "ninghe-2024-31 第五条",
    }
    first = table.slice(0, 1)
    much = first.set_column(4, "缴费基数", pa.array([MAX_FEN + 1]))
    above = assess(shipped("ninghe"), much, "employee", date(2025, 3, 1))
    assert above.refused[0][0].code == "C010"
    without = assess(shipped("ninghe"), first.drop_columns("缴费基数"), "employee", date(2025, 3, 1))
    assert without.refused[0][0].code == "C003"


def test_nobody_is_assessed_to_nothing() -> None:
    empty = pa.table({"person_id": pa.array([], pa.string()), "category": pa.array([], pa.string())})
    found = assess(shipped("ninghe"), empty, "resident", date(2025, 1, 15))
    assert (len(found.levies), len(found.parts), found.refused) == (0, 0, {})


def test_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(ProblemError, match="C007"):
        assess(shipped("ninghe"), [], "nobody", DAY)


def test_a_deferred_part_is_due_later_with_both_articles() -> None:
    person = {"status": "在职", "用工": "单位职工", "困难企业": "是", "缴费基数": Fraction(8000)}
    parts = assess(shipped("ninghe"), [person], "employee", date(2025, 3, 1)).parts.to_pylist()
    (deferred,) = [r for r in parts if r["state"] == "deferred"]
    assert (deferred["payer"], deferred["due_on"], deferred["fen"]) == ("单位", date(2025, 10, 15), 56_000)
    assert deferred["cite"] == "ninghe-2024-31 第五条、ninghe-2024-31 第八条"


def test_an_index_known_later_counts_when_asked_for(tmp_path: Path) -> None:
    pack = region(
        tmp_path / "r",
        "base.基数: {of: 工资, at_least: 60% × 平均工资, switches: 07-01, index: year before}",
        "levy.费: {per: month, base: 基数, rate: 10%, shares: {个人: {rate: 2%}, 单位: {rate: 8%}}}",
    )
    bases = [
        assess(pack, [{"工资": Fraction(1)}], "resident", day, known_on=known).levies["base"][0].as_py()
        for day, known in (
            (date(2022, 6, 30), None),
            (date(2022, 7, 1), None),
            (date(2021, 1, 1), None),
            (date(2023, 1, 1), date(2021, 1, 1)),
        )
    ]
    assert bases == [300_000, 360_000, 300_000, 300_000]


@pytest.mark.parametrize(
    ("shares", "found"),
    [
        ("{个人: {rate: 2%}, 单位: {rate: 8%}}", {"个人": 201, "单位": 804}),
        ("{个人: {rate: 2%}, 单位: {part: 70%}}, odd_fen: 单位", {"个人": 201, "单位": 804}),
        ("{个人: {part: 1/3}, 单位: {part: 1/3}, 财政: {part: 1/3}}", {"个人": 335, "单位": 335, "财政": 335}),
        ("{个人: {amount: 20.10元}, 单位: rest}", {"个人": 1005}),
        ("{单位: rest, 个人: {rate: 2%, round: up}}", {"个人": 201, "单位": 804}),
    ],
)
def test_ways_to_write_shares(tmp_path: Path, shares: str, found: dict[str, int]) -> None:
    pack = region(
        tmp_path / "r", "base.基数: {of: 工资}", f"levy.费: {{per: month, base: 基数, rate: 10%, shares: {shares}}}"
    )
    parts = assess(pack, [{"工资": Fraction(10045, 100)}], "resident", DAY.replace(year=2022)).parts.to_pylist()
    assert {r["payer"]: r["fen"] for r in parts} == found


def test_shares_that_do_not_sum_are_refused(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", "levy.费: {per: year, amount: 100, shares: {个人: {amount: 60}, 单位: {amount: 30}}}")
    assert assess(pack, [{}], "resident", date(2022, 1, 1)).refused[0][0].code == "P001"
    pack = region(
        tmp_path / "s",
        "levy.费: {per: year, amount: 100, shares: 个人}",
        "shift.移: {of: 费, from: 个人, to: {单位: 50%, 财政: 40%}}",
    )
    assert assess(pack, [{}], "resident", date(2022, 1, 1)).refused[0][0].code == "P001"


def test_shifts_take_their_turns(tmp_path: Path) -> None:
    pack = region(
        tmp_path / "r",
        "levy.费: {per: year, amount: 100.01元, shares: 个人}",
        "shift.甲: {of: 费, from: 个人, to: {单位: 50%, 财政: 50%}, part: 80%, at_most: 60}",
        "shift.乙: {of: 费, from: [个人, 单位], to: 财政}",
        "shift.丙: {of: 费, from: 单位, to: 个人, part: 0%}",
        "shift.丁: {of: 费, from: 个人, to: 个人, at_most: 不限}",
    )
    found = assess(pack, [{}], "resident", date(2022, 1, 1))
    assert {(r["payer"], r["via"]): r["fen"] for r in found.parts.to_pylist()} == {
        ("财政", "甲"): 3000,
        ("财政", "乙"): 7001,
    }
    assert [r["claims"] for r in found.parts.to_pylist()] == ["补助资金", "补助资金"]


def test_a_shift_from_somebody_who_bears_nothing_moves_nothing(tmp_path: Path) -> None:
    pack = region(
        tmp_path / "r", "levy.费: {per: year, amount: 1, shares: 个人}", "shift.甲: {of: 费, from: 单位, to: 财政}"
    )
    assert [r["payer"] for r in assess(pack, [{}], "resident", date(2022, 1, 1)).parts.to_pylist()] == ["个人"]


def test_credits_of_a_base_and_of_parts(tmp_path: Path) -> None:
    pack = region(
        tmp_path / "r",
        "base.基数: {of: 工资, rounding: {unit: 元, mode: down}}",
        "levy.费: {per: month, base: 基数, rate: 10%, shares: {个人: {rate: 2%}, 单位: rest}}",
        "credit.甲: {account: 个人账户, per: month, base: 基数, rate: 2.8%}",
        "credit.乙: {account: 账户, per: month, of: 费, parts: {个人: 100%, 单位: {part: 30%}}, when: status is 在职}",
        "credit.丙: {account: 个人账户, per: month, amount: 5, when: status is 退休}",
    )
    found = assess(pack, [{"工资": Fraction(100099, 100), "status": "在职"}], "resident", date(2022, 1, 1))
    assert {r["credit"]: r["fen"] for r in found.credits.to_pylist()} == {"甲": 2800, "乙": 2000 + 2400}


def test_an_amount_credited_with_a_levy_is_for_whom_the_levy_is_asked_of(tmp_path: Path) -> None:
    pack = region(
        tmp_path / "r",
        "levy.费: {per: year, amount: 150, shares: 个人, when: status is 在职}",
        "credit.甲: {account: 账户, per: year, amount: 50, of: 费}",
        "credit.乙: {account: 账户, per: year, of: 费, parts: {个人: 1/3}}",
        "credit.丙: {account: 账户, per: year, amount: 7}",
    )
    rows = [{"status": "在职"}, {"status": "退休"}]
    found = assess(pack, rows, "resident", date(2022, 1, 1)).credits.to_pylist()
    assert [(r["row"], r["credit"], r["fen"]) for r in found] == [
        (0, "甲", 5000), (0, "乙", 5000), (0, "丙", 700), (1, "丙", 700),
    ]  # fmt: skip


def test_a_credit_that_is_asked_for_alone_brings_its_levy(tmp_path: Path) -> None:
    pack = region(
        tmp_path / "r",
        "levy.费: {per: month, amount: 100, shares: 个人}",
        "levy.别的: {per: month, amount: 1, shares: 个人}",
        "credit.乙: {account: 账户, per: month, of: 费, parts: {个人: 30%}}",
    )
    found = assess(pack, [{}], "resident", date(2022, 1, 1), only={"乙"})
    assert [r["fen"] for r in found.credits.to_pylist()] == [3000]
    assert [r["levy"] for r in found.levies.to_pylist()] == ["费"]


def test_a_base_that_is_a_formula_is_worked_out_person_by_person(tmp_path: Path) -> None:
    pack = region(
        tmp_path / "r",
        "base.基数: {of: 工资 ÷ 人数, at_most: 300}",
        "levy.费: {per: month, base: 基数, rate: 10%, shares: 个人}",
    )
    rows = [{"工资": Fraction(1000), "人数": Fraction(n)} for n in (3, 7, 0)]
    found = assess(pack, rows, "resident", date(2022, 1, 1))
    assert found.levies["base"].to_pylist() == [30_000, 14_286]
    assert found.refused[2][0].code == "C006"


def test_a_base_that_tells_people_apart_is_no_column(tmp_path: Path) -> None:
    pack = region(
        tmp_path / "r",
        "base.基数: {of: 工资}",
        "levy.费: {per: month, base: 基数, rate: 10%, shares: 个人, when: 工资 > 1000}",
    )
    table = pa.table({"person_id": ["a", "b"], "工资": ["1000", "1000.50元"]})
    assert assess(pack, table, "resident", date(2022, 1, 1)).levies["person_id"].to_pylist() == ["b"]


def test_cases_that_do_not_come_out_say_why(tmp_path: Path) -> None:
    head = "source: decree\ncases:\n"
    case = "  - {{id: '{i}', title: x, scheme: resident, assess: 2022-01-01, person: {{}}, {more}}}\n"
    mores = (
        "expect: {费: 1}",
        "expect: {费: 2}",
        "expect: {费.due: 2022-01-02}",
        "expect: {费.due: None}",
        "expect: {税: 1}",
        "refused: C003",
        "expect: {差: 1}, refused: C003",
        "expect: {差: 1}",
        "expect: {费 + 费.due: 1}",
        "expect: {费.某: 0}",
    )
    text = head + "".join(case.format(i=i, more=more) for i, more in enumerate(mores))
    pack = region(
        tmp_path / "r",
        "levy.费: {per: year, amount: 1, shares: 个人}",
        "levy.差: {per: year, amount: 人数, shares: 个人}",
        cases__more=text,
    )
    found = [(o.status, [m.got for m in o.mismatches], [p.code for p in o.problems]) for o in run_cases(pack)]
    assert found == [
        ("passed", [], []),
        ("failed", ["1.00"], []),
        ("failed", ["None"], []),
        ("passed", [], []),
        ("failed", [], ["C031"]),
        ("failed", ["assessed"], []),
        ("passed", [], []),
        ("failed", [], ["C003"]),
        ("failed", [], ["C031"]),
        ("failed", [], ["C031"]),
    ]
