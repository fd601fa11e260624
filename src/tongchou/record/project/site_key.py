"""Django's own secret, kept beside our keys."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def site_key(folder: Path) -> str:
    """The secret in `folder`, made on the first call; for this account's eyes only."""
    file = folder / "site-key"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text("utf-8").strip()
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(secrets.token_urlsafe(50))
    return file.read_text("utf-8").strip()
