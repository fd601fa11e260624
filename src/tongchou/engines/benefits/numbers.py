"""The numbers of a claim before they are flattened, and where each came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import count

from tongchou.engines.benefits.counter.quickly import quickly
from tongchou.engines.benefits.shape import NO_LIMIT
from tongchou.ground.region.pack import Declared


@dataclass(frozen=True)
class Use:
    """One declared fact that decided a number of this claim: its role, value, and the table cells that led to it.

    `applied` is False for a fact that was looked at and did not apply.
    """

    role: str
    fact: Declared
    value: Fraction | None = None
    cells: tuple[tuple[str, str, str | None], ...] = ()  # dimension, word, citation of a re-set cell
    item: str | None = None
    applied: bool = True


@dataclass
class GroupRow:
    """What one item group makes of a layer's ratios, band by band; `None` stands for all groups alike."""

    item: str | None
    pays: list[Fraction]
    rank: int  # in the order in which groups bear the deductible
    uses: list[Use] = field(default_factory=list)
    serial: int = field(default_factory=count().__next__, compare=False)


@dataclass
class LayerRow:
    """The numbers of one layer before they are flattened; money in fen, ratios as fractions."""

    active: bool = True
    skipped_by: Declared | None = None
    coefficients: list[Fraction] = field(default_factory=list)
    limits: list[int] = field(default_factory=list)
    deductible: int = 0
    yearly_maximum: int = NO_LIMIT
    edges: list[int] = field(default_factory=list)
    pays: list[Fraction] = field(default_factory=list)  # the stated ratio of every band
    scale: int = field(default=-1, compare=False)  # tells these ratios from others of the layer
    floor: Fraction = Fraction(0)
    unit: int = 1
    mode: int = 0
    feeds: list[bool] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    groups: tuple[GroupRow, ...] = ()
    serial: int = field(default_factory=count().__next__, compare=False)  # tells rows apart when they are put together

    @property
    def rates(self) -> list[list[Fraction]]:
        """Ratios as [band][item group]."""
        return [list(band) for band in zip(*(group.pays for group in self.groups), strict=True)]

    @property
    def rank(self) -> list[int]:
        return [group.rank for group in self.groups]

    def with_groups(self, groups: tuple[GroupRow, ...]) -> LayerRow:
        """The row for a claim whose lines fall into these groups, with everything that decided their ratios."""
        uses = [*self.uses, *(use for group in groups for use in group.uses)]
        return quickly(LayerRow, **{**vars(self), "groups": groups, "uses": uses})


Turning = tuple[Declared | None, tuple[Use, ...]]
"""The guard that stopped a claim, if any, and every guard that was looked at."""
CoverStart = tuple[date, Declared] | None
