"""The conformance cases: all pass against the sandbox; a platform that does something else fails."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tongchou.faces.his.conform import ABSENT, FAIL, PASS, SKIPPED, WRITTEN, chains, conform
from tongchou.faces.his.desk import Desk
from tongchou.faces.his.wire import Got

MAIN = "from tongchou.faces.cli import main; main()"
PATIENCE = 600  # seconds; a loaded machine takes its time to make a database
NEEDED = """1101 1201 1301 1304 1305 1312 1316 1317 1318 1319 1901 2001 2101 2102 2103 2201 2202 2203 2204 2205 2206
2207 2208 2301 2302 2303 2304 2305 2401 2402 2403 2404 2405 2601 3101 3201 3202 3301 3302 3401 3402 3403 3501 3507 5101
5102 5201 5202 5203 5204 5205 5206 5301 5302 5303 5304 9001 9002 9101""".split()


def test_a_platform_that_takes_everything_fails(desk: Callable[..., Desk]) -> None:
    """What must be refused and is not; what is not offered; what could not be asked for want of an answer."""
    given, asked = chains()

    def yes(got: Got) -> Got:
        answer = json.loads(got.body)
        if answer["infcode"] == -1:
            answer = {**dict.fromkeys(("warn_msg", "cainfo", "signtype", "output")), **answer, "infcode": 0}
            answer |= {"err_msg": "", "inf_refmsgid": "1" * 30, "refmsg_time": "1" * 17, "respond_time": "1" * 17}
        return replace(got, body=json.dumps(answer).encode())

    results = conform(lambda code: desk(code, change=yes), given, asked[:1])
    assert [one.status for one in results] == [PASS, PASS, FAIL]

    def nothing(got: Got) -> Got:
        return replace(got, body=b'{"type": "error", "infcode": -1, "err_msg": "?"}')

    results = conform(lambda code: desk(code, change=nothing), given, asked[:1])
    assert [one.status for one in results] == [ABSENT, SKIPPED, SKIPPED]


def test_the_ways_in_which_the_same_is_written() -> None:
    given = {"data": {"psn_no": "7", "feedetl_sn": "", "rows": [{"cnt": 2}]}}
    assert WRITTEN["texts"](given)["data"]["rows"] == [{"cnt": "2"}]
    assert WRITTEN["nulls"](given)["data"]["feedetl_sn"] == "null"
    assert WRITTEN["none"](given)["data"]["feedetl_sn"] is None
    assert WRITTEN["numbers"](given)["data"]["psn_no"] == 7
    assert list(WRITTEN["capitals"](given)["data"]) == ["psnNo", "feedetlSn", "rows"]
    assert WRITTEN["listed"](given)["data"] == [given["data"]]
    assert WRITTEN["single"]({"feedetail": [1]}) == {"feedetail": 1}
    assert json.loads(WRITTEN["text"](given)) == given
    assert "no_such_key" in WRITTEN["more"](given)["data"]["rows"][0]


def test_a_case_with_an_unknown_word_is_told(tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text("given: {}\nchains: [{title: {en: x}, steps: [{ask: 1101, refuse: N1}]}]", "utf-8")
    with pytest.raises(ValueError, match="x: refuse"):
        chains(file)


def test_the_command_against_a_sandbox_of_its_own() -> None:
    """`tongchou his --conform` against `tongchou serve --sandbox`, as anybody runs them."""
    memory = Path("/dev/shm")
    root = Path(tempfile.mkdtemp(prefix="tongchou-test-", dir=memory if memory.is_dir() else None))
    root.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = {**os.environ, "TONGCHOU_LANG": "en"}
    words = [sys.executable, "-c", MAIN, "serve", "--sandbox", "--home", str(root), "--port", port]
    with (root / "log").open("w") as log:
        process = subprocess.Popen(words, env=environment, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + PATIENCE
        while "the sandbox is at" not in (root / "log").read_text() and time.monotonic() < deadline:
            assert process.poll() is None, (root / "log").read_text()
            time.sleep(0.2)
        run = subprocess.run(
            [sys.executable, "-c", MAIN, "his", f"http://127.0.0.1:{port}", "--conform", "--json"],
            env=environment, capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
        assert run.returncode == 0, run.stdout + run.stderr
        passed = {row["infno"] for row in json.loads(run.stdout)["transactions"] if row["status"] == PASS}
        assert passed >= set(NEEDED)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
        shutil.rmtree(root)
