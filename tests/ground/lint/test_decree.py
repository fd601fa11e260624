import pytest

from tongchou.ground.lint.decree import article_text, read_citation, read_decree

DECREE = """
甲市办法

第一章 总则

第一条 为保障待遇,制定本办法。

第二条 待遇如下:
(一)住院 80%;
(二)门诊 50%。
其他另定 7 元。

第二章 附则

第十二条 自 2020 年起施行。

一、工作
(一)目标
1.甲 10 元。
接上文 11 元。
2、乙,应具备:(1)丙 20 元;(2)丁 30 元。
（二） 措施
1.戊 40 元。
第一,己 45 元。

二、安排
(一)第一阶段:
1.庚 50 元。
(1)辛 55 元。
其后:
1.壬 60 元。
"""


@pytest.mark.parametrize(
    ("cite", "there", "not_there"),
    [
        ("一(一)1", ["10", "11"], ["20", "40"]),
        ("一(一).2", ["20", "30"], ["10"]),
        ("一(一)2(2)", ["30"], ["20"]),
        ("一(一)2(1)", ["20"], ["30"]),
        ("一", ["10", "40"], ["50"]),
        ("一(二)", ["40", "45"], ["10"]),
        ("一（二）1", ["40"], ["10"]),
        ("一(二) 第一", ["45"], ["40"]),
        ("二(一)1", ["50", "60"], ["10"]),
        ("二.1", ["50", "60"], ["10"]),
        ("二(一)1(1)", ["55"], ["60"]),
        ("第二条", ["80", "50", "7"], ["2020"]),
        ("第二条(一)", ["80"], ["50"]),
        ("第二条第(二)项", ["50"], ["80"]),
        ("第二条第一款", ["80", "50"], ["2020"]),
        ("第十二条", ["2020"], ["80"]),
        ("第二章第十二条", ["2020"], ["80"]),
        ("第一条、第十二条", ["2020"], ["80"]),
        ("一(一)1、二(一)1", ["10", "50"], ["40"]),
    ],
)
def test_a_cited_article_is_found(cite: str, there: list[str], not_there: list[str]) -> None:
    paragraphs = read_decree(DECREE)
    steps = read_citation(cite)
    assert steps is not None
    text = "\n".join(article_text(paragraphs, s) or "MISSING" for s in steps)
    assert "MISSING" not in text
    for figure in there:
        assert figure in text
    for figure in not_there:
        assert figure not in text


@pytest.mark.parametrize(
    "cite", ["三", "一(三)", "一(一)3", "第五条", "第二条第五款", "第三章", "一(一)2(3)", "三(一)2(1)"]
)
def test_an_article_that_is_not_there(cite: str) -> None:
    (steps,) = read_citation(cite) or []
    assert article_text(read_decree(DECREE), steps) is None


@pytest.mark.parametrize("cite", ["例", "附件 A", "see 1", ""])
def test_a_citation_that_cannot_be_read(cite: str) -> None:
    assert not read_citation(cite)


def test_a_part_of_a_citation_may_be_a_section() -> None:
    assert read_citation("第三章第一节第二条") == [(("章", 3), ("节", 1), ("条", 2))]
