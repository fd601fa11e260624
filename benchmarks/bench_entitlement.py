"""The entitlement of a region's people on a day: a million in bulk, one by itself, and both out of the record.
TONGCHOU_BENCH_PEOPLE=1000000 measures the whole of the record.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pyarrow as pa

sys.path[:0] = [str(Path(__file__).parent)]

PEOPLE, ALONE = 1_000_000, 200
RECORDED = int(os.environ.get("TONGCHOU_BENCH_PEOPLE", "100000"))  # people in a database
ON = date(2026, 6, 15)
MONTHS = [date(2025 + n // 12, n % 12 + 1, 1) for n in range(17)]
FACTS = {"status": "在职", "新生儿": "否"}
EMPLOYERS, DAYS_OF_PAYMENT, MISSED = 40_000, 12, 0.01


def run() -> Iterator[dict]:
    """Synthetic people of `ninghe`: a third employed and paid for month by month, the others resident, paid once a
    year; 1% of the months are paid 40 days late."""
    from tongchou.engines.contributions import Payment, Spell, entitlement, entitlement_in_bulk
    from tongchou.ground.region.load import load_region
    from tongchou.ground.shipped import regions_dir

    pack = load_region(regions_dir() / "ninghe")
    spells, payments = people(PEOPLE)
    began = time.perf_counter()
    found = entitlement_in_bulk(pack, spells, payments, on=ON)
    seconds = time.perf_counter() - began
    assert not found.refused
    yield {
        "name": "entitlement on a day, 1 M people",
        "value": round(seconds, 1),
        "unit": "s",
        "at_most": 60,
        "note": f"{len(payments):,} payments, {found.histories:,} different histories, {len(found.periods):,} periods",
    }
    own = [Spell("1", "employee", MONTHS[0], None, FACTS)]
    days = [month + timedelta(days=40) for month in MONTHS]
    paid = [Payment("1", "employee", "基本医疗", m, _end(m), day) for m, day in zip(MONTHS, days, strict=True)]
    began = time.perf_counter()
    for _ in range(ALONE):
        entitlement(pack, own, paid)
    seconds = time.perf_counter() - began
    yield {
        "name": "entitlement of one person, derived",
        "value": round(seconds / ALONE * 1000, 2),
        "unit": "ms",
        "at_most": 5,
    }
    if find_spec("django") is None:
        yield {"name": "entitlement out of the record", "skipped": "the extra 'server' is not installed"}
        return
    yield from out_of_the_record()


def out_of_the_record() -> Iterator[dict]:
    """Employees with a spell and twelve paid months each, in an embedded database of their own."""
    from a_region import employees, record

    with record():
        from django.db import connection

        from tongchou.record.entitlement.queries import entitled, entitlement_of
        from tongchou.record.people.models import Person

        city = employees(RECORDED)
        paid = pay(city)
        numbers = list(Person.objects.order_by("id").values_list("id", flat=True)[: 2 * ALONE])
        for number in numbers[:ALONE]:  # once around, so that nothing is read from the disk for the first time
            entitlement_of(person_id=number, on=ON)
        began, ours = time.perf_counter(), time.process_time()
        for number in numbers[ALONE:]:
            assert entitlement_of(person_id=number, on=ON)
        seconds, ours = time.perf_counter() - began, time.process_time() - ours
        yield {
            "name": "entitlement of one person, out of the record",
            "value": round(seconds / ALONE * 1000, 2),
            "unit": "ms",
            "at_most": 5,
            "note": f"twelve payments; {ours / ALONE * 1000:.1f} ms of it are this process at work",
        }
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began, ours = time.perf_counter(), time.process_time()
        found = entitled(on=ON)
        seconds, ours = time.perf_counter() - began, time.process_time() - ours
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        connection.close()
        assert not found.refused
        assert len(set(found.periods["person_id"].to_pylist())) == RECORDED
        yield {
            "name": "entitlement on a day, 1 M people out of the record",
            "value": round(seconds * PEOPLE / RECORDED, 1),
            "unit": "s",
            "at_most": 60,
            "note": f"{seconds:.2f} s ({ours:.2f} s this process) with {RECORDED:,} people and {paid:,} payments, "
            f"{found.histories:,} histories; {max(0, peak - before) >> 10} MiB more than the {before >> 10} before",
        }


def pay(city: int) -> int:
    """Twelve months of everybody, in time save for some; how many payments."""
    from django.db import connection, connections

    months = "generate_series('2025-07-01'::date, '2026-06-01'::date, interval '1 month') AS month"
    order = "person_id, insurance, levy, first, through"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO assessment (agency_id, insurance, day, pack, at) VALUES (%s, 'employee', %s, '', now())"
            " RETURNING id",
            [city, ON],
        )
        (run,) = cursor.fetchone()
        cursor.execute(
            f"INSERT INTO contribution_order (assessment_id, {order}, whole, version)"
            " SELECT %s, s.person_id, 'employee', '基本医疗', month, month + interval '1 month - 1 day', 80000, 0"
            f" FROM enrolment_spell s CROSS JOIN {months}",
            [run],
        )
        cursor.execute(
            f"INSERT INTO order_paid (order_id, {order}, known_on, paid_on) SELECT id, {order}, day, day FROM ("
            f" SELECT id, {order}, first + 9 + (person_id % 12)::int + CASE WHEN id % 97 = 0 THEN 40 ELSE 0 END AS day"
            " FROM contribution_order) AS paid"
        )
        cursor.execute("SELECT count(*) FROM order_paid")
        count = int(cursor.fetchone()[0])
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself after a while
    return count


def people(count: int) -> tuple[pa.Table, pa.Table]:
    """Spells and payments of so many people."""
    random = np.random.default_rng(4)
    ids = np.arange(1, count + 1)
    employed = ids[: count // 3]
    resident = ids[count // 3 :]
    hired = random.integers(0, len(MONTHS), len(employed)) * (random.random(len(employed)) < 0.3)
    firsts = np.array(MONTHS, dtype="datetime64[D]")
    new_year = np.repeat(firsts[:1], len(resident))
    spells = [_spells(employed, "employee", firsts[hired]), _spells(resident, "resident", new_year)]
    payments = []
    employer = random.integers(0, EMPLOYERS, len(employed))
    day_of = random.integers(1, 1 + DAYS_OF_PAYMENT, EMPLOYERS)
    late_of = random.random((EMPLOYERS, len(MONTHS))) < MISSED
    for number, month in enumerate(MONTHS):
        here = np.flatnonzero(hired <= number)
        days = firsts[number] + 31 + day_of[employer[here]] + 40 * late_of[employer[here], number]
        payments.append(_payments(employed[here], "employee", "基本医疗", month, _end(month), days))
    for year in (2025, 2026):
        days = np.datetime64(f"{year - 1}-10-01") + random.integers(0, 200, len(resident))
        payments.append(_payments(resident, "resident", "居民医保费", date(year, 1, 1), date(year, 12, 31), days))
    return pa.concat_tables(spells), pa.concat_tables(payments)


def _spells(ids: np.ndarray, scheme: str, since: np.ndarray) -> pa.Table:
    return pa.table({
        "person_id": ids,
        "scheme": pa.array([scheme]).take(pa.array(np.zeros(len(ids), dtype=np.int64))),
        "from_date": pa.array(since),
        "through_date": pa.nulls(len(ids), pa.date32()),
        "facts": pa.array([json.dumps(FACTS, ensure_ascii=False)]).take(pa.array(np.zeros(len(ids), dtype=np.int64))),
    })  # fmt: skip


def _payments(ids: np.ndarray, scheme: str, levy: str, first: date, through: date, days: np.ndarray) -> pa.Table:
    same = pa.array(np.zeros(len(ids), dtype=np.int64))
    return pa.table({
        "person_id": ids,
        "scheme": pa.array([scheme]).take(same),
        "levy": pa.array([levy]).take(same),
        "from_date": pa.array([first]).take(same),
        "through_date": pa.array([through]).take(same),
        "paid_on": pa.array(days),
    })  # fmt: skip


def _end(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
