"""Enrolling a region from a file, and one person's entitlement out of the record; a database of its own."""

import csv
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

PEOPLE, TARGET = 100_000, 1_000_000
ALONE = 100
EMPLOYED = 3  # one of so many


def run() -> Iterator[dict]:
    """People nobody knew yet: each is registered with certificate and household, and enrolled."""
    folder = Path(tempfile.mkdtemp(prefix="tongchou-bench-"))
    folder.chmod(0o755)  # the database runs as an account of its own
    os.environ |= {"TONGCHOU_HOME": str(folder / "home"), "TONGCHOU_KEYS": str(folder / "keys")}
    os.environ.pop("DATABASE_URL", None)
    (folder / "home").mkdir()
    try:
        from tongchou.record.project.start import running

        with running():
            yield from measure(folder)
    finally:
        shutil.rmtree(folder)


def measure(folder: Path) -> Iterator[dict]:
    from tongchou.record.base.actor import acting, system_actor
    from tongchou.record.enrolment.files.importing import import_file
    from tongchou.record.entitlement.queries import entitled, entitlement_of
    from tongchou.record.orgs import commands
    from tongchou.record.orgs.permissions import PERMISSIONS
    from tongchou.record.sheets.streamed import upload

    with acting(system_actor("bench", *PERMISSIONS)):
        put_in_force()
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
        on = date(2026, 6, 15)
        entitlement_of(person_id=done.persons[0], on=on)
        began = time.perf_counter()
        for person in done.persons[:ALONE]:
            entitlement_of(person_id=person, on=on)
        alone = (time.perf_counter() - began) / ALONE
        yield {
            "name": "entitlement of one person, from the record",
            "value": round(alone * 1000, 2),
            "unit": "ms",
            "at_most": 5,
        }
        began = time.perf_counter()
        found = entitled(on=on)
        yield {
            "name": "entitlement on a day, everybody in the record",
            "value": round(time.perf_counter() - began, 2),
            "unit": "s",
            "note": f"{PEOPLE + PEOPLE // 2:,} people, {found.histories} histories, no payments",
        }


def put_in_force() -> None:
    """The pack of Ninghe, without the two people it takes."""
    from tongchou.ground.region.load import load_region
    from tongchou.ground.shipped import regions_dir
    from tongchou.record.base import clock
    from tongchou.record.packs.models import Activation, StoredPack

    pack, now = load_region(regions_dir() / "ninghe"), clock.now()
    stored = StoredPack.objects.create(
        hash=pack.hash, region=pack.region.code, name="宁和", content=dict(pack.resolved), proposed_at=now
    )
    Activation.objects.create(pack=stored, decision="activated", since=now, decided_at=now, reason="bench")


def write(path: Path, begin: int, count: int) -> Path:
    """So many people as a file, each with a resident card of their own."""
    from tongchou.record.people.identity import check_digit

    with path.open("w", encoding="utf-8", newline="") as stream:
        lines = csv.writer(stream)
        lines.writerow(["证件号码", "姓名", "险种", "开始日期", "电话", "新生儿"])
        for number in range(begin, begin + count):
            born = date(1950, 1, 1) + timedelta(days=number % 20_000)
            first = f"{110101 + number // 20_000_000:06d}{born:%Y%m%d}{number // 20_000:03d}"
            scheme = "employee" if number % EMPLOYED == 0 else "resident"
            lines.writerow([first + check_digit(first), f"王{number}", scheme, "2026-01-01", "13800000000", "否"])
    return path
