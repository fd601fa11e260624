"""DRG grouping: columns of texts in, groups out, on one core; and one record by itself.

The peer is the slow grouper of the tests, plain sets in Python, on the same records of the shipped scheme.
"""

import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]

RECORDS, DIFFERENT, FEW = 1_000_000, 20_000, 5_000


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
    yield {"name": "DRG grouping of one record", "value": round(seconds / FEW * 1e6, 1), "unit": "µs", "at_most": 50}
