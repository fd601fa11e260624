"""Carry a settlement down to its lines: every payment is shared over the lines it came from, and always adds up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tongchou.engines.benefits.claim import PARTS, Claim, Settlement
from tongchou.engines.benefits.split import SplitLine
from tongchou.engines.benefits.state import SettledLine, State
from tongchou.ground.money import allocate


@dataclass(frozen=True)
class LineResult:
    """One line: its four parts, what each layer paid of it, what the hospital bears, what is left as cash (fen)."""

    line_id: str
    amount: int
    parts: tuple[int, int, int, int]
    paid: dict[str, int]
    hospital: int
    cash: int


def remember(claim: Claim, splits: Sequence[SplitLine], state: State) -> None:
    """Keep what lines were split into, so that a later return gets exactly that back."""
    for split in splits:
        if split.line.amount >= 0:
            state.lines[split.line.id] = SettledLine(split.parts)
    for split in splits:
        if split.line.amount < 0 and split.line.original is not None:
            original = state.lines[split.line.original]
            state.lines[split.line.original] = original.less([-part for part in split.parts])


def line_results(settlement: Settlement) -> list[LineResult]:
    """The settlement line by line, in the order of the claim. Sums over the lines equal the settlement exactly."""
    whole: Sequence[Settlement] = settlement.notes.get("parts", (settlement,))
    by_id = {result.line_id: result for part in whole for result in _of_part(part)}
    return [by_id[line.id] for line in settlement.claim.lines]


def _of_part(part: Settlement) -> list[LineResult]:
    splits: list[SplitLine] = part.notes["splits"]
    paid: list[dict[str, int]] = [dict.fromkeys(part.paid, 0) for _ in splits]
    hospital = [0] * len(splits)
    for k, cell in enumerate(part.cells):
        left = [s.parts[PARTS.index(cell[0])] if s.item == cell[1] else 0 for s in splits]
        for i, share in enumerate(_share(part.notes["package_cells"][k], left)):
            hospital[i] += share
            left[i] -= share
        for layer, cells in part.notes["paid_cells"]:
            for i, share in enumerate(_share(cells[k], left)):
                paid[i][layer] += share
                left[i] -= share
    return [_line_result(s, paid[i], hospital[i]) for i, s in enumerate(splits)]


def _line_result(split: SplitLine, paid: dict[str, int], hospital: int) -> LineResult:
    cash = split.line.amount - sum(paid.values()) - hospital
    return LineResult(split.line.id, split.line.amount, split.parts, paid, hospital, cash)


def _share(amount: int, left: Sequence[int]) -> list[int]:
    """`amount` over lines by what is left of them; a returned line gives back in the same proportion."""
    if amount == 0:
        return [0] * len(left)
    net = sum(left)
    back = [-(amount * -x // net) if x < 0 else 0 for x in left]
    positive = [max(0, x) for x in left]
    shares = allocate(amount - sum(back), positive, positive)
    return [a + b for a, b in zip(shares, back, strict=True)]
