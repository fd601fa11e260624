"""Each settlement's one payment path: its points, or its money, and the evidence for both."""

from __future__ import annotations

from tongchou.engines.payment.by_group import ByGroup
from tongchou.engines.payment.cases import Cases, Desk
from tongchou.engines.payment.rules import Rules
from tongchou.engines.payment.standards import per_diem, per_disease
from tongchou.engines.payment.tables import Year
from tongchou.ground.region.methods import BANDED, METHODS


def pay_cases(rules: Rules, year: Year) -> Cases:
    """The path, points and money of every settlement. Raises Y106, Y110, Y111, Y116, Y302, Y303, Y307."""
    desk = Desk(rules, year)
    for method in METHODS:
        rows = desk.cases.routed.of(method)
        if not rows.any():
            continue
        if method in BANDED:
            ByGroup(desk, method).count(rows)
        elif method == "per_disease":
            per_disease(desk, rows)
        elif method == "per_diem":
            per_diem(desk, rows)
        elif method == "service":
            desk.put(rows, "service", desk.cases.column("fund")[rows])
        else:
            desk.put(rows, "institution")
    return desk.cases
