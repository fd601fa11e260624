"""One PostgreSQL cluster in one folder: made on the first start, reached through a socket by peer authentication."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg

from tongchou.ground.errors import fail
from tongchou.record.postgres import roles
from tongchou.record.postgres.account import Account, server_account
from tongchou.record.postgres.binaries import LATEST, usable

_LONGEST_SOCKET = 90  # bytes; the operating system allows 107, and the server adds `/.s.PGSQL.5432.lock`
_STALE = "shared memory block"  # the kernel still holds that of a server that was killed
_PAUSE = 0.05
_TRIES = 200  # starts after a killed server, one pause apart

_SETTINGS = """\
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
max_connections = 100
timezone = 'Asia/Shanghai'
log_timezone = 'Asia/Shanghai'
lock_timeout = '30s'
idle_in_transaction_session_timeout = '10min'
wal_compression = on
wal_buffers = 64MB
min_wal_size = 1GB
wal_init_zero = off
"""
"""Of the log: room for what a share of a settled year writes, files kept for the next, and new ones not written full of
nothing first. With less, processes that post a year wait for each other a quarter of their time."""


@dataclass(frozen=True)
class Cluster:
    """`folder` is ours alone (mode 0700); the server keeps its files in `folder/pgdata-VERSION`."""

    folder: Path
    version: int = LATEST

    @property
    def data(self) -> Path:
        return self.folder / f"pgdata-{self.version}"

    @property
    def log(self) -> Path:
        return self.folder / f"postgres-{self.version}.log"

    @cached_property
    def account(self) -> Account:
        return server_account()

    @cached_property
    def binaries(self) -> Path:
        return usable(self.version, self.account, self.folder) / "bin"

    @cached_property
    def socket(self) -> str:
        """The folder of the socket: in ours, or where the path would be too long for the system, a short one."""
        own = str(self.folder.resolve() / "run")
        if len(own.encode()) <= _LONGEST_SOCKET:
            return own
        name = hashlib.sha256(f"{own}{self.account.uid}".encode()).hexdigest()[:16]
        return str(Path(tempfile.gettempdir()).resolve() / f"tongchou-{name}")

    def start(self, waiting: Callable[[str], None] = lambda text: None) -> None:
        """Start the server unless it runs, and wait until it answers, however long it has to recover.

        `waiting` is told now and then what the server says of itself meanwhile. Raises S103 when the folder is out of
        the account's reach, S104 when the server will not start.
        """
        self._make()
        tries, said = 0, time.monotonic()
        while not self._answers():
            if not self.runs():
                if tries == _TRIES or (tries and _STALE not in self._last_words()):
                    raise fail("S104", log=self.log, reason=self._last_words() or "-")
                tries += 1
                self._run("pg_ctl", "start", "-D", str(self.data), "-l", str(self.log), "-w", "-t", "2")
            elif time.monotonic() - said > 1:
                waiting(self._last_words())
                said = time.monotonic()
            time.sleep(_PAUSE)
        roles.prepare(self.socket)

    def stop(self) -> None:
        """Stop the server and wait for it; sessions are ended, transactions rolled back."""
        if self.runs():
            self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w", "-t", "600")

    def runs(self) -> bool:
        return self.data.is_dir() and self._run("pg_ctl", "status", "-D", str(self.data)).returncode == 0

    def dsn(self, role: str = roles.SERVICE, database: str = roles.DATABASE) -> dict[str, str]:
        """How to reach it as one of its roles."""
        return {"host": self.socket, "user": role, "dbname": database}

    def _make(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.account.is_other and self.folder.stat().st_uid != self.account.uid:
            if any(self.folder.iterdir()):
                raise fail("S105", folder=self.folder, account=self.account.name)
            self.account.own(self.folder)
        self.folder.chmod(0o700)
        if not self.account.can_enter(self.folder):
            raise fail("S103", folder=self.folder, account=self.account.name)
        socket = Path(self.socket)
        if not socket.is_dir():
            socket.mkdir(mode=0o700)
            self.account.own(socket)
        if socket.stat().st_uid != self.account.uid:
            raise fail("S105", folder=socket, account=self.account.name)
        if not (self.data / "PG_VERSION").is_file():
            self._initialise()

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it there, so that half a cluster is never taken for one."""
        new = self.data.with_suffix(".new")
        self._remove(new)
        made = self._run(
            *("initdb", "-D", str(new), "-U", roles.SUPERUSER, "--auth=peer", "--encoding=UTF8", "--locale=C"),
            *("--data-checksums", "--no-instructions"),
        )
        if made.returncode != 0:
            raise fail("S104", log=self.log, reason=(made.stderr or made.stdout).strip()[-500:])
        self._write(new / "postgresql.auto.conf", _SETTINGS.format(socket=self.socket))
        self._write(new / "pg_hba.conf", "local all,replication all peer map=tongchou\n")
        users = sorted({self.account.name, self.account.starter})
        pairs = [(user, role) for user in users for role in (roles.SUPERUSER, roles.OWNER, roles.SERVICE)]
        self._write(new / "pg_ident.conf", "".join(f"tongchou {user} {role}\n" for user, role in pairs))
        new.rename(self.data)

    def _answers(self) -> bool:
        try:
            psycopg.connect(host=self.socket, user=roles.SUPERUSER, dbname="postgres", connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _last_words(self) -> str:
        """The end of the server's log."""
        if not self.log.is_file():
            return ""
        return "\n".join(self.log.read_text("utf-8", errors="replace").splitlines()[-3:])

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        return subprocess.run(
            [str(self.binaries / program), *arguments],
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            env=environment,
            **self.account.as_it(),
        )

    def _write(self, file: Path, text: str) -> None:
        file.write_text(text, "utf-8")
        file.chmod(0o600)
        self.account.own(file)

    def _remove(self, folder: Path) -> None:
        if folder.exists():
            subprocess.run(["rm", "-rf", "--", str(folder)], check=True, **self.account.as_it())
