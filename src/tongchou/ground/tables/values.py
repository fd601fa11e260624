"""One cell: from what a file holds to the value of the column's type, or to the reason why not.

A cell arrives as text (CSV) or as the value a Parquet or JSON reader made of it. Nothing is guessed and nothing is
rounded: a number must be exact, a word must be known, and an empty cell stays empty (`None`; `[]` and `{}` for
lists and maps). Money never passes through a float.
"""

from __future__ import annotations

import json
import math
import re
import reprlib
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction

from tongchou.ground.money import MAX_FEN
from tongchou.ground.tables.shape import (
    DATE,
    DECIMALS,
    FEN,
    FENS,
    INT,
    MONTH,
    TEXTS,
    TIMESTAMP,
    WORDS,
    Column,
)

_INT64 = 2**63 - 1
_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?)")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_NO_NUMBER = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""Dates outside are refused: in practice they are typing errors or a marker such as 9999-12-31."""


class Fault(Exception):
    """Why a cell cannot be used: a code of the catalogue and the details of its message."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def shown(raw: object, length: int = 80) -> str:
    """A raw value as one short printable text, for messages and for the rejects."""
    text = raw if isinstance(raw, str) else str(raw) if isinstance(raw, int | Decimal | date) else reprlib.repr(raw)
    if len(text) > length:
        text = text[: length - 1] + "…"
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def reader(column: Column) -> Callable[[object], object]:
    """The function that turns a raw cell of the column into its value, or raises `Fault`."""
    read = _READERS.get(column.type, _decimal if column.type in DECIMALS else _text)
    required, empty = column.required, {TEXTS: list, WORDS: dict, FENS: dict}.get(column.type)

    def cell(raw: object) -> object:
        if raw is None or raw == "":
            if required:
                raise Fault("T122")
            return empty() if empty else None
        return read(raw, column)

    return cell


def _text(raw: object, column: Column) -> str | None:
    if type(raw) is not str:
        if isinstance(raw, float) and not math.isfinite(raw):
            raise Fault("T129", value=shown(raw))
        raise Fault("T137", value=shown(raw), type=column.type)
    if not raw.isascii() or not raw.isprintable() or raw[0] == " " or raw[-1] == " ":
        _clean(raw)
    if column.values:
        raw = column.aliases.get(raw, raw)
        if raw not in column.values:
            raise Fault("T123", value=shown(raw), known="、".join(column.values))
    return raw


def _clean(text: str) -> None:
    # isprintable() also refuses wide spaces and private or new characters, which names do contain.
    if text != text.strip() or (
        not text.isprintable() and any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in text)
    ):
        raise Fault("T136", value=shown(text))


def _exact(raw: object, column: Column) -> int | Decimal | Fraction | str:
    """Refuse what cannot be an exact number."""
    if isinstance(raw, float):
        raise Fault("T128" if math.isfinite(raw) else "T129", value=shown(raw))
    if isinstance(raw, str) and _NO_NUMBER.fullmatch(raw):
        raise Fault("T129", value=shown(raw))
    if isinstance(raw, Decimal) and not raw.is_finite():
        raise Fault("T129", value=shown(raw))
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal | Fraction | str):
        raise Fault("T137", value=shown(raw), type=column.type)
    return raw


def _whole(raw: object, column: Column) -> int | None:
    code = "T127" if column.type == INT else "T126"
    exact = raw if type(raw) is int else _exact(raw, column)
    if isinstance(exact, str):
        if not _WHOLE.fullmatch(exact):
            raise Fault(code, value=shown(exact))
        if len(exact) > 20:
            raise Fault("T132", value=shown(exact))
    elif isinstance(exact, Decimal):
        if exact.as_tuple().exponent < 0:  # type: ignore[operator]  # it is finite
            raise Fault(code, value=shown(exact))
        if exact.adjusted() > 20:
            raise Fault("T132", value=shown(exact))
    elif isinstance(exact, Fraction) and exact.denominator != 1:
        raise Fault(code, value=shown(exact))
    number = int(exact)
    if column.aliases and number in column.aliases:
        return None
    if abs(number) > (_INT64 if column.type == INT else MAX_FEN):
        raise Fault("T132", value=shown(number))
    _within(number, column)
    return number


def _decimal(raw: object, column: Column) -> Decimal:
    digits, scale = DECIMALS[column.type]
    exact = _exact(raw, column)
    if isinstance(exact, str):
        if not _DECIMAL.fullmatch(exact):
            raise Fault("T130", value=shown(exact))
        exact = Decimal(exact)
    if isinstance(exact, Decimal):
        if exact.adjusted() >= digits - scale and exact:
            raise Fault("T132", value=shown(exact))
        if exact.adjusted() < -scale and exact:
            raise Fault("T131", value=shown(exact), digits=scale)
    whole = Fraction(exact) * 10**scale if exact else Fraction(0)
    if whole.denominator != 1:
        raise Fault("T131", value=shown(exact), digits=scale)
    if abs(whole) >= 10**digits:
        raise Fault("T132", value=shown(exact))
    value = Decimal(int(whole)).scaleb(-scale)
    _within(value, column)
    return value


def _within(number: int | Decimal, column: Column) -> None:
    low, high = column.low, column.high
    if (low is not None and number < low) or (high is not None and number > high):
        raise Fault("T133", value=shown(number), low="-∞" if low is None else low, high="∞" if high is None else high)


def _date(raw: object, column: Column) -> date:
    value = raw
    if isinstance(value, datetime):
        if value.tzinfo is not None or value.time() != time():
            raise Fault("T124", value=shown(raw))
        value = value.date()
    elif isinstance(value, str) and _DATE.fullmatch(value):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise Fault("T124", value=shown(raw)) from None
    if not isinstance(value, date) or not FIRST_DAY <= value <= LAST_DAY:
        raise Fault("T124", value=shown(raw))
    return value


def _timestamp(raw: object, column: Column) -> datetime:
    value = raw
    if isinstance(value, str) and (match := _TIME.fullmatch(value)):
        try:
            value = datetime.fromisoformat(f"{match[1]} {match[2]}")
        except ValueError:
            raise Fault("T125", value=shown(raw)) from None
    if not isinstance(value, datetime) or value.tzinfo is not None or not FIRST_DAY <= value.date() <= LAST_DAY:
        raise Fault("T125", value=shown(raw))
    return value


def _month(raw: object, column: Column) -> str:
    if not isinstance(raw, str) or not _MONTH.fullmatch(raw):
        raise Fault("T138", value=shown(raw))
    return raw


def _texts(raw: object, column: Column) -> list[str]:
    value = _json(raw, "T134") if isinstance(raw, str) else raw
    if not isinstance(value, list) or not all(isinstance(text, str) and text for text in value):
        raise Fault("T134", value=shown(raw))
    for text in value:
        _clean(text)
    return value


def _map(raw: object, column: Column) -> dict[str, object]:
    value = _json(raw, "T135") if isinstance(raw, str) else raw
    pairs = list(value.items()) if isinstance(value, dict) else value
    if not isinstance(pairs, list) or not all(isinstance(pair, tuple) for pair in pairs):
        raise Fault("T135", value=shown(raw))
    out: dict[str, object] = {}
    for key, item in pairs:
        if not isinstance(key, str) or not key or key in out:
            raise Fault("T135", value=shown(raw))
        _clean(key)
        if column.type == FENS:
            if isinstance(item, str):
                raise Fault("T135", value=shown(raw))
            out[key] = _whole(item, column)
        elif isinstance(item, str):
            _clean(item)
            out[key] = item
        else:
            raise Fault("T135", value=shown(raw))
    return out


def parse_json(text: str) -> object:
    """JSON with exact numbers (`Decimal`, never float); `ValueError` for anything wrong, a key given twice included."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=Decimal, object_pairs_hook=_unique)
    except (RecursionError, ArithmeticError) as error:
        raise ValueError(type(error).__name__) from None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    out = dict(pairs)
    if len(out) != len(pairs):
        raise ValueError("a key is given twice")
    return out


def _json(text: str, code: str) -> object:
    try:
        return parse_json(text)
    except ValueError:
        raise Fault(code, value=shown(text)) from None


_READERS: dict[str, Callable[[object, Column], object]] = {
    FEN: _whole,
    INT: _whole,
    DATE: _date,
    TIMESTAMP: _timestamp,
    MONTH: _month,
    TEXTS: _texts,
    WORDS: _map,
    FENS: _map,
}
