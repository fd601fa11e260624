"""How a band pays: a factor that is a straight line over the cost ratio, such as `1`, `ratio` or `ratio - 2 + 1`."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

from tongchou.ground.errors import fail
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
    except (NoCell, Unanswerable, KeyError) as error:
        raise fail("Y110", value=error, words="、".join(map(str, words.values()))) from None
    if value is None:
        raise fail("Y110", value="不限", words="、".join(map(str, words.values())))
    return value


def line(number: Number | None, **words: Any) -> Line:
    """A factor as a line. Raises Y111 for one that is none."""
    at = [figure(number, ratio=ratio, **words) for ratio in (Fraction(0), Fraction(1), *_TRIED)]
    found = Line(at[1] - at[0], at[0])
    if any(found.at(ratio) != value for ratio, value in zip(_TRIED, at[2:], strict=True)):
        raise fail("Y111", value=getattr(number, "text", number))
    return found
