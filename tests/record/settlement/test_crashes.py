"""F7: the database and whoever settles are killed at any moment; nothing that was answered is lost or done twice.

Each cycle two processes settle under message ids and note what they were answered; then one of them, the database, or
all are killed. What was not answered is sent again in the next cycle under the same id, as a hospital does.
"""

import os
import random
import signal
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import organisation
from tests.record.settlement.race import TODAY, wrong
from tests.record.settlement.stage import hospital, retired, treated
from tongchou.record.base import clock
from tongchou.record.base.scope import scoped, system
from tongchou.record.postgres import Cluster
from tongchou.record.project.start import hang_up
from tongchou.record.settlement.asking import Asked
from tongchou.record.settlement.models import Event, Message
from tongchou.record.settlement.settling import rules_now, settle

MAY = date(2025, 5, 10)
WORKERS, EACH = 2, 12
"""Processes that settle, and visits that each is given in a cycle at the most."""


def counter(visits: list[int], answers: Path) -> int:
    """A process that settles these visits and notes every answer; its number."""
    child = os.fork()
    if child:
        return child
    try:
        noted = os.open(answers, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        with clock.at(TODAY), doing_everything():
            for one in visits:
                event = settle(visit_id=one, asked=Asked(f"m{one}", {"visit": one}))
                os.write(noted, f"{one} {event.pk}\n".encode())
        os._exit(0)
    finally:
        os._exit(1)  # the database went away


def answered(folder: Path) -> dict[int, int]:
    """Visit → event, as the processes were told."""
    lines = [line.split() for file in folder.iterdir() for line in file.read_text().splitlines(True) if "\n" in line]
    return {int(visit): int(event) for visit, event in lines}


def kill_server(cluster: Cluster) -> None:
    os.kill(int((cluster.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)


def crash(cycles: int, cluster: Cluster, folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    with clock.at(TODAY), doing_everything():
        put_in_force()
        rules_now()
        city = organisation("agency", organisation("agency"))
        at = hospital(city)
        persons = [retired(city, 2_000_00) for _ in range(3)]
        todo = []
        for cycle in range(cycles):
            todo += [treated(at, chance.choice(persons), MAY, 300_00, "普通门诊").pk for _ in range(EACH)]
            hang_up()
            children = [counter(todo[n::WORKERS], folder / f"{cycle}-{n}") for n in range(WORKERS)]
            time.sleep(chance.uniform(0.01, 0.3))
            killed = chance.choice(["worker", "workers", "database", "all"])
            if killed in ("database", "all"):
                kill_server(cluster)
            for child in children[: {"worker": 1, "database": 0}.get(killed, WORKERS)]:
                os.kill(child, signal.SIGKILL)
            if killed == "worker":
                os.kill(children[1], signal.SIGTERM)
            for child in children:
                os.waitpid(child, 0)
            cluster.start()
            told = answered(folder)
            kept = dict(Message.objects.filter(asked="settle").values_list("msgid", "event"))
            assert {f"m{visit}": event for visit, event in told.items()}.items() <= kept.items()
            assert Event.objects.count() == len(kept)
            todo = [one for one in todo if one not in told]
        for one in todo:
            settle(visit_id=one, asked=Asked(f"m{one}", {"visit": one}))
        assert Event.objects.count() == cycles * EACH
        assert wrong() == set()


@pytest.fixture
def answers(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "answers").mkdir()
    yield tmp_path / "answers"
    with scoped(system("look")):
        hang_up()


@pytest.fixture
def counted_on(server: Cluster) -> None:
    """The database that each test's own is copied from has given numbers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('visit_id_seq') FROM generate_series(1, 3)")


def test_a_copied_database_gives_no_number_twice(counted_on: None, own_database: str, server: Cluster) -> None:
    """PostgreSQL would: it copies a sequence as one whose next numbers the log holds, and the log does not."""
    with scoped(system("look")), clock.at(TODAY), doing_everything():
        put_in_force()  # commits, and so writes the log down
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('visit_id_seq')")
            given = cursor.fetchone()[0]
        organisation("agency")
        kill_server(server)
        hang_up()
        server.start()
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('visit_id_seq')")
            assert cursor.fetchone()[0] > given


@pytest.mark.bulk
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # the pool's threads are ended before
def test_twenty_crashes(own_database: str, server: Cluster, answers: Path) -> None:
    crash(20, server, answers, seed=1)


@pytest.mark.soak
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("seed", range(25))
def test_five_hundred_crashes(own_database: str, server: Cluster, answers: Path, seed: int) -> None:
    crash(20, server, answers, seed=100 + seed)
