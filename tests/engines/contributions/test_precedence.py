"""Two insurances at once, and suspension: which days entitle to what."""

from datetime import date
from pathlib import Path

import pytest

from tests.engines.contributions.test_cover import ARTICLES, build
from tongchou.engines.contributions import Payment, Period, Spell, entitlement
from tongchou.ground.region.load import load_region
from tongchou.ground.region.pack import Pack

FIRST, LAST = date(2022, 1, 1), date(2022, 12, 31)
BOTH = [Spell("P1", "employee", FIRST), Spell("P1", "resident", FIRST)]
RULES = """      insurance.cadres: {{title: 离休干部统筹}}
      precedence.一: {{over: resident, while: {while_}}}
      precedence.二: {{of: cadres, over: [employee, resident], while: entitled}}
"""


def pack_of(folder: Path, while_: str, cover: str = "") -> Pack:
    build(folder, cover, cover)
    file = folder / "contributions/employee.yaml"
    file.write_text(ARTICLES.format(scheme="employee", more=cover, extra=RULES.format(while_=while_)), "utf-8")
    return load_region(folder)


def on(periods: list[Period], scheme: str, day: date) -> tuple[str, str] | None:
    for p in periods:
        if p.scheme == scheme and p.from_date <= day <= (p.through_date or LAST):
            return p.level, p.reason
    return None


@pytest.mark.parametrize(
    ("while_", "in_arrears"), [("entitled", ("full", "已缴费")), ("enrolled", ("none", "重复参保"))]
)
def test_the_scheme_that_comes_first_counts_and_the_other_gives_way(
    tmp_path: Path, while_: str, in_arrears: tuple[str, str]
) -> None:
    pack = pack_of(tmp_path, while_)
    payments = [
        Payment("P1", "resident", "费", FIRST, LAST, date(2021, 10, 1)),
        Payment("P1", "employee", "费", date(2022, 3, 1), date(2022, 5, 31), date(2022, 3, 1)),
    ]
    found = entitlement(pack, BOTH, payments)
    assert on(found, "resident", date(2022, 2, 28)) == in_arrears
    assert on(found, "resident", date(2022, 3, 1)) == on(found, "resident", date(2022, 5, 31)) == ("none", "重复参保")
    assert on(found, "employee", date(2022, 3, 1)) == ("full", "已缴费")
    assert on(found, "resident", date(2022, 6, 1)) == in_arrears
    assert {p.cite for p in found if p.reason == "重复参保"} == {"decree 第十条"}


def test_an_insurance_without_cover_of_its_own_counts_while_it_lasts(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, "entitled")
    spells = [*BOTH, Spell("P1", "cadres", date(2022, 2, 1), date(2022, 2, 9))]
    found = entitlement(pack, spells, [Payment("P1", "employee", "费", FIRST, LAST, FIRST)])
    days = [date(2022, 1, 31), date(2022, 2, 1), date(2022, 2, 9), date(2022, 2, 10)]
    assert [on(found, "employee", day)[0] for day in days] == ["full", "none", "none", "full"]


def test_a_rule_holds_from_its_own_first_day(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    pack_of(folder, "entitled")
    file = folder / "contributions/employee.yaml"
    late = "  - cite: 第十一条\n    says: x\n    effective: {from: 2022-03-01, by: payment}\n    sets:\n"
    file.write_text(
        ARTICLES.format(
            scheme="employee", more="", extra=late + "      precedence.一: {over: resident, while: enrolled}\n"
        ),
        "utf-8",
    )
    found = entitlement(load_region(folder), BOTH, [Payment("P1", "resident", "费", FIRST, LAST, date(2021, 10, 1))])
    assert on(found, "resident", date(2022, 2, 28)) == ("full", "已缴费")
    assert on(found, "resident", date(2022, 3, 1)) == ("none", "重复参保")


def test_a_suspended_stretch_entitles_to_nothing_and_breaks_the_run(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, "entitled")
    spells = [
        Spell("P1", "employee", FIRST, date(2022, 3, 10)),
        Spell("P1", "employee", date(2022, 3, 11), date(2022, 4, 30), suspended=True),
        Spell("P1", "employee", date(2022, 5, 1)),
    ]
    found = entitlement(pack, spells, [Payment("P1", "employee", "费", FIRST, LAST, FIRST)])
    assert [(p.from_date, p.through_date, p.reason) for p in found] == [
        (FIRST, date(2022, 3, 10), "已缴费"),
        (date(2022, 3, 11), date(2022, 4, 30), "暂停参保"),
        (date(2022, 5, 1), LAST, "已缴费"),
        (date(2023, 1, 1), None, "欠费"),
    ]


def test_the_month_in_which_a_spell_ends_is_carried_into_what_follows_and_no_further(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, "entitled", ", ends: month")
    payments = [Payment("P1", "employee", "费", FIRST, LAST, FIRST)]
    suspended = Spell("P1", "employee", date(2022, 3, 11), date(2022, 4, 30), suspended=True)
    found = entitlement(pack, [Spell("P1", "employee", FIRST, date(2022, 3, 10)), suspended], payments)
    assert [(p.through_date, p.reason) for p in found] == [
        (date(2022, 3, 31), "已缴费"),
        (date(2022, 4, 30), "暂停参保"),
    ]
    moved = [Spell("P1", "employee", FIRST, date(2022, 3, 10)), Spell("P1", "employee", date(2022, 3, 11), LAST)]
    assert [(p.from_date, p.through_date) for p in entitlement(pack, moved, payments)] == [(FIRST, LAST)]
    inside = [moved[0], Spell("P1", "employee", date(2022, 3, 11), date(2022, 3, 20), suspended=True),
              Spell("P1", "employee", date(2022, 3, 21), LAST)]  # fmt: skip
    assert [(p.from_date, p.through_date) for p in entitlement(pack, inside, payments)] == [(FIRST, LAST)]
