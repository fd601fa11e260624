"""A filing and its states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

SUBMITTED, APPROVED, REFUSED = "submitted", "approved", "refused"
WITHDRAWN, EXPIRED, REPLACED = "withdrawn", "expired", "replaced"
STATES = (SUBMITTED, APPROVED, REFUSED, WITHDRAWN, EXPIRED, REPLACED)

AFTER: dict[tuple[str, str], str] = {
    (SUBMITTED, "approve"): APPROVED,
    (SUBMITTED, "refuse"): REFUSED,
    (SUBMITTED, "withdraw"): WITHDRAWN,
    (APPROVED, "withdraw"): WITHDRAWN,
    (APPROVED, "replace"): REPLACED,
    (APPROVED, "expire"): EXPIRED,
    (SUBMITTED, "end"): WITHDRAWN,
    (APPROVED, "end"): EXPIRED,
}
"""What a step makes of a state; no other step is possible."""


@dataclass(frozen=True)
class Filing:
    """One filing. Days are inclusive; `last` None has no end.

    `due_on`: the last day for deciding it. `late`: it was filed after the filer's clock had run out. `first` and
    `last` are set when it is approved, and so is `gives`: fact of a claim → value, for claims that agree in `only_at`.
    One that was withdrawn before it began has a `last` before its `first` and gives nothing. `slot`: which of those
    that may run at a time it is, from 1; `key`: what it shares with none that runs beside it. Both are None where the
    type sets no such limit.
    """

    id: str
    scheme: str
    type: str
    filed_on: date
    names: Mapping[str, Any] = field(default_factory=dict)
    state: str = SUBMITTED
    due_on: date | None = None
    late: bool = False
    first: date | None = None
    last: date | None = None
    slot: int | None = None
    key: str | None = None
    gives: Mapping[str, Any] = field(default_factory=dict)
    only_at: Mapping[str, Any] = field(default_factory=dict)

    def holds(self, day: date) -> bool:
        """Whether the day is one of those it was approved for, whatever became of it later."""
        return self.first is not None and self.first <= day and (self.last is None or day <= self.last)

    def meets(self, first: date, last: date | None) -> bool:
        """Whether a period shares a day with it."""
        if self.first is None or (self.last is not None and self.last < self.first):
            return False
        return (last is None or self.first <= last) and (self.last is None or first <= self.last)
