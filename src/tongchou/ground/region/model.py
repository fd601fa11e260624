"""What a region may declare: one strict model for each kind of fact, named after the last part of its address."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from tongchou.ground.money import HALF_UP, MODES
from tongchou.ground.region import expression
from tongchou.ground.region.number import Malformed, read_number
from tongchou.ground.region.number import Number as NumberValue

NUMBER_SCHEMA = {
    "description": "500, 4万, 12.50元, 50%, 1/3, 不限, a formula, {by NAME: {WORD: NUMBER}} or {highest: …, over: …}",
    "anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "object"}],
}
CONDITION_SCHEMA = {"description": "place is 市外 and age >= 70", "type": "string"}


def _number(raw: Any) -> NumberValue:
    try:
        return read_number(raw)
    except Malformed as error:
        raise PydanticCustomError("policy", error.code, {"code": error.code, **error.details}) from None


class Condition:
    """A parsed condition with the text it came from."""

    __slots__ = ("text", "tree")

    def __init__(self, text: str, tree: expression.Tree) -> None:
        self.text, self.tree = text, tree

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Condition) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Condition({self.text!r})"


def read_condition(raw: Any) -> Condition:
    if not isinstance(raw, str):
        raise PydanticCustomError("policy", "R120", {"code": "R120", "value": str(raw)})
    try:
        return Condition(raw, expression.parse(raw))
    except expression.Unreadable as error:
        raise PydanticCustomError(
            "policy", "R121", {"code": "R121", "value": raw, "column": error.column}
        ) from None


Number = Annotated[Any, BeforeValidator(_number), WithJsonSchema(NUMBER_SCHEMA)]
When = Annotated[Any, BeforeValidator(read_condition), WithJsonSchema(CONDITION_SCHEMA)]
Period = Literal["claim", "visit", "day", "month", "stay", "episode", "year", "ever"]
Measure = Literal["entering", "covered", "paid"]


class Fact(BaseModel):
    """Base of all declared facts: unknown keys are errors at every depth."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Take(Fact):
    """One term of `takes`: `[coefficient ×] pot [of groups | except groups]`."""

    pot: str
    coefficient: Number = Field(default_factory=lambda: read_number("100%"))
    groups: tuple[str, ...] = ()
    excluded: bool = False  # `groups` are the excluded ones


_TAKE = re.compile(
    r"(?:(?P<coefficient>[^×*]+)[×*]\s*)?(?P<pot>[a-z_][a-z0-9_]*(?:\.[a-z_]+)?)"
    r"(?:\s+(?P<mode>of|except)\s+(?P<groups>\S.*))?"
)


def read_take(raw: Any) -> Any:
    match = _TAKE.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if match is None:
        raise PydanticCustomError("policy", "R122", {"code": "R122", "value": str(raw)})
    groups = match["groups"] or ""
    take: dict[str, Any] = {"pot": match["pot"], "excluded": match["mode"] == "except"}
    take["groups"] = tuple(g.strip() for g in re.split(r"[、,，]", groups) if g.strip())
    if match["coefficient"]:
        take["coefficient"] = match["coefficient"].strip()
    return take


def _takes(raw: Any) -> Any:
    return {"terms": [read_take(item) for item in (raw if isinstance(raw, list) else [raw])]}


class Takes(Fact):
    """What a layer's base is made of."""

    terms: tuple[Take, ...] = Field(min_length=1)


class Deductible(Fact):
    """起付线: amount, adjusted, minus what the period was already charged, within a yearly maximum."""

    per: Period
    amount: Number
    each: str | None = None  # a fact whose value keeps separate counts, such as disease
    pool: str | None = None  # layers naming the same pool share what was charged
    yearly_maximum: Number | None = None


class Adjustment(Fact):
    """One change of the deductible, applied in written order."""

    when: When | None = None
    times: Number | None = None
    plus: Number | None = None
    minus: Number | None = None
    set: Number | None = None
    at_least: Number | None = None
    at_most: Number | None = None

    @model_validator(mode="after")
    def _one_change(self) -> Adjustment:
        if len(self.changes()) != 1:
            raise PydanticCustomError("policy", "R123", {"code": "R123", "value": "、".join(self.changes()) or "-"})
        return self

    def changes(self) -> list[str]:
        names = ("times", "plus", "minus", "set", "at_least", "at_most")
        return [n for n in names if getattr(self, n) is not None]


class BandRow(Fact):
    upto: Number | None = None
    above: Number | None = None
    pay: Number | None = None
    own: Number | None = None  # 个人负担比例, the other way of writing pay

    @model_validator(mode="after")
    def _one_edge_one_ratio(self) -> BandRow:
        if (self.upto is None) == (self.above is None) or (self.pay is None) == (self.own is None):
            raise PydanticCustomError("policy", "R124", {"code": "R124"})
        return self


class Bands(Fact):
    """分段: rows in rising order; the last may be open (`above`), else the scale is a closed corridor."""

    measured_on: Literal["expense", "above the deductible", "amount paid"]
    over: Period
    each: str | None = None
    pool: str | None = None
    rows: tuple[BandRow, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _only_last_open(self) -> Bands:
        if any(row.above is not None for row in self.rows[:-1]):
            raise PydanticCustomError("policy", "R125", {"code": "R125"})
        return self


class Ratio(Fact):
    """A single ratio for everything above the deductible."""

    pay: Number


class OwnRatio(Fact):
    """An item group with its own flat ratio; it still takes room on the scale."""

    when: When
    pay: Number


class Factor(Fact):
    """A multiplication of the ratio: of the paid share or of the person's own share."""

    when: When | None = None
    pay: Number | None = None
    own_share: Number | None = None

    @model_validator(mode="after")
    def _one(self) -> Factor:
        if (self.pay is None) == (self.own_share is None):
            raise PydanticCustomError("policy", "R126", {"code": "R126"})
        return self


class Adjust(Fact):
    """Percentage points added to the ratio; of one `highest_of` group only the highest counts."""

    when: When | None = None
    points: Number
    highest_of: str | None = None


class Clamp(Fact):
    at_least: Number | None = None
    at_most: Number | None = None


class Cap(Fact):
    """A limit of what enters, of what is covered (paid + own share) or of what is paid."""

    at_most: Number
    of: Measure
    per: Period
    each: str | None = None
    pool: str | None = None
    when: When | None = None


class Floor(Fact):
    """保底: the layer pays at least this share of its base. `paid_by` names the layer that tops up."""

    when: When | None = None
    at_least: Number
    of: Literal["base"] = "base"
    paid_by: str | None = None


class LayerGuard(Fact):
    """A layer that does not serve this claim."""

    when: When
    do: Literal["skip"]
    because: str | None = None


class ClaimGuard(Fact):
    """A claim that is refused, reduced, or served by another benefit."""

    when: When
    do: Literal["refuse", "reduce", "redirect"]
    pay: Number | None = None
    to: str | None = None
    because: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> ClaimGuard:
        if (self.pay is not None) != (self.do == "reduce") or (self.to is not None) != (self.do == "redirect"):
            raise PydanticCustomError("policy", "R127", {"code": "R127"})
        return self


class Allocation(Fact):
    """Which item groups the deductible is taken from first; `pro rata` spreads it over all alike."""

    deductible: tuple[str, ...] | Literal["pro rata"]


class Rounding(Fact):
    unit: Literal["分", "角", "元"] = "分"
    mode: Literal["half_up", "half_even", "down", "up"] = HALF_UP


assert set(MODES) == {"half_up", "half_even", "down", "up"}


class Grant(Fact):
    """A payment or credit that is a formula of facts: allowance, subsidy, account credit, make-up dues."""

    amount: Number
    to: Literal["person", "account", "contribution", "fund", "employer"]
    when: When | None = None
    rounding: Rounding = Rounding()


class Exclusion(Fact):
    """Lines that are fully self-paid."""

    when: When


class FirstPay(Fact):
    """先行自付: a share of the line, or only of the unit price above `above` (yuan)."""

    when: When
    rate: Number
    above: Number | None = None


class PriceLimit(Fact):
    when: When
    at_most: Number  # yuan a unit


class Package(Fact):
    """包干: in-scope expense counts up to a price for each period; the excess is the hospital's or the person's."""

    when: When
    price: Number
    per: Period
    each: str | None = None
    excess: Literal["hospital", "person"]


class Divert(Fact):
    """Lines settled under another kind of visit, such as lines outside a special disease's scope."""

    when: When
    to: str


class Waiting(Fact):
    """等待期: cover begins so long after a date of the spell."""

    when: When | None = None
    months: Number | None = None
    days: Number | None = None
    after: str
    end_of_month: Literal["clamp", "next_day"] = "clamp"

    @model_validator(mode="after")
    def _one_length(self) -> Waiting:
        if (self.months is None) == (self.days is None):
            raise PydanticCustomError("policy", "R128", {"code": "R128"})
        return self


class Visits(Fact):
    """The layers that serve one kind of visit, in order."""

    layers: tuple[str, ...]


LAYER_KINDS: dict[str, tuple[type[Fact], bool]] = {
    "takes": (Takes, False),
    "deductible": (Deductible, False),
    "deductible.*": (Adjustment, True),
    "bands": (Bands, False),
    "ratio": (Ratio, False),
    "own_ratio.*": (OwnRatio, True),
    "factor.*": (Factor, True),
    "adjust.*": (Adjust, True),
    "clamp": (Clamp, False),
    "caps.*": (Cap, True),
    "floor.*": (Floor, True),
    "guard.*": (LayerGuard, True),
    "allocation": (Allocation, False),
    "rounding": (Rounding, False),
}
SCHEME_KINDS: dict[str, tuple[type[Fact], bool]] = {
    "claim.guard.*": (ClaimGuard, True),
    "visits.*": (Visits, True),
    "grant.*": (Grant, True),
    "allocation": (Allocation, False),
    "waiting.*": (Waiting, True),
    "items.exclude.*": (Exclusion, True),
    "items.first_pay.*": (FirstPay, True),
    "items.price_limit.*": (PriceLimit, True),
    "items.package.*": (Package, True),
    "items.divert.*": (Divert, True),
    "items.rounding": (Rounding, False),
}
MAIN_NUMBER = {"deductible": "amount", "ratio": "pay", "caps.*": "at_most", "adjust.*": "points", "floor.*": "at_least"}
"""The number that a cell address such as `pool.deductible[place=市外]` re-sets."""

SHORTHAND = {"ratio": "pay", "visits.*": "layers"}
"""Kinds whose value may be written directly: `pool.ratio: 80%` for `pool.ratio: {pay: 80%}`."""


def wrap_shorthand(kind: str, raw: Any) -> Any:
    """The full form of a value written in short. `takes` and a bare number for `ratio` are the usual cases."""
    if kind == "takes":
        return _takes(raw)
    key = SHORTHAND.get(kind)
    if key is not None and not (isinstance(raw, dict) and key in raw):
        return {key: raw}
    return raw
