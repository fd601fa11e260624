"""The models of the files of a region folder, around the declared facts: region, sources, layers, articles, cases."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from tongchou.ground.region.model import Fact, Number, When


def read_date(raw: Any) -> date:
    """A date exactly as YYYY-MM-DD; nothing else is guessed to be one."""
    if isinstance(raw, str) and len(raw) == 10:
        try:
            return date.fromisoformat(raw)
        except ValueError:
            pass
    raise PydanticCustomError("policy", "R130", {"code": "R130", "value": str(raw)})


def read_month_day(raw: Any) -> tuple[int, int]:
    """A month and day as MM-DD that exists in every year."""
    parts = raw.split("-") if isinstance(raw, str) else []
    if len(parts) == 2 and all(p.isdigit() for p in parts):
        try:
            date(2001, int(parts[0]), int(parts[1]))
        except ValueError:
            pass
        else:
            return int(parts[0]), int(parts[1])
    raise PydanticCustomError("policy", "R131", {"code": "R131", "value": str(raw)})


Day = Annotated[Any, BeforeValidator(read_date), WithJsonSchema({"type": "string", "format": "date"})]
MonthDay = Annotated[Any, BeforeValidator(read_month_day), WithJsonSchema({"type": "string", "pattern": "^\\d\\d-\\d\\d$"})]
Basis = Literal["admission", "discharge", "settlement", "fee", "enrolment", "payment"]
Evidence = Literal["fictional", "source", "unverified"]

BASIS_FACT: dict[str, str] = {
    "admission": "admitted",
    "discharge": "discharged",
    "settlement": "settled",
    "fee": "fee_date",
    "enrolment": "enrolled_on",
    "payment": "paid_on",
}
"""Which fact of a claim each basis of dating looks at."""


class Name(Fact):
    zh: str
    en: str


class Year(Fact):
    """The insurance year: where it starts, which date of a stay places it, and what a stay across its end does."""

    starts: MonthDay = Field(default=(1, 1), validate_default=False)
    basis: Literal["admission", "discharge", "settlement"] = "discharge"
    crossing: Literal["whole", "split", "option"] = "whole"


class Support(Fact):
    """The days for which this folder claims to be complete; outside them every claim is refused."""

    from_: Day = Field(alias="from")
    through: Day | None = None


class Episodes(Fact):
    """Which visits `nth` counts within a year."""

    kinds: tuple[str, ...]


class RegionFile(Fact):
    name: Name
    code: str
    evidence: Evidence
    about: str | None = None
    base: str | None = None
    schemes: dict[str, str] = Field(default_factory=dict)
    year: Year = Year()
    supports: Support | None = None
    reversal: Literal["refuse", "freeze", "resettle"] = "refuse"
    entitlement: Literal["required", "assumed"] = "assumed"
    nth: Episodes | None = None


class Source(Fact):
    title: str
    number: str | None = None
    issuer: str | None = None
    published: Day
    review_by: Day
    evidence: Evidence
    grade: str | None = None
    url: str | None = None
    file: str | None = None
    sha256: str | None = None
    note: str | None = None


class ListDeclaration(Fact):
    of: str | None = None
    values: tuple[str, ...] = Field(min_length=1)


class IntervalDeclaration(Fact):
    of: str
    cuts: tuple[Number, ...] = Field(min_length=1)
    names: tuple[str, ...] | None = None


class ClassDeclaration(Fact):
    on: str | None = None
    values: dict[str, When] = Field(min_length=1)


class IndexYear(Fact):
    value: Number
    published: Day | None = None
    cite: str | None = None


class IndexDeclaration(Fact):
    carry: Literal["forward", "never"] = "never"
    values: dict[str, IndexYear] = Field(min_length=1)


class CalendarDeclaration(Fact):
    holidays: tuple[Day, ...] = ()
    working_weekends: tuple[Day, ...] = ()


class VocabularyFile(Fact):
    lists: dict[str, ListDeclaration | tuple[str, ...]] = Field(default_factory=dict)
    intervals: dict[str, IntervalDeclaration] = Field(default_factory=dict)
    classes: dict[str, ClassDeclaration] = Field(default_factory=dict)
    indices: dict[str, IndexDeclaration] = Field(default_factory=dict)
    facts: dict[str, Literal["word", "number", "date", "list"]] = Field(default_factory=dict)
    calendar: CalendarDeclaration = CalendarDeclaration()


class Layer(Fact):
    """One payer's share of a claim."""

    name: str
    payer: Literal["fund", "account", "given"] = "fund"
    bearer: Literal["fund", "insurer", "fiscal", "hospital", "account"] = "fund"
    field: Literal[
        "hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay", "maf_pay", "oth_pay",
        "acct_pay", "hosp_part_amt",
    ]  # fmt: skip
    fund: str | None = None  # the fund whose entitlement period it needs; its own name when not given
    account: str | None = None  # the kind of account an account layer draws on
    runs: Literal["claim", "year_end", "application"] = "claim"


class SchemeLayers(Fact):
    layers: dict[str, Layer] = Field(default_factory=dict)
    visits: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Effective(Fact):
    """Dates inclusive at both ends, as decrees write them; `by` names the date of a claim that is compared."""

    from_: Day = Field(alias="from")
    through: Day | None = None
    by: Basis = "discharge"


class Article(Fact):
    cite: str
    says: str
    sets: dict[str, Any] = Field(min_length=1)
    effective: Effective | None = None
    published: Day | None = None
    review_by: Day | None = None
    supersedes: str | None = None
    note: str | None = None


class ArticleFile(Fact):
    source: str
    scheme: str
    effective: Effective
    published: Day | None = None
    review_by: Day | None = None
    articles: tuple[Article, ...] = Field(min_length=1)


class Decision(Fact):
    """Our reading of an ambiguity; never presented as the decree's own words."""

    question: str
    readings: tuple[str, ...] = Field(min_length=1)
    chosen: str
    why: str
    cite: str | None = None
    rules: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()


class Acknowledgement(Fact):
    """A lint finding that the decree itself causes, with its citation."""

    finding: str
    at: str
    cite: str
    why: str


class DecisionsFile(Fact):
    decisions: dict[str, Decision] = Field(default_factory=dict)
    acknowledged: tuple[Acknowledgement, ...] = ()


class CaseClaim(Fact):
    """A visit as a case writes it: facts by name, lines, amounts that arrive with the claim."""

    id: str | None = None
    claim: dict[str, Any]
    person: dict[str, Any] = Field(default_factory=dict)
    lines: tuple[dict[str, str], ...] = ()
    given: dict[str, str] = Field(default_factory=dict)
    reverses: str | None = None


class Case(Fact):
    id: str
    title: str
    scheme: str
    claim: dict[str, Any] = Field(default_factory=dict)
    person: dict[str, Any] = Field(default_factory=dict)
    lines: tuple[dict[str, str], ...] = ()
    given: dict[str, str] = Field(default_factory=dict)
    state: dict[str, str] = Field(default_factory=dict)
    history: tuple[CaseClaim, ...] = ()
    grant: str | None = None
    expect: dict[str, str] = Field(default_factory=dict)
    refused: str | None = None
    inconsistent: dict[str, str] | None = None
    tells_apart: str | None = None
    note: str | None = None


class CaseFile(Fact):
    source: str
    cases: tuple[Case, ...] = Field(min_length=1)
