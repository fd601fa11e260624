"""The inpatient benefits of residents beside OpenFisca-core: how fast, and how many claims come out wrong.

The peer settles the same claims in an environment of its own, with figures read from the loaded region; what it can
and cannot say stands in `openfisca/peer.py`. Right is what the plain step says: a sample of the bulk run is held to
it, and every claim of the peer's to the bulk run. Two sets: each person's first claim of the year, where nothing is
carried, and several a person, where each depends on those before.
"""

import os
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]

CLAIMS = int(os.environ.get("TONGCHOU_BENCH_CLAIMS", 200_000))
"""Claims of each set, about."""
SAMPLE = 600
"""Persons whose claims are settled by the plain step too."""
DAY = date(2025, 6, 30)
NAME = "stays of residents"
NOTE = (
    "the peer has float32 yuan and one claim a person and month, is given each claim's in-scope sum instead of its"
    " lines, and knows no clamp above the scale, no points of an item group, no figure by the day it was published"
)


def run(claims: int = CLAIMS, rounds: int = 3) -> Iterator[dict]:
    """Four rows for each set; where the environment cannot be made, one that says why."""
    from benchmarks.claims import RESIDENT_STAYS, Shape
    from benchmarks.openfisca.environment import Unavailable, make
    from benchmarks.replaying import ninghe

    try:
        python = make()
    except Unavailable as error:
        yield {"name": f"{NAME}, beside OpenFisca-core", "skipped": str(error)}
        return
    alike = {"visits": RESIDENT_STAYS, "lines_per_claim": 2}
    first = Shape(claims, claims_per_person=1, **alike)
    several = Shape(max(1, claims // 6), claims_per_person=6, most_claims=12, **alike)
    for name, shape in (("first of the year", first), ("several a person", several)):
        yield from compare(ninghe(), python, f"{NAME}, {name}", shape, rounds)


def compare(pack, python: Path, name: str, shape, rounds: int) -> Iterator[dict]:
    """Both at the same claims."""
    import numpy as np

    from benchmarks.claims import draw
    from benchmarks.in_bulk import few, measure, plain
    from benchmarks.openfisca.ask import ask
    from benchmarks.openfisca.figures import figures
    from benchmarks.openfisca.slots import slots_of

    tables = draw(shape)
    count = len(tables["claims"])
    said = figures(pack, DAY)
    slots = slots_of(pack, tables, said["words"])
    peer = ask(python, said, slots, rounds)
    ours = measure(pack, tables, rounds)
    paid = ours.by_claim(tuple(peer.paid), tables["claims"]["claim_id"])
    off = np.max([np.abs(paid[layer] - peer.paid[layer]) for layer in paid], axis=0)
    held = _sample_off(plain(pack, few(tables, SAMPLE)), tables, paid)
    speed = {"unit": "claims/s", "peer": peer.name, "peer_value": round(count / peer.seconds)}
    speed["note"] = f"{count:,} claims; {NOTE}"
    yield {"name": f"{name}: tables in, payments out", "value": round(count / ours.seconds), **speed}
    yield {"name": f"{name}: the loop over the claims alone", "value": round(count / ours.loop_seconds), **speed}
    yield {
        "name": f"{name}: claims with a wrong fen",
        "value": round(100 * float(np.mean(held > 0)), 4),
        "unit": "%",
        "peer": peer.name,
        "peer_value": round(100 * float(np.mean(off > 0)), 4),
        "note": f"ours: {len(held):,} claims held to the plain step; the peer's: all {count:,} held to ours",
    }
    yield {
        "name": f"{name}: most that a payment is off",
        "value": int(held.max()),
        "unit": "fen",
        "peer": peer.name,
        "peer_value": int(off.max()),
    }


def _sample_off(right, tables, paid):
    """By how many fen each claim of the sample is off at most in one layer."""
    import numpy as np

    ids = tables["claims"]["claim_id"].to_pylist()
    places = [at for at, name in enumerate(ids) if name in right]
    return np.array([max(abs(int(paid[x][at]) - right[ids[at]].paid[x]) for x in paid) for at in places])
