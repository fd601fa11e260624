"""Figures in Chinese text: 4 万元, 80%, 十个百分点, 八折, 三分之一, 减半, 三个月, 全额."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

_DIGITS = dict(zip("〇零一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_SMALL = {"十": 10, "百": 100, "千": 1000}
_CHINESE = "〇零一二两三四五六七八九十百千万亿"
_SCALE = {"百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_MEASURES = "个月|个百分点|百分点|周岁|年|月|日|天|元|岁|次|种|个|人|倍|折|成|档|小时|季度|周"

_ARABIC = re.compile(
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?P<part>\.[0-9]+)?\s*(?:/\s*(?P<below>[0-9]+)(?![0-9年月日-]))?"
    r"\s*(?P<unit>%|‰|折|成|[百千万亿]*)"
)
_SHARES = re.compile(rf"(?P<below>[{_CHINESE}0-9]+)分之(?P<above>[{_CHINESE}0-9.]+)")
_WRITTEN = re.compile(rf"(?P<n>[{_CHINESE}]+)\s*(?P<unit>折|成)?")
_HALF = re.compile(r"半(?P<unit>年|个月)?")
_ALL = re.compile("全额|全部|全数|百分之百|据实|实报实销")
_NONE = re.compile("不设|不再|取消|免[除收交缴]?|不计|不付|不支付|不予|不报|不得|不纳入|不自付|无需|全额|全部|清零|零")


@dataclass(frozen=True)
class Figure:
    """One figure of a text with every value it may stand for."""

    text: str
    values: frozenset[Fraction]
    measured: bool  # written in digits, or in characters before a measure word: surely a quantity
    start: int


_TRADITIONAL = str.maketrans("萬億兩個點減條節項", "万亿两个点减条节项")
"""What figures and headings are written with; the rest of a text in traditional characters stays as it is."""


def normal(text: str) -> str:
    """The text with full-width digits, signs, circled and traditional numbers in their plain form."""
    circled = re.sub("[①-⑳]", lambda m: f"({unicodedata.normalize('NFKC', m[0])})", text)
    return unicodedata.normalize("NFKC", circled).translate(_TRADITIONAL)


def figures_in(text: str) -> list[Figure]:
    """Every figure of a text, in its order."""
    text = normal(text)
    found: list[Figure] = []
    for figure in (*_shares(text), *_halves(text), *_arabic(text), *_written(text)):
        end = figure.start + len(figure.text)
        if not any(f.start < end and figure.start < f.start + len(f.text) for f in found):
            found.append(figure)
    return sorted(found, key=lambda f: f.start)


def values_in(text: str) -> frozenset[Fraction]:
    return frozenset(value for figure in figures_in(text) for value in figure.values)


def says_all(text: str) -> bool:
    return _ALL.search(text) is not None


def says_none(text: str) -> bool:
    return _NONE.search(text) is not None


def _arabic(text: str) -> Iterator[Figure]:
    for match in _ARABIC.finditer(text):
        number = Fraction(match["whole"].replace(",", "") + (match["part"] or ""))
        if match["below"] and int(match["below"]):
            values = {number / int(match["below"]), number, Fraction(match["below"])}
        else:
            values = _with_unit(number, match["unit"]) | _in_months(number, text[match.end() :].lstrip())
        yield Figure(match[0].rstrip(), frozenset(values), True, match.start())


def _with_unit(number: Fraction, unit: str) -> set[Fraction]:
    if unit in ("%", "‰"):
        return {number / (100 if unit == "%" else 1000), number}
    if unit in ("折", "成"):
        return {number / 10, number / 100}
    for sign in unit:
        number *= _SCALE[sign]
    return {number}


def _in_months(number: Fraction, after: str) -> set[Fraction]:
    return {number * 12} if after.startswith("年") and number < 100 else set()


def _shares(text: str) -> Iterator[Figure]:
    for match in _SHARES.finditer(text):
        below, above = _either(match["below"]), _either(match["above"])
        if below and above is not None:
            yield Figure(match[0], frozenset({above / below, above}), True, match.start())


def _either(text: str) -> Fraction | None:
    return Fraction(text) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) else chinese_number(text)


def _halves(text: str) -> Iterator[Figure]:
    for match in _HALF.finditer(text):
        values = {"年": {Fraction(6)}, "个月": {Fraction(15), Fraction(1, 2)}}.get(match["unit"], {Fraction(1, 2)})
        yield Figure(match[0], frozenset(values), False, match.start())


def _written(text: str) -> Iterator[Figure]:
    for match in _WRITTEN.finditer(text):
        number = chinese_number(match["n"])
        if number is None:
            continue
        after = text[match.end() :]
        if match["unit"]:
            digits = Fraction("".join(str(_DIGITS[c]) for c in match["n"] if c in _DIGITS) or "0")
            values = {number / 10, digits / 10 ** len(str(digits))}
        else:
            values = {number} | _in_months(number, after)
        measured = match["unit"] is not None or re.match(_MEASURES, after) is not None
        # “一个”“一次” is rarely a figure.
        measured = measured and not (match["n"] == "一" and re.match("个(?!月)|次|种|人|档", after))
        yield Figure(match[0], frozenset(values), measured, match.start())


def chinese_number(text: str) -> Fraction | None:
    """十二 → 12, 三千五百 → 3500, 二〇一二 → 2012; None for what is no number, such as 百千."""
    if not text or any(c not in _CHINESE for c in text):
        return None
    if all(c in _DIGITS for c in text):
        return Fraction("".join(str(_DIGITS[c]) for c in text))
    total, section, digit = 0, 0, None
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _SMALL:
            section += (1 if digit is None else digit) * _SMALL[sign]
            digit = None
        else:
            section += digit or 0
            # 一亿二千万 is a sum, 三万亿 a product.
            total = total + section * 10**4 if sign == "万" else (total + section) * 10**8
            section, digit = 0, None
    found = total + section + (digit or 0)
    return Fraction(found) if found else None
