"""Which groups of a catalogue can take a case, by its principal diagnosis and its operations."""

from __future__ import annotations

from collections import defaultdict

from tongchou.engines.dip.catalogue import Catalogue
from tongchou.engines.dip.codes import holds, length, shortened


class Candidates:
    """The groups of a catalogue by diagnosis, and the rules by which they are looked for."""

    def __init__(self, catalogue: Catalogue) -> None:
        said = catalogue.dip.said.assignment
        self.rows, self.chapters = catalogue.rows, catalogue.dip.chapters
        self.levels, self.always = said.levels, said.comprehensive == "always"
        self.exact, self.conservative_takes = said.operations == "exact", said.conservative_takes
        self.named: defaultdict[str, list[int]] = defaultdict(list)
        self.wide: dict[tuple[str, str], int] = {}
        for at, row in enumerate(self.rows):
            if row.kind in ("core", "basic"):
                self.named[row.diagnosis].append(at)
            elif row.kind == "comprehensive":
                self.wide[row.diagnosis, row.treatment] = at
        self.spans = sorted({length(diagnosis) for diagnosis in self.named})
        self.pre = {row.code: at for at, row in enumerate(self.rows) if row.kind == "pre"}

    def of(self, principal: str, operations: frozenset[str], treatment: str) -> list[int]:
        """The places of all groups that can take such a case; a comprehensive group of the first level that has one."""
        found = [
            at
            for name in dict.fromkeys([*(shortened(principal, span) for span in self.spans), principal])
            for at in self.named.get(name, ())
            if self._takes(at, operations, treatment)
        ]
        if self.always or not found:
            found += self._comprehensive(principal, treatment)
        return found

    def _takes(self, at: int, operations: frozenset[str], treatment: str) -> bool:
        asked = self.rows[at].asked
        if not asked:
            return treatment in self.conservative_takes and not (self.exact and operations)
        return holds(asked, operations) and not (self.exact and not operations <= frozenset().union(*asked))

    def _comprehensive(self, principal: str, treatment: str) -> list[int]:
        for level in self.levels:
            at = self.wide.get((self._called(principal, level), treatment))
            if at is not None:
                return [at]
        return []

    def _called(self, principal: str, level: object) -> str:
        if isinstance(level, int):
            return shortened(principal, level)
        return next((f"{low}-{high}" for low, high in self.chapters if low <= principal[:3] <= high), "")
