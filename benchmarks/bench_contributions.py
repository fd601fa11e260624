"""Assess and order a month for a whole city, in the embedded database: orders, parts, and what accounts will get.
TONGCHOU_BENCH_PEOPLE=1000000 measures the whole of it.
"""

import os
import sys
import time
from collections.abc import Iterator
from datetime import date
from importlib.util import find_spec
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent)]

PEOPLE, WHOLE = int(os.environ.get("TONGCHOU_BENCH_PEOPLE", "100000")), 1_000_000
MOST = 120  # seconds for WHOLE


def run() -> Iterator[dict]:
    if find_spec("django") is None:
        yield {"name": "assess and order a month", "skipped": "the extra 'server' is not installed"}
        return
    from a_region import employees, record

    with record():
        from django.db import connection

        from tongchou.record.contributions.assessing import assess_month

        employees(PEOPLE)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        began = time.perf_counter()
        done = assess_month(insurance="employee", month=date(2025, 3, 1))
        seconds = time.perf_counter() - began
        yield {
            "name": f"assess and order a month, {WHOLE:,} people",
            "value": round(seconds * WHOLE / PEOPLE, 1),
            "unit": "s",
            "at_most": MOST,
            "note": f"measured with {PEOPLE:,} people: {done.ordered:,} orders in {seconds:.1f} s",
        }
