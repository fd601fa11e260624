"""DRG grouping: columns of texts in, groups out, on one core; and one record by itself.

The peer in bulk is the slow grouper of the tests, plain sets in Python, on the same records of the shipped scheme. One
record at a time the peer is msdrg, an American grouper with rules, codes and stays of its own, in an environment of its
own: no package that groups Chinese records was found in a registry. OpenDRG is published as source only: `pip download
opendrg` finds no distribution, and npm answers 404 for `opendrg`.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]

RECORDS, DIFFERENT, FEW = 1_000_000, 20_000, 5_000
MSDRG = ROOT / "benchmarks" / "msdrg"
ENVIRONMENT = ROOT / "build" / "bench-msdrg"
OPENDRG = "no package of this name on PyPI (no matching distribution) or npm (404); published as source only"


def run() -> Iterator[dict]:
    import pyarrow as pa

    from tests.engines.grouping.oracle import Oracle
    from tests.engines.grouping.stage import NINGHE, as_record, drawn, ninghe
    from tongchou.engines.grouping.bulk import group_table

    oracle, chance = Oracle(NINGHE), random.Random(1)
    cases = [drawn(oracle, chance) for _ in range(DIFFERENT)]
    texts = {
        name: ["|".join(v) if isinstance(v := case[name], list) else "" if v is None else str(v) for case in cases]
        for name in cases[0]
    }
    one = pa.table({"index": list(map(str, range(DIFFERENT))), **texts})
    table = pa.concat_tables([one] * (RECORDS // DIFFERENT)).combine_chunks()
    pa.set_cpu_count(1)
    grouper = ninghe()
    group_table(grouper, one)
    began = time.process_time()
    group_table(grouper, table)
    bulk = len(table) / (time.process_time() - began)
    began = time.process_time()
    for case in cases[:FEW]:
        oracle.group(case)
    peer = FEW / (time.process_time() - began)
    yield {
        "name": "DRG grouping, one core, bulk",
        "value": round(bulk),
        "unit": "records/s",
        "peer": "plain sets in Python",
        "peer_value": round(peer),
        "at_least": 500_000,
    }
    records = [as_record(case) for case in cases[:FEW]]
    began = time.process_time()
    for record in records:
        grouper.group(record)
    seconds = time.process_time() - began
    single = round(seconds / FEW * 1e6, 1)
    yield {"name": "DRG grouping of one record", "value": single, "unit": "µs", "at_most": 50}
    yield beside_msdrg(round(FEW / seconds))
    yield {"name": "DRG grouping beside OpenDRG", "skipped": OPENDRG}


def beside_msdrg(own: int) -> dict:
    """One call a record on both sides, each on records of its own scheme."""
    from benchmarks.openfisca.environment import Unavailable, make

    name = "DRG grouping, one record at a time"
    try:
        python = make(ENVIRONMENT, MSDRG / "requirements.txt")
    except Unavailable as error:
        return {"name": f"{name}, beside msdrg", "skipped": str(error)}
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [str(python), str(MSDRG / "peer.py"), str(DIFFERENT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=True, env=clean)
    told = json.loads(done.stdout.splitlines()[-1])
    return {
        "name": name,
        "value": own,
        "unit": "records/s",
        "peer": f"msdrg {told['version']} (MS-DRG 43.1, stays of its own)",
        "peer_value": round(told["of"] / told["seconds"]),
        "note": f"the peer put {told['grouped']:,} of {told['of']:,} stays into {told['different']:,} groups",
    }
