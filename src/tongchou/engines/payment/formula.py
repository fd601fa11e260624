"""How a band pays: a factor that is a straight line over the cost ratio, such as `1`, `ratio` or `ratio - 2 + 1`."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

from tongchou.ground.errors import ProblemError, fail
from tongchou.ground.region.expression import Unanswerable
from tongchou.ground.region.number import NoCell, Number, evaluate

_TRIED = (Fraction(2), Fraction(1, 7), Fraction(1000))


class Line(NamedTuple):
    """slope × ratio + intercept."""

    slope: Fraction
    intercept: Fraction

    def at(self, ratio: Fraction) -> Fraction:
        return self.slope * ratio + self.intercept

    def __str__(self) -> str:
        if not self.slope:
            return str(self.intercept)
        slope = "ratio" if self.slope == 1 else f"{self.slope} × ratio"
        return slope if not self.intercept else f"{slope} {'+' if self.intercept > 0 else '-'} {abs(self.intercept)}"


def figure(number: Number | None, **words: Any) -> Fraction:
    """The exact value of a declared figure where these words hold. Raises Y110 where it has none."""
    said = dict(words)
    try:
        value = None if number is None else evaluate(number, said.__getitem__)
    except NoCell as error:
        raise _no_figure(words, f"{error.dimension} 没有 {error.word} 一格", str(error)) from None
    except (Unanswerable, KeyError) as error:
        raise _no_figure(words, f"算式里的 {error} 没有值", str(error)) from None
    if value is None:
        raise _no_figure(words, "不限", "no limit")
    return value


def _no_figure(words: dict[str, Any], value: str, value_en: str) -> ProblemError:
    return fail("Y110", value=value, value_en=value_en, words="、".join(map(str, words.values())))


def line(number: Number | None, **words: Any) -> Line:
    """A factor as a line. Raises Y111 for one that is none."""
    at = [figure(number, ratio=ratio, **words) for ratio in (Fraction(0), Fraction(1), *_TRIED)]
    found = Line(at[1] - at[0], at[0])
    if any(found.at(ratio) != value for ratio, value in zip(_TRIED, at[2:], strict=True)):
        raise fail("Y111", value=getattr(number, "text", number))
    return found
