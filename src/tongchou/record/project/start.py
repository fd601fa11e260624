"""Make the record ready in this process: settings, keys, database, tables."""

from __future__ import annotations

import os
from collections.abc import Callable

from tongchou.record.base.secret import make_keys
from tongchou.record.postgres import Cluster
from tongchou.record.project import places
from tongchou.record.project.database import embedded


def use_settings() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.record.project.settings")


def start(migrate: bool = True, waiting: Callable[[str], None] = lambda text: None) -> Cluster | None:
    """Start the embedded database unless one's own is named, make the keys on the first start, bring the tables up to
    date. The cluster, or None. Raises S1… when the database will not start, S107 for one that is too old."""
    import django
    from django.core.management import call_command

    make_keys(places.keys())
    cluster = embedded()
    if cluster is not None:
        cluster.start(waiting)
    use_settings()
    django.setup()
    _check_version()
    if migrate:
        call_command("migrate", database="owner", interactive=False, verbosity=0)
    return cluster


def _check_version() -> None:
    from django.db import connection

    from tongchou.ground.errors import fail

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0])
    if version < 160_000:
        raise fail("S107", version=version // 10_000)
