from pathlib import Path

from tests.ground.region.folders import articles, copy
from tongchou.ground.lint import lint, unreached_cells
from tongchou.ground.lint.cells import paths_of
from tongchou.ground.region.load import load_region


def test_cells_that_no_case_reached(tmp_path: Path) -> None:
    pack = load_region(copy(tmp_path / "a"))
    reached = {
        ("resident.pool.deductible", (("place", "市内"),)),
        ("resident.pool.ratio", (("status", "在职"),)),
        ("resident.pool.ratio", (("status", "退休"),)),
        ("resident.pool.caps.年", ()),
        ("resident.pool.takes", ()),
        ("resident.large.takes", ()),
    }
    said = [p.text("zh") for p in unreached_cells(pack, reached)]
    assert len(said) == 2
    assert "W310 “resident.large.ratio”有 1/1 格没有案例算到:resident.large.ratio" in said[0]
    assert "W310 “resident.pool.deductible”有 1/2 格没有案例算到:place=市外" in said[1]


def test_the_cell_for_the_rest_stands_for_each_of_its_words(tmp_path: Path) -> None:
    text = articles(
        "{cite: 三, says: 1 2 3 4 5 6 7 8 9 元, sets: {large.deductible: {per: stay, amount: {by 甲: {a: 1,"
        " 其他: {by disease: {高血压: 2, 糖尿病: 3}}}}}, large.deductible.x: {plus: {highest: {by disease: {高血压: 4,"
        " 糖尿病: 5}}, over: diseases}}}}"
    )
    lists = "place: [市内, 市外], status: [在职, 退休], item: [甲类], disease: [高血压, 糖尿病], 甲: [a, b, c, 其他]"
    vocabulary = f"lists: {{{lists}}}"
    pack = load_region(copy(tmp_path / "a", vocabulary=vocabulary, benefits__more=text))
    (said,) = (p for p in unreached_cells(pack, set()) if p.details["address"] == "resident.large.deductible")
    assert (said.details["count"], said.details["total"]) == (7, 7)
    assert str(said.details["cells"]).endswith(" … +1")
    (plain,) = (p for p in unreached_cells(pack, set()) if p.details["address"] == "resident.large.deductible.x")
    assert plain.details["total"] == 1


def test_a_table_over_unknown_words_has_its_own(tmp_path: Path) -> None:
    pack = load_region(copy(tmp_path / "a"))
    number = next(f for f in pack.facts if f.kind == "deductible").value.amount
    vocabulary = type(pack.vocabulary)()
    assert list(paths_of(number, vocabulary)) == [(("place", "市内"),), (("place", "市外"),)]


def test_unreached_cells_may_be_acknowledged(tmp_path: Path) -> None:
    decisions = "acknowledged: [{finding: W310, at: large.ratio, cite: 第二条, why: 例题没有用到}]"
    pack = load_region(copy(tmp_path / "a", decisions=decisions))
    assert "resident.large.ratio" not in {p.details["address"] for p in unreached_cells(pack, set())}
    assert lint(pack) == []
