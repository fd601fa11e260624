"""The loop of a bulk run alone, kind of visit by kind: nanoseconds a claim, on one thread, every trace value computed.

The claims are those of `claims.py` in the region `ninghe` with all its layers, settled in the order of their days with
states carried on. Most visits of a year are of one cell; those of more tell what the others cost.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]

from benchmarks import replaying  # noqa: E402 (found through the path above)
from benchmarks.claims import ALL_KINDS, Shape, draw  # noqa: E402 (as above)

CLAIMS = int(os.environ.get("TONGCHOU_BENCH_CLAIMS", 1_000_000)) // 10
EACH, ROUNDS = 6, 5
KINDS: dict[str, dict[str, Any]] = {
    "outpatient, one line": {"visits": tuple(v for v in ALL_KINDS if v.kind == "普通门诊")},
    "outpatient, eight lines": {"visits": tuple(v for v in ALL_KINDS if v.kind == "普通门诊"), "lines_per_claim": 8},
    "inpatient, one line": {"visits": tuple(v for v in ALL_KINDS if v.stays)},
    "inpatient, twenty lines": {"visits": tuple(v for v in ALL_KINDS if v.stays), "lines_per_claim": 20},
}


def run() -> Iterator[dict]:
    """One row for every kind of visit."""
    for name in KINDS:
        yield kernel(name)


def kernel(name: str, claims: int = CLAIMS) -> dict:
    """The best of some rounds, each beginning with the states of the first."""
    from benchmarks.in_bulk import measure

    done = measure(replaying.ninghe(), draw(Shape(max(1, claims // EACH), EACH, **KINDS[name])), rounds=ROUNDS)
    visits = len(done.settled.claim)
    return {"name": f"the loop, {name}", "value": round(done.loop_seconds / visits * 1e9, 1), "unit": "ns/visit"}
