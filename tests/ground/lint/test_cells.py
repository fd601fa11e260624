from dataclasses import replace
from pathlib import Path

from tests.engines.filings.small import HEAD
from tests.ground.region.folders import articles, copy
from tongchou.ground.lint import lint, unreached_cells
from tongchou.ground.region.load import load_region
from tongchou.ground.region.number import evaluate, watching
from tongchou.ground.region.pack import Pack


def number_at(pack: Pack, address: str, field: str) -> object:
    return getattr(pack.by_address[address][0].value, field)


def tried(pack: Pack, *numbers: tuple[str, str, dict[str, object]]) -> set[int]:
    with watching() as evaluated:
        for address, field, facts in numbers:
            evaluate(number_at(pack, address, field), facts.__getitem__)
    return evaluated


def findings(pack: Pack, reached: set[int]) -> dict[str, str]:
    return {str(p.details["address"]): str(p.details["cells"]) for p in unreached_cells(pack, reached)}


def test_cells_that_no_case_reached(tmp_path: Path) -> None:
    pack = load_region(copy(tmp_path / "a"))
    before = findings(pack, set())
    assert before["resident.pool.deductible"] == "place=市内; place=市外"
    assert before["resident.large.ratio"] == "resident.large.ratio"
    reached = tried(
        pack,
        ("resident.pool.deductible", "amount", {"place": "市内"}),
        ("resident.large.ratio", "pay", {}),
    )
    after = findings(pack, reached)
    assert after["resident.pool.deductible"] == "place=市外"
    assert "resident.large.ratio" not in after
    (one,) = (p for p in unreached_cells(pack, reached) if p.details["address"] == "resident.pool.deductible")
    assert "W310 “resident.pool.deductible”有 1/2 格没有案例算到:place=市外" in one.text("zh")


def test_a_cell_is_what_stands_in_the_file_and_long_lists_are_cut(tmp_path: Path) -> None:
    text = articles(
        "{cite: 三, says: 1 2 3 4 5 6 7 8 9 元, sets: {large.deductible: {per: stay, amount: {by 甲: {a: 1,"
        " b、c: {by disease: {高血压: 2, 其他: 3}}, d: 4, e: 5, f: 6, g: 7}}}, large.deductible.x: {plus: {highest:"
        " {by disease: {高血压: 4, 糖尿病: 5}}, over: diseases}}}}"
    )
    lists = (
        "place: [市内, 市外], status: [在职, 退休], item: [甲类], disease: [高血压, 糖尿病], 甲: [a, b, c, d, e, f, g]"
    )
    vocabulary = f"lists: {{{lists}}}"
    pack = load_region(copy(tmp_path / "a", vocabulary=vocabulary, benefits__more=text))
    found = findings(pack, set())
    assert found["resident.large.deductible"] == (
        "甲=a; 甲=b、c, disease=高血压; 甲=b、c, disease=其他; 甲=d; 甲=e; 甲=f … +1"
    )
    assert found["resident.large.deductible.x"] == "disease=高血压; disease=糖尿病"
    reached = tried(pack, ("resident.large.deductible", "amount", {"甲": "c", "disease": "糖尿病"}))
    assert "甲=b、c, disease=其他" not in findings(pack, reached)["resident.large.deductible"]


def test_the_last_edge_of_a_scale_is_not_a_figure_of_its_own(tmp_path: Path) -> None:
    bands = "{measured_on: expense, over: stay, rows: [{upto: 5000, pay: 1%}, {above: 5000, pay: 2%}]}"
    text = articles(f"{{cite: 三, says: 5000 元 1% 2%, sets: {{large.bands: {bands}}}}}")
    pack = load_region(copy(tmp_path / "a", benefits__more=text))
    (one,) = (p for p in unreached_cells(pack, set()) if p.details["address"] == "resident.large.bands")
    assert (one.details["count"], one.details["total"]) == (3, 3)


def test_a_region_without_cases_is_told_so_once(tmp_path: Path) -> None:
    pack = replace(load_region(copy(tmp_path / "a")), cases=())
    assert [p.code for p in unreached_cells(pack, set())] == ["W311"]


def test_unreached_cells_may_be_acknowledged(tmp_path: Path) -> None:
    decisions = "acknowledged: [{finding: W310, at: large.ratio, cite: 第二条, why: 例题没有用到}]"
    pack = load_region(copy(tmp_path / "a", decisions=decisions))
    assert "resident.large.ratio" not in findings(pack, set())
    assert [p.code for p in lint(pack)] == []


def test_watching_ends_and_may_be_nested(tmp_path: Path) -> None:
    pack = load_region(copy(tmp_path / "a"))
    number = number_at(pack, "resident.large.ratio", "pay")
    with watching() as outer:
        with watching() as inner:
            evaluate(number, {}.__getitem__)
        assert inner == outer == {id(number)}
        evaluate(number_at(pack, "resident.pool.deductible", "amount"), {"place": "市内"}.__getitem__)
    assert inner < outer
    evaluate(number_at(pack, "resident.pool.deductible", "amount"), {"place": "市外"}.__getitem__)
    assert len(outer) == 3


def test_a_month_has_no_cases_and_lacks_none(tmp_path: Path) -> None:
    value = "month.appeal: {working_days: 10}"
    pack = load_region(copy(tmp_path / "a", payment__month=f"{HEAD}      {value}\n"))
    assert "resident.month.appeal" in pack.by_address
    assert "resident.month.appeal" not in findings(pack, set())
