"""The entitlement of a region's people on a day: a million in bulk, one by itself."""

import time
from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

PEOPLE, ALONE = 1_000_000, 200
ON = date(2026, 6, 15)
MONTHS = [date(2025 + n // 12, n % 12 + 1, 1) for n in range(17)]
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
    own = [Spell("1", "employee", MONTHS[0], None, {"新生儿": "否"})]
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
        "facts": pa.array(['{"新生儿": "否"}']).take(pa.array(np.zeros(len(ids), dtype=np.int64))),
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
