"""Which database: DATABASE_URL where it is given, the embedded cluster where not."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tongchou.ground.errors import fail
from tongchou.record.postgres import DATABASE, OWNER, SERVICE, Cluster
from tongchou.record.project import places

_ENGINE = "django.db.backends.postgresql"


def embedded() -> Cluster | None:
    """The cluster that we run ourselves; None with a database of one's own."""
    return None if os.environ.get("DATABASE_URL") else Cluster(places.home() / "postgres", _version())


def databases() -> dict[str, dict[str, Any]]:
    """Django's setting: `default` is the service role, `owner` migrates. Raises S106 for an address it cannot read."""
    cluster = embedded()
    if cluster is None:
        service = _from_url(os.environ["DATABASE_URL"])
        owner = _from_url(os.environ.get("DATABASE_OWNER_URL", os.environ["DATABASE_URL"]))
    else:
        service, owner = (_at(cluster.socket, role) for role in (SERVICE, OWNER))
    service["OPTIONS"] = service.get("OPTIONS", {}) | {"pool": {"min_size": 1, "max_size": 16, "timeout": 10}}
    return {"default": service, "owner": owner}


def _version() -> int:
    return int(os.environ.get("TONGCHOU_POSTGRES", "18"))


def _at(socket: str, role: str) -> dict[str, Any]:
    return {"ENGINE": _ENGINE, "HOST": socket, "USER": role, "NAME": os.environ.get("TONGCHOU_DATABASE", DATABASE)}


def _from_url(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise fail("S106")
    return {
        "ENGINE": _ENGINE,
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "NAME": unquote(parts.path.strip("/")),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
