"""The books in bulk: posting a settled year, settling it again from what was stored, closing a month.

Each has a peer measured in the same run: a plain COPY of the same rows into tables without a constraint, the engine
alone over the same claims, the bare aggregate over the same postings.

What processes share is counted by processor time, theirs and the server's, as two free cores would do it: whoever else
works on the machine would count otherwise.
"""

import csv
import io
import multiprocessing
import os
import sys
import tempfile
import threading
import time
from collections.abc import Generator, Iterator
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

BEGIN, TODAY = date(2024, 1, 1), date(2026, 3, 1)
PEOPLE = int(os.environ.get("TONGCHOU_BENCH_PEOPLE", 20_000))
"""People whose year is posted; of each there are about four settlements with a dozen lines. So many that beginning the
processes counts for no more than it would with a city."""
POSTINGS = int(os.environ.get("TONGCHOU_BENCH_POSTINGS", 1_000_000))
PROCESSES = 2
ENGINE = 4_000  # events that the engine settles alone
TABLES = {
    "visit": "id",
    "charge": "id",
    "settlement_event": "id",
    "settlement_line": "charge_id",
    "accumulator": "id",
    "account_entry": "id",
    "ledger_entry": "id",
    "ledger_posting": "id",
}
"""What posting a year fills, and by what its rows are dealt out to two connections."""


def run() -> Iterator[dict]:
    if find_spec("django") is None:
        yield {"name": "the books in bulk", "skipped": "the extra 'server' is not installed"}
        return
    from a_region import record

    from tongchou.record.base import clock

    with clock.at(BEGIN), record(), clock.at(TODAY):
        from tests.record.orgs.people import organisation

        city = organisation("agency", organisation("agency"))
        settlements = yield from _post(city)
        yield from _again(settlements)
        yield from _close(city)


def _post(city: Any) -> Generator[dict, None, int]:
    from tests.record.settlement.batch.stage import a_year, known_in
    from tongchou.faces.cli.posting import post

    with tempfile.TemporaryDirectory() as name:
        data, results = a_year(Path(name), PEOPLE)
        persons = Path(name) / "persons.csv"
        with persons.open("w", newline="") as file:
            csv.writer(file).writerows([("person_id", "number"), *known_in(data, city).persons.items()])
        before, began = _cpu(), time.perf_counter()
        done = post(data, results, persons, 2_000, PROCESSES)
        seconds, cpu = time.perf_counter() - began, _cpu() - before
    copied, copied_cpu = _copy()
    yield {
        "name": "post a year settled in bulk: visits, lines, events, traces, state, postings; all checked",
        "value": _rate(done.settlements, cpu),
        "unit": "settlements/s",
        "peer": "a plain COPY of the same rows, no key, no constraint, no check",
        "peer_value": _rate(done.settlements, copied_cpu),
        "at_least": 5_000,
        "note": f"{done.settlements:,} settlements of {done.lines / done.settlements:.0f} lines, {PROCESSES} processes "
        f"begun for it; {seconds:.0f} s on the clock of a machine that others shared, the copy {copied:.0f} s",
    }
    return done.settlements


def _rate(count: float, cpu: float) -> int:
    """A second, on as many free cores as there are processes."""
    return round(count / cpu * PROCESSES)


def _cpu() -> float:
    """Seconds of processor time of this process, of those it waited for, of the server's that ended, and of those that
    were forked from a child of this process, which waits for them."""
    from tongchou.record.project.database import embedded
    from tongchou.record.project.start import hang_up

    hang_up()
    while multiprocessing.active_children():  # what one has worked counts when it was waited for
        time.sleep(0.05)
    time.sleep(0.5)  # until the server has waited for those that served us
    cluster = embedded()
    postmaster = (cluster.data / "postmaster.pid").read_text().split()[0]
    waiting = {postmaster, *(child for task in Path("/proc/self/task").iterdir() for child in _children(task))}
    return sum(map(_ticks, waiting)) / os.sysconf("SC_CLK_TCK") + sum(os.times()[:4])


def _children(task: Path) -> list[str]:
    return (task / "children").read_text().split()


def _ticks(process: str) -> int:
    """Processor time of a process and of those it waited for."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15]))


def _copy() -> tuple[float, float]:
    """Seconds, and processor time, of copying what was posted into tables that nothing guards."""
    from django.db import connections

    halves: list[list[tuple[str, bytes]]] = [[], []]
    with connections["owner"].cursor() as cursor:
        for table, key in TABLES.items():
            cursor.execute(f"CREATE TABLE bare_{table} AS SELECT * FROM {table} LIMIT 0")
            for number, half in enumerate(halves):
                buffer = io.BytesIO()
                with cursor.copy(f"COPY (SELECT * FROM {table} WHERE {key} % 2 = {number}) TO STDOUT") as copy:
                    for block in copy:
                        buffer.write(block)
                half.append((table, buffer.getvalue()))
    before, began = _cpu(), time.perf_counter()
    threads = [threading.Thread(target=_write, args=(half,)) for half in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    return seconds, _cpu() - before


def _write(half: list[tuple[str, bytes]]) -> None:
    from django.db import connections, transaction

    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for table, rows in half:
            with cursor.copy(f"COPY bare_{table} FROM STDIN") as copy:
                for start in range(0, len(rows), 1 << 20):
                    copy.write(rows[start : start + (1 << 20)])
    connections["owner"].close()


def _again(settlements: int) -> Iterator[dict]:
    from tongchou.faces.cli.server import settle_again
    from tongchou.record.settlement.verify import verify

    before = _cpu()
    found = verify()
    checked = _cpu() - before
    before = _cpu()
    events, problems = settle_again(PROCESSES)
    rate = _rate(events, _cpu() - before)
    assert (events, [*found, *problems]) == (settlements, []), (events, found, problems)
    yield {
        "name": "verify --replay: every settlement settled again and held to what is stored, to the fen",
        "value": rate,
        "unit": "settlements/s",
        "at_least": 3_334,
        "note": f"a million in {1e6 / rate / 60:.1f} minutes; all other invariants of this record took {checked:.1f} s",
    }
    yield _engine()


def _engine() -> dict:
    """Processor time of replay and of the engine alone, share by share in turn."""
    from tongchou.engines.benefits.state import State
    from tongchou.record.settlement.models import Event
    from tongchou.record.settlement.replay import replay, shares
    from tongchou.record.settlement.rules import rules_of
    from tongchou.record.settlement.stored import claim_from_json, delta_from_json

    again = alone = events = 0.0
    for persons in shares(500):
        began = time.process_time()
        events += replay(persons.tolist()).events
        again += time.process_time() - began
        rows = Event.objects.filter(person__in=persons.tolist()).order_by("id").values_list("pack", "claim", "balances")
        claims = [(pack, claim_from_json(claim), delta_from_json(held)) for pack, claim, held in rows]
        states: dict[str, State] = {}
        began = time.process_time()
        for pack, claim, held in claims:
            state = states.setdefault(claim.household_id or claim.person_id, State())
            state.amounts |= held
            rules_of(pack).engine.settle(claim, state)
        alone += time.process_time() - began
        if events > ENGINE:
            break
    return {
        "name": "the same in one process, by its processor time",
        "value": round(events / again),
        "unit": "settlements/s",
        "peer": "the engine alone over the same claims, nothing read and nothing compared",
        "peer_value": round(events / alone),
    }


def _close(city: Any) -> Iterator[dict]:
    """A month of many postings on many accounts."""
    import numpy as np
    import pyarrow as pa
    from django.db import connection

    from tests.record.settlement.stage import hospital
    from tongchou.record.base import clock
    from tongchou.record.base.columns import numbers, write
    from tongchou.record.ledger.models import Entry, Posting
    from tongchou.record.ledger.months import close_month
    from tongchou.record.ledger.queries import DIMENSIONS

    month, count, at = date(2024, 6, 1), POSTINGS // 4, hospital(city)
    ids = numbers(Entry, count)
    day = np.datetime64(month) + (np.arange(count) % 30)
    same = {"book": pa.repeat("business", count), "day": day}
    head = {
        "id": ids,
        **same,
        "kind": pa.repeat("settlement", count),
        "source": pa.array([f"bench {number}" for number in ids.tolist()]),
        "business_day": day,
        "note": pa.repeat("", count),
        "at": pa.repeat(clock.now().isoformat(), count),
    }
    write(Entry, pa.table(head))
    fen = 1 + np.arange(count) % 99_999
    of = {
        "scheme": pa.repeat("employee", count),
        "county_id": pa.repeat(city.pk, count),
        "bearer": pa.repeat("fund", count),
        "year": pa.repeat(2024, count),
    }
    parts = []
    for fund in ("pool", "account"):
        for account, sign in (("benefit_accrued", 1), ("provider_payable", -1)):
            where = pa.array(at.organisation_id + np.arange(count) % 300, mask=np.full(count, sign > 0))
            own = {"account": pa.repeat(account, count), "fund": pa.repeat(fund, count)}
            parts.append(pa.table({"entry_id": ids, **same, **of, **own, "organisation_id": where, "fen": sign * fen}))
    postings = pa.concat_tables(parts).sort_by("entry_id").combine_chunks()
    for start in range(0, len(postings), 100_000):  # an entry's four stay together
        write(Posting, postings.slice(start, 100_000))
    month_of = "book = 'business' AND day BETWEEN '2024-06-01' AND '2024-06-30'"
    bare = f"SELECT {DIMENSIONS}, sum(fen) FROM ledger_posting WHERE {month_of} GROUP BY {DIMENSIONS}"
    took = []
    for _ in range(3):
        began = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(bare)
            cursor.fetchall()
        took.append(time.perf_counter() - began)
    began = time.perf_counter()
    close_month(book="business", month=month)
    yield {
        "name": f"close a month of {len(postings):,} postings",
        "value": round(time.perf_counter() - began, 2),
        "unit": "s",
        "peer": "the bare aggregate over the same postings",
        "peer_value": round(min(took), 2),
        "at_most": 30,
    }
