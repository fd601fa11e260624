"""How a worked example went: its figures by name against those it expects, whichever engine computed them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tongchou.ground.errors import Problem, fail
from tongchou.ground.money import yuan
from tongchou.ground.region.headers import Case
from tongchou.ground.region.pack import CaseEntry
from tongchou.ground.region.typed import read_number

PASSED, FAILED, INCONSISTENT = "passed", "failed", "inconsistent"
_SIGN = re.compile(r"\s+([+-])\s+")


@dataclass(frozen=True)
class Mismatch:
    """One expected figure that did not come out. Money is yuan as text."""

    key: str
    expected: str
    got: str


@dataclass(frozen=True)
class CaseOutcome:
    """A case and how it went. `inconsistent` is a published example that its own terms contradict, reported as such."""

    entry: CaseEntry
    status: str
    mismatches: tuple[Mismatch, ...] = ()
    problems: tuple[Problem, ...] = ()


def mismatches(case: Case, figures: Mapping[str, Fraction | str]) -> list[Mismatch]:
    """Every figure that a case expects and that did not come out; `figures` are yuan or words by name.

    Raises:
        ProblemError: a case expects a figure there is none of (C031), or writes no number for one (C032).
    """
    found = []
    for key, expected in case.expect.items():
        got = figure(key, figures)
        wanted: Any = expected if isinstance(got, str) else read_number("expect", expected)
        if got != wanted:
            found.append(Mismatch(key, expected, got if isinstance(got, str) else decimal(got)))
    return found


def figure(key: str, figures: Mapping[str, Fraction | str]) -> Fraction | str:
    """A figure by name, or a sum and difference of several: `pool.paid + large.paid - cash`. Raises C031."""
    if key in figures:
        return figures[key]
    total, sign = Fraction(0), 1
    for token in _SIGN.split(key):
        if token in ("+", "-"):
            sign = 1 if token == "+" else -1
            continue
        value = figures.get(token.strip())
        if not isinstance(value, Fraction):
            raise fail("C031", name=token, known="、".join(figures))
        total += sign * value
    return total


def names_in(key: str) -> list[str]:
    """The names of figures in what a case expects: one, or those of a sum and difference."""
    return [name.strip() for name in _SIGN.split(key)[::2]]


def decimal(value: Fraction) -> str:
    """Yuan with two decimals when exact, otherwise the fraction itself: a figure is never shown rounded."""
    cents = value * 100
    return yuan(cents.numerator) if cents.denominator == 1 else str(value)
