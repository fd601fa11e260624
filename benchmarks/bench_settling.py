"""The counter of the record: settlements with everything that belongs to them, fsync on.

The peer is `bare_settlement`: a plain Django transaction without rules, measured turn by turn beside ours.
"""

import multiprocessing
import random
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import date
from importlib.util import find_spec
from itertools import cycle, islice
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

BEGIN, TODAY, DAY = date(2024, 1, 1), date(2025, 6, 1), date(2025, 5, 10)
PEOPLE, EACH, LINES = 200, 300, 10
CLIENTS, PROCESSES, THREADS, SECONDS, TURNS, HOT = 16, 2, 2, 10, 2, 0.2
CLAIMS = 5_000  # more than are settled in that time
STAY = 5_000
BARE = "a bare Django transaction without rules"


def run() -> Iterator[dict]:
    if find_spec("django") is None:
        yield {"name": "settle at the counter", "skipped": "the extra 'server' is not installed"}
        return
    from a_region import record

    from tongchou.record.base import clock

    with clock.at(BEGIN), record(), clock.at(TODAY):
        yield from _measure()


def _measure() -> Iterator[dict]:
    from tests.record.orgs.people import organisation
    from tests.record.settlement.stage import hospital, retired
    from tongchou.record.settlement.settling import rules_now

    city = organisation("agency", organisation("agency"))
    at, people = hospital(city), [retired(city, 5_000_00) for _ in range(PEOPLE)]
    rules_now().engine.counter.compile()
    yield from _one_by_one(at, people)
    yield _statements(at, people)
    yield from _many(at, people)
    yield _large(at, people)


def _visits(at: Any, people: Iterable[Any], lines: int = LINES) -> list[int]:
    """A visit of each with so many lines, charged and not settled."""
    from django.db import connection

    from tests.record.settlement.stage import visit
    from tongchou.record.base import clock
    from tongchou.record.visits.models import Charge

    made = [visit(at, one, DAY, "普通门诊").pk for one in people]
    now = clock.now()
    Charge.objects.bulk_create(
        Charge(visit_id=one, number=f"B{i}", fee_at=now, item="甲类", quantity=1, fen=12_34, charged_at=now)
        for one in made
        for i in range(lines)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself in time
    return made


def _one_by_one(at: Any, people: list[Any]) -> Iterator[dict]:
    """Ours and the peer's in turn, so that both have the same machine."""
    import bare_settlement as bare

    from tongchou.record.settlement.asking import Asked
    from tongchou.record.settlement.settling import settle

    bare.make_tables()
    busy = _busy()
    ours, theirs, cpu = [], [], [0.0, 0.0]
    for number, visit in enumerate(_visits(at, islice(cycle(people), EACH + 20))):
        before = busy()
        took = _timed(lambda: settle(visit_id=visit, asked=Asked(f"m{visit}", {"visit": visit})))  # noqa: B023 (at once)
        between = busy()
        bare_took = _timed(lambda: bare.settle(visit % PEOPLE, f"m{visit}", [12_34] * LINES))  # noqa: B023 (at once)
        after = busy()
        if number >= 20:
            ours.append(took)
            theirs.append(bare_took)
            cpu = [cpu[0] + between - before, cpu[1] + after - between]
    rate, peer = 1 / statistics.median(ours), 1 / statistics.median(theirs)
    what = f"settle {LINES} lines: all layers, trace, postings, fsync on, one process"
    yield {
        "name": what,
        "value": round(rate, 1),
        "unit": "settlements/s",
        "peer": BARE,
        "peer_value": round(peer, 1),
        "at_least": round(peer, 1),
        "note": "medians, settled in turn",
    }
    mine, peer = (round(seconds / EACH * 1000, 2) for seconds in cpu)
    yield {
        "name": f"{what}: processor time, the database's with it",
        "value": mine,
        "unit": "ms",
        "peer": BARE,
        "peer_value": peer,
        "note": "means, settled in turn; other work on the machine changes this less than the rate",
    }


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _busy() -> Callable[[], float]:
    """What tells how many seconds this process and its database connection have worked so far."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (number,) = cursor.fetchone()
    backend = Path(f"/proc/{number}/schedstat")
    return lambda: time.process_time() + int(backend.read_text().split()[0]) / 1e9


def _statements(at: Any, people: list[Any]) -> dict:
    from tests.record.statements import statements
    from tongchou.record.settlement.asking import Asked
    from tongchou.record.settlement.settling import settle

    counts = []
    for lines in (2, 30, 300):
        (visit,) = _visits(at, people[:1], lines)
        with statements() as seen:
            settle(visit_id=visit, asked=Asked(f"s{visit}", {"visit": visit}))
        counts.append(len(seen) + 2)
    assert len(set(counts)) == 1, counts
    return {
        "name": "SQL statements of a settlement, 2 to 300 lines",
        "value": counts[0],
        "unit": "statements",
        "at_most": 25,
        "note": "with BEGIN and COMMIT",
    }


def _many(at: Any, people: list[Any]) -> Iterator[dict]:
    """Clients in two processes, a fifth of all claims of two persons; ours and the peer's in turns of some seconds."""
    chance, hot = random.Random(1), people[:2]
    persons = [chance.choice(hot if chance.random() < HOT else people[2:]) for _ in range(CLAIMS)]
    given = list(zip(_visits(at, persons), (person.pk for person in persons), strict=True))
    ours, theirs = [], []
    for turn in range(TURNS):
        mine = given[turn::TURNS]
        ours += _at_once(_settle, mine)
        theirs += _at_once(_settle_bare, mine)
    whole = {
        "note": f"{CLIENTS} clients of {PROCESSES} processes with {THREADS} threads each, for {SECONDS} s in"
        f" {TURNS} turns; one hospital, {HOT:.0%} on two persons",
        "peer": BARE,
    }
    yield {
        "name": "settle at once: rate",
        "value": round(len(ours) / SECONDS, 1),
        "unit": "settlements/s",
        "peer_value": round(len(theirs) / SECONDS, 1),
        "at_least": 150,
        **whole,
    }
    yield {
        "name": "settle at once: p99",
        "value": _slow(ours),
        "unit": "ms",
        "peer_value": _slow(theirs),
        "at_most": 200,
        **whole,
    }


def _slow(took: list[float]) -> int:
    return round(sorted(took)[int(len(took) * 0.99)] * 1000)


def _settle(visit: int, _: int) -> None:
    from tongchou.record.settlement.asking import Asked
    from tongchou.record.settlement.settling import settle

    settle(visit_id=visit, asked=Asked(f"c{visit}", {"visit": visit}))


def _settle_bare(visit: int, person: int) -> None:
    import bare_settlement as bare

    bare.settle(person, f"c{visit}", [12_34] * LINES)


Settle = Callable[[int, int], None]
Claims = list[tuple[int, int]]
"""Visits and their persons."""


def _at_once(settle: Settle, given: Claims) -> list[float]:
    """How long each took that was done in one turn."""
    from tongchou.record.project.start import hang_up

    hang_up()  # each process has connections of its own
    context = multiprocessing.get_context("fork")
    queue: Any = context.Queue()
    own = [given[i::PROCESSES] for i in range(PROCESSES)]
    workers = [context.Process(target=_clients, args=(settle, mine, queue)) for mine in own]
    for worker in workers:
        worker.start()
    took = [seconds for _ in workers for seconds in queue.get()]
    for worker in workers:
        worker.join()
    return took


def _clients(settle: Settle, given: Claims, queue: Any) -> None:
    """Clients of one process, each with one claim at a time; a few threads serve them, as in any server."""
    took: list[float] = []
    share = CLIENTS // PROCESSES
    with ThreadPoolExecutor(THREADS) as server:
        until = time.perf_counter() + SECONDS / TURNS
        clients = [
            threading.Thread(target=_client, args=(server, settle, given[i::share], until, took)) for i in range(share)
        ]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
    queue.put(took)


def _client(server: Executor, settle: Settle, given: Claims, until: float, took: list[float]) -> None:
    for visit, person in given:
        if time.perf_counter() > until:
            break
        took.append(_timed(lambda: server.submit(_served, settle, visit, person).result()))  # noqa: B023 (at once)


def _served(settle: Settle, visit: int, person: int) -> None:
    from tongchou.record.base import clock
    from tongchou.record.base.actor import acting, system_actor
    from tongchou.record.orgs.permissions import PERMISSIONS

    with clock.at(TODAY), acting(system_actor("bench", *PERMISSIONS)):
        settle(visit, person)


def _large(at: Any, people: list[Any]) -> dict:
    """The median of five stays, ours and the peer's in turn."""
    import bare_settlement as bare

    from tests.record.settlement.stage import visit
    from tongchou.record.base import clock
    from tongchou.record.settlement.settling import settle
    from tongchou.record.visits.models import Charge

    now, ours, theirs = clock.now(), [], []
    for person in people[-5:]:
        stay = visit(at, person, DAY)
        Charge.objects.bulk_create(
            Charge(visit=stay, number=f"I{i}", fee_at=now, item="甲类", quantity=1, fen=7_77, charged_at=now)
            for i in range(STAY)
        )
        ours.append(_timed(lambda: settle(visit_id=stay.pk)))  # noqa: B023 (at once)
        theirs.append(_timed(lambda: bare.settle(person.pk, f"i{stay.pk}", [7_77] * STAY)))  # noqa: B023 (at once)
    return {
        "name": f"settle a stay of {STAY:,} lines",
        "value": round(statistics.median(ours), 2),
        "unit": "s",
        "peer": BARE,
        "peer_value": round(statistics.median(theirs), 2),
        "at_most": 2,
        "note": "medians, settled in turn",
    }
