"""Articles: the cell that was used comes first, our readings only where they are about the very article."""

from dataclasses import replace

import pytest

from tests.engines.benefits.explain.reading import steps, told
from tests.engines.benefits.small import claim, outcome, pack
from tongchou.engines.benefits.explain import Citation, explain, to_text
from tongchou.engines.benefits.explain.cite import Citer, main_citation
from tongchou.ground.region.headers import Decision, Source

PLACES = "lists: {place: [区内, 市外]}"


def test_a_cell_re_set_by_another_article_is_cited_before_its_table():
    region = pack(
        "pool.takes: in_scope\npool.ratio: 80%\n"
        "pool.deductible: {per: stay, amount: {by place: {区内: 100, 市外: 200}}}",
        vocabulary=PLACES,
        since_2024_01_01='"pool.deductible[place=市外]": 300',
    )
    explanation = told(region, 1000, place="市外")
    assert to_text(explanation).endswith("依据 《办法》\n  第1条 …\n  第2条\n")
    step = steps(explanation, "deductible")[0]
    assert step.say.zh == "起付线 300.00"
    assert [(c.cite, c.says) for c in step.citations] == [("第2条", ""), ("第1条", "…")]
    assert [c.cite for c in steps(told(region, 1000, place="区内"), "deductible")[0].citations] == ["第1条"]


def test_readings_need_the_same_place():
    region = pack("pool.takes: in_scope\npool.ratio: 80%")
    ours = {
        "D1": Decision(question="?", readings=("一", "二"), chosen="一", why="因", cite="第1条"),
        "D2": Decision(question="?", readings=("一",), chosen="一", why="因", cite="第1条、第2条"),
        "D3": Decision(question="?", readings=("一",), chosen="一", why="因"),
    }
    region = replace(region, decisions=ours)
    explanation = explain(outcome(region, claim(100)), region)
    assert [r.id for r in explanation.readings] == ["D1"]
    assert {c.decisions for c in explanation.citations()} == {("D1",)}


def test_the_main_article_is_the_one_named_most():
    region = pack("pool.takes: in_scope")
    citer = Citer(region)
    (one,) = citer.of(*region.facts)
    other = replace(one, cite="第9条")
    assert main_citation([other, one, one]) == one
    assert main_citation([other, one]) == other
    assert main_citation([]) is None
    assert citer.of(None) == ()


def test_articles_of_several_documents_are_named_with_their_document():
    region = pack("pool.takes: in_scope\npool.ratio: 80%")
    first, second = sorted(region.facts, key=lambda fact: fact.kind != "takes")
    sources = {**region.sources, "细则": Source.model_validate({**SOURCE, "number": "医发〔2020〕1号"})}
    region = replace(region, facts=(replace(first, source="细则", cite="第8条"), second), sources=sources)
    text = to_text(explain(outcome(region, claim(100)), region))
    assert (
        "pool 80.00 元 — 《实施细则》第8条\n  住院政策内费用 100.00;支付比例:100.00×80% = 80.00(《办法》第1条)。"
        in text
    )
    assert "依据 《实施细则》 医发〔2020〕1号\n  第8条 …" in text


SOURCE = {"title": "实施细则", "published": "2020-01-01", "review_by": "2030-01-01", "evidence": "fictional"}


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("实施细则", "《实施细则》第8条"),
        ("《实施细则》", "《实施细则》第8条"),
        ("津劳局(2001)321号第四条(转载)", "《津劳局(2001)321号第四条》第8条"),
        ("论医疗保险制度（原题不在文中）", "《论医疗保险制度》第8条"),
        ("(佚名)", "key第8条"),
        ("", "key第8条"),
    ],
)
def test_people_read_the_title_and_the_key_only_where_there_is_none(title, short):
    assert Citation("key", title, None, "第8条", "").short == short
