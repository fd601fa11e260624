"""DIP: a catalogue from three years of a million discharges each, and those discharges into its groups, on one core.

Drawn, not real: diagnoses and operations as unevenly as in hospitals, fees around a mean of their diagnosis and
operations, in Parquet files as an agency would have them. The peer is the slow builder of the tests, fractions in
Python, on a part of the same discharges.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]

EACH, YEARS, FEW = 1_000_000, (2023, 2024, 2025), 20_000


def write_year(folder: Path, year: int, count: int) -> Path:
    """Discharges of one year in one file."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    chance = np.random.default_rng(year)
    dx = [f"{letter}{n // 10:02d}.{n % 10}{n % 7}0" for letter in "ABCDEFGHIJKLMN" for n in range(1_000)]
    px = [f"{n // 100:02d}.{n % 100:02d}00" for n in range(4_000)]
    of = np.minimum(chance.zipf(1.25, (count, 4)), len(dx)) - 1
    many = chance.choice(4, count, p=[0.55, 0.25, 0.15, 0.05])
    operations = (of[:, :1] * 7 + np.minimum(chance.zipf(1.6, (count, 3)), 400)) % len(px)
    start = np.concatenate(([0], np.cumsum(many)))
    taken = operations[np.arange(3)[None, :] < many[:, None]]
    mean = (200_000 + of[:, 0] * 397 % 900_000) * (1 + many)
    fee = np.maximum(mean * chance.lognormal(0, 0.5, count), 100).astype(np.int64)
    day = (np.datetime64(f"{year}-01-01") - np.datetime64("1970-01-01")).astype(int) + chance.integers(0, 365, count)
    stay = chance.geometric(0.12, count)
    table = pa.table(
        {
            "discharge_id": pa.array([f"{year}{n:07d}" for n in range(count)]),
            "provider_id": pa.array(np.array([f"H{n:03d}" for n in range(500)])).take(
                pa.array(chance.integers(0, 500, count))
            ),
            "person_id": pa.array([f"P{n:06d}" for n in range(count)]).take(pa.array(chance.integers(0, count, count))),
            "admitted_on": pa.array((day - stay).astype(np.int32), pa.date32()),
            "discharged_on": pa.array(day.astype(np.int32), pa.date32()),
            "age": pa.array(chance.integers(0, 95, count)),
            "principal_diagnosis": pa.array(dx).take(pa.array(of[:, 0])),
            "other_diagnoses": pa.ListArray.from_arrays(
                pa.array(np.arange(0, count * 3 + 1, 3), pa.int32()), pa.array(dx).take(pa.array(of[:, 1:].ravel()))
            ),
            "procedures": pa.ListArray.from_arrays(pa.array(start, pa.int32()), pa.array(px).take(pa.array(taken))),
            "days": pa.array(stay),
            "outcome": pa.array(["1", "2", "5"]).take(pa.array(chance.choice(3, count, p=[0.95, 0.03, 0.02]))),
            "total_fee": pa.array(fee),
        }
    )
    file = folder / f"discharges-{year}.parquet"
    pq.write_table(table, file, compression="zstd")
    return file


def run() -> Iterator[dict[str, Any]]:
    import pyarrow as pa

    from tests.engines.dip.oracle import catalogue
    from tests.engines.dip.stage import ninghe, rows_of
    from tongchou.engines.dip.assigning import Assigner
    from tongchou.engines.dip.building import build
    from tongchou.engines.dip.catalogue import read_catalogue
    from tongchou.engines.dip.reading import read_files
    from tongchou.engines.dip.writing import write_catalogue

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    dip = ninghe()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [write_year(folder, year, EACH) for year in YEARS]
        began = time.process_time()
        read = read_files(files)
        built = build(dip, read.cases)
        (folder / "catalogue").mkdir()
        write_catalogue(built, folder / "catalogue")
        seconds = time.process_time() - began
        few = [row for file in files for row in rows_of(file, FEW // len(files))]
        began = time.process_time()
        catalogue(dip, few)
        peer = (time.process_time() - began) / len(few) * EACH * len(YEARS)
        yield {
            "name": "DIP catalogue from three years of a million discharges, one core",
            "value": round(seconds, 1),
            "unit": "s",
            "peer": "fractions in Python, from a part",
            "peer_value": round(peer),
            "at_most": 60,
            "note": f"{len(built.groups):,} groups",
        }
        catalogue_read = read_catalogue(folder / "catalogue")
        # The declaration is for later years than those it is built from; here they all are to be assigned.
        said = catalogue_read.dip.said.model_copy(update={"valid_from": None})
        assigner = Assigner(replace(catalogue_read, dip=replace(catalogue_read.dip, said=said)))
        began = time.process_time()
        counted = assigner.assign(read).counted
        seconds = time.process_time() - began
        yield {
            "name": "DIP assignment, one core",
            "value": round(read.rows / seconds),
            "unit": "discharges/s",
            "note": f"{counted['grouped']:,} grouped, with six auxiliary catalogues",
        }
