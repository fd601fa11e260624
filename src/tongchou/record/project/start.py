"""Make the record ready in this process: settings, keys, database, tables."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

from tongchou.record.base.secret import make_keys
from tongchou.record.postgres import Cluster
from tongchou.record.project import places
from tongchou.record.project.database import embedded


def use_settings() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.record.project.settings")


@contextmanager
def running(migrate: bool = True, waiting: Callable[[str], None] = lambda text: None) -> Iterator[None]:
    """Within the block the record is ready. An embedded database that did not run before is stopped afterwards."""
    cluster = embedded()
    ran = cluster is not None and cluster.runs()
    start(migrate, waiting)
    try:
        yield
    finally:
        hang_up()
        if cluster is not None and not ran:
            cluster.stop()


def start(migrate: bool = True, waiting: Callable[[str], None] = lambda text: None) -> Cluster | None:
    """Start the embedded database unless one's own is named, make the keys on the first start, bring the tables up to
    date. The cluster, or None. Raises S1… when the database will not start, S107 for one that is too old."""
    import django

    make_keys(places.keys())
    cluster = embedded()
    if cluster is not None:
        cluster.start(waiting)
    use_settings()
    django.setup()
    _check_version()
    if migrate:
        bring_up_to_date()
    return cluster


def bring_up_to_date() -> None:
    """Run the migrations that are due, as the owner."""
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.recorder import MigrationRecorder

    fresh = not MigrationRecorder(connections["owner"]).has_table()
    with _by_neighbours() if fresh else nullcontext():
        call_command("migrate", database="owner", interactive=False, verbosity=0)


@contextmanager
def _by_neighbours() -> Iterator[None]:
    """Where a migration changes a model, Django makes anew all that it can be reached from, which is nearly everything,
    a thousand times. In an empty database no migration looks further than at a model's neighbours: half the time."""
    from django.db.migrations.state import ProjectState

    reload = ProjectState.reload_model

    def only_neighbours(self: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
        reload(self, app_label, model_name, delay=True)

    ProjectState.reload_model = only_neighbours
    try:
        yield
    finally:
        ProjectState.reload_model = reload


def hang_up() -> None:
    """Close every connection of this process: before it forks, and before the database stops."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        connection.close_pool()


def _check_version() -> None:
    from django.db import connection

    from tongchou.ground.errors import fail

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0])
    if version < 160_000:
        raise fail("S107", version=version // 10_000)
