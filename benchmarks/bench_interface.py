"""The national interface over HTTP: whole visits, and a stay of 5,000 lines, against a sandbox in a process of its own.

The peer of a visit of six messages is six trivial messages to the same server, from the same client: an unknown
transaction is read and refused without asking the database. They are sent in turns, so that other work on the machine
slows both.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "src")]

HOSPITAL = "H99990000001"
ROUNDS, VISITS, CLIENTS = 6, 24, 4
LINES, LONG = 10, 5_000
STEPS = 6
PATIENCE = 300
MAIN = "from tongchou.faces.cli import main; main()"


def run() -> Iterator[dict]:
    with sandbox() as (url, root):
        yield from rows(url, root)


def rows(url: str, root: Path, rounds: int = ROUNDS, visits: int = VISITS) -> Iterator[dict]:
    from tongchou.faces.his.day import percentile, play
    from tongchou.faces.his.desk import Desk
    from tongchou.faces.his.encounters import Encounter
    from tongchou.faces.his.wire import Wire

    def desk() -> Desk:
        return Desk(Wire(url), HOSPITAL)

    outpatients, items = people(), lines(LINES)
    ours, theirs, settled, trivial, busy, idle = 0.0, 0.0, [], [], 0.0, 0.0
    play([Encounter("outpatient", card, insutype, "11", items) for card, insutype in outpatients], CLIENTS, desk)
    for place in range(rounds):
        cards = [outpatients[(place * visits + one) % len(outpatients)] for one in range(visits)]
        before = spent(root)
        day = play([Encounter("outpatient", card, insutype, "11", items) for card, insutype in cards], CLIENTS, desk)
        between = spent(root)
        assert day.fine, (day.refused[:2], day.log.faults[:2])
        ours += day.seconds
        settled += day.log.seconds["2207"]
        seconds, each = trivial_posts(desk, visits * STEPS)
        busy, idle = busy + between - before, idle + spent(root) - between
        theirs += seconds
        trivial += each
    whole = rounds * visits
    note = (
        f"{whole} visits of {LINES} lines by {CLIENTS} desks, every answer checked; client and server share the cores"
    )
    yield {
        "name": "interface: 1101, 2201, 2203, 2204, 2206, 2207 over HTTP",
        "value": round(whole / ours, 1),
        "unit": "visits/s",
        "peer": "six trivial messages to the same server",
        "peer_value": round(whole / theirs, 1),
        "at_least": 20,
        "note": note,
    }
    yield {
        "name": "interface: 2207, the slowest of a hundred",
        "value": round(percentile(sorted(settled), 99) * 1000, 1),
        "unit": "ms",
        "peer": "a trivial message",
        "peer_value": round(percentile(sorted(trivial), 99) * 1000, 1),
        "at_most": 250,
    }
    yield {
        "name": "interface: processor time of a visit of six messages",
        "value": round(busy / whole * 1000, 1),
        "unit": "ms",
        "peer": "six trivial messages",
        "peer_value": round(idle / whole * 1000, 1),
        "note": "of server and database together, whatever else the machine does",
    }
    stay = Encounter("inpatient", outpatients[0][0], outpatients[0][1], "21", lines(LONG), days=1, account="0")
    day = play([stay], 1, desk)
    assert day.fine, (day.refused, day.log.faults[:2])
    yield {
        "name": f"interface: 2301, 2303 and 2304 of {LONG:,} lines",
        "value": round(sum(day.log.seconds[infno][0] for infno in ("2301", "2303", "2304")), 2),
        "unit": "s",
        "peer": "a trivial message of the same size",
        "peer_value": round(large_post(desk, LONG), 2),
        "at_most": 5,
    }


def people() -> list[tuple[str, str]]:
    from tongchou.faces.his.encounters import sandbox as doors

    return [(card, insutype) for card, insutype, _ in doors().people]


def lines(count: int) -> tuple:
    from tongchou.faces.his.encounters import Item

    kinds = (Item("D001", Decimal(2), Decimal("12.50")), Item("D003", Decimal(1), Decimal("21.30")))
    return tuple(kinds[place % 2] for place in range(count))


def trivial_posts(desk: object, count: int) -> tuple[float, list[float]]:
    """Seconds in which so many desks send so many messages, and of each."""
    from concurrent.futures import ThreadPoolExecutor

    def work(own: int) -> list[float]:
        at = desk()
        found = [at.deliver(at.envelope("9999", {})).got.seconds for _ in range(own)]
        at.close()
        return found

    start = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        each = [one for found in pool.map(work, [count // CLIENTS] * CLIENTS) for one in found]
    return time.perf_counter() - start, each


def large_post(desk: object, count: int) -> float:
    at = desk()
    row = {"feedetl_sn": "1", "mdtrt_id": "1" * 20, "medins_list_codg": "D001", "det_item_fee_sumamt": 25.0}
    message = at.envelope("9999", {}) | {"input": {"feedetail": [row] * count}}
    seconds = at.deliver(message).got.seconds
    at.close()
    return seconds


def spent(root: Path) -> float:
    """Seconds of the processors that every process of the sandbox has taken: those that name its folder, and what they
    started."""
    stats = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            named = str(root) in (folder / "cmdline").read_text()
        except OSError:
            continue
        stats[folder.name] = (named, fields[1], int(fields[11]) + int(fields[12]))
    own = {number for number, (named, _, _) in stats.items() if named}
    ticks = sum(one[2] for number, one in stats.items() if number in own or one[1] in own)
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def sandbox() -> Iterator[tuple[str, Path]]:
    root = Path(tempfile.mkdtemp(prefix="tongchou-bench-"))
    root.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    words = [sys.executable, "-c", MAIN, "serve", "--sandbox", "--home", str(root), "--port", port]
    environment = {**os.environ, "TONGCHOU_LANG": "en", "PYTHONPATH": str(ROOT / "src")}
    with (root / "log").open("w") as log:
        process = subprocess.Popen(words, env=environment, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + PATIENCE
        while "the sandbox is at" not in (root / "log").read_text() and time.monotonic() < deadline:
            if process.poll() is not None:
                raise RuntimeError((root / "log").read_text())
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}", root
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
        shutil.rmtree(root)


if __name__ == "__main__":
    for one in run():
        print(json.dumps(one, ensure_ascii=False))
