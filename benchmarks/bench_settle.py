"""One claim at a time, as a counter would: the engine beside the exact-fraction oracle on the same random claims."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]

WORLDS, HISTORIES, CLAIMS = 4, 4, 80


def run() -> Iterator[dict]:
    """Claims a second through the Python API, state in hand, over random regions with every construct."""
    from tests.oracle.book import Book
    from tests.oracle.histories import random_history
    from tests.oracle.oracle import Oracle
    from tests.oracle.packs import random_world
    from tongchou.engines.benefits import Engine, State

    engine_seconds = oracle_seconds = 0.0
    count = 0
    for seed in range(WORLDS):
        world = random_world(seed)
        engine, oracle = Engine(world.pack), Oracle(world.pack)
        for number in range(HISTORIES):
            claims = list(random_history(world, number, CLAIMS).claims)
            state, book = State(), Book()
            began = time.perf_counter()
            for claim in claims:
                engine.settle(claim, state)
            between = time.perf_counter()
            for claim in claims:
                oracle.settle(claim, book)
            engine_seconds += between - began
            oracle_seconds += time.perf_counter() - between
            count += len(claims)
    yield {
        "name": "settle, random regions",
        "value": round(count / engine_seconds),
        "unit": "claims/s",
        "peer": "exact-fraction oracle",
        "peer_value": round(count / oracle_seconds),
    }
    yield from shipped()


def shipped() -> Iterator[dict]:
    """The same claim again and again in a real region: its tables are looked up once and remembered."""
    from tongchou.engines.benefits import Engine, State
    from tongchou.engines.benefits.case_claims import build_claim
    from tongchou.ground.region.load import load_region
    from tongchou.ground.shipped import regions_dir

    for name in ("suyu-2007", "ninghe"):
        pack = load_region(regions_dir() / name)
        engine = Engine(pack)
        claims = [build_claim(pack, e.case, None) for e in pack.cases if e.case.lines and not e.case.history]
        rounds = 20
        began = time.perf_counter()
        for _ in range(rounds):
            for claim in claims:
                engine.settle(claim, State())
        seconds = time.perf_counter() - began
        yield {"name": f"settle, cases of {name}", "value": round(rounds * len(claims) / seconds), "unit": "claims/s"}
