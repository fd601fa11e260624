"""Grants: formula, numbers, rounding and article, or why nothing is due."""

from fractions import Fraction

from tests.engines.benefits.explain.reading import absent, say, steps
from tests.engines.benefits.small import declared, facts_of, pack
from tongchou.engines.benefits.explain import explain_grant, to_html, to_text
from tongchou.engines.benefits.grants import compute_grant

REGION = pack(
    """
pool.takes: in_scope
grant.津贴: {amount: 12% × age + 1/3, to: person, when: sex is 女, rounding: {unit: 元, mode: up}}
grant.划账: {amount: {by sex: {男: 50, 女: 60}}, to: account}
grant.定额: {amount: 30, to: contribution}
""",
    vocabulary="lists: {sex: [男, 女]}",
)


def granted(name: str, **given):
    fact, facts = declared(REGION, f"grant.{name}"), facts_of(REGION, scheme="resident", **given)
    return explain_grant(fact, facts, compute_grant(fact, facts).amount)


def test_a_formula():
    explanation = granted("津贴", age=Fraction(70), sex="女")
    assert explanation.totals == {"grant": 900}
    assert say(explanation, "grant") == "发给个人 9.00,年龄 = 70,进位到元"
    assert say(explanation, "grant", "en") == "paid to the person: 9.00, age = 70, rounded up to the yuan"
    assert steps(explanation, "grant")[0].formula == "12% × age + 1/3 = 131/15"
    assert say(explanation, "condition") == "条件:性别为女;性别是女"
    assert explanation.sections[0].main.cite == "第1条"


def test_a_table_and_a_plain_amount():
    assert say(granted("划账", sex="男"), "grant") == "划入个人账户 50.00(男)"
    assert say(granted("划账", sex="男"), "grant", "en") == "credited to the personal account: 50.00 (男)"
    assert say(granted("定额"), "grant") == "缴费 30.00"
    assert steps(granted("定额"), "condition") == []


def test_not_due():
    explanation = granted("津贴", age=Fraction(70), sex="男")
    assert (explanation.title.zh, explanation.title.en) == ("“津贴”不发放说明", "Grant '津贴': not due")
    assert absent(explanation) == ["“津贴”不发(性别为女;性别是男)"]
    assert explanation.sections == ()
    assert "不适用:“津贴”不发(性别为女;性别是男)(第1条)。" in to_text(explanation)


def test_it_renders_like_any_other():
    text = to_text(granted("划账", sex="女"))
    assert text.startswith("试点 — “划账”发放说明\n险种:居民;日期:2024-03-15\n\n划账 60.00 元 — 第1条\n")
    assert "<svg" not in to_html(granted("划账", sex="女"))
