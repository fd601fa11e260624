"""The scalars of a DIP declaration: read from text, never through a float."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator

from tongchou.ground.region.scalars import refusal

_WHOLE = re.compile(r"[0-9]{1,9}")
_PART = re.compile(r"(?P<percent>[0-9]{1,6}(\.[0-9]{1,6})?)%|(?P<over>[0-9]{1,6})/(?P<under>[0-9]{1,6})|[0-9]{1,6}")
_FLOAT = re.compile(r"[0-9]*\.[0-9]+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CODE = re.compile(r"[0-9A-Za-z.*+]{1,30}")
_RANGE = re.compile(r"[0-9A-Za-z.]{1,10}-[0-9A-Za-z.]{1,10}")


def _whole(raw: Any) -> Any:
    if isinstance(raw, str) and _WHOLE.fullmatch(raw):
        return int(raw)
    if isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0:
        return raw
    raise refusal("D303", value=str(raw), known="1, 2, 3 …")


def _part(raw: Any) -> Any:
    """`2.5%`, `3/2` or a whole number, exactly."""
    if isinstance(raw, Fraction):
        return raw
    text = str(raw)
    if _FLOAT.fullmatch(text):
        raise refusal("D302", value=text)
    found = _PART.fullmatch(text)
    if found is None or found["under"] in {"0" * n for n in range(1, 7)}:
        raise refusal("D303", value=text, known="10%, 2.5%, 3/2, 1")
    if found["percent"]:
        return Fraction(found["percent"]) / 100
    return Fraction(text)


def _day(raw: Any) -> Any:
    try:
        if isinstance(raw, str) and _DAY.fullmatch(raw):
            return date.fromisoformat(raw)
    except ValueError:
        pass
    raise refusal("D303", value=str(raw), known="YYYY-MM-DD")


def _word(raw: Any) -> Any:
    if isinstance(raw, str) and raw and raw == raw.strip():
        return raw
    raise refusal("D303", value=str(raw), known="ABC")


def _codes(raw: Any) -> Any:
    """The beginning of codes, or a range of three-character categories such as C00-C97."""
    if isinstance(raw, str) and (_CODE.fullmatch(raw) or _RANGE.fullmatch(raw)):
        return raw
    raise refusal("D303", value=str(raw), known="I21, C00-C97")


Whole = Annotated[int, BeforeValidator(_whole)]
Part = Annotated[Any, BeforeValidator(_part)]
"""A `Fraction`: a share, a rate or a factor."""
Day = Annotated[Any, BeforeValidator(_day)]
Word = Annotated[str, BeforeValidator(_word)]
Codes = Annotated[str, BeforeValidator(_codes)]
"""Diagnoses or operations that begin so, or whose category lies in a range."""
