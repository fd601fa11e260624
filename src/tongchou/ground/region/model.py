"""What a region may declare: one strict model for each kind of fact, named after the last part of its address."""

from __future__ import annotations

from tongchou.ground.region.contribution_kinds import (
    CONTRIBUTION_KINDS,
    AccountRule,
    Base,
    Cash,
    Connection,
    Conversion,
    Cost,
    Cover,
    Credit,
    Deferral,
    Due,
    Interest,
    LateFee,
    Levy,
    MakeUp,
    Part,
    Payer,
    Shift,
    Years,
)
from tongchou.ground.region.layer_kinds import (
    Adjust,
    Adjustment,
    Allocation,
    BandRow,
    Bands,
    Cap,
    Clamp,
    Deductible,
    Factor,
    Floor,
    LayerGuard,
    OwnRatio,
    Ratio,
    Rounding,
    Take,
    Takes,
)
from tongchou.ground.region.scalars import (
    Condition,
    Fact,
    Measure,
    Number,
    Period,
    Unit,
    When,
    read_condition,
    unit_of,
)
from tongchou.ground.region.scheme_kinds import (
    ClaimGuard,
    Divert,
    Exclusion,
    FirstPay,
    Grant,
    Package,
    PriceLimit,
    Visits,
    Waiting,
)

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
"""Kinds of facts of a layer: the model, and whether the address ends with a name of its own."""

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

ARTICLE_KINDS: dict[str, dict[str, tuple[type[Fact], bool]]] = {
    "benefits": SCHEME_KINDS,
    "contributions": CONTRIBUTION_KINDS,
}
"""Folder of articles -> what its articles may set of a scheme; layers are set in benefits alone."""


def model_of(layer: str | None, kind: str) -> type[Fact]:
    """The model of a kind of fact, of a layer or of a scheme."""
    return (LAYER_KINDS if layer else SCHEME_KINDS | CONTRIBUTION_KINDS)[kind][0]


MAIN_NUMBER = {
    "deductible": "amount",
    "ratio": "pay",
    "own_ratio.*": "pay",
    "caps.*": "at_most",
    "adjust.*": "points",
    "floor.*": "at_least",
    "grant.*": "amount",
    "items.first_pay.*": "rate",
    "items.price_limit.*": "at_most",
    "items.package.*": "price",
}
"""The number that a cell address such as `pool.deductible[place=市外]` re-sets."""

__all__ = [
    "ARTICLE_KINDS",
    "CONTRIBUTION_KINDS",
    "LAYER_KINDS",
    "MAIN_NUMBER",
    "SCHEME_KINDS",
    "AccountRule",
    "Adjust",
    "Adjustment",
    "Allocation",
    "BandRow",
    "Bands",
    "Base",
    "Cap",
    "Cash",
    "ClaimGuard",
    "Clamp",
    "Condition",
    "Connection",
    "Conversion",
    "Cost",
    "Cover",
    "Credit",
    "Deductible",
    "Deferral",
    "Divert",
    "Due",
    "Exclusion",
    "Fact",
    "Factor",
    "FirstPay",
    "Floor",
    "Grant",
    "Interest",
    "LateFee",
    "LayerGuard",
    "Levy",
    "MakeUp",
    "Measure",
    "Number",
    "OwnRatio",
    "Package",
    "Part",
    "Payer",
    "Period",
    "PriceLimit",
    "Ratio",
    "Rounding",
    "Shift",
    "Take",
    "Takes",
    "Unit",
    "Visits",
    "Waiting",
    "When",
    "Years",
    "model_of",
    "read_condition",
    "unit_of",
]
