"""A hospital's day: its encounters played at several desks at once, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from time import perf_counter
from typing import Any

from tongchou.faces.his.desk import Desk, Log, Refused
from tongchou.faces.his.encounters import Encounter
from tongchou.faces.his.visit import Forgotten, Settled, Visit


@dataclass
class Day:
    """What came of a day. `refused`: encounters that ended early, with the message that was refused and why."""

    seconds: float
    log: Log
    visits: int = 0
    books: list[Settled] = field(default_factory=list)
    forgotten: list[Forgotten] = field(default_factory=list)
    refused: list[tuple[Encounter, str, str]] = field(default_factory=list)

    @property
    def fine(self) -> bool:
        return not self.refused and not self.log.faults


def play(
    encounters: Iterable[Encounter],
    clients: int,
    desk: Callable[[], Desk],
    done: Callable[[int], None] = lambda count: None,
) -> Day:
    """Play encounters at so many desks at once; those of one person one after the other, as they come."""
    day, start, lock = Day(0, Log()), perf_counter(), Lock()

    def work(own: Sequence[Encounter]) -> None:
        at = desk()
        try:
            for encounter in own:
                visit = Visit(at, encounter)
                refused = ""
                try:
                    visit.play()
                except Refused as error:
                    refused = str(error)
                with lock:
                    day.visits += 1
                    day.books += visit.books
                    day.forgotten += visit.forgotten
                    if refused:
                        day.refused.append((encounter, refused[:4], refused))
                    done(day.visits)
        finally:
            at.close()
            with lock:
                day.log.take(at.log)

    with ThreadPoolExecutor(clients) as pool:
        for one in [pool.submit(work, own) for own in shares(encounters, clients)]:
            one.result()
    day.seconds = perf_counter() - start
    return day


def shares(encounters: Iterable[Encounter], clients: int) -> list[list[Encounter]]:
    """Each person's encounters to one desk, the desks about equally busy."""
    by_card: dict[str, list[Encounter]] = {}
    for one in encounters:
        by_card.setdefault(one.card, []).append(one)
    found: list[list[Encounter]] = [[] for _ in range(clients)]
    for own in sorted(by_card.values(), key=len, reverse=True):
        min(found, key=len).extend(own)
    return [own for own in found if own]


PERCENTILES = (50, 90, 99)


def latencies(log: Log) -> list[Mapping[str, Any]]:
    """By transaction: how often, and milliseconds that so many of a hundred answers took at most."""
    rows = []
    for infno, seconds in sorted(log.seconds.items()):
        ordered = sorted(seconds)
        row: dict[str, Any] = {"infno": infno, "count": len(ordered)}
        for part in PERCENTILES:
            row[f"p{part}_ms"] = round(percentile(ordered, part) * 1000, 1)
        rows.append({**row, "most_ms": round(ordered[-1] * 1000, 1)})
    return rows


def percentile(ordered: Sequence[float], part: int) -> float:
    """The least of the ordered values that `part` of a hundred do not exceed."""
    return ordered[max(0, -(-len(ordered) * part // 100) - 1)]
