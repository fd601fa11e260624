"""One claim under two policies: what is known about the visit, and what each side made of it. Money is fen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SETTLED, REFUSED, REJECTED = "settled", "refused", "rejected"
OF_PERSON = ("age", "sex", "category", "status")
OF_CLAIM = ("scheme", "kind", "level", "place", "disease")
DIMENSIONS = (*OF_PERSON, *OF_CLAIM)
"""What people are grouped by. A person is in one group of the first four, and may have visits in several others."""


@dataclass(frozen=True)
class Visit:
    """A claim as the tables describe it; the same for both sides.

    `household` is whoever shares state with the person. `year` is the insurance year under the first policy. `groups`
    has a word for each of `DIMENSIONS`, empty where the tables do not say. `fee` is nothing for a year-end payment.
    """

    claim_id: str
    person_id: str
    household: str
    year: int
    fee: int
    groups: Mapping[str, str]
    year_end: bool = False


@dataclass(frozen=True)
class Side:
    """What one policy made of a claim; payments, hospital and cash sum to the fee.

    A refused claim has no payments: the person bears the fee. A year-end payment has the fee 0 and negative cash.
    """

    status: str
    cash: int = 0
    hospital: int = 0
    paid: Mapping[str, int] = field(default_factory=dict)  # by layer
    reason: str | None = None


@dataclass(frozen=True)
class Pair:
    """A visit with what policy A and policy B made of it."""

    visit: Visit
    a: Side
    b: Side

    @property
    def comparable(self) -> bool:
        """Whether both sides could judge the claim."""
        return REJECTED not in (self.a.status, self.b.status)

    @property
    def counts(self) -> bool:
        """Whether it enters the measures: at least one side settles it, and both could judge it."""
        return self.comparable and SETTLED in (self.a.status, self.b.status)
