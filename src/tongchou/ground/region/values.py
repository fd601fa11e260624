"""Reading declared facts with their types, and their numbers on given facts."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, TypeVar

from tongchou.ground.errors import ProblemError, fail
from tongchou.ground.region import number as numbers
from tongchou.ground.region.expression import Unanswerable
from tongchou.ground.region.facts import Facts
from tongchou.ground.region.pack import Declared
from tongchou.ground.region.scalars import Fact

F = TypeVar("F", bound=Fact)


def value_of(declared: Declared, model: type[F]) -> F:
    """The value of a declared fact, known to be of its kind's model."""
    assert isinstance(declared.value, model)
    return declared.value


def when_of(declared: Declared) -> Any:
    """The condition of a fact; None when it always holds."""
    return getattr(declared.value, "when", None)


def number(address: str, value: Any, facts: Facts) -> Fraction | None:
    """A declared number on these facts, exact; None for no limit. A hole or a wrong formula names its address."""
    try:
        return numbers.evaluate(value, facts)
    except (numbers.NoCell, Unanswerable) as error:
        raise cannot(address, error) from None


def finite(address: str, value: Any, facts: Facts) -> Fraction:
    """A declared number that cannot be without limit here."""
    found = number(address, value, facts)
    if found is None:
        raise fail("C006", address=address, reason="不限 / unlimited")
    return found


def ratio(address: str, value: Any, facts: Facts) -> Fraction:
    """A declared ratio, 0 to 1. Raises C018 outside."""
    found = finite(address, value, facts)
    if not 0 <= found <= 1:
        raise fail("C018", address=address, value=f"{float(found):.4%}")
    return found


def holds(declared: Declared, facts: Facts) -> bool:
    """Whether the condition of a fact holds; one that cannot be decided names its address."""
    try:
        return facts.holds(when_of(declared))
    except (Unanswerable, numbers.NoCell) as error:
        raise cannot(declared.address, error) from None


def cannot(address: str, error: Exception) -> ProblemError:
    """The problem behind an evaluation that failed, naming the fact of policy it happened in."""
    if isinstance(error, numbers.NoCell):
        return fail("C005", address=address, dimension=error.dimension, word=error.word)
    return fail("C006", address=address, reason=str(error))
