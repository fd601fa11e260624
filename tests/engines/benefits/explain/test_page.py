"""The page: one file, both languages, nothing fetched, everything escaped, a picture that says what it shows."""

import re
import subprocess
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from tests.engines.benefits.explain.reading import TWO_ITEMS, told
from tests.engines.benefits.small import claim, line, outcome, pack
from tongchou.engines.benefits.explain import explain, to_html
from tongchou.ground.region.headers import Decision

VOID = {"meta", "input", "br"}
EVIL = "<script>alert('\"&')</script>"


class Checker(HTMLParser):
    """Every element that is opened is closed, in order; ids are unique; attributes are gathered."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(page)
        self.close()
        assert self.open == []
        ids = [value for name, value in self.attributes if name == "id"]
        assert len(ids) == len(set(ids))

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def region():
    sets = """
pool.takes: in_scope
pool.ratio: 80%
pool.adjust.乙: {when: item is 乙, points: -10}
pool.caps.年: {at_most: 100, of: paid, per: year}
"""
    found = pack(sets, vocabulary=TWO_ITEMS)
    ours = Decision(question=EVIL, readings=("一",), chosen=EVIL, why=EVIL, cite="第1条")
    facts = tuple(replace(fact, says=EVIL) for fact in found.facts)
    source = replace_model(found.sources["办法"], title=EVIL, number=EVIL)
    name = replace_model(found.region.name, zh=EVIL, en=EVIL)
    layers = {"resident": {"pool": replace_model(found.layers["resident"]["pool"], name=EVIL)}}
    return replace(
        found,
        facts=facts,
        sources={"办法": source},
        region=replace_model(found.region, name=name),
        layers=layers,
        decisions={"D1": ours},
    )


def replace_model(model, **changes):
    return model.model_copy(update=changes)


@pytest.fixture(scope="module")
def page(region) -> str:
    lines = (line(100, "甲", id=EVIL), line(50, "乙", id="2"))
    return to_html(explain(outcome(region, claim(*lines, id=EVIL)), region))


def test_it_parses_and_closes_what_it_opens(page):
    checker = Checker(page)
    assert checker.tags.count("main") == 2
    assert checker.tags.count("figure") == 2


def test_nothing_is_fetched(page):
    checker = Checker(page)
    assert not {"script", "link", "img", "iframe", "object", "a"} & set(checker.tags)
    assert not {"src", "href", "onclick", "style"} & {name for name, _ in checker.attributes}
    assert not re.search(r"https?:|url\(|@import", page)
    assert "default-src 'none'" in page


def test_every_name_is_escaped(page):
    assert "<script" not in page
    assert page.count("&lt;script&gt;") > 20


def test_the_picture_has_a_title_and_a_description_for_those_who_cannot_see_it(page):
    assert '<svg class="waterfall" width="100%" height="154" role="img" aria-labelledby="w-title-zh w-desc-zh">' in page
    assert '<title id="w-title-zh">费用由谁付</title>' in page
    assert re.search(r'<desc id="w-desc-en">total fee: 150.00; pooling fund \(.*\): 100.00; cash: 50.00</desc>', page)


def test_the_language_asked_for_opens_first(region):
    explanation = explain(outcome(region, claim(("甲", 100))), region)
    assert 'id="show-zh" checked>' in to_html(explanation)
    english = to_html(explanation, "en")
    assert 'id="show-en" checked>' in english
    assert '<html lang="en">' in english


def test_a_refusal_has_no_picture_and_no_lines():
    refused = told(pack("pool.takes: in_scope"), 100, kind="门诊")
    page = to_html(refused)
    Checker(page)
    assert "<svg" not in page
    assert 'class="refusal"' in page
    assert 'class="sources"' not in page
    assert 'class="absent"' not in page


def test_items_without_groups_and_a_claim_of_nothing():
    region = pack("pool.takes: in_scope\npool.ratio: 80%")
    page = to_html(told(region, line(10, id="甲"), line(-10, id="乙", original="甲")))
    Checker(page)
    assert '<th scope="row">甲</th>' in page
    assert 'x="0.00%" y="26" width="0.00%"' in page


def test_an_amount_too_small_for_the_picture_is_still_seen():
    page = to_html(told(pack("pool.takes: in_scope\npool.ratio: 100%\npool.deductible: {per: stay, amount: 1}"), 90000))
    assert '<rect x="0.00%" y="126" width="0.10%" height="18"/>' in page


def test_the_legend_says_whose_money_each_colour_is(page):
    zh = page.split('<main class="zh"')[1].split("</main>")[0]
    legend = re.findall(r'<li class="(\w+)"><svg class="key".*?</svg> ([^<]*)</li>', zh)
    assert legend == [("fund", "基金支付"), ("cash", "个人现金")]
    assert "> paid by a fund</li>" in page
    assert '<rect x="66.66%" y="26"' not in page
    assert '<rect x="33.33%" y="76" width="66.66%" height="18"/>' in page


def test_a_browser_shows_it(page, need_tool, tmp_path):
    chromium = need_tool("chromium")
    file, picture = tmp_path / "page.html", tmp_path / "page.png"
    file.write_text(page, "utf-8")
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", f"--screenshot={picture}", file.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert picture.read_bytes().startswith(b"\x89PNG")
