"""`make test`: every stage in turn, each announced; the cheap ones first, the tests last so that their summary ends it.

A failing stage does not stop the later ones: whoever waits for a run learns everything it has to say.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PYTHON = sys.executable
NO_TESTS_COLLECTED = 5

# What the covered run leaves out runs just before it, at full speed: only what must be covered is measured, by the
# tests in these folders, and by examples that are written down, not by searches that may find another way tomorrow.
MEASURED_BY = ("tests/ground", "tests/engines/benefits")
MEASURED = "not shared and not bulk and not soak and not hypothesis"
UNMEASURED = "(shared or bulk or whole or hypothesis) and not soak"
OLDEST_POSTGRES = "16"
# Of the record's tests only those that ask for the database can differ on another server, and of those the searches
# and long counts send it nothing that the examples do not.
ON_THE_OLDEST = "database and not bulk and not hypothesis"
# Each of two processes has one half of the tests, so that what a module sets up is set up once, and who is done first
# takes from the other.
IN_TWO = ("-n", "2", "--dist", "worksteal")
# Settled by engine and oracle in `make test`; `make soak` goes on to ten million.
CLAIMS = 200_000


def run(*command: str, **environment: str) -> int:
    # Some images switch bytecode off; then each process of each stage would translate every test anew.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(command, cwd=ROOT, env={**inherited, **environment}, check=False).returncode


def module(name: str, *arguments: str) -> int:
    return run(PYTHON, "-m", name, *arguments)


def types_and_docs() -> int:
    """Side by side, since each is one process; what they say is told one after the other."""
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    commands = ([PYTHON, "-m", "mypy"], [PYTHON, "tools/build_docs.py"])
    running = [subprocess.Popen(command, cwd=ROOT, **pipes) for command in commands]
    for process in running:
        print(process.communicate()[0], end="", flush=True)
    return max(process.returncode for process in running)


def imports() -> int:
    return run(str(Path(PYTHON).with_name("lint-imports")), "--no-logo", "--cache-dir", "build/imports")


def unmeasured_tests() -> int:
    code = module("pytest", *IN_TWO, "-m", UNMEASURED)
    return 0 if code == NO_TESTS_COLLECTED else code


def tests_of_the_record_on_the_oldest_postgres() -> int:
    command = ("-m", "pytest", "-q", *IN_TWO, "-m", ON_THE_OLDEST, "tests/record")
    return run(PYTHON, *command, TONGCHOU_POSTGRES=OLDEST_POSTGRES)


def measured_tests() -> int:
    """The tests that need only the checkout, under coverage; then the gate."""
    data = ROOT / "build" / "coverage"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    # A compiled loop cannot be measured, so the compiler is off.
    environment = {"TONGCHOU_NO_SHARED": "1", "NUMBA_DISABLE_JIT": "1"}
    command = ("-m", "coverage", "run", "-m", "pytest", *IN_TWO, "-m", MEASURED, *MEASURED_BY)
    tests = run(PYTHON, *command, **environment)
    for step in (["combine", "--quiet"], ["json", "--quiet"]):
        if module("coverage", *step) != 0:
            return 1
    return tests or run(PYTHON, "tools/check_coverage.py")


def engine_and_oracle() -> int:
    """On two processes, each with worlds of its own; it tells how far it is and ends with the tally of constructs."""
    return run(PYTHON, "tools/soak.py", str(CLAIMS), "2", "0")


STAGES: dict[str, Callable[[], int]] = {
    "format": lambda: module("ruff", "format", "--check", "--quiet", "."),
    "lint": lambda: module("ruff", "check", "--quiet", "."),
    "imports": imports,
    "types and docs": types_and_docs,
    "engine and oracle": engine_and_oracle,
    "tests, unmeasured": unmeasured_tests,
    f"tests, PostgreSQL {OLDEST_POSTGRES}": tests_of_the_record_on_the_oldest_postgres,
    "tests, measured": measured_tests,
}


def main(only: list[str]) -> int:
    """All stages, or those whose names begin with one of the words given."""
    chosen = {name: stage for name, stage in STAGES.items() if not only or name.startswith(tuple(only))}
    (ROOT / "build").mkdir(exist_ok=True)
    failed = []
    began = time.monotonic()
    for number, (name, stage) in enumerate(chosen.items(), start=1):
        print(f"=== {number}/{len(chosen)} {name}", flush=True)
        started = time.monotonic()
        if stage() != 0:
            failed.append(name)
            print(f"=== {name}: FAILED", flush=True)
        print(f"=== {name}: {time.monotonic() - started:.0f} s", flush=True)
    verdict = "failed: " + "; ".join(failed) if failed else "all held"
    print(f"=== stages: {len(chosen)}, {time.monotonic() - began:.0f} s, {verdict}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
