"""The account of the operating system that the embedded server runs as: never root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongchou.ground.errors import fail

DEDICATED = "tongchou"


@dataclass(frozen=True)
class Account:
    """Whom the server's processes belong to, and who started us; both are the same unless root started us."""

    name: str
    uid: int
    gid: int
    starter: str

    @property
    def is_other(self) -> bool:
        return self.name != self.starter

    def as_it(self) -> dict[str, Any]:
        """Arguments for `subprocess` that run a program as this account, with files for nobody else."""
        rest: dict[str, Any] = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_other else {}
        return {**rest, "umask": 0o077, "cwd": "/"}

    def own(self, folder: Path) -> None:
        """Give a folder that we made, with everything in it, to the account."""
        if self.is_other:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def can_run(self, program: Path) -> bool:
        return not self.is_other or self._test("-x", program)

    def can_enter(self, folder: Path) -> bool:
        return not self.is_other or self._test("-x", folder)

    def _test(self, what: str, path: Path) -> bool:
        return subprocess.run(["test", what, str(path)], **self.as_it(), check=False).returncode == 0


def server_account() -> Account:
    """The account that starts us; for root a dedicated one, made on the first start. Raises S102 if it cannot be."""
    me = pwd.getpwuid(os.geteuid())
    if me.pw_uid != 0:
        return Account(me.pw_name, me.pw_uid, me.pw_gid, me.pw_name)
    found = _known(DEDICATED) or _made(DEDICATED)
    return Account(found.pw_name, found.pw_uid, found.pw_gid, me.pw_name)


def _known(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _made(name: str) -> pwd.struct_passwd:
    useradd = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
    if useradd is not None:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(
            [useradd, "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name],
            check=False,
            **quiet,  # two of us may be first at once: what counts is whether it is there afterwards
        )
    found = _known(name)
    if found is None:
        raise fail("S102", account=name)
    return found
