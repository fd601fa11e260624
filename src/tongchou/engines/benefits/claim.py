"""What the engine is given and what it returns: claims with lines in, settlements or refusals out. Money is fen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

from tongchou.ground.errors import Problem

PARTS = ("full_self_pay", "over_limit", "first_self_pay", "in_scope")
"""The four parts of a line, in the order in which they are split off."""


@dataclass(frozen=True)
class Line:
    """One charged line.

    `item` is the region's item group (None when the region distinguishes none). `price_limit` is fen a unit,
    `first_pay_rate` in ratio form, `unit_price` yuan a unit. A negative `amount` returns part of line `original`.
    `given_parts` are the four parts of a line that arrives already split.
    """

    id: str
    amount: int
    item: str | None = None
    quantity: Fraction = Fraction(1)
    unit_price: Fraction | None = None
    price_limit: int | None = None
    first_pay_rate: Fraction | None = None
    original: str | None = None
    given_parts: tuple[int, int, int, int] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Claim:
    """One visit to settle: facts by name (words, dates, Fractions, lists), lines, amounts that came with it (fen)."""

    id: str
    person_id: str
    scheme: str
    kind: str
    facts: Mapping[str, Any]
    lines: tuple[Line, ...]
    given: Mapping[str, int] = field(default_factory=dict)
    household_id: str | None = None
    stay_id: str | None = None
    episode_id: str | None = None
    account_person: str | None = None
    entitlements: Mapping[str, tuple[str, str]] | None = None  # fund -> (full | reduced | none, reason)

    @property
    def total(self) -> int:
        return sum(line.amount for line in self.lines)


@dataclass(frozen=True)
class BandUse:
    """What one band of one layer was used for: edges and expense in fen, the average ratio, what it pays (exact fen).

    `rates` are the ratios of the claim's cells, which differ only where an item group has points or a ratio of its own.
    """

    lower: int
    upper: int | None
    length: Fraction
    ratio: Fraction
    pays: Fraction
    rates: tuple[Fraction, ...]


@dataclass(frozen=True)
class LayerResult:
    """One layer's share of one claim, in fen. base = deductible + paid + topped_up + own_share + over_cap."""

    layer: str
    base: int
    entered: int
    deductible_due: int
    deductible: int
    start: int
    covered: int  # what reached the scale (c2)
    target: Fraction
    formula: int
    floor: int
    room: int | None  # the smallest room of the caps of paid; None when nothing limits
    paid: int
    used: int  # covered used after the caps (X)
    own_share: int
    over_cap: int
    topped_up: int  # paid here by another layer under a floor
    paid_cells: tuple[int, ...]
    read_bands: Callable[[], tuple[BandUse, ...]] = field(repr=False, compare=False)
    skipped: str | None = None  # the address of the guard that kept this layer out

    @cached_property
    def bands(self) -> tuple[BandUse, ...]:
        """What each band was used for; read from the trace when somebody asks."""
        return self.read_bands()


@dataclass(frozen=True)
class Settlement:
    """A settled claim. `paid` is fen by layer (top-ups included); `parts` the four line parts; `cash` the rest."""

    claim: Claim
    basis_date: date
    year: str
    parts: Mapping[str, int]
    package_excess: int
    layers: tuple[LayerResult, ...]
    paid: Mapping[str, int]
    hospital: int
    cash: int
    line_parts: tuple[tuple[int, int, int, int], ...]
    cells: tuple[tuple[str, str | None], ...]
    pots: Mapping[str, tuple[int, ...]]  # what is left in every pot, by cell
    by_field: Mapping[str, int]  # the same by the national field that reports it
    basic: tuple[int, int, int]  # of the basic fund: deductible borne, paid by its own formula, expense paid for
    state_delta: Mapping[Any, int]
    reads: frozenset[Any]  # the state this settlement looked at: what it shares with others
    notes: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def unfolding(cls, now: Mapping[str, Any], later: object = None) -> Settlement:
        """A settlement with the fields `now`; each of the others is computed when somebody first asks for it, by the
        method of `later` that is called like it."""
        made = cls.__new__(cls)
        vars(made).update(now, _later=later)
        return made

    def __getstate__(self) -> dict[str, Any]:
        return {one.name: getattr(self, one.name) for one in fields(self)}


def _unfold(settlement: Settlement, name: str) -> Any:
    later = vars(settlement).get("_later")
    if later is None or name not in _FIELDS:
        raise AttributeError(name)
    found = vars(settlement)[name] = getattr(later, name)()
    return found


_FIELDS = frozenset(one.name for one in fields(Settlement))


Settlement.__getattr__ = _unfold  # type: ignore[attr-defined]  # to a type checker every field is simply there


@dataclass(frozen=True)
class Refusal:
    """A claim refused: by an article (`guard` is its address) or because it cannot be settled (`problems`)."""

    claim: Claim
    guard: str | None
    problems: tuple[Problem, ...] = ()
    because: str | None = None
    cite: str | None = None


Result = Settlement | Refusal
