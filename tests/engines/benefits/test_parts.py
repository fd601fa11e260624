"""A claim of several parts: a stay split at the end of the insurance year, lines that fall to another benefit."""

from datetime import date
from typing import Any

import pytest

from tests.engines.benefits.small import claim, fen, line, pack, reasons, refused, settled, shows
from tongchou.engines.benefits.claim import Claim, Settlement
from tongchou.engines.benefits.lines import line_results
from tongchou.engines.benefits.state import Key, State
from tongchou.ground.region.pack import Pack

YEARLY = """
pool.takes: in_scope
pool.ratio: 50%
pool.deductible: {per: stay, amount: 100}
pool.caps.年: {at_most: 600, of: paid, per: year}
"""


def region(crossing: str, basis: str = "discharge", starts: str = "01-01", *more: str) -> Pack:
    return pack(
        YEARLY,
        *more,
        region=f"{{year: {{starts: '{starts}', basis: {basis}, crossing: {crossing}}}}}",
        vocabulary="{lists: {option: [whole, split]}, intervals: {次: {of: nth, cuts: [2], names: [首次, 再次]}}}",
    )


def stay(*fees: tuple[str, int], admitted: str = "2023-12-20", day: str = "2024-01-10", **more: Any) -> Claim:
    lines = [line(amount, fee_date=date.fromisoformat(on)) for on, amount in fees]
    return claim(*lines, admitted=admitted, day=day, **more)


ACROSS = (("2023-12-21", 1000), ("2024-01-05", 300), ("2023-12-31", 500))


def parts_of(result: Settlement) -> tuple[Settlement, ...]:
    parts: tuple[Settlement, ...] = result.notes.get("parts", (result,))
    return parts


def test_a_stay_across_the_year_end_is_whole_unless_declared_otherwise() -> None:
    result = settled(region("whole"), stay(*ACROSS))
    assert (result.year, len(parts_of(result)), shows(result, "pool.paid")) == ("2024", 1, (600,))


def test_a_stay_is_split_by_the_dates_of_its_fees() -> None:
    state = State()
    result = settled(region("split"), stay(*ACROSS, stay="S"), state)
    old, new = parts_of(result)
    assert [(p.year, p.basis_date, p.claim.total) for p in (old, new)] == [
        ("2023", date(2023, 12, 31), fen(1500)),
        ("2024", date(2024, 1, 10), fen(300)),
    ]
    # The deductible is the stay's; the cap is each year's.
    assert [shows(p, "pool.deductible", "pool.paid") for p in (old, new)] == [(100, 600), (0, 150)]
    assert shows(result, "total", "pool.paid", "pool.deductible", "cash") == (1800, 750, 100, 1050)
    assert state.get(Key("resident.pool.paid/year", "P1", "2023")) == fen(600)
    assert state.get(Key("resident.pool.paid/year", "P1", "2024")) == fen(150)


def test_the_dates_of_each_part() -> None:
    result = settled(region("split"), stay(*ACROSS, settled="2024-02-01"))
    dates = [
        tuple(p.notes["facts"](name) for name in ("admitted", "discharged", "settled", "stay_days"))
        for p in parts_of(result)
    ]
    assert dates == [
        (date(2023, 12, 20), date(2023, 12, 31), date(2023, 12, 31), 12),
        (date(2024, 1, 1), date(2024, 1, 10), date(2024, 2, 1), 9),
    ]
    assert result.claim.facts["admitted"] == date(2023, 12, 20)
    assert parts_of(result)[1].claim.facts["admitted"] == date(2024, 1, 1)


@pytest.mark.parametrize(("day", "days"), [("2024-01-01", (12, 1)), ("2024-01-02", (12, 1)), ("2024-01-03", (12, 2))])
def test_every_part_has_a_day(day: str, days: tuple[int, int]) -> None:
    parts = parts_of(settled(region("split"), stay(*ACROSS, day=day)))
    assert tuple(p.notes["facts"]("stay_days") for p in parts) == days


def test_the_last_part_may_end_with_its_year() -> None:
    parts = parts_of(settled(region("split"), stay(*ACROSS, day="2024-12-31")))
    assert [p.notes["facts"]("stay_days") for p in parts] == [12, 365]


def test_a_part_before_the_last_counts_the_night_over_the_year_end() -> None:
    parts = parts_of(settled(region("split"), stay(*ACROSS, admitted="2023-12-31")))
    assert [p.notes["facts"]("stay_days") for p in parts] == [1, 9]


def test_fees_outside_the_stay_count_on_its_first_or_last_day() -> None:
    early, late = ("2023-12-01", 200), ("2024-06-01", 300)
    result = settled(region("split"), stay(late, early))
    assert [(p.year, p.claim.total) for p in parts_of(result)] == [("2023", fen(200)), ("2024", fen(300))]
    assert [r.line_id for r in line_results(result)] == ["C1/1", "C1/2"]
    assert result.line_parts == ((0, 0, 0, fen(300)), (0, 0, 0, fen(200)))


def test_a_year_without_fees_has_no_part() -> None:
    result = settled(region("split"), stay(("2024-01-03", 300)))
    assert [p.year for p in parts_of(result)] == ["2024"]
    assert result.claim.facts["admitted"] == date(2023, 12, 20)


def test_a_stay_through_three_years() -> None:
    result = settled(region("split"), stay(("2022-12-30", 10), ("2023-06-01", 20), ("2024-01-01", 30),
                                           admitted="2022-12-30", day="2024-01-01"))  # fmt: skip
    assert [(p.year, p.notes["facts"]("stay_days")) for p in parts_of(result)] == [
        ("2022", 2),
        ("2023", 365),
        ("2024", 1),
    ]


def test_without_the_date_of_a_fee_a_stay_cannot_be_split() -> None:
    state = State()
    visit = claim(100, line(50, fee_date=date(2024, 1, 2)), admitted="2023-12-30", day="2024-01-03")
    assert reasons(refused(region("split"), visit, state)) == ["C022"]
    assert state == State()


@pytest.mark.parametrize(
    ("crossing", "option", "years"),
    [
        ("option", "split", ["2023", "2024"]),
        ("option", "whole", ["2024"]),
        ("option", None, ["2024"]),
        ("split", "whole", ["2023", "2024"]),
        ("whole", "split", ["2024"]),
    ],
)
def test_the_patient_may_have_the_choice(crossing: str, option: str | None, years: list[str]) -> None:
    facts = {"option": option} if option else {}
    assert [p.year for p in parts_of(settled(region(crossing), stay(*ACROSS, **facts)))] == years


def test_a_stay_within_a_year_is_never_split() -> None:
    result = settled(region("split"), stay(("2024-01-02", 50), admitted="2024-01-01"))
    assert [p.year for p in parts_of(result)] == ["2024"]
    july = region("split", "discharge", "07-01")
    assert [p.year for p in parts_of(settled(july, stay(*ACROSS)))] == ["2023"]
    crossing = stay(("2024-06-30", 9), ("2024-07-01", 8), admitted="2024-06-30", day="2024-07-02")
    assert [p.year for p in parts_of(settled(july, crossing))] == ["2023", "2024"]


@pytest.mark.parametrize(
    ("basis", "days"),
    [
        ("admission", (date(2023, 12, 20), date(2024, 1, 1))),
        ("discharge", (date(2023, 12, 31), date(2024, 1, 10))),
        ("settlement", (date(2023, 12, 31), date(2024, 2, 1))),
    ],
)
def test_the_basis_date_of_each_part(basis: str, days: tuple[date, date]) -> None:
    result = settled(region("split", basis), stay(*ACROSS, settled="2024-02-01"))
    assert tuple(p.basis_date for p in parts_of(result)) == days


def test_each_part_has_its_number_among_the_stays_of_its_year() -> None:
    numbered = region("split", "discharge", "01-01", "pool.adjust.再: {when: 次 is 再次, points: -10}")
    state = State()
    settled(numbered, claim(10, day="2023-05-01", id="C0"), state)
    result = settled(numbered, stay(("2023-12-21", 300), ("2024-01-05", 300)), state)
    assert [p.notes["facts"]("nth") for p in parts_of(result)] == [2, 1]
    # 40 % of 200, then 50 % of 300
    assert shows(result, "pool.paid") == (230,)
    assert state.get(Key("stays", "P1", "2023")) == 2
    assert state.get(Key("stays", "P1", "2024")) == 1


def test_a_part_that_cannot_be_settled_refuses_the_whole_claim() -> None:
    broken = region(
        "split", "discharge", "01-01", "pool.adjust.坏: {when: age >= 30 and total_fee < 400, points: 1 ÷ 0}"
    )
    state = State()
    refusal = refused(broken, stay(*ACROSS, age=40), state)
    assert (reasons(refusal), refusal.claim.id, state) == (["C006"], "C1", State())


def test_a_refund_may_return_a_fee_of_the_year_before() -> None:
    lines = [
        line(300, id="a", fee_date=date(2023, 12, 21)),
        line(200, id="b", fee_date=date(2024, 1, 2)),
        line(-50, id="c", original="a", fee_date=date(2024, 1, 3)),
    ]
    state = State()
    result = settled(region("split"), claim(*lines, admitted="2023-12-20", day="2024-01-10"), state)
    assert [p.claim.total for p in parts_of(result)] == [fen(300), fen(150)]
    assert state.lines["a"].returned_parts == (0, 0, 0, fen(50))


# --- diverted lines ---------------------------------------------------------------------------------------------------

DIVERTED = pack(
    """
    special.takes: in_scope
    special.ratio: 80%
    clinic.takes: in_scope
    clinic.ratio: 40%
    clinic.adjust.门诊: {when: kind is 门诊, points: 10}
    claim.guard.门诊: {when: kind is 门诊, do: refuse}
    items.divert.范围外: {when: in_disease_scope is 否, to: 门诊}
    items.divert.检查: {when: item is 检查, to: 检查}
    """,
    layers="{special: {}, clinic: {field: oth_pay}}",
    visits="{特病: [special], 门诊: [clinic], 检查: [clinic]}",
    vocabulary="{lists: {item: [药品, 检查], in_disease_scope: [是, 否]}}",
)


def special(*lines: tuple[int, str, str]) -> Claim:
    return claim(*(line(a, item, in_disease_scope=scope) for a, item, scope in lines), kind="特病")


def test_lines_outside_the_scope_fall_to_the_other_benefit() -> None:
    result = settled(DIVERTED, special((100, "药品", "否"), (200, "药品", "是")))
    assert [(p.claim.kind, p.claim.total) for p in parts_of(result)] == [("特病", fen(200)), ("门诊", fen(100))]
    assert parts_of(result)[1].notes["facts"]("kind") == "门诊"
    assert shows(result, "special.paid", "clinic.paid", "cash", "hifp_pay", "oth_pay") == (160, 50, 90, 160, 50)
    assert [(r.line_id, r.paid, r.cash) for r in line_results(result)] == [
        ("C1/1", {"clinic": fen(50)}, fen(50)),
        ("C1/2", {"special": fen(160)}, fen(40)),
    ]
    assert result.claim.kind == "特病"


def test_the_first_rule_that_holds_decides_and_own_lines_come_first() -> None:
    result = settled(DIVERTED, special((10, "检查", "是"), (20, "检查", "否"), (30, "药品", "是")))
    assert [(p.claim.kind, p.claim.total) for p in parts_of(result)] == [
        ("特病", fen(30)),
        ("检查", fen(10)),
        ("门诊", fen(20)),
    ]


def test_each_part_knows_the_rules_that_sent_its_lines() -> None:
    result = settled(DIVERTED, special((10, "检查", "是"), (20, "药品", "否"), (30, "药品", "是"), (40, "药品", "否")))
    assert [(p.claim.kind, [rule.name for rule in p.notes["diverted_by"]]) for p in parts_of(result)] == [
        ("特病", []),
        ("检查", ["检查"]),
        ("门诊", ["范围外"]),
    ]
    alone = settled(DIVERTED, special((10, "检查", "是")))
    assert [rule.name for rule in alone.notes["diverted_by"]] == ["检查"]


GIFTS = pack(
    """
    special.takes: in_scope
    special.ratio: 50%
    help.takes: [special.own_share, in_scope]
    gift.takes: unpaid
    items.divert.检查: {when: item is 检查, to: 门诊}
    """,
    layers="{special: {}, help: {payer: given, field: oth_pay}, gift: {payer: given, field: oth_pay}}",
    visits="{特病: [special, help], 门诊: [help, gift]}",
    vocabulary="{lists: {item: [药品, 检查]}}",
)


def test_an_amount_that_came_with_the_claim_goes_to_one_part_only() -> None:
    visit = claim(("检查", 100), ("药品", 200), kind="特病", given={"help": 30, "gift": 5})
    result = settled(GIFTS, visit)
    assert [dict(p.claim.given) for p in parts_of(result)] == [{"help": fen(30)}, {"gift": fen(5)}]
    assert result.paid == {"special": fen(100), "help": fen(30), "gift": fen(5)}
    assert result.claim.given == visit.given
    alone = settled(GIFTS, claim(("检查", 100), kind="特病", given={"help": 30, "gift": 5}))
    assert alone.paid == {"help": fen(30), "gift": fen(5)}
    refusal = refused(GIFTS, claim(("药品", 200), kind="特病", given={"gift": 5}))
    assert (reasons(refusal), refusal.problems[0].details) == (["C035"], {"layer": "gift", "known": "help"})


def test_when_all_lines_fall_elsewhere_there_is_one_part() -> None:
    result = settled(DIVERTED, special((100, "药品", "否")))
    assert (len(parts_of(result)), result.claim.kind, shows(result, "clinic.paid")) == (1, "特病", (50,))
    assert "parts" not in result.notes


def test_layers_that_serve_two_parts_add_up() -> None:
    result = settled(DIVERTED, special((100, "药品", "否"), (50, "检查", "是")))
    assert result.paid == {"clinic": fen(70)}
    assert shows(result, "clinic.base", "clinic.band1.length", "clinic.own_share") == (150, 150, 80)


def test_packages_of_parts_add_up() -> None:
    packaged = region(
        "split",
        "discharge",
        "01-01",
        "items.package.院: {when: always, price: 200, per: claim, excess: hospital}",
        "items.package.人: {when: always, price: 150, per: claim, excess: person}",
    )
    result = settled(packaged, stay(*ACROSS))
    assert (result.hospital, result.package_excess) == (fen(1300 + 100), fen(50 + 50))


def test_what_parts_read_and_change_is_what_the_claim_did() -> None:
    state = State()
    result = settled(region("split"), stay(*ACROSS, stay="S"), state)
    old, new = parts_of(result)
    assert result.reads == old.reads | new.reads
    merged = State()
    merged.apply(old.state_delta)
    merged.apply(new.state_delta)
    assert merged.amounts == {k: v for k, v in result.state_delta.items() if v} == state.amounts
    assert sum(result.parts.values()) == fen(1800)
