"""The how-to on the server, followed with real processes: begin, serve, sign in, back up, restore, verify, stop."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("django", reason="the server needs the extra 'server'")

MAIN = "from tongchou.faces.cli import main; main()"
PATIENCE = 90  # seconds


class Server:
    """A home of its own, and the command line in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.places = {"TONGCHOU_HOME": str(root / "home"), "TONGCHOU_KEYS": str(root / "keys"), "TONGCHOU_LANG": "en"}
        (root / "home").mkdir()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def command(self, *words: str, **places: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, **self.places, **places}
        environment.pop("DATABASE_URL", None)
        return subprocess.run(
            [sys.executable, "-c", MAIN, *words], env=environment, capture_output=True, text=True, timeout=PATIENCE
        )

    def serve(self) -> subprocess.Popen[str]:
        environment = {**os.environ, **self.places}
        words = [sys.executable, "-c", MAIN, "serve", "--port", str(self.port)]
        with (self.root / "log").open("w") as log:
            process = subprocess.Popen(words, env=environment, stdout=log, stderr=log, text=True)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if self.ask("GET", "/ready")[0] == 200:
                    return process
            except OSError:
                time.sleep(0.1)
        process.kill()
        raise AssertionError((self.root / "log").read_text())

    def ask(self, method: str, path: str, content: Any = None, secret: str = "") -> tuple[int, Any]:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {secret}"} if secret else {})
        body = None if content is None else json.dumps(content).encode()
        url = f"http://127.0.0.1:{self.port}{path}"
        request = urllib.request.Request(url, body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    def database_runs(self) -> bool:
        return any((self.root / "home" / "postgres").glob("pgdata-*/postmaster.pid"))


@pytest.fixture
def server() -> Iterator[Server]:
    root = Path(tempfile.mkdtemp(prefix="tongchou-test-"))
    root.chmod(0o755)
    yield Server(root)
    shutil.rmtree(root)


def test_from_the_first_user_to_a_restored_backup(server: Server) -> None:
    begun = server.command("begin", "--code", "4501", "--name", "宁和市", "--json")
    assert begun.returncode == 0, begun.stderr
    first = json.loads(begun.stdout)["users"]["administrator"]
    assert server.command("begin", "--code", "4502", "--name", "x").returncode == 3
    assert not server.database_runs()

    process = server.serve()
    try:
        opened = server.ask("POST", "/api/session", {"username": "administrator", "password": first})[1]
        assert opened["must_change"]
        assert server.ask("GET", "/api/organisations", secret=opened["secret"])[0] == 403
        change = {"old": first, "new": "a long word of 9 letters"}
        assert server.ask("PUT", "/api/session/password", change, opened["secret"])[0] == 204
        secret = server.ask("POST", "/api/session", {"username": "administrator", "password": change["new"]})[1][
            "secret"
        ]
        new = {"kind": "agency", "code": "450101", "name": "城区", "parent": 1}
        assert server.ask("POST", "/api/organisations", new, secret)[0] == 201
        assert [one["code"] for one in server.ask("GET", "/api/organisations", secret=secret)[1]["items"]] == [
            "4501",
            "450101",
        ]
        assert server.command("backup", str(server.root / "backup.tar")).returncode == 0
        assert server.database_runs()  # it was there before, so it stays
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
    assert not server.database_runs()
    assert json.loads(server.command("verify", "--replay", "--json").stdout) == {
        "ok": True,
        "exit_code": 0,
        "replayed": 0,
        "problems": [],
    }

    other = {"TONGCHOU_HOME": str(server.root / "other")}
    (server.root / "other").mkdir()
    assert server.command("restore", str(server.root / "backup.tar"), **other).returncode == 0
    assert server.command("restore", str(server.root / "backup.tar"), **other).returncode == 3
    assert server.command("manage", "check", **other).returncode == 0


def test_keys_from_the_command_line(server: Server) -> None:
    for words, number in ((("make",), 1), (("make",), 1), (("add",), 2)):
        assert server.command("keys", *words).returncode == 0
        assert max(map(int, json.loads((server.root / "keys" / "keys.json").read_text())["sealing"])) == number
