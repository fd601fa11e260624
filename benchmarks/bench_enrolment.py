"""Enrolling a region from a file, in a database of its own. TONGCHOU_BENCH_PEOPLE=1000000 measures the whole of it."""

import csv
import os
import resource
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path[:0] = [str(Path(__file__).parent)]

PEOPLE, TARGET = int(os.environ.get("TONGCHOU_BENCH_PEOPLE", "100000")), 1_000_000
EMPLOYED = 3  # one of so many


def run() -> Iterator[dict]:
    """People nobody knew yet: each is registered with certificate and household, and enrolled."""
    if find_spec("django") is None:
        yield {"name": "enrol from a file", "skipped": "the extra 'server' is not installed"}
        return
    from a_region import record

    with record(), TemporaryDirectory() as folder:
        yield from measure(Path(folder))


def measure(folder: Path) -> Iterator[dict]:
    from tongchou.record.enrolment.files.importing import import_file
    from tongchou.record.orgs import commands
    from tongchou.record.sheets.streamed import upload

    city = commands.open_organisation(kind="agency", code="999900", name="宁和市")
    half = import_file(upload=upload(write(folder / "half.csv", 0, PEOPLE // 2), "half.csv"), agency=city.pk)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    file = upload(write(folder / "people.csv", PEOPLE, PEOPLE), "people.csv")
    began = time.perf_counter()
    done = import_file(upload=file, agency=city.pk)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert (half.registered, done.registered) == (PEOPLE // 2, PEOPLE)
    yield {
        "name": "enrol 1 M new people from a file",
        "value": round(seconds * TARGET / PEOPLE),
        "unit": "s",
        "at_most": 300,
        "note": f"{seconds:.1f} s measured with {PEOPLE:,} rows, so many times as long",
    }
    added = max(0, peak - before) / (PEOPLE - PEOPLE // 2)
    yield {
        "name": "memory of enrolling 1 M people",
        "value": round((peak + added * (TARGET - PEOPLE)) / 1024),
        "unit": "MiB",
        "at_most": 1024,
        "note": f"{before >> 10} MiB with {PEOPLE // 2:,} rows, {peak >> 10} MiB with {PEOPLE:,}, on at that rate",
    }


def write(path: Path, begin: int, count: int) -> Path:
    """So many people as a file, each with a resident card of their own."""
    from tongchou.record.people.identity import check_digit

    with path.open("w", encoding="utf-8", newline="") as stream:
        lines = csv.writer(stream)
        lines.writerow(["证件号码", "姓名", "险种", "开始日期", "电话", "新生儿", "status"])
        for number in range(begin, begin + count):
            born = date(1950, 1, 1) + timedelta(days=number % 20_000)
            first = f"{110101 + number // 20_000_000:06d}{born:%Y%m%d}{number // 20_000:03d}"
            scheme = "employee" if number % EMPLOYED == 0 else "resident"
            lines.writerow(
                [first + check_digit(first), f"王{number}", scheme, "2026-01-01", "13800000000", "否", "在职"]
            )
    return path
