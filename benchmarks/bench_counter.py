"""One claim after another at a counter: how long each takes with the state of its household in hand.

The claims are those of `claims.py` in the region `ninghe`: the second claim of everybody, each with the state after the
first. Half of them are settled before the watch starts, as at a counter that has been open for a while; the others are
of people whom it has never seen.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]

from benchmarks import replaying  # noqa: E402 (found through the path above)
from benchmarks.as_dicts import second_claims  # noqa: E402 (as above)
from benchmarks.claims import Shape, draw  # noqa: E402 (as above)

PERSONS = 4_000
EACH = 6
LINES = 3
PEERS = 200
"""Claims for which the oracle, which is slow, is asked."""


def run() -> Iterator[dict]:
    yield from rows()


def rows(persons: int = PERSONS) -> Iterator[dict]:
    """The answer to a dict, of which amounts and state are read; then by kind of visit; then the first claim of all."""
    from tongchou.engines.benefits.engine import Engine
    from tongchou.faces.python import Region

    region = Region(replaying.ninghe()).compile()
    given = second_claims(region, draw(Shape(persons, EACH, lines_per_claim=LINES, split=False)))
    before, after = given[: len(given) // 2], given[len(given) // 2 :]

    def by_dict(claim: dict, state: Any) -> object:
        settled = region.settle_claim(claim, state)
        return settled.amounts, settled.paid, settled.state

    timed(by_dict, before)
    seconds = timed(by_dict, after)
    claims = [(region.engine.counter.straight.read(claim), state) for claim, state in after]
    plain = Engine(region.pack, remembering=False)
    timed(plain.trial, claims[:PEERS])
    peer = "exact-fraction oracle", _median(timed(*_oracle(region.pack), claims[:PEERS]))
    yield _row("one claim of three lines through the Python API, state in hand", _median(seconds), peer, at_most=100)
    yield _row("the same, the slowest of a hundred", _part(seconds, 0.99))
    yield _row("the claim read already", _median(timed(region.engine.trial, claims)))
    yield _row("the claim read already, nothing remembered", _median(timed(plain.trial, claims[:PEERS])))
    for scheme, kind in sorted({(claim["scheme"], claim["kind"]) for claim, _ in after}):
        own = [
            s
            for s, (claim, _) in zip(seconds, after, strict=True)
            if (claim["scheme"], claim["kind"]) == (scheme, kind)
        ]
        yield _row(f"{scheme}, {kind}", _median(own)) | {"note": "claims of three lines, by kind of visit"}
    yield _row("the first claim of a region just loaded, not compiled", _median(_first_claims(region.pack, after)))


def timed(settle: Callable[[Any, Any], object], given: list[tuple[Any, Any]]) -> list[float]:
    seconds = []
    for claim, state in given:
        began = time.perf_counter()
        settle(claim, state)
        seconds.append(time.perf_counter() - began)
    return seconds


def _oracle(pack: Any) -> tuple[Callable[[Any, Any], object]]:
    from tests.oracle.book import Book
    from tests.oracle.oracle import Oracle

    oracle = Oracle(pack)
    return (lambda claim, state: oracle.settle(claim, Book()),)


def _first_claims(pack: Any, given: list[tuple[Any, Any]]) -> list[float]:
    from tongchou.faces.python import Region

    return [timed(Region(pack).settle_claim, [one])[0] for one in given[:20]]


def _median(seconds: list[float]) -> float:
    return statistics.median(seconds)


def _part(seconds: list[float], part: float) -> float:
    return sorted(seconds)[int(len(seconds) * part)]


def _row(name: str, seconds: float, peer: tuple[str, float] | None = None, at_most: float | None = None) -> dict:
    row = {"name": name, "value": round(seconds * 1e6, 1), "unit": "µs"}
    if peer is not None:
        row |= {"peer": peer[0], "peer_value": round(peer[1] * 1e6, 1)}
    return row if at_most is None else {**row, "at_most": at_most}
