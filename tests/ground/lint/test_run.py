import time
from datetime import date
from pathlib import Path

import pytest

from tests.ground.region.folders import GOOD, articles, copy
from tongchou.ground import lint as room
from tongchou.ground.errors import Place
from tongchou.ground.lint import lint
from tongchou.ground.lint.desk import Desk
from tongchou.ground.region.load import load_region
from tongchou.ground.region.pack import Pack
from tongchou.ground.shipped import shipped_regions


def codes(pack: Pack, today: date | None = None) -> list[str]:
    return [p.code for p in lint(pack, today=today)]


@pytest.mark.parametrize("region", shipped_regions(), ids=lambda path: path.name)
def test_the_shipped_regions_have_no_errors(region: Path) -> None:
    problems = lint(load_region(region), today=date(2026, 7, 1))
    assert [p.text("zh") for p in problems if p.severity == "error"] == []


def test_lint_knows_no_clock(tmp_path: Path) -> None:
    sources = (GOOD / "sources.yaml").read_text("utf-8").replace("2030-12-31", "2020-12-31")
    pack = load_region(copy(tmp_path / "a", sources=sources))
    assert codes(pack) == []
    assert codes(pack, date(2020, 12, 31)) == []
    assert codes(pack, date(2021, 1, 1)) == ["W305"]


def test_a_folder_without_supports_is_linted_from_its_first_day(tmp_path: Path) -> None:
    region = 'name: {zh: 甲, en: A}\ncode: "1"\nevidence: fictional\nschemes: {resident: 居民}\n'
    assert codes(load_region(copy(tmp_path / "a", region=region))) == []
    empty = tmp_path / "b"
    empty.mkdir()
    (empty / "region.yaml").write_text(region, "utf-8")
    assert codes(load_region(empty)) == []


def test_an_acknowledgement_may_name_the_scheme_and_silences_one_address(tmp_path: Path) -> None:
    text = articles(
        "{cite: 三, says: 减 5 个百分点, effective: {from: 2020-01-01, through: 2021-12-31},"
        " sets: {pool.adjust.a: {points: -5}, pool.adjust.b: {points: -5}}}"
    )
    for at in ("pool.adjust.a", "resident.pool.adjust.a"):
        decisions = f"acknowledged: [{{finding: W301, at: {at}, cite: 三, why: x}}]"
        pack = load_region(copy(tmp_path / at, benefits__more=text, decisions=decisions))
        assert [(p.code, p.details["address"]) for p in lint(pack)] == [("W301", "resident.pool.adjust.b")]


def test_an_error_cannot_be_acknowledged(tmp_path: Path) -> None:
    text = articles("{cite: 三, says: x, sets: {large.deductible: {per: stay, amount: 300}}}")
    decisions = "acknowledged: [{finding: L260, at: large.deductible, cite: 三, why: x}]"
    assert codes(load_region(copy(tmp_path / "a", benefits__more=text, decisions=decisions))) == ["L260", "W304"]


def test_a_visit_that_an_article_changes(tmp_path: Path) -> None:
    text = articles("{cite: 三, says: x, effective: {from: 2022-01-01}, sets: {visits.住院: [large, pool]}}")
    found = lint(load_region(copy(tmp_path / "a", benefits__more=text)))
    assert [(p.code, p.details["witness"]) for p in found] == [("L242", "住院, 2022-01-01")]


def test_two_bases_of_dating_meet_in_one_claim(tmp_path: Path) -> None:
    """Ratio by admission, points by discharge: a stay across the change gets both."""
    text = articles(
        "{cite: 三, says: 95%, effective: {from: 2020-01-01, through: 2021-12-31, by: admission},"
        " sets: {x.takes: unpaid, x.ratio: 95%}}",
        "{cite: 三, says: 90%, effective: {from: 2022-01-01, by: admission}, sets: {x.takes: unpaid, x.ratio: 90%}}",
        "{cite: 三, says: 加 10 个百分点, effective: {from: 2022-01-01}, sets: {x.adjust.a: {points: 10}}}",
    )
    layers = (
        (GOOD / "layers.yaml").read_text("utf-8").replace("  visits:", "    x: {name: 甲, field: oth_pay}\n  visits:")
    )
    layers = layers.replace("[pool, large]", "[pool, large, x]")
    found = lint(load_region(copy(tmp_path / "a", benefits__more=text, layers=layers)))
    (ratio,) = (p for p in found if p.code == "L230")
    assert "105%" in ratio.text()
    assert "admission=" in str(ratio.details["witness"])
    assert "discharge=2022-01-01" in str(ratio.details["witness"])


def test_a_large_region_is_linted_fast(tmp_path: Path) -> None:
    names = [f"x{i}" for i in range(36)]
    layers = "resident:\n  layers:\n" + "".join(
        f"    {n}: {{name: {n}, field: oth_pay}}\n" for n in ("pool", "large", *names)
    )
    layers += "  visits:\n    住院: [pool, large]\n" + "".join(f"    {n}: [{n}]\n" for n in names)
    sets = ", ".join(
        f"{n}.takes: in_scope, {n}.ratio: {{by place: {{市内: 80%, 市外: 80%}}}},"
        f" {n}.deductible: {{per: stay, amount: {{by level: {{一级: 500, 二级、三级: 800}}}}}},"
        f" {n}.adjust.a: {{when: 人群 is 老人 and status is 退休, points: 5}}"
        for n in names
    )
    text = articles(f"{{cite: 三, says: '80%,60 岁以上加 5 个百分点;500 元、800 元', sets: {{{sets}}}}}")
    pack = load_region(copy(tmp_path / "a", layers=layers, benefits__more=text))
    assert len(pack.facts) == 150
    start = time.perf_counter()
    assert codes(pack) == []
    assert time.perf_counter() - start < 10  # under coverage on a busy machine; well below 1 s otherwise


def test_a_finding_is_handed_in_once(tmp_path: Path) -> None:
    desk = Desk(load_region(copy(tmp_path / "a")))
    for _ in range(2):
        desk.report(Place("a.yaml", 1), "L252", address="a", witness="b")
    assert len(desk.problems) == 1


def test_the_doors_of_the_room() -> None:
    assert {name for name in room.__all__ if callable(getattr(room, name))} == {"lint", "read_back", "unreached_cells"}
    with pytest.raises(AttributeError):
        _ = room.nothing
