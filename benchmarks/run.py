"""`make bench`: each benchmarks/bench_*.py has `run()`, which yields rows; each row becomes one JSON object a line.

A row names its measure and, where another system was measured at the same work, that peer and its value; a target
where there is one. `benchmarks/table.py` turns the lines into the table of the documentation.
"""

import importlib.util
import json
import os
import platform
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).parent


def machine() -> str:
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def discover(only: str | None) -> Iterator[tuple[str, Path]]:
    for path in sorted(HERE.glob("bench_*.py")):
        name = path.stem.removeprefix("bench_")
        if only in (None, name):
            yield name, path


def rows_of(path: Path) -> Iterable[dict]:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.run()


def complete(row: dict) -> dict:
    """All the keys, in one order; what a row does not have is null.

    `ratio` is ours to the peer's, or to what is to be reached (`at_least`, `at_most`) where there is no peer. A row
    that could not be measured has its reason under `skipped` and nothing else.
    """
    if "skipped" in row:
        return {"name": row["name"], "skipped": row["skipped"], "machine": machine()}
    value, peer_value = row["value"], row.get("peer_value")
    least, most = row.get("at_least"), row.get("at_most")
    beside = peer_value if "peer" in row else least or most
    reached = None if least is most is None else (least is None or value >= least) and (most is None or value <= most)
    return {
        "name": row["name"],
        "value": value,
        "unit": row["unit"],
        "peer": row.get("peer"),
        "peer_value": peer_value,
        "at_least": least,
        "at_most": most,
        "reached": reached,
        "ratio": round(value / beside, 4) if beside else None,
        "note": row.get("note"),
        "machine": machine(),
    }


def main(arguments: list[str]) -> int:
    only = arguments[0] if arguments else None
    found = list(discover(only))
    for _, path in found:
        for row in rows_of(path):
            print(json.dumps(complete(row), ensure_ascii=False), flush=True)
    if only and not found:
        known = ", ".join(name for name, _ in discover(None)) or "none yet"
        print(f"bench: no benchmark is called {only}; there are: {known}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
