"""Which settlements are cleared, by which method; every other one is left out with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.payment.columns import Mask, Words
from tongchou.engines.payment.exact import Ints
from tongchou.engines.payment.rules import Rules
from tongchou.engines.payment.tables import ints
from tongchou.ground.region.clearing_kinds import Routes
from tongchou.ground.region.clearing_money import Clearing
from tongchou.ground.region.methods import METHODS, SETTINGS

REASONS = ("", "reversed", "other_year", "inbound", "other_method", "no_list")
"""Why a settlement is not cleared, in the order in which it is asked; nothing: it is."""


@dataclass(frozen=True)
class Routed:
    """Of each settlement the reason and the method (-1: none), as numbers of REASONS and METHODS."""

    reasons: Ints
    methods: Ints

    def of(self, method: str) -> Mask:
        found: Mask = self.methods == METHODS.index(method)
        return found


def route(rules: Rules, records: pa.Table, texts: Mapping[str, Words]) -> Routed:
    """Every settlement is in, or out with a reason."""
    clearing = rules.need("clearing", Clearing)
    rows = len(records)
    methods = np.full(rows, -1, dtype=np.int64)
    for one in rules.need("routes", Routes).routes:
        fits = (methods < 0) & texts["setting"].among((one.setting,))
        for column, wanted in (
            ("scheme", one.schemes),
            ("level", one.levels),
            ("group", one.groups),
            ("care", one.care),
            ("institution", one.institutions),
        ):
            if wanted:
                fits &= texts[column].among(wanted)
        methods[fits] = METHODS.index(one.method)
    left = ints(records["discharged_on"])
    first, last = ((date(rules.year, *day) - date(1970, 1, 1)).days for day in ((1, 1), (12, 31)))
    late = np.asarray(pc.fill_null(pc.greater(records["list_on"], pa.scalar(clearing.lists_by, pa.date32())), True))
    out = {
        "reversed": ints(records["reversed"]) == 1,
        "other_year": (left < first) | (left > last),
        "inbound": ints(records["inbound"]) == 1,
        "other_method": methods < 0,
        "no_list": late & texts["setting"].among((SETTINGS[0],)),
    }
    reasons = np.zeros(rows, dtype=np.int64)
    for name, holds in reversed(out.items()):
        reasons[holds] = REASONS.index(name)
    methods[reasons > 0] = -1
    return Routed(reasons, methods)
