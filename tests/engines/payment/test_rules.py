"""A declaration is read strictly: every fault with its file and line, and no silent answer."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from tests.engines.payment.declared import HEAD, pay, rules_of, settlement
from tests.engines.payment.stage import RULES, drawn, ninghe, year
from tongchou.engines.payment import clear, load_rules
from tongchou.engines.payment import rules_of as rules_of_pack
from tongchou.engines.payment.formula import Line
from tongchou.engines.payment.rules import from_document
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.clearing_kinds import CLEARING_KINDS, Points
from tongchou.ground.region.load import load_region
from tongchou.ground.region.resolved import pack_from_resolved

FALLING = (
    "bands.dip: [{status: low, upto: 2, factor: 1}, {status: high, upto: 1, factor: 1}, {status: high, factor: 1}]"
)
DIP = "routes: [{method: dip, setting: inpatient}]"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("colour: red", "R150"),
        ("bands.service: [{status: normal, factor: 1}]", "R150"),
        ("path.: {pays: cost}", "R150"),
        ("bands.dip: [{status: low, factor: 1}, {status: normal, factor: 1}]", "Y112"),
        ("bands.dip: [{status: low, below: 1, upto: 2, factor: 1}, {status: normal, factor: 1}]", "Y112"),
        ("bands.dip: [{status: odd, factor: 1}]", "R104"),
        ("bands.dip: [{status: normal, factor: 1.5}]", "R112"),
        ("path.qy: {pays: group}", "Y113"),
        ("path.qy: {pays: cost, factor: 1}", "Y113"),
        ("path.qy: {pays: cost, at_most: 100%}", "Y113"),
        ("hospital_factor: {combine: weighted, decimals: 4}", "Y114"),
        ("hospital_factor: {combine: given, parts: {level: 100%}, decimals: 4}", "Y114"),
        ("price.dip: {form: fixed}", "Y115"),
        ("price.dip: {form: settlement, fixed: 3元}", "Y115"),
        ("price.dip: {form: budget}", "Y115"),
        ("price.dip: {form: settlement, past: [{cost: 1万, points: 10, weight: 1}]}", "Y115"),
        ("sharing.dip: {surplus: [{pays: 1}, {pays: 1}], overrun: [{pays: 0}]}", "Y112"),
        ("per_diem.精神: {phases: [{upto: 3, price: 1元}], fund: all}", "Y112"),
        ("stays: {upto: 1, atleast: 3}", "R102"),
        ("few_cases: {}", "R103"),
    ],
)
def test_what_is_wrong_has_its_line(tmp_path: Path, line: str, code: str) -> None:
    with pytest.raises(ProblemError) as caught:
        rules_of(tmp_path, line)
    (problem,) = caught.value.problems
    assert problem.code == code
    assert problem.place.file == str(tmp_path / "clearing.yaml")
    assert problem.place.line == HEAD.count("\n") + 1


def test_a_folder_without_rules(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="Y101"):
        load_rules(tmp_path)


def test_a_year_must_be_named(tmp_path: Path) -> None:
    (tmp_path / "clearing.yaml").write_text(
        HEAD.replace("clearing: {year", "stays: {upto").replace(", lists_by: 2027-03-31", "")
    )
    with pytest.raises(ProblemError, match="Y106"):
        load_rules(tmp_path)


def test_an_address_stands_once(tmp_path: Path) -> None:
    more = "  - cite: 第二条\n    says: 又\n    sets: {points: {decimals: 2}}\n"
    (tmp_path / "clearing.yaml").write_text(HEAD + more, "utf-8")
    with pytest.raises(ProblemError, match="R160"):
        load_rules(tmp_path)


def test_a_rule_holds_for_whole_years(tmp_path: Path) -> None:
    more = "  - cite: 第二条\n    says: 又\n    effective: {{from: {}}}\n    sets: {{stays: {{upto: 2}}}}\n"
    (tmp_path / "clearing.yaml").write_text(HEAD + more.format("2026-07-01"), "utf-8")
    with pytest.raises(ProblemError, match="Y104"):
        load_rules(tmp_path)
    (tmp_path / "clearing.yaml").write_text(HEAD + more.format("2027-01-01"), "utf-8")
    assert "stays" not in load_rules(tmp_path).provisions


def test_the_year_that_is_meant(tmp_path: Path) -> None:
    more = "  - cite: 第二条\n    says: 又\n    effective: {from: 2027-01-01}\n"
    more += "    sets: {clearing: {year: 2027, lists_by: 2028-03-31}}\n"
    head = HEAD.replace("from: 2026-01-01,", "from: 2026-01-01, through: 2026-12-31,")
    (tmp_path / "clearing.yaml").write_text(head + more, "utf-8")
    assert [load_rules(tmp_path, asked).year for asked in (2026, 2027)] == [2026, 2027]
    for asked in (None, 2025):
        with pytest.raises(ProblemError, match=r"Y103.*2026、2027"):
            load_rules(tmp_path, asked)


def test_a_pack_a_region_and_its_file_give_the_same_rules(tmp_path: Path) -> None:
    region = RULES.parents[1]
    pack = load_region(region)
    stored = pack_from_resolved(json.loads(json.dumps(dict(pack.resolved))))
    found = [load_rules(RULES), load_rules(region), rules_of_pack(pack.facts), rules_of_pack(stored.facts, 2026)]
    assert {rules.hash for rules in found} == {ninghe().hash}
    assert {rules.cite("bands.dip") for rules in found} == {"ninghe-2025-40 第五条"}


def test_own_rules_stand_over_national_ones_which_are_cited(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, DIP)
    assert rules.cite("bands.dip").startswith("national-defaults DIP")
    assert rules.cite("routes") == "test 第一条"
    assert rules.cite("stays") == "—"
    assert rules.need("points", Points).decimals.value == 4


def test_the_hash_is_of_values_and_citations_not_of_their_form(tmp_path: Path) -> None:
    one = rules_of(tmp_path, DIP)
    (tmp_path / "clearing.yaml").write_text("# 注\n" + (tmp_path / "clearing.yaml").read_text("utf-8"), "utf-8")
    assert load_rules(tmp_path).hash == one.hash
    assert rules_of(tmp_path, DIP, "stays: {upto: 2}").hash != one.hash


def test_a_published_declaration_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "rules.json"
    file.write_text(json.dumps(ninghe().document()), "utf-8")
    again = load_rules(file)
    assert (again.hash, again.document()) == (ninghe().hash, ninghe().document())


def test_a_published_declaration_with_a_fault(tmp_path: Path) -> None:
    said = ninghe().document()
    said["provisions"][0] = {**said["provisions"][0], "address": "colour"}
    with pytest.raises(ProblemError, match="R150"):
        from_document(said, "rules.json")


def test_ninghe_declares_every_kind_that_its_methods_ask_for() -> None:
    declared = {f"{a.partition('.')[0]}.*" if "." in a else a for a in ninghe().provisions}
    # Not of Ninghe's methods: DRG and points of days.
    assert set(CLEARING_KINDS) - declared == {"rate", "day_points.*", "adjustment"}
    assert all(p.cite and p.says for p in ninghe().provisions.values())
    assert (RULES / "clearing.yaml").is_file()


@pytest.mark.parametrize(
    ("sets", "case", "code"),
    [
        ((), {}, "Y106"),  # no routes
        ((DIP, FALLING), {}, "Y116"),
        ((DIP, "bands.dip: [{status: normal, factor: ratio × ratio}]"), {}, "Y111"),
        ((DIP, "bands.dip: [{status: normal, factor: {by level: {一级: 1}}}]"), {}, "Y110"),
        ((DIP, "bands.dip: [{status: normal, factor: colour}]"), {}, "Y110"),
        ((DIP, "bands.dip: [{status: normal, factor: 不限}]"), {}, "Y110"),
        ((DIP,), {"status": "qy"}, "Y302"),
        ((DIP, "path.qy: {pays: points}"), {"status": "qy"}, "Y106"),
        ((DIP,), {"reference_mean": 0}, "Y303"),
        ((DIP, "path.incomplete: {pays: group, factor: ratio}"), {"reference_mean": 0, "completed": False}, "Y303"),
        ((DIP, "hospital_factor: {combine: sum, parts: {level: 100%}, decimals: 4}"), {}, "Y202"),
        (("routes: [{method: per_diem, setting: inpatient}]",), {}, "Y307"),
        (("routes: [{method: drg_rate, setting: inpatient}]",), {}, "Y106"),
    ],
)  # fmt: skip
def test_there_is_no_silent_answer(tmp_path: Path, sets: tuple[str, ...], case: dict[str, object], code: str) -> None:
    rules = rules_of(tmp_path, *sets)
    given = settlement(**{"total_fee": 100, "group": "A", "base_points": 3, "reference_mean": 100, **case})
    with pytest.raises(ProblemError, match=code):
        pay(rules, given)


def test_too_many_special_cases() -> None:
    given = drawn(1)
    inside = [
        s["settlement_id"] for s in given["settlements"] if s["institution"] == "医院3" and s["setting"] == "inpatient"
    ]
    given["special_cases"] = [{"settlement_id": name, "reason": "x"} for name in inside]
    with pytest.raises(ProblemError, match="Y306"):
        clear(ninghe(), year(given))


def test_a_factor_reads_as_it_is_written() -> None:
    assert [str(Line(Fraction(s), Fraction(i))) for s, i in ((0, 1), (1, 0), (1, -1), (2, Fraction(1, 5)))] == [
        "1", "ratio", "ratio - 1", "2 × ratio + 1/5",
    ]  # fmt: skip
    assert Line(Fraction(1), Fraction(-1)).at(Fraction(3)) == 2
