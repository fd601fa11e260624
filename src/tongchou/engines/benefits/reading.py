"""What a settlement says, read out of the trace that the step left behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from tongchou.engines.benefits.claim import PARTS, BandUse, LayerResult
from tongchou.engines.benefits.counter.quickly import quickly
from tongchou.engines.benefits.numbers import LayerRow
from tongchou.engines.benefits.plan import Cells, Plan
from tongchou.engines.benefits.shape import COLUMNS, GIVEN, NO_LIMIT, WIDTH, Row, Shape, Size, Trace

BASIC_FUND = "hifp_pay"
BASIC = [COLUMNS.index(name) for name in ("deductible", "paid", "used")]
"""The columns of the basic fund's layers that a settlement always tells."""


def new_trace(size: Size, shape: Shape, cells: Cells, amounts: Sequence[int], excess: Sequence[int]) -> Trace:
    """A trace in which nothing has happened yet: `amounts` (fen by cell) lie in the first pots, `excess` in its own."""
    n = size.cells
    pots = [0] * ((5 + 3 * size.layers) * n)
    for k, (part, _) in enumerate(cells):
        pots[PARTS.index(part) * n + k] = amounts[k]
        pots[4 * n + k] = excess[k]
    bands, spread = shape.band_start[-1], size.layers * n
    return Trace(
        amounts=[0] * (size.layers * WIDTH),
        target=[0, 0, 1] * size.layers,
        band=[0, 1] * bands,
        kept=[0] * spread,
        paid=[0] * spread,
        extra=[0] * spread,
        pots=pots,
    )


@dataclass
class Reading:
    """The trace of one visit, with the numbers it was settled by. All amounts are fen."""

    plan: Plan
    cells: Cells
    shape: Shape
    row: Row
    rows: Sequence[LayerRow]
    trace: Trace

    def of(self, trace: Trace) -> Reading:
        """The trace of another claim that was settled by the same numbers."""
        return Reading(self.plan, self.cells, self.shape, self.row, self.rows, trace)

    def paid_cells(self) -> list[tuple[str, list[int]]]:
        """(layer that pays, fen by cell) in the order in which money left the pots."""
        n, trace, layers = len(self.cells), self.trace, self.plan.layers
        moves: list[tuple[str, list[int]]] = []
        for i, layer in enumerate(layers):
            moves.append((layer.name, trace.paid[i * n : (i + 1) * n]))
            extra = trace.extra[i * n : (i + 1) * n]
            if any(extra):
                moves.append((layers[self.shape.floor_payer[i]].name, extra))
        return moves

    def paid(self) -> dict[str, int]:
        """What each layer paid, top-ups included."""
        n, paid, layers = len(self.cells), self.trace.paid, self.plan.layers
        found = {layer.name: sum(paid[i * n : (i + 1) * n]) for i, layer in enumerate(layers)}
        if any(self.trace.extra):
            for i, payer in enumerate(self.shape.floor_payer):
                found[layers[payer].name] += sum(self.trace.extra[i * n : (i + 1) * n])
        return found

    def by_field(self, paid: Mapping[str, int]) -> dict[str, int]:
        """What was paid by layer, by national field."""
        found: dict[str, int] = {}
        for name, fen in zip(self.plan.fields, paid.values(), strict=True):
            found[name] = found.get(name, 0) + fen
        return found

    def basic(self) -> tuple[int, int, int]:
        """Of the layers of the basic fund: deductible borne, paid by formula, expense paid for."""
        layers = [i * WIDTH for i, name in enumerate(self.plan.fields) if name == BASIC_FUND]
        borne, formula, used = (sum(self.trace.amounts[layer + at] for layer in layers) for at in BASIC)
        return borne, formula, used

    def pots(self) -> dict[str, tuple[int, ...]]:
        """What is left in every pot, by cell."""
        n = len(self.cells)
        return {name: tuple(self.trace.pots[i * n : (i + 1) * n]) for i, name in enumerate(self.plan.pot_names)}

    def layers(self) -> tuple[LayerResult, ...]:
        return tuple(map(self._layer, range(len(self.plan.layers))))

    def amounts(self, i: int) -> dict[str, Any]:
        """The columns of the trace for layer `i`, fen; `room` is None where nothing limits."""
        found: dict[str, Any] = dict(zip(COLUMNS, self.trace.amounts[i * WIDTH : (i + 1) * WIDTH], strict=True))
        if found["room"] == NO_LIMIT:
            found["room"] = None
        return found

    def _layer(self, i: int) -> LayerResult:
        n, trace = len(self.cells), self.trace
        whole, above, below = trace.target[3 * i : 3 * (i + 1)]
        skipped = self.rows[i].skipped_by
        computed = self.row.active[i] and self.shape.payer[i] != GIVEN
        return quickly(
            LayerResult,
            layer=self.plan.layers[i].name,
            **self.amounts(i),
            target=Fraction(whole * below + above, below) if above else Fraction(whole),
            read_bands=partial(self._bands, i) if computed else tuple,
            paid_cells=tuple(trace.paid[i * n : (i + 1) * n]),
            skipped=skipped.address if skipped is not None else None,
        )

    def _bands(self, i: int) -> tuple[BandUse, ...]:
        n, row, trace = len(self.cells), self.row, self.trace
        lower = 0
        found: list[BandUse] = []
        kept = trace.kept[i * n : (i + 1) * n]
        total = sum(kept) or 1
        for band in range(self.shape.band_start[i], self.shape.band_start[i + 1]):
            upper = row.edge[band]
            length = Fraction(trace.band[2 * band], trace.band[2 * band + 1])
            unit, stated = row.rate_unit[i], row.rate[band * n : (band + 1) * n]
            ratios = {rate: Fraction(rate, unit) for rate in set(stated)}  # most cells of a band share one
            rates = tuple([ratios[rate] for rate in stated])
            ratio = rates[0]
            if len(ratios) > 1:
                ratio = Fraction(sum(rate * amount for rate, amount in zip(stated, kept, strict=True)), unit * total)
            found.append(
                quickly(
                    BandUse,
                    lower=lower,
                    upper=None if upper == NO_LIMIT else upper,
                    length=length,
                    ratio=ratio,
                    pays=length * ratio if length else length,
                    rates=rates,
                )
            )
            lower = upper
        return tuple(found)
