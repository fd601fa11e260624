"""Carry a settlement down to its lines: every payment is shared over the lines it came from, and always adds up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tongchou.engines.benefits.claim import PARTS, Claim, Settlement
from tongchou.engines.benefits.counter.quickly import quickly
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
    nothing = dict.fromkeys(part.paid, 0)
    paid: list[dict[str, int]] = [nothing.copy() for _ in splits]
    hospital = [0] * len(splits)
    packages, layers = part.notes["package_cells"], part.notes["paid_cells"]
    for k, (name, item) in enumerate(part.cells):
        shared = [(layer, cells[k]) for layer, cells in layers if cells[k]]
        if not shared and not packages[k]:
            continue
        place = PARTS.index(name)
        of_cell = [i for i, s in enumerate(splits) if s.item == item and s.parts[place]]
        left = [splits[i].parts[place] for i in of_cell]
        for n, share in enumerate(_share(packages[k], left)):
            hospital[of_cell[n]] += share
            left[n] -= share
        for layer, amount in shared:
            for n, share in enumerate(_share(amount, left)):
                paid[of_cell[n]][layer] += share
                left[n] -= share
    return [_line_result(s, paid[i], hospital[i]) for i, s in enumerate(splits)]


def _line_result(split: SplitLine, paid: dict[str, int], hospital: int) -> LineResult:
    line = split.line
    cash = line.amount - sum(paid.values()) - hospital
    told = {"line_id": line.id, "amount": line.amount, "parts": split.parts}
    return quickly(LineResult, **told, paid=paid, hospital=hospital, cash=cash)


def _share(amount: int, left: Sequence[int]) -> list[int]:
    """`amount` over lines by what is left of them; a returned line gives back in the same proportion."""
    net = sum(left)
    back = [-(amount * -x // net) if x < 0 else 0 for x in left]
    positive = [max(0, x) for x in left]
    shares = allocate(amount - sum(back), positive, positive)
    return [a + b for a, b in zip(shares, back, strict=True)]
