"""A resolved region: every declared fact with its dates and article, bases included, under one content hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from tongchou.ground.dates import InsuranceYear
from tongchou.ground.errors import Place
from tongchou.ground.region.dip.load import Dip
from tongchou.ground.region.headers import Acknowledgement, Case, Decision, Layer, RegionFile, Source
from tongchou.ground.region.model import Fact
from tongchou.ground.region.vocabulary import Vocabulary


@dataclass(frozen=True)
class CellChange:
    """One cell of a table set by an article of its own; `raw` is None when that article has lapsed and left a hole."""

    path: tuple[tuple[str, str], ...]
    raw: Any
    cite: str


@dataclass(frozen=True)
class Declared:
    """One fact: what an article sets at an address for a span of days.

    `address` is `scheme.layer.kind[.name]` or `scheme.kind[.name]`; `kind` is the pattern of the model
    (`caps.*`), `name` the part after it. `order` is the place in written order; a later value of an address takes
    the place of the earlier one.
    """

    address: str
    scheme: str
    layer: str | None
    kind: str
    name: str | None
    value: Fact
    raw: Any
    source: str
    cite: str
    says: str
    from_date: date
    through: date | None
    by: str
    published: date | None
    review_by: date | None
    order: int
    place: Place
    supersedes: str | None = None
    from_base: bool = False
    cell: tuple[tuple[str, str], ...] = ()
    resets: tuple[CellChange, ...] = ()  # what other articles did to single cells of its table, in order

    def covers(self, day: date) -> bool:
        return self.from_date <= day and (self.through is None or day <= self.through)

    def citation(self) -> str:
        return f"{self.source} {self.cite}"


@dataclass(frozen=True)
class CaseEntry:
    case: Case
    source: str
    place: Place


@dataclass(frozen=True)
class Pack:
    """Everything a region declares. Build it with `load_region`; it is never changed afterwards."""

    folder: str
    region: RegionFile
    sources: Mapping[str, Source]
    vocabulary: Vocabulary
    layers: Mapping[str, Mapping[str, Layer]]  # scheme -> layer -> attributes, in written order
    visits: Mapping[str, Mapping[str, tuple[str, ...]]]  # scheme -> visit kind -> layers in order
    facts: tuple[Declared, ...]  # disjoint in time for each address; by layer and kind, then in written order
    written: tuple[Declared, ...]  # as the articles set them, cells by themselves, before anything ended anything
    decisions: Mapping[str, Decision]
    acknowledged: tuple[Acknowledgement, ...]
    cases: tuple[CaseEntry, ...]
    known_on: date | None = None
    places: Mapping[str, Place] = field(default_factory=dict)
    resolved: Mapping[str, Any] = field(default_factory=dict)
    groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # dip, drg -> path -> text, for their engines
    dip: Dip | None = None  # the catalogue of cases and how they are assigned, where the region has one

    @cached_property
    def year(self) -> InsuranceYear:
        month, day = self.region.year.starts
        return InsuranceYear(month, day)

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the canonical JSON of the resolved pack: equal content, equal hash, wherever it was read."""
        text = json.dumps(self.resolved, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def by_address(self) -> dict[str, list[Declared]]:
        grouped: dict[str, list[Declared]] = {}
        for fact in self.facts:
            grouped.setdefault(fact.address, []).append(fact)
        return grouped

    @cached_property
    def breakpoints(self) -> dict[str, list[date]]:
        """For each basis the sorted days on which some fact starts, or the day after one ends."""
        days: dict[str, set[date]] = {}
        for fact in self.facts:
            days.setdefault(fact.by, set()).add(fact.from_date)
            if fact.through is not None and fact.through < date.max:
                days[fact.by].add(date.fromordinal(fact.through.toordinal() + 1))
        return {by: sorted(found) for by, found in days.items()}

    def in_force(self, dates: Mapping[str, date]) -> Iterator[Declared]:
        """The facts in force when each basis (`discharge`, `admission` …) falls on these dates, in written order.

        A basis that has no date (a claim without it) leaves its facts out; the caller decides if that is allowed.
        """
        for fact in self.facts:
            day = dates.get(fact.by)
            if day is not None and fact.covers(day):
                yield fact
