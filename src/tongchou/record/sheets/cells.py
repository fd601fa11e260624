"""Readers of one cell: text in, value out. `says` tells, in both languages, what they read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from tongchou.ground.money import MAX_FEN

Says = tuple[str, str]
PER_WHOLE = 10_000
"""A share is kept as whole ten-thousandths: 12.5 % is 1250."""

_UNFIT = re.compile(r"[\x00-\x1f\x7f]")
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
_DECIMAL = re.compile(r"-?\d{1,15}(\.\d{1,12})?")
_DAY = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0{1,2}:00(?::00(?:\.0+)?)?)?|(\d{4})(\d{2})(\d{2})"
)


class Reader(Protocol):
    """Reads the text of a cell that is not empty, always to the same value, which nobody changes. Raises ValueError
    for what it does not read."""

    @property
    def says(self) -> Says: ...

    def __call__(self, text: str) -> Any: ...


@dataclass(frozen=True)
class Text:
    """A text of so many characters, on one line."""

    longest: int

    @property
    def says(self) -> Says:
        return f"{self.longest} 字以内的文字", f"text of at most {self.longest} characters"

    def __call__(self, text: str) -> str:
        plain = " ".join(text.split())
        if len(plain) > self.longest or _UNFIT.search(plain):
            raise ValueError(text)
        return plain


@dataclass(frozen=True)
class Code:
    """A code: half-width, without spaces, as it is written otherwise. `pattern` is what all of it must match."""

    longest: int = 40
    pattern: str = r"[0-9A-Za-z._/+*\-]+"
    what: Says = ("编码", "code")

    @property
    def says(self) -> Says:
        return self.what

    def __call__(self, text: str) -> str:
        plain = "".join(unicodedata.normalize("NFKC", text).split())
        if len(plain) > self.longest or not re.fullmatch(self.pattern, plain):
            raise ValueError(text)
        return plain


@dataclass(frozen=True)
class Whole:
    """A whole number between two bounds, both included."""

    low: int = 0
    high: int = 2**31 - 1

    @property
    def says(self) -> Says:
        return f"{self.low} 至 {self.high} 的整数", f"whole number between {self.low} and {self.high}"

    def __call__(self, text: str) -> int:
        number = _decimal(text)
        if number != int(number) or not self.low <= number <= self.high:
            raise ValueError(text)
        return int(number)


@dataclass(frozen=True)
class Number:
    """A decimal number between two bounds with so many places, as plain text: it stays exact wherever it is kept."""

    low: int = 0
    high: int = 10**9
    places: int = 4

    @property
    def says(self) -> Says:
        zh = f"{self.low} 至 {self.high} 的数，小数不超过 {self.places} 位"
        return zh, f"number between {self.low} and {self.high} with at most {self.places} decimals"

    def __call__(self, text: str) -> str:
        number = _decimal(text)
        if not self.low <= number <= self.high or number != round(number, self.places):
            raise ValueError(text)
        return format(number.normalize(), "f")


@dataclass(frozen=True)
class Fen:
    """An amount in yuan with at most two decimals, as fen."""

    low: int = 0
    high: int = MAX_FEN

    @property
    def says(self) -> Says:
        return "以元计、小数不超过两位的金额", "amount in yuan with at most two decimals"

    def __call__(self, text: str) -> int:
        fen = _decimal(text.strip().removeprefix("¥").removeprefix("￥").removesuffix("元")) * 100
        if fen != int(fen) or not self.low <= fen <= self.high:
            raise ValueError(text)
        return int(fen)


@dataclass(frozen=True)
class Share:
    """A share from 0 to 1, written as 0.1 or 10%, as whole ten-thousandths. A 10 without its sign is not guessed at."""

    @property
    def says(self) -> Says:
        return "0 至 1 的比例，如 0.1 或 10%", "share from 0 to 1, such as 0.1 or 10%"

    def __call__(self, text: str) -> int:
        plain = unicodedata.normalize("NFKC", text).strip()
        number = _decimal(plain.removesuffix("%")) * (100 if plain.endswith("%") else PER_WHOLE)
        if number != int(number) or not 0 <= number <= PER_WHOLE:
            raise ValueError(text)
        return int(number)


@dataclass(frozen=True)
class Day:
    """A day between 1900 and 2999: 2026-01-05, 2026/1/5, 2026.1.5, 2026年1月5日, 20260105."""

    @property
    def says(self) -> Says:
        return "日期，如 2026-01-05", "day, such as 2026-01-05"

    def __call__(self, text: str) -> date:
        found = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
        if found is None:
            raise ValueError(text)
        year, month, day = (int(part) for part in found.groups() if part is not None)
        if not 1900 <= year <= 2999:
            raise ValueError(text)
        return date(year, month, day)


@dataclass(frozen=True)
class Choice:
    """One of some words; each is read as the value it stands for."""

    words: Mapping[str, Any]

    @property
    def says(self) -> Says:
        words = "、".join(self.words)
        return f"下列之一：{words}", f"one of: {words}"

    def __call__(self, text: str) -> Any:
        plain = unicodedata.normalize("NFKC", text).strip()
        if plain not in self.words:
            raise ValueError(text)
        return self.words[plain]


@dataclass(frozen=True)
class Words:
    """Some words with a mark between them, each read by `each`."""

    each: Reader

    @property
    def says(self) -> Says:
        zh, en = self.each.says
        return f"用顿号、逗号或分号隔开的{zh}", f"{en}, more than one with commas or semicolons between"

    def __call__(self, text: str) -> tuple[Any, ...]:
        return tuple(self.each(word) for word in re.split(r"[、,，;；|]", text) if word.strip())


def _decimal(text: str) -> Decimal:
    plain = unicodedata.normalize("NFKC", text).strip()
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if not _DECIMAL.fullmatch(plain):
        raise ValueError(text)
    return Decimal(plain)
