"""The models of the files of a region folder, around the declared facts: region, sources, layers, articles, cases."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from tongchou.ground.dates import parse_date
from tongchou.ground.region.scalars import Fact, Number, When, refusal


def read_date(raw: Any) -> date:
    """A date exactly as YYYY-MM-DD; nothing else is guessed to be one."""
    try:
        return parse_date(raw)
    except (TypeError, ValueError):
        raise refusal("R130", value=str(raw)) from None


def read_month_day(raw: Any) -> tuple[int, int]:
    """A month and day as MM-DD that exists in every year."""
    try:
        day = parse_date(f"2001-{raw}")
    except ValueError:
        raise refusal("R131", value=str(raw)) from None
    return day.month, day.day


Day = Annotated[Any, BeforeValidator(read_date), WithJsonSchema({"type": "string", "format": "date"})]
MonthDay = Annotated[
    Any, BeforeValidator(read_month_day), WithJsonSchema({"type": "string", "pattern": "^[0-9]{2}-[0-9]{2}$"})
]
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


class Span(Fact):
    """Dates inclusive at both ends, as decrees write them."""

    from_: Day = Field(alias="from")
    through: Day | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.through is not None and self.through < self.from_:
            raise refusal("R132", value=str(self.from_), through=str(self.through))
        return self


class Support(Span):
    """The days for which this folder claims to be complete; outside them every claim is refused."""


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
    """A closed list; `[区内, 市外]` is short for `{values: [区内, 市外]}`."""

    of: str | None = None
    values: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _short(cls, raw: Any) -> Any:
        return {"values": raw} if isinstance(raw, list) else raw


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
    lists: dict[str, ListDeclaration] = Field(default_factory=dict)
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


class Effective(Span):
    """When a provision holds; `by` names the date of a claim that is compared."""

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


def _check_inconsistent(value: dict[str, Any]) -> dict[str, Any]:
    for key in ("published", "why"):
        if not isinstance(value.get(key), str):
            raise refusal("R103", key=key)
    for key in value:
        if key not in ("published", "why", "published_amount"):
            raise refusal("R102", key=key, known="published、why、published_amount")
    return value


Inconsistent = Annotated[dict[str, Any], AfterValidator(_check_inconsistent)]
"""A published example that is wrong: what it printed (amounts by name where they are numbers) and why it cannot be."""


class CoverCase(Fact):
    """The days of a person's enrolment and payments as a case writes them, and the day that is looked at."""

    on: Day
    spells: tuple[dict[str, Any], ...] = Field(min_length=1)
    receipts: tuple[dict[str, str], ...] = ()
    died_on: Day | None = None


class FilingStep(Fact):
    """One thing that is done with a filing: `submit` says what is filed, the others name it by its `id`."""

    id: str
    on: Day
    do: Literal["submit", "approve", "refuse", "withdraw"] = "submit"
    type: str | None = None
    by: Literal["person", "provider", "employer", "agency"] = "person"
    names: dict[str, Any] = Field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    since: Day | None = None  # the first day without it, for `withdraw`; the day itself when not written


class FilingCase(Fact):
    """What is filed and decided in order, and the day that is looked at."""

    on: Day
    steps: tuple[FilingStep, ...] = Field(min_length=1)


class Figures(Fact):
    """Figures by name, one of them or a table (month → amount); of each institution its points, prepayments, facts."""

    figures: dict[str, str | dict[str, str]] = Field(default_factory=dict)
    institutions: dict[str, dict[str, str]] = Field(default_factory=dict)


class ReckonCase(Figures):
    """What is reckoned on a day from figures: a budget, an indicator, a reward, a grade, a target."""

    of: str
    on: Day


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
    assess: Day | None = None
    cover: CoverCase | None = None
    filing: FilingCase | None = None
    reckon: ReckonCase | None = None
    expect: dict[str, str] = Field(default_factory=dict)
    refused: str | None = None
    inconsistent: Inconsistent | None = None
    tells_apart: str | None = None
    note: str | None = None


class CaseFile(Fact):
    source: str
    cases: tuple[Case, ...] = Field(min_length=1)
