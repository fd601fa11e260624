"""A year's clearing: five million discharges of 500 institutions, from Parquet files to the folder of results.

It runs in a process of its own, so that its peak of memory is its own. No other open system clears a year.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parent.parent
CASES, INSTITUTIONS, GROUPS = 5_000_000, 500, 6_000
_RUN = """
import json, resource, sys, time
from pathlib import Path
from tongchou.engines.payment import clear, load_rules, read_tables
from tongchou.engines.payment.folder import write
began, wall = time.process_time(), time.monotonic()
data, rules, out = map(Path, sys.argv[1:])
cleared = clear(load_rules(rules), year := read_tables(data))
assert all(balance.holds for balance in cleared.balances)
counted = time.process_time() - began
write(cleared, year, out)
print(json.dumps({"counted": counted, "seconds": time.process_time() - began, "wall": time.monotonic() - wall,
                  "lines": len(cleared.lines), "in": cleared.reasons[""],
                  "gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20}))
"""


def draw(folder: Path, cases: int = CASES, institutions: int = INSTITUTIONS) -> Path:
    """A year of a fictional province, in the form of the tables of a clearing."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    chance = np.random.default_rng(1)
    group = chance.integers(0, GROUPS, cases)
    mean = chance.integers(150_000, 6_000_000, GROUPS)[group]
    cost = (mean * chance.integers(20, 260, cases)) // 100
    own, day = cost * chance.integers(15, 45, cases) // 100, chance.integers(0, 365, cases)
    start = (date(2026, 1, 1) - date(1970, 1, 1)).days
    days, ids = chance.integers(1, 30, cases), np.char.add("S", np.char.zfill(np.arange(cases).astype(str), 8))

    def dates(numbers: np.ndarray) -> pa.Array:
        return pa.array(numbers.astype(np.int32)).cast(pa.date32())

    def words(names: list[str], codes: np.ndarray) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(names))

    def tenthousandths(numbers: np.ndarray) -> pa.Array:
        from tongchou.engines.payment.tables import exacts

        return exacts(numbers.astype(np.int64))

    names = [f"H{n:04d}" for n in range(institutions)]
    people = pa.array(np.char.add("P", chance.integers(0, cases // 3, cases).astype(str)))
    settlements = {
        "settlement_id": pa.array(ids), "institution": words(names, chance.integers(0, institutions, cases)),
        "scheme": words(["employee", "resident"], chance.integers(0, 2, cases)),
        "setting": words(["inpatient"], np.zeros(cases)), "person": people,
        "care": words(["", "精神", "化疗"], chance.choice(3, cases, p=[0.93, 0.02, 0.05])),
        "admitted_on": dates(start + day - days), "discharged_on": dates(start + day),
        "list_on": dates(start + day + chance.integers(1, 120, cases)), "days": days,
        "reversed": pa.array(chance.random(cases) < 0.01), "completed": pa.array(chance.random(cases) > 0.02),
        "total_fee": cost, "fund": cost - own, "person_paid": own, "fund_ratio": tenthousandths(np.full(cases, 8000)),
    }  # fmt: skip
    groups = {
        "settlement_id": pa.array(ids), "group": words([f"G{n:05d}" for n in range(GROUPS)], group),
        "status": words(["grouped", "ungrouped", "qy"], chance.choice(3, cases, p=[0.97, 0.02, 0.01])),
        "base_points": tenthousandths(mean), "reference_mean": mean,
        "auxiliary_age": tenthousandths(chance.choice([0, 11500], cases)),
    }  # fmt: skip
    others = {
        "institutions": {
            "institution": names, "level": [("一级", "二级", "三级")[n % 3] for n in range(institutions)],
            **{f"factor_{part}": tenthousandths(chance.integers(8500, 12000, institutions))
               for part in ("level", "history", "cmi")},
        },
        "budget": {"scheme": ["employee", "resident"], "amount": [int(cost.sum()) // 2] * 2},
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in {"settlements": settlements, "groups": groups, **others}.items():
        pq.write_table(pa.table(columns), folder / f"{name}.parquet", compression="zstd")
    return folder


def run() -> Iterator[dict]:
    with tempfile.TemporaryDirectory() as place:
        data = draw(Path(place) / "data")
        rules = ROOT / "regions" / "ninghe" / "payment" / "clearing"
        words = [sys.executable, "-c", _RUN, str(data), str(rules), str(Path(place) / "out")]
        found = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    told = f"{CASES:,} discharges, {INSTITUTIONS} institutions; reading and writing included"
    yield {"name": "year-end clearing", "value": round(found["seconds"], 1), "unit": "s", "at_most": 60, "note": told}
    yield {"name": "year-end clearing, memory", "value": round(found["gib"], 2), "unit": "GiB", "at_most": 4}
