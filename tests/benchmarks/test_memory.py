import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import memory

MEGABYTES = 80
HOLDER = f"""
import subprocess, sys, time
held = bytearray({MEGABYTES} << 20)
if len(sys.argv) > 1:
    subprocess.run([sys.executable, "-c", open(__file__).read()])
time.sleep(0.4)
"""


@pytest.mark.skipif(not memory.PROC.joinpath("self/smaps_rollup").exists(), reason="needs /proc")
def test_a_process_and_its_children_count_together(tmp_path: Path) -> None:
    script = tmp_path / "holder.py"
    script.write_text(HOLDER, "utf-8")
    with subprocess.Popen([sys.executable, str(script), "with a child"]) as process:
        peak = memory.peak_of(process.pid, lambda: process.poll() is None, every=0.02)
    assert process.returncode == 0
    assert 2 * MEGABYTES << 20 < peak < 4 * MEGABYTES << 20


def test_what_has_ended_holds_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert list(memory.family(process.pid)) == [process.pid]
    assert memory.held(process.pid) == 0
