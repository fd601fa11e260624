"""Fixed standards: a disease by itself, and days in hospital by phases of a stay."""

from __future__ import annotations

from math import ceil, floor

import numpy as np

from tongchou.engines.payment.cases import PATHS, Desk
from tongchou.engines.payment.columns import Mask
from tongchou.engines.payment.formula import figure
from tongchou.ground.errors import Place, fail
from tongchou.ground.region.clearing_money import PerDiem, Standard


def per_disease(desk: Desk, rows: Mask) -> None:
    """A fixed standard for a disease; beyond its cost ratios, or with none, by service."""
    cases, left = desk.cases, rows.copy()
    for provision in desk.rules.named("standard").values():
        said = provision.value
        assert isinstance(said, Standard)
        here = left & desk.words["group"].among(said.groups) & (cases.column("completed") == 1)
        left &= ~here
        for cell, names in desk.cells.used(here):
            some = here & (desk.cells.codes == cell)
            standard = figure(said.standard, **names) * 100
            fen = int(standard)
            stays = some.copy()
            if said.leaves_below is not None:
                stays &= desk.cost >= ceil(figure(said.leaves_below, **names) * fen)
            if said.leaves_above is not None:
                stays &= desk.cost <= floor(figure(said.leaves_above, **names) * fen)
            cases.paths[stays] = PATHS.index("per_disease")
            desk.put_fund(stays, np.full(int(stays.sum()), fen, dtype=np.int64), said.fund)
            desk.put(some & ~stays, "left_standard", cases.column("fund")[some & ~stays])
    desk.put(left, "left_standard", cases.column("fund")[left])


def per_diem(desk: Desk, rows: Mask) -> None:
    """Days × standards, by phases of the stay."""
    cases, left = desk.cases, rows.copy()
    days = cases.column("days")
    for care, provision in desk.rules.named("per_diem").items():
        said = provision.value
        assert isinstance(said, PerDiem)
        here = left & desk.words["care"].among((care,))
        left &= ~here
        for cell, names in desk.cells.used(here):
            some = here & (desk.cells.codes == cell)
            stayed, begun = days[some], 0
            standard = np.zeros(len(stayed), dtype=np.int64)
            for phase in said.phases:
                price = int(figure(phase.price, **names) * 100)
                ends = int(figure(phase.upto)) if phase.upto is not None else None
                until = stayed if ends is None else np.minimum(stayed, ends)
                standard += np.maximum(until - begun, 0) * price
                begun = ends if ends is not None else begun
            cases.paths[some] = PATHS.index("per_diem")
            desk.put_fund(some, standard, said.fund)
    if left.any():
        raise fail("Y307", Place(table="settlements"), value=desk.example(left), column="per_diem")
