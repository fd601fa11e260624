"""A condition read as words, and the facts of the claim that made it hold or fail."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tongchou.engines.benefits.explain.model import NOTHING, Lang, Text
from tongchou.engines.benefits.explain.words import fact, join, number, spaced, value_text, value_words
from tongchou.engines.benefits.facts import Facts
from tongchou.ground.region.expression import Tree, names_in
from tongchou.ground.region.fact_labels import FUNCTION_LABELS
from tongchou.ground.region.model import Condition

_COMPARE = {
    ">": Text("大于", "is more than"),
    "<": Text("小于", "is less than"),
    ">=": Text("不小于", "is at least"),
    "<=": Text("不大于", "is at most"),
    "=": Text("等于", "equals"),
}
_WORD = {
    "is_": Text("为", "is"),
    "is_not": Text("不为", "is not"),
    "in_": Text("属于", "is one of"),
    "not_in": Text("不属于", "is none of"),
    "has": Text("含", "includes"),
}
_SIGN = {"add": "+", "sub": "−", "mul": "×", "div": "÷"}
_LINK = {"all_of": Text("且", "and"), "any_of": Text("或", "or")}


def in_words(condition: Condition | None) -> Text:
    """`place is 市外` as “就医地为市外”; nothing for a rule without condition."""
    if condition is None:
        return NOTHING
    return Text(_say(condition.tree, "zh"), _say(condition.tree, "en"))


def as_found(condition: Condition | None, facts: Facts, without: str | None = None) -> Text:
    """What the claim had for every fact the condition asks; a fact that nobody had to look at is left out."""
    if condition is None:
        return NOTHING
    return stated({name: facts.peek(name) for name, _ in names_in(condition.tree) if name != without})


def stated(values: Mapping[str, Any]) -> Text:
    """`就医地是市外、年龄是 70`: the facts that are known, each by the name people use."""
    return join(_fact_is(name, value) for name, value in values.items() if value is not None)


def _fact_is(name: str, value: Any) -> Text:
    label, words = fact(name), value_text(value)
    return Text(f"{label.zh}是{spaced(words.zh)}", f"{label.en} is {words.en}")


def _say(tree: Tree, lang: Lang) -> str:
    kind = tree[0]
    if kind in _LINK:
        return f" {_LINK[kind].of(lang)} ".join(_inner(child, lang) for child in tree[1:])
    if kind == "not_":
        return f"{'非' if lang == 'zh' else 'not '}({_say(tree[1], lang)})"
    if kind in _WORD:
        return _told(_say(tree[1], lang), _WORD[kind].of(lang), _words(tree[2], lang), lang)
    if kind == "compare":
        return _told(_say(tree[1], lang), _COMPARE[tree[2]].of(lang), _say(tree[3], lang), lang)
    return _arithmetic(tree, lang)


def _told(subject: str, verb: str, words: str, lang: Lang) -> str:
    latin = subject[-1:].isascii() and subject[-1:].isalnum()
    return f"{subject}{' ' if latin else ''}{verb}{spaced(words)}" if lang == "zh" else f"{subject} {verb} {words}"


def _inner(tree: Tree, lang: Lang) -> str:
    return f"({_say(tree, lang)})" if tree[0] in _LINK else _say(tree, lang)


def _words(words: str | tuple[str, ...], lang: Lang) -> str:
    return join(value_text(word) for word in ((words,) if isinstance(words, str) else words)).of(lang)


def _arithmetic(tree: Tree, lang: Lang) -> str:
    kind = tree[0]
    if kind == "always":
        return "总是" if lang == "zh" else "always"
    if kind in _SIGN:
        return f" {_SIGN[kind]} ".join(_operand(child, kind, lang) for child in tree[1:])
    if kind == "neg":
        return f"−{_operand(tree[1], kind, lang)}"
    if kind == "call":
        name = Text(*FUNCTION_LABELS[tree[1]]).of(lang)
        return f"{name}({(',' if lang == 'zh' else ', ').join(_say(child, lang) for child in tree[2:])})"
    if kind == "number":
        return number(Fraction(tree[1]))
    return fact(tree[1]).of(lang) if kind == "name" else value_words(tree[1])  # a date


def _operand(tree: Tree, parent: str, lang: Lang) -> str:
    """In brackets wherever leaving them out could change the meaning."""
    weaker = ("add", "sub", "neg") if parent in ("add", "sub") else ("add", "sub", "neg", "mul", "div")
    return f"({_say(tree, lang)})" if tree[0] in weaker else _say(tree, lang)
