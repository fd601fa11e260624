"""What happened in every layer of a settled claim, as rows that can be stored.

`settlement_id`, `claim_id`; `kind`: the visit as which these lines were settled (another than the claim's where they
were diverted); `layer`; then the columns of the trace, fen: of base what entered, the deductible due and borne, where
on the scale it started, what was covered, the formula's amount, the floor, the room under the caps (empty: no limit),
the payment, the expense it used, and what was left as own share, over the cap, or topped up by another layer.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from tongchou.engines.benefits.claim import Settlement
from tongchou.engines.benefits.shape import COLUMNS

if TYPE_CHECKING:
    import pyarrow as pa

TEXTS = ("settlement_id", "claim_id", "kind", "layer")
NAMES = (*TEXTS, *COLUMNS)


@cache
def trace_schema() -> pa.Schema:
    """`TEXTS`: text; `COLUMNS`: int64 fen, `room` empty where nothing limits."""
    import pyarrow as pa

    texts = [pa.field(name, pa.string(), nullable=False) for name in TEXTS]
    return pa.schema([*texts, *(pa.field(name, pa.int64(), nullable=name == "room") for name in COLUMNS)])


def trace_rows(settlement: Settlement) -> list[dict[str, Any]]:
    """A row for every layer of every part of a settlement, in the order in which they ran."""
    number = settlement.claim.id
    readings = [part.notes["reading"] for part in settlement.notes.get("parts", (settlement,))]
    return [
        {"settlement_id": number, "claim_id": number, "kind": one.plan.kind, "layer": layer.name, **one.amounts(i)}
        for one in readings
        for i, layer in enumerate(one.plan.layers)
    ]
