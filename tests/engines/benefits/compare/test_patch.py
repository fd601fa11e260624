"""A patch file is a delta folder in one file; what is wrong with it is shown where its author wrote it."""

import re

import pytest

from tests.faces.cli.desk import write_region
from tongchou.engines.benefits.compare import changed, load_patch
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.load import load_region

SIMPLE = """source: 办法
scheme: resident
effective: {from: 2024-01-01}
articles:
  - cite: 一
    says: 市内支付 90%
    sets:
      "pool.ratio[place=市内]": 90%
"""
DRAFT = """source:
  title: 征求意见稿
  published: 2024-06-01
  review_by: 2030-01-01
  evidence: fictional
effective: {from: 2024-07-01}
vocabulary:
  lists:
    level: [一级, 三级]
layers:
  resident:
    layers:
      extra: {name: 补充, field: oth_pay}
    visits:
      住院: [pool, extra, card]
decisions:
  decisions:
    D1: {question: 甚么, readings: [此, 彼], chosen: 此, why: 如此}
parts:
  - scheme: resident
    articles:
      - cite: 一
        says: 补充支付余下的 50%
        sets: {extra.takes: unpaid, extra.ratio: 50%}
  - scheme: resident
    source: 办法
    effective: {from: 2024-08-01}
    articles:
      - cite: 二
        says: 起付线 50 元
        sets: {pool.deductible: {per: year, amount: 50}}
"""


@pytest.fixture
def base(tmp_path):
    return write_region(tmp_path / "trial")


@pytest.fixture
def patch(base, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(text):
        (tmp_path / "reform.yaml").write_text(text, "utf-8")
        return load_patch(base, tmp_path / "reform.yaml")

    return write


def test_a_patch_is_the_region_with_its_articles_over_it(base, patch):
    pack = patch(SIMPLE)
    old, new = changed(load_region(base), pack)
    assert old == []
    assert [(one.cite, one.says, one.document, one.starts) for one in new] == [
        ("一", "市内支付 90%", "办法", "2024-01-01")
    ]
    assert pack.folder == "reform.yaml"
    (fact,) = [fact for fact in pack.written if fact.cite == "一"]
    assert str(fact.place) == "reform.yaml:8"


def test_a_patch_equals_the_delta_folder_it_stands_for(base, patch, tmp_path):
    delta = tmp_path / "delta"
    (delta / "benefits").mkdir(parents=True)
    (delta / "region.yaml").write_text("base: ../trial\n", "utf-8")
    (delta / "benefits" / "patch.yaml").write_text(SIMPLE, "utf-8")
    assert patch(SIMPLE).hash == load_region(delta).hash


def test_a_draft_brings_its_own_document_and_several_parts(patch):
    pack = patch(DRAFT)
    assert pack.sources["patch"].title == "征求意见稿"
    assert pack.visits["resident"]["住院"] == ("pool", "extra", "card")
    assert [(f.cite, f.source, str(f.from_date), f.place.line) for f in pack.written if f.cite in ("一", "二")] == [
        ("一", "patch", "2024-07-01", 24),
        ("一", "patch", "2024-07-01", 24),
        ("二", "办法", "2024-08-01", 31),
    ]
    assert "D1" in pack.decisions


@pytest.mark.parametrize(
    ("old", "new", "places"),
    [
        (": 90%", ": 9o%", ["reform.yaml:8: R1"]),
        ("place=市内", "place=省外", ["reform.yaml:8: R"]),
        ("source: 办法", "source: 细则", ["reform.yaml:1: R140"]),
        ("source: 办法", "source: {title: 稿}", ["reform.yaml:1: R103"]),
        ("scheme: resident", "scheme: all", ["reform.yaml:2: R141"]),
        ("scheme: resident\n", "", ["reform.yaml:1: R103"]),
        ("articles:", "name: 改革\narticles:", ["reform.yaml:4: R102"]),
        ("articles:", "parts: 甲\narticles:", ["reform.yaml:4: R106"]),
        ("articles:", "parts: [甲]\narticles:", ["reform.yaml:4: R106"]),
        ("articles:", "parts: []\narticles:", ["reform.yaml:5: R102"]),
        ("    says: 市内支付 90%\n", "    says:\n", ["reform.yaml:6: R107"]),
        ("  - cite: 一\n", "  - cite: 一\n    cite: 二\n", ["reform.yaml:6: R006"]),
        ("from: 2024-01-01", "from: 一月", ["reform.yaml:3: R130"]),
    ],
)
def test_what_is_wrong_stands_where_its_author_wrote_it(patch, old, new, places):
    assert old in SIMPLE
    with pytest.raises(ProblemError) as error:
        patch(SIMPLE.replace(old, new, 1))
    said = [problem.text("en") for problem in error.value.problems]
    assert [text[: len(place)] for text, place in zip(said, places, strict=False)] == places
    assert not re.search("tongchou-patch|benefits/patch", "".join(said))


def test_the_other_of_two_places_is_in_the_patch_too(patch):
    twice = SIMPLE + '  - cite: 二\n    says: 市内支付 95%\n    sets: {"pool.ratio[place=市内]": 95%}\n'
    with pytest.raises(ProblemError) as error:
        patch(twice)
    (problem,) = error.value.problems
    assert (str(problem.place), problem.code, problem.details["other"]) == ("reform.yaml:11", "R160", "reform.yaml:8")


def test_a_problem_of_a_part_stands_in_that_part(patch):
    with pytest.raises(ProblemError) as error:
        patch(DRAFT.replace("pool.deductible: {per: year", "pool.deductible: {per: century"))
    assert str(error.value.problems[0].place) == "reform.yaml:31"


@pytest.mark.parametrize("text", ["- a\n", "{", "a: &x 1\n"])
def test_a_file_that_is_no_patch(patch, text):
    with pytest.raises(ProblemError) as error:
        patch(text)
    assert str(error.value.problems[0].place).startswith("reform.yaml:")


def test_what_the_patch_breaks_in_its_base_is_shown_there(patch, base):
    text = SIMPLE + "vocabulary:\n  lists:\n    third_party: [无]\n"
    with pytest.raises(ProblemError) as error:
        patch(text)
    assert str(error.value.problems[0].place).startswith("trial/benefits/all.yaml:")
