"""What a comparison report is made of, before it is rendered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongchou.engines.benefits.compare import Provision, Sheet
from tongchou.engines.benefits.explain import Explanation, Text


@dataclass(frozen=True)
class Policy:
    """One side: how it was named on the command line, its region, and the hash of its pack."""

    label: str
    region: Text
    pack_hash: str
    only: Sequence[Provision] = ()  # articles that the other side has not


@dataclass(frozen=True)
class Change:
    """One of the largest changes: its row of the table `largest`, and the claim as both sides explain it."""

    row: Mapping[str, Any]
    a: Explanation | None
    b: Explanation | None


@dataclass(frozen=True)
class Report:
    """Everything a report says. `counts` are claims and fees (fen) by what became of them; see `compare`."""

    a: Policy
    b: Policy
    sheets: Mapping[str, Sheet]
    changes: Sequence[Change]
    counts: Mapping[str, int]
    checks: Mapping[str, bool]
    assumed: Mapping[str, str]
    year_end: bool
    semantics: int

    @property
    def reconciled(self) -> bool:
        return all(self.checks.values())

    def row(self, sheet: str, key: str) -> dict[str, Any]:
        """The row of a sheet whose first cell is `key`."""
        return next(row for row in self.sheets[sheet].dicts() if next(iter(row.values())) == key)
