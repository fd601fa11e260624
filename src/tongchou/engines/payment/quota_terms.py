"""What a scheme declares of the split of its budget on a day (人社部发〔2012〕70号 三(三), BUD-07)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tongchou.ground.errors import fail
from tongchou.ground.region.model import QuotaBounds, QuotaFactor, QuotaNew, QuotaPart, QuotaSplit
from tongchou.ground.region.pack import Declared, Pack
from tongchou.ground.region.reckoning import declared_on, facts_on, needed_on
from tongchou.ground.region.values import finite, holds, ratio, value_of
from tongchou.ground.region.walk import names_asked

YEARS = 3


@dataclass(frozen=True)
class Part:
    """A part of what is split: its share, how much of it follows which measure, and the setting that it is of, where it
    says so."""

    name: str
    share: Fraction
    by: tuple[tuple[str, Fraction], ...]
    setting: str | None
    cite: str


@dataclass(frozen=True)
class Applied:
    """A factor as it applies to an institution."""

    name: str
    times: Fraction
    cite: str


@dataclass(frozen=True)
class QuotaTerms:
    """The split, its numbers read but for those that ask for facts of an institution. `years`: weights, the oldest
    first. `at_least`, `at_most`: times the measure `bounded` of the latest year."""

    pack: Pack
    scheme: str
    day: date
    reserve: Fraction
    years: tuple[Fraction, ...]
    parts: tuple[Part, ...]
    factors: tuple[Declared, ...]
    new: Declared | None
    groups: tuple[Declared, ...]
    bounded: str
    at_least: Fraction | None
    at_most: Fraction | None
    cites: dict[str, str]

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure that some part follows, or that bounds look at."""
        found = [name for part in self.parts for name, _ in part.by]
        return tuple(dict.fromkeys([*found, self.bounded] if self.bounded else found))

    @property
    def facts(self) -> tuple[str, ...]:
        """Facts of an institution that something asks for, and those from which they follow."""
        asked = {name for one in (*self.factors, *self.groups) for name in names_asked(one.value)}
        if self.new is not None:
            asked |= {*value_of(self.new, QuotaNew).like, *names_asked(self.new.value)}
        return tuple(sorted({root for name in asked for root in self.pack.vocabulary.roots(name)}))

    def applied(self, part: str, measure: str, given: dict[str, Any]) -> Iterator[Applied]:
        """The factors on a measure of a part, for an institution with these facts."""
        facts = facts_on(self.pack, self.day, given)
        for one in self.factors:
            said = value_of(one, QuotaFactor)
            if part in (said.parts or (part,)) and measure in (said.of or (measure,)):
                yield Applied(str(one.name), finite(one.address, said.times, facts), one.citation())

    def assumed(self, given: dict[str, Any]) -> tuple[tuple[str, ...], Fraction]:
        """What makes a new institution like others, and how much of their mean it is taken to have. Raises I107 where
        nothing is declared of new ones."""
        if self.new is None:
            raise fail("I107", scheme=self.scheme, address="quota.new", day=self.day)
        said, facts = value_of(self.new, QuotaNew), facts_on(self.pack, self.day, given)
        return tuple(str(facts(name)) for name in said.like), finite(self.new.address, said.times, facts)

    def group(self, given: dict[str, Any]) -> str | None:
        """The first group to which an institution with these facts belongs."""
        facts = facts_on(self.pack, self.day, given)
        return next((str(one.name) for one in self.groups if holds(one, facts)), None)


def quota_terms(pack: Pack, scheme: str, day: date) -> QuotaTerms:
    """What is declared on a day. Raises I107 where the scheme has no split or no parts then, I111 for shares that do
    not add up to one."""
    main, bounds = needed_on(pack, scheme, "quota", day), declared_on(pack, scheme, "quota.bounds", day)
    said, facts = value_of(main, QuotaSplit), facts_on(pack, day)
    weights = (said.years.oldest, said.years.middle, said.years.latest)
    parts = tuple(_part(one, pack, day) for one in _named(pack, scheme, "quota.part.*", day))
    if not parts:
        raise fail("I107", scheme=scheme, address="quota.part.*", day=day)
    _whole("quota.part.*", (part.share for part in parts))
    at: dict[str, Fraction | None] = {"at_least": None, "at_most": None}
    if bounds is not None:
        limits = value_of(bounds, QuotaBounds)
        given = {"at_least": limits.at_least, "at_most": limits.at_most}
        at = {name: None if one is None else finite(bounds.address, one, facts) for name, one in given.items()}
    cites = {"quota": main.citation(), **({} if bounds is None else {"bounds": bounds.citation()})}
    new = declared_on(pack, scheme, "quota.new", day)
    if new is not None:
        cites["new"] = new.citation()
    return QuotaTerms(
        pack=pack,
        scheme=scheme,
        day=day,
        reserve=ratio(main.address, said.reserve, facts),
        years=tuple(finite(main.address, one, facts) for one in weights),
        parts=parts,
        factors=tuple(_named(pack, scheme, "quota.factor.*", day)),
        new=new,
        groups=tuple(_named(pack, scheme, "quota.group.*", day)),
        bounded="" if bounds is None else value_of(bounds, QuotaBounds).of,
        at_least=at["at_least"],
        at_most=at["at_most"],
        cites=cites,
    )


def _named(pack: Pack, scheme: str, kind: str, day: date) -> list[Declared]:
    """In written order. Of groups the first that holds counts."""
    return [one for one in pack.facts if (one.kind, one.scheme) == (kind, scheme) and one.covers(day)]


def _part(declared: Declared, pack: Pack, day: date) -> Part:
    said, facts = value_of(declared, QuotaPart), facts_on(pack, day)
    by = tuple((one.name, ratio(declared.address, one.share, facts)) for one in said.by)
    _whole(declared.address, (share for _, share in by))
    return Part(str(declared.name), ratio(declared.address, said.share, facts), by, said.setting, declared.citation())


def _whole(what: str, shares: Iterator[Fraction]) -> None:
    if (found := sum(shares, Fraction(0))) != 1:
        raise fail("I111", what=what, sum=str(found))


__all__ = ["YEARS", "Applied", "Part", "QuotaTerms", "quota_terms"]
