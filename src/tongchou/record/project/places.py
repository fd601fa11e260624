"""Where this server keeps its things: data, keys and the head of the trail are three places, never one in another."""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """The data folder: TONGCHOU_HOME, else the system's usual place."""
    return _place("TONGCHOU_HOME", "/var/lib/tongchou", "XDG_DATA_HOME", ".local/share/tongchou")


def keys() -> Path:
    """The folder of the keys, outside data folder and backups: TONGCHOU_KEYS, else the system's usual place."""
    return _place("TONGCHOU_KEYS", "/etc/tongchou", "XDG_CONFIG_HOME", ".config/tongchou")


def audit_head() -> Path:
    """The file with the head of the trail, best on another machine's disk: TONGCHOU_AUDIT_HEAD."""
    named = os.environ.get("TONGCHOU_AUDIT_HEAD")
    return Path(named) if named else keys() / "audit-head.jsonl"


def _place(variable: str, of_root: str, standard: str, of_user: str) -> Path:
    named = os.environ.get(variable)
    if named:
        return Path(named)
    if os.geteuid() == 0:
        return Path(of_root)
    base = os.environ.get(standard)
    return Path(base) / "tongchou" if base else Path.home() / of_user
