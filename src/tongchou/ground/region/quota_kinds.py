"""What may be declared in `payment/` of how a year's budget comes to institutions: how it is split, how groups
negotiate about it, when it is adjusted, what happens above it, and who bears the deficit of a county.

Names of parts (门诊, 住院) and of measures (基金费用, 有效服务量, 首诊人次) are the region's own words; the figures of
institutions arrive under them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from tongchou.ground.region.contribution_kinds import Names
from tongchou.ground.region.methods import Setting
from tongchou.ground.region.scalars import Count, Fact, Share, Times, When, refusal


class ThreeYears(Fact):
    """Weights of the last three years; they need not add up to anything."""

    oldest: Count
    middle: Count
    latest: Count


class QuotaSplit(Fact):
    """总额分解: of a year's total `reserve` is kept back, and the rest is split by the last three years."""

    reserve: Share
    years: ThreeYears


class QuotaMeasure(Fact):
    """Such a share of a part follows this measure."""

    name: str
    share: Share


def _measures(raw: Any) -> Any:
    return [{"name": name, "share": share} for name, share in raw.items()] if isinstance(raw, dict) else raw


Measures = Annotated[
    tuple[QuotaMeasure, ...],
    BeforeValidator(_measures),
    Field(min_length=1),
    WithJsonSchema({"description": "MEASURE: SHARE", "type": "object", "minProperties": 1}),
]


class QuotaPart(Fact):
    """A part of what is split (门诊, 住院): its share, and the measures that it follows. `setting`: what of an
    institution is cleared by it, where the year pays by quota."""

    share: Share
    by: Measures
    setting: Setting | None = None


class QuotaFactor(Fact):
    """What an institution's measures are multiplied by, for its level, its type, its tasks; in all parts and of all
    measures unless some are named."""

    times: Times
    parts: Names = ()
    of: Names = ()


class QuotaBounds(Fact):
    """A part of a quota is not below, and not above, so many times a measure of the latest year."""

    of: str
    at_least: Times | None = None
    at_most: Times | None = None

    @model_validator(mode="after")
    def _some_bound(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise refusal("R231")
        return self


class QuotaNew(Fact):
    """An institution without history is taken to have so many times the mean of those alike in these facts."""

    times: Times
    like: Names


class Deficit(Fact):
    """基金缺口: what a county's year lacks is borne by its own surplus; of the rest the region's fund bears a share, as
    far as it has it, and the county's government what is left (兜底); what `but` names is the county's alone."""

    balance: str
    but: Names = ()
    own: Names
    shared: str
    share: Share


class QuotaGroup(Fact):
    """Whoever negotiates together; of several groups the first that an institution belongs to."""

    when: When


class QuotaRounds(Fact):
    """So many working days to object to a proposal, at most so many rounds, and what follows without agreement."""

    working_days: Count
    rounds: Count
    without_agreement: Literal["agency decides", "stays open"]


class QuotaChange(Fact):
    """年度中期调整: from which change of effective workload, or of the make-up of costs, a quota may be adjusted, and
    by how much of it at most."""

    workload: Share
    costs: Share
    at_most: Share


class QuotaOverrun(Fact):
    """An institution more than so much above its quota submits its analysis and correction within so many working
    days."""

    above: Share
    working_days: Count


QUOTA_KINDS: dict[str, tuple[type[Fact], bool]] = {
    "quota": (QuotaSplit, False),
    "quota.part.*": (QuotaPart, True),
    "quota.factor.*": (QuotaFactor, True),
    "quota.bounds": (QuotaBounds, False),
    "quota.new": (QuotaNew, False),
    "deficit": (Deficit, False),
}
"""Kinds of facts of `payment/` that are reckoned: the model, and whether the address ends with a name of its own."""
NEGOTIATION_KINDS: dict[str, tuple[type[Fact], bool]] = {
    "quota.group.*": (QuotaGroup, True),
    "quota.rounds": (QuotaRounds, False),
    "quota.change": (QuotaChange, False),
    "quota.overrun": (QuotaOverrun, False),
}
"""Those that the record asks for."""
