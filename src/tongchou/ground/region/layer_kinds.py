"""What may be declared of a layer: what it takes, its deductible, scale, ratios, caps, floor and guards."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import Field, model_validator

from tongchou.ground.money import MODES
from tongchou.ground.region.number import read_number
from tongchou.ground.region.scalars import Fact, Measure, Money, Period, Points, Share, Times, When, refusal


class Take(Fact):
    """One term of `takes`: `[coefficient ×] pot [of groups | except groups]`."""

    pot: str
    coefficient: Share = Field(default_factory=lambda: read_number("100%"))
    groups: tuple[str, ...] = ()
    excluded: bool = False  # `groups` are the excluded ones

    @model_validator(mode="before")
    @classmethod
    def _read(cls, raw: Any) -> Any:
        return raw if isinstance(raw, dict) else read_take(raw)


_TAKE = re.compile(
    r"(?:(?P<coefficient>[^×*]+)[×*]\s*)?(?P<pot>[a-z_][a-z0-9_]*(?:\.[a-z_]+)?)"
    r"(?:\s+(?P<mode>of|except)\s+(?P<groups>\S.*))?"
)


def read_take(raw: Any) -> dict[str, Any]:
    match = _TAKE.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if match is None:
        raise refusal("R122", value=str(raw))
    take: dict[str, Any] = {"pot": match["pot"], "excluded": match["mode"] == "except"}
    take["groups"] = [g.strip() for g in re.split(r"[、,，]", match["groups"] or "") if g.strip()]
    if match["coefficient"]:
        take["coefficient"] = match["coefficient"].strip()
    return take


class Takes(Fact):
    """What a layer's base is made of."""

    terms: tuple[Take, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _terms(cls, raw: Any) -> Any:
        if isinstance(raw, dict) and "terms" in raw:
            return raw
        return {"terms": raw if isinstance(raw, list) else [raw]}


class Deductible(Fact):
    """起付线: amount, adjusted, minus what the period was already charged, within a yearly maximum."""

    per: Period
    amount: Money
    each: str | None = None  # a fact whose value keeps separate counts, such as disease
    pool: str | None = None  # layers naming the same pool share what was charged
    yearly_maximum: Money | None = None


class Adjustment(Fact):
    """One change of the deductible, applied in written order."""

    when: When | None = None
    times: Times | None = None
    plus: Money | None = None
    minus: Money | None = None
    set: Money | None = None
    at_least: Money | None = None
    at_most: Money | None = None

    @model_validator(mode="after")
    def _one_change(self) -> Adjustment:
        if len(self.changes()) != 1:
            raise refusal("R123", value="、".join(self.changes()) or "-")
        return self

    def changes(self) -> list[str]:
        names = ("times", "plus", "minus", "set", "at_least", "at_most")
        return [n for n in names if getattr(self, n) is not None]


class BandRow(Fact):
    upto: Money | None = None
    above: Money | None = None
    pay: Share | None = None
    own: Share | None = None  # 个人负担比例, the other way of writing pay

    @model_validator(mode="after")
    def _one_edge_one_ratio(self) -> BandRow:
        if (self.upto is None) == (self.above is None) or (self.pay is None) == (self.own is None):
            raise refusal("R124")
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
            raise refusal("R125")
        return self


class Ratio(Fact):
    """A single ratio for everything above the deductible; `ratio: 80%` is short for `ratio: {pay: 80%}`."""

    pay: Share

    @model_validator(mode="before")
    @classmethod
    def _short(cls, raw: Any) -> Any:
        return raw if isinstance(raw, dict) and "pay" in raw else {"pay": raw}


class OwnRatio(Fact):
    """An item group with its own flat ratio; it still takes room on the scale."""

    when: When
    pay: Share


class Factor(Fact):
    """A multiplication of the ratio: of the paid share or of the person's own share."""

    when: When | None = None
    pay: Times | None = None
    own_share: Times | None = None

    @model_validator(mode="after")
    def _one(self) -> Factor:
        if (self.pay is None) == (self.own_share is None):
            raise refusal("R126")
        return self


class Adjust(Fact):
    """Percentage points added to the ratio; of one `highest_of` group only the highest counts."""

    when: When | None = None
    points: Points
    highest_of: str | None = None


class Clamp(Fact):
    at_least: Share | None = None
    at_most: Share | None = None


class Cap(Fact):
    """A limit of what enters, of what is covered (paid + own share) or of what is paid."""

    at_most: Money
    of: Measure
    per: Period
    each: str | None = None
    pool: str | None = None
    when: When | None = None


class Floor(Fact):
    """保底: the layer pays at least this share of its base. `paid_by` names the layer that tops up."""

    when: When | None = None
    at_least: Share
    of: Literal["base"] = "base"
    paid_by: str | None = None


class LayerGuard(Fact):
    """A layer that does not serve this claim."""

    when: When
    do: Literal["skip"]
    because: str | None = None


class Allocation(Fact):
    """Which item groups the deductible is taken from first; `pro rata` spreads it over all alike."""

    deductible: tuple[str, ...] | Literal["pro rata"]


class Rounding(Fact):
    unit: Literal["分", "角", "元"] = "分"
    mode: Literal["half_up", "half_even", "down", "up"] = "half_up"


assert set(MODES) == {"half_up", "half_even", "down", "up"}
