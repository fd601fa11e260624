"""What may be declared in `contributions/`: who pays how much, when it is due, what it credits and what it entitles to.

Money is moved, never made: a levy is split among its payers to the fen, and a shift (subsidy, honour, penalty) moves
what one payer bears to another, so the parts of a levy always sum to it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from tongchou.ground.region.headers import MonthDay
from tongchou.ground.region.layer_kinds import Rounding
from tongchou.ground.region.scalars import Count, Fact, Money, Share, Times, When, refusal
from tongchou.ground.region.scheme_kinds import Waiting

LARGEST_REMAINDER = "largest remainder"


def _names(raw: Any) -> Any:
    return [raw] if isinstance(raw, str) else raw


Names = Annotated[
    tuple[str, ...],
    BeforeValidator(_names),
    Field(min_length=1),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]
"""One name, or a list of them."""


class Payer(Fact):
    """Who bears a part of a contribution; `claims` names the fiscal fund or budget it is claimed from."""

    is_: Literal[
        "person", "employer", "collective", "township", "village", "county", "city", "province", "centre", "fiscal",
        "assistance",
    ] = Field(alias="is")  # fmt: skip
    claims: str | None = None


class Base(Fact):
    """缴费基数 of a month: a fact or formula in yuan, within a floor and a ceiling that change once a year."""

    of: Money
    at_least: Money | None = None
    at_most: Money | None = None
    switches: MonthDay = Field(default=(1, 1), validate_default=False)  # from here the new year's limits hold
    index: Literal["same year", "year before"] = "same year"  # the insurance year whose indices the limits read
    rounding: Rounding = Rounding()


class Part(Fact):
    """What one payer bears: a rate of the base, an amount, a part of the whole; with none of them, the rest."""

    payer: str
    rate: Share | None = None
    amount: Money | None = None
    part: Share | None = None
    round: Literal["half_up", "down", "up"] = "half_up"

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if sum(given is not None for given in (self.rate, self.amount, self.part)) > 1:
            raise refusal("R191", value=self.payer)
        return self

    @property
    def is_rest(self) -> bool:
        return self.rate is None and self.amount is None and self.part is None


def _parts(raw: Any) -> Any:
    """`{个人: {rate: 2%}, 村: rest}` as the parts it stands for; a name alone bears the whole."""
    if isinstance(raw, str):
        return [{"payer": raw}]
    if not isinstance(raw, dict):
        return raw
    return [
        {"payer": payer, **({} if said == "rest" else said if isinstance(said, dict) else {"part": said})}
        for payer, said in raw.items()
    ]


_PART_SCHEMA = {
    "type": "object",
    "properties": {"rate": {}, "amount": {}, "part": {}, "round": {"enum": ["half_up", "down", "up"]}},
    "additionalProperties": False,
}
Parts = Annotated[
    tuple[Part, ...],
    BeforeValidator(_parts),
    Field(min_length=1),
    WithJsonSchema(
        {
            "description": "PAYER: {rate | amount | part, round} or PAYER: rest",
            "anyOf": [
                {"type": "string"},
                {"type": "object", "minProperties": 1, "additionalProperties": {"anyOf": [{}, _PART_SCHEMA]}},
            ],
        }
    ),
]


def _check_rests(parts: tuple[Part, ...]) -> None:
    if sum(part.is_rest for part in parts) > 1:
        raise refusal("R192", value="、".join(part.payer for part in parts if part.is_rest))


class Levy(Fact):
    """A contribution: a rate of a base or an amount, split among payers.

    The odd fen: parts are rounded each by its own `round` in written order, and `rest` is what is left. Without a rest
    `odd_fen` names the payer who takes the difference, or the fen are spread by largest remainder.
    """

    per: Literal["month", "year", "once"]
    base: str | None = None
    rate: Share | None = None
    amount: Money | None = None
    shares: Parts
    odd_fen: str = LARGEST_REMAINDER
    when: When | None = None
    rounding: Rounding = Rounding()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        by_base = self.rate is not None or any(part.rate is not None for part in self.shares)
        if (self.rate is None) == (self.amount is None) or by_base != (self.base is not None):
            raise refusal("R190")
        _check_rests(self.shares)
        if self.odd_fen == LARGEST_REMAINDER and not any(part.is_rest for part in self.shares):
            measures = {(p.rate is None, p.amount is None) for p in self.shares}
            if len(measures) > 1:
                raise refusal("R193")
        return self


class Shift(Fact):
    """What one payer bears of a levy is borne by another: a subsidy, an honour, a penalty. Applied in written order."""

    of: Names
    from_: Names = Field(alias="from")
    to: Parts
    part: Share | None = None  # how much of what they bear; all of it when not written
    at_most: Money | None = None
    when: When | None = None

    @model_validator(mode="after")
    def _parts_of_what_is_moved(self) -> Self:
        for part in self.to:
            if part.rate is not None or part.amount is not None:
                raise refusal("R194", value=part.payer)
        _check_rests(self.to)
        return self


class Cash(Fact):
    """What payers would bear of a levy, paid out in cash to those who may not or will not join (ENR-07)."""

    of: str
    payers: Names
    when: When


class Deferral(Fact):
    """缓缴: what payers bear becomes a receivable of its own, due so many months later, without late fees till then."""

    of: Names
    payers: Names
    months: Count
    when: When | None = None


class LateFee(Fact):
    """滞纳金: a rate a day on what is unpaid, from so many days after the due date, up to a share of the arrears."""

    per_day: Share
    starts: Count | None = None  # the day after when not written
    at_most: Share | None = None
    rounding: Rounding = Rounding()


class Due(Fact):
    """When a levy is due: a day of the year, or a day of the month so many months after the one it is for. `over`: what
    is paid too much is kept until it is given back or set off, or the receipt is refused."""

    of: Names
    by: MonthDay | None = None
    months: Count | None = None
    day: Count | None = None  # beyond the end of a month its last day
    late_fee: LateFee | None = None
    over: Literal["kept", "refused"] = "kept"

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.by is None) == (self.months is None) or (self.months is None) != (self.day is None):
            raise refusal("R195")
        return self


class Cost(Fact):
    """What an employer may count as a cost: the part of what it paid within a limit (CON-11)."""

    paid: Money
    at_most: Money


class Credit(Fact):
    """What an account is credited: a rate of a base, an amount, or shares of what payers bear of a levy. A rate or an
    amount beside `of` is credited to whom that levy is asked of, when it is paid."""

    account: str
    per: Literal["month", "year", "once"]
    base: str | None = None
    rate: Share | None = None
    amount: Money | None = None
    of: str | None = None
    parts: Parts | None = None
    when: When | None = None
    rounding: Rounding = Rounding()

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        measures = [m for m in (self.rate, self.amount, self.parts) if m is not None]
        together = (self.rate is None) == (self.base is None) and (self.parts is None or self.of is not None)
        if len(measures) != 1 or not together or any(part.part is None for part in self.parts or ()):
            raise refusal("R196")
        return self


class Interest(Fact):
    """Interest of an account over a year, on what lay in it day by day or on what lay in it when the year began."""

    account: str
    rate: Share
    on: Literal["daily balance", "opening balance"]
    days: Literal["360", "365"] = "365"
    rounding: Rounding = Rounding()


class AccountRule(Fact):
    """What becomes of an account: at the end of a year, at a break, at death; and who else may use it for what."""

    account: str
    year_end: Literal["carries", "lapses"] = "carries"
    on_break: Literal["keeps", "lapses"] = "keeps"
    on_death: Literal["heirs", "fund"] = "heirs"
    relatives: tuple[str, ...] = ()
    pays_for: tuple[str, ...] = ()
    at_most: Money | None = None  # for relatives together in a year
    leaves: Money | None = None  # what others may not draw below


class Years(Fact):
    """The months of contribution that a lifelong benefit needs, and the benefits a person may choose from then."""

    cumulative: Count
    actual: Count | None = None
    offers: tuple[str, ...] = ()


class Conversion(Fact):
    """折算: months in another scheme, times a factor, count as months of this one."""

    scheme: str
    times: Times
    round: Literal["down", "half_up", "up"] = "down"


class MakeUp(Fact):
    """一次性补缴: for each missing month a rate of a base and an amount; rounded once for all of them."""

    of: str
    base: str | None = None
    rate: Share | None = None
    plus: Money | None = None
    when: When | None = None
    rounding: Rounding = Rounding()

    @model_validator(mode="after")
    def _something(self) -> Self:
        if (self.rate is None) != (self.base is None) or (self.rate is None and self.plus is None):
            raise refusal("R197")
        return self


class Cover(Fact):
    """What payment entitles to: the funds a levy opens, how long arrears are borne with, what late payment mends.

    Without `paid_by` nothing need be paid: the funds are open as long as the enrolment lasts, as for the retired.
    """

    funds: Names
    paid_by: str | None = None
    waiting: tuple[str, ...] | None = None  # waiting rules that count; all of the scheme when not written
    keeps: Count | None = None  # months of arrears that keep the entitlement
    repair: Count | None = None  # months within which payment mends the gap
    repaired: Literal["retroactive", "from payment"] = "retroactive"
    ends: Literal["day", "month"] = "day"  # with the spell, or at the end of the month in which it ends
    when: When | None = None

    @model_validator(mode="after")
    def _of_payment(self) -> Self:
        if self.paid_by is None and any(one is not None for one in (self.waiting, self.keeps, self.repair)):
            raise refusal("R199")
        return self


class Connection(Fact):
    """视同连续参保: coming from another scheme within so many months needs no waiting (WAIT-05).

    `later`: whether whoever comes later than that enrols for the first time here, or resumes after a break.
    """

    scheme: str
    within: Count
    later: Literal["first enrolment", "break"] = "first enrolment"


class Eligible(Fact):
    """参保对象: a group of people who may be enrolled in the insurance, or who belong in another, which `joins` names.

    Where groups are declared nobody else is enrolled; `apart_from` are insurances that may not be held beside it.
    Rules ENR-01, ENR-02, ENR-06, ENR-08.
    """

    when: When | None = None
    apart_from: Annotated[tuple[str, ...], BeforeValidator(_names)] = ()
    joins: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.joins is not None and self.apart_from:
            raise refusal("R200")
        return self


class Insurance(Fact):
    """Another insurance that people are enrolled in beside the schemes: work injury, a pool, a supplement."""

    title: str


class Precedence(Fact):
    """Of insurances that pay for the same, the one whose benefits count while it covers (ENR-01, ENR-10).

    Insurances without a precedence between them may be held together.
    """

    of: str | None = None  # the insurance that comes first; the scheme of the file when not written
    over: Names
    while_: Literal["enrolled", "entitled"] = Field(alias="while")


CONTRIBUTION_KINDS: dict[str, tuple[type[Fact], bool]] = {
    "payer.*": (Payer, True),
    "base.*": (Base, True),
    "levy.*": (Levy, True),
    "shift.*": (Shift, True),
    "cash.*": (Cash, True),
    "deferral.*": (Deferral, True),
    "due.*": (Due, True),
    "cost.*": (Cost, True),
    "credit.*": (Credit, True),
    "interest.*": (Interest, True),
    "account_rule.*": (AccountRule, True),
    "years.*": (Years, True),
    "conversion.*": (Conversion, True),
    "make_up.*": (MakeUp, True),
    "wait.*": (Waiting, True),
    "cover.*": (Cover, True),
    "connection.*": (Connection, True),
    "eligible.*": (Eligible, True),
    "insurance.*": (Insurance, True),
    "precedence.*": (Precedence, True),
}
"""Kinds of facts of `contributions/`: the model, and whether the address ends with a name of its own."""
