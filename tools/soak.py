"""`make soak`: engine against oracle on ten million random claims. The last line is JSON with counts by family.

    tools/soak.py [CLAIMS] [PROCESSES] [FIRST_SEED]

A difference ends the run with the claim, the folder of the pack (build/oracle) and both sides. What is done is kept in
build/soak, so that a run that was stopped goes on where it was, as long as neither side has changed (tools/sides.py).
"""

import gc
import json
import multiprocessing
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.oracle.compare import Difference  # noqa: E402 (after the path)
from tests.oracle.run import LONG, SHORT, compare_worlds  # noqa: E402 (after the path)
from tests.oracle.tally import by_family, never_exercised, report  # noqa: E402 (after the path)
from tools.sides import fingerprint  # noqa: E402 (after the path)

CLAIMS, PROCESSES, FIRST_SEED = 10_000_000, 2, 1_000_000
EVERY_WORLDS, EVERY_SECONDS = 2, 10
FEW_COLLECTIONS = (50_000, 20, 50)
"""Hardly anything here goes round in circles: collecting less often saves a tenth of the time."""
EVERY_CONSTRUCT = 200_000
"""From so many claims on every construct must have been exercised; a shorter run must reach every family."""


def work(number: int, processes: int, claims: int, first_seed: int, answers: "multiprocessing.Queue") -> None:
    """One process: its share of the claims, with a message now and then, the tally or the difference at the end."""
    gc.set_threshold(*FEW_COLLECTIONS)
    is_long = claims > EVERY_CONSTRUCT
    kept = ROOT / "build" / "soak" / f"{fingerprint()}-{first_seed + number}-{processes}.json"
    known = json.loads(kept.read_text("utf-8")) if is_long and kept.exists() else {}
    tally: Counter[str] = Counter(known)
    answers.put((number, "from", tally["claims"]))
    try:
        for _ in compare_worlds(first_seed + number, processes, claims, LONG if is_long else SHORT, tally):
            if tally["worlds"] % EVERY_WORLDS == 0:
                answers.put((number, "progress", tally["claims"]))
                if is_long:
                    keep(tally, kept)
        answers.put((number, "done", tally))
    except Difference as difference:
        answers.put((number, "difference", str(difference)))


def keep(tally: Counter[str], file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(tally, ensure_ascii=False), "utf-8")
    fresh.replace(file)


def main(claims: int = CLAIMS, processes: int = PROCESSES, first_seed: int = FIRST_SEED) -> int:
    answers: multiprocessing.Queue = multiprocessing.Queue()
    share = -(-claims // processes)
    arguments = [(n, processes, share, first_seed, answers) for n in range(processes)]
    workers = [multiprocessing.Process(target=work, args=a, daemon=True) for a in arguments]
    began = time.monotonic()
    for worker in workers:
        worker.start()
    tally, failed = collect(answers, processes, claims, began)
    seconds = time.monotonic() - began
    print(report(tally))
    missing = never_exercised(tally) if claims >= EVERY_CONSTRUCT else idle_families(tally)
    for construct in missing:
        print(f"never exercised: {construct}")
    summary = {"name": "oracle", "claims": tally["claims"], "worlds": tally["worlds"], "differences": failed}
    print(json.dumps({**summary, "seconds": round(seconds), "families": by_family(tally)}, ensure_ascii=False))
    return 1 if failed or missing else 0


def idle_families(tally: Counter[str]) -> list[str]:
    return [family for family, counts in by_family(tally).items() if not any(counts.values())]


def collect(answers: "multiprocessing.Queue", processes: int, claims: int, began: float) -> tuple[Counter[str], int]:
    """What the processes report until each is done; a difference stops waiting."""
    tally: Counter[str] = Counter()
    first, done, told = [0] * processes, [0] * processes, began
    running = processes
    while running:
        number, kind, content = answers.get()
        if kind == "difference":
            print(content, flush=True)
            return tally, 1
        done[number] = content["claims"] if kind == "done" else content
        if kind == "from":
            first[number] = content
        if kind == "done":
            running -= 1
            tally += content
        if kind == "progress" and time.monotonic() - told < EVERY_SECONDS:
            continue
        told = time.monotonic()
        rate = (sum(done) - sum(first)) / (told - began)
        print(f"{sum(done):>12,} of {claims:,} claims, {rate:,.0f} a second", flush=True)
    return tally, 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
