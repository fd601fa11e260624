"""How amounts, ratios and the fixed words of an explanation are written in Chinese and in English."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from tongchou.engines.benefits.explain.model import Fen, Text
from tongchou.ground.money import round_fraction, yuan_grouped
from tongchou.ground.region.fact_labels import FACT_LABELS, VALUE_LABELS

PERIOD = {
    "claim": Text("单次", "per-visit"),
    "visit": Text("单次", "per-visit"),
    "day": Text("每日", "daily"),
    "month": Text("每月", "monthly"),
    "stay": Text("每次住院", "per-stay"),
    "episode": Text("每个疗程", "per-episode"),
    "year": Text("年度", "yearly"),
    "ever": Text("终身", "lifetime"),
}
SO_FAR = {
    "day": Text("当日", "that day"),
    "month": Text("当月", "that month"),
    "stay": Text("本次住院", "in this stay"),
    "episode": Text("本疗程", "in this episode"),
    "year": Text("本年", "this year"),
    "ever": Text("以往", "before"),
}
POT = {
    "full_self_pay": Text("全自费", "full self-pay"),
    "over_limit": Text("超限价自费", "over-limit self-pay"),
    "first_self_pay": Text("先行自付", "first self-pay"),
    "in_scope": Text("政策内费用", "in-scope expense"),
    "package_excess": Text("超包干部分", "excess over the package"),
    "unpaid": Text("尚未支付的政策内费用", "in-scope expense not yet paid"),
    "deductible_part": Text("起付线部分", "deductible part"),
    "own_share": Text("按比例自付部分", "own share"),
    "over_cap": Text("超限额部分", "part over the cap"),
}
FIELD = {
    "hifp_pay": "pooling fund",
    "cvlserv_pay": "civil-servant subsidy",
    "hifes_pay": "enterprise supplement",
    "hifmi_pay": "critical-illness insurance",
    "hifob_pay": "large-expense supplement",
    "hifdm_pay": "disabled-person fund",
    "maf_pay": "medical assistance",
    "oth_pay": "other fund",
    "acct_pay": "personal account",
    "hosp_part_amt": "hospital",
}
MODE = {
    "half_up": Text("四舍五入", "rounded half up"),
    "half_even": Text("四舍六入五成双", "rounded half to even"),
    "down": Text("舍去", "rounded down"),
    "up": Text("进位", "rounded up"),
}
UNIT_EN = {"分": "fen", "角": "jiao", "元": "yuan"}


def money(fen: Fen) -> str:
    """Yuan with thousands separators; a value between two fen keeps all its decimals, or says what it is exactly.

    Sentences say such a value with `about`; exact values stand in formulas.

    >>> money(2303700), money(-63100), money(Fraction(55, 2)), money(Fraction(200, 3))
    ('23,037.00', '−631.00', '0.275', '≈0.67 [2/3]')
    """
    value = Fraction(fen)
    sign = "−" if value < 0 else ""
    value = abs(value)
    if value.denominator == 1:
        return sign + yuan_grouped(int(value))
    digits = _decimals(value / 100)
    if digits is None:
        return f"≈{sign}{yuan_grouped(round_fraction(value))} [{sign}{value / 100}]"
    whole, rest = divmod(int(value * 10 ** (digits - 2)), 10**digits)
    return f"{sign}{whole:,}.{rest:0{digits}d}"


def about(fen: Fen) -> Text:
    """An amount in a sentence: to the fen, and said to be about so much when it lies between two fen.

    >>> about(2303700).zh, about(Fraction(200, 3)).zh, about(Fraction(200, 3)).en
    ('23,037.00', '约 0.67', 'about 0.67')
    """
    exact = Fraction(fen)
    if exact.denominator == 1:
        return same(money(exact))
    shown = money(round_fraction(exact))
    return Text(f"约 {shown}", f"about {shown}")


def signed(fen: Fen) -> str:
    """An amount that is added: with a plus when it is not negative."""
    return money(fen) if fen < 0 else f"+{money(fen)}"


def edge(fen: int) -> str:
    """A band edge: whole yuan without decimals."""
    return f"{fen // 100:,}" if fen % 100 == 0 else money(fen)


def number(value: Fraction | int) -> str:
    """A plain number without trailing zeros; a fraction that has no end stays a fraction.

    >>> number(Fraction(5, 2)), number(-10), number(Fraction(1, 3)), number(46230)
    ('2.5', '−10', '1/3', '46,230')
    """
    value = Fraction(value)
    sign, value = ("−" if value < 0 else ""), abs(value)
    digits = _decimals(value)
    if digits is None:
        return f"{sign}{value}"
    whole, rest = divmod(int(value * 10**digits), 10**digits)
    return f"{sign}{whole:,}" + (f".{rest:0{digits}d}".rstrip("0").rstrip(".") if digits else "")


def ratio(value: Fraction) -> str:
    """A ratio as a percentage: 40%, 37.5%, 1/3.

    >>> ratio(Fraction(2, 5)), ratio(Fraction(3, 8)), ratio(Fraction(1, 3))
    ('40%', '37.5%', '1/3')
    """
    if _decimals(value * 100) is None:
        return str(value)
    return f"{number(value * 100)}%"


def fact(name: str) -> Text:
    """What people call a fact; a region's own name stands as it is."""
    return Text(*FACT_LABELS.get(name, (name, name)))


def value_text(value: object) -> Text:
    """A fact's value in both languages: the engine's own English words are translated, a region's words stand."""
    words = value_words(value)
    return Text(*VALUE_LABELS.get(words, (words, words)))


def value_words(value: object) -> str:
    """A fact's value as a reader writes it."""
    if isinstance(value, int | Fraction):
        return number(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "、".join(str(v) for v in value) or "-"
    return str(value)


def same(words: str) -> Text:
    """Words that are the same in both languages."""
    return Text(words, words)


def spaced(words: str) -> str:
    """Chinese words that follow others directly; a number or a Latin word after a blank."""
    return f" {words}" if words and words[0].isascii() else words


def both(values: Iterable[str], zh: str = "、", en: str = ", ") -> Text:
    """The same words joined as each language joins them."""
    words = list(values)
    return Text(zh.join(words), en.join(words))


def join(texts: Iterable[Text], zh: str = "、", en: str = ", ") -> Text:
    found = list(texts)
    return Text(zh.join(t.zh for t in found), en.join(t.en for t in found))


def _decimals(value: Fraction) -> int | None:
    """How many decimals write the value exactly (2 at least, when any); None when none do."""
    below, twos, fives = value.denominator, 0, 0
    while below % 2 == 0:
        below, twos = below // 2, twos + 1
    while below % 5 == 0:
        below, fives = below // 5, fives + 1
    if below != 1:
        return None
    most = max(twos, fives)
    return max(2, most) if most else 0
