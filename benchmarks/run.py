"""`make bench`: each benchmarks/bench_*.py has `run()`, which yields rows; each row becomes one JSON object a line.

A row names its measure and, where another system was measured at the same work, that peer and its value.
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
    """All the keys, in one order. The ratio is ours to the peer's; where there is no peer it is null."""
    value, peer_value = row["value"], row.get("peer_value")
    return {
        "name": row["name"],
        "value": value,
        "unit": row["unit"],
        "peer": row.get("peer"),
        "peer_value": peer_value,
        "ratio": round(value / peer_value, 4) if peer_value else None,
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
