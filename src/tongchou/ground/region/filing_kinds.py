"""What may be declared in `filings/`: who files what, on which evidence, who decides by when, how long it holds, and
which facts it gives to claims; and when clinicians lose what they are registered for.

A filing speaks of facts of the vocabulary: what it names is checked as facts of a claim are, and what it gives is what
guards and ratios ask for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tongchou.ground.region.contribution_kinds import Names
from tongchou.ground.region.scalars import Count, Fact, refusal

FILED, DECIDED, YEAR_END = "filed", "decided", "year end"
NO_DATES_NAMED = (FILED, DECIDED, YEAR_END)

Days = Literal["workdays", "calendar days"]
Filers = Annotated[tuple[Literal["person", "provider", "employer", "agency"], ...], Field(min_length=1)]


class FiledWithin(Fact):
    """The filer's clock: so many days from the day after a date that the filing names (“次日起”)."""

    days: Count
    of: Days
    after: str
    late: Literal["refused", "reviewed", "noted"]


class DecidedWithin(Fact):
    """The agency's clock: so many days from the day after filing, and what becomes of it when they have run out."""

    days: Count
    of: Days
    late: Literal["waits", "approved", "refused"] = "waits"


class Runs(Fact):
    """How long a filing holds: from a day, for months or days or through a date; until it is withdrawn without any."""

    from_: str = Field(default=FILED, alias="from")
    backdated: Count | None = None  # days that the first day may lie before the day of filing; none when not written
    months: Count | None = None
    days: Count | None = None
    through: str | None = None

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if sum(given is not None for given in (self.months, self.days, self.through)) > 1:
            raise refusal("R211")
        return self


class FilingType(Fact):
    """A type of filing. `names`, `may_name` and everything given or carried are facts of the vocabulary."""

    by: Filers
    about: Literal["person", "organisation"] = "person"
    names: tuple[str, ...] = ()
    may_name: tuple[str, ...] = ()
    evidence: Names | None = None
    filed_within: FiledWithin | None = None
    decided: Literal["at once", "by another"]
    decided_within: DecidedWithin | None = None
    runs: Runs = Runs()
    fixed_for: Count | None = None  # months in which it can be neither withdrawn nor replaced
    at_a_time: Count | None = None  # of one person or organisation; any number when not written
    one_of_each: tuple[str, ...] = ()  # of those that name the same here, one at a time
    full: Literal["refused", "replaces"] = "refused"
    gives: dict[str, str] = Field(default_factory=dict)  # fact of a claim -> its word
    carries: dict[str, str] = Field(default_factory=dict)  # fact of a claim -> the named fact it takes its value from
    otherwise: dict[str, str] = Field(default_factory=dict)  # fact of a claim -> its word without a filing
    matches: tuple[str, ...] = ()  # facts in which the claim must agree with what is named

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.decided == "at once" and self.decided_within is not None:
            raise refusal("R210")
        for name in self.speaks_of():
            if name not in (*self.names, *self.may_name):
                raise refusal("R212", value=name)
        twice = sorted(self.gives.keys() & self.carries.keys())
        if twice:
            raise refusal("R213", value="、".join(twice))
        return self

    def speaks_of(self) -> Iterator[str]:
        """What the rest of the declaration takes for named."""
        yield from self.dates()
        yield from (*self.one_of_each, *self.matches)
        yield from (source for source in self.carries.values() if source != FILED)

    def dates(self) -> Iterator[str]:
        """The named dates that its clocks and its period hang on."""
        asked = (self.runs.from_, self.runs.through, self.filed_within.after if self.filed_within else None)
        yield from (name for name in asked if name is not None and name not in NO_DATES_NAMED)


class Points(Fact):
    """What follows for a clinician who has lost so many points within a calendar year (支付资格): a warning, a
    suspension of some months, the end."""

    at_least: Count
    then: Literal["warned", "suspended", "ended"]
    months: Count | None = None  # of a suspension, at least
    at_most: Count | None = None

    @model_validator(mode="after")
    def _months_of_a_suspension(self) -> Self:
        if (self.then == "suspended") != (self.months is not None) or (self.at_most and self.months is None):
            raise refusal("R215")
        return self


FILING_KINDS: dict[str, tuple[type[Fact], bool]] = {"filing.*": (FilingType, True), "points.*": (Points, True)}
"""Kinds of facts of `filings/`: the model, and whether the address ends with a name of its own."""
