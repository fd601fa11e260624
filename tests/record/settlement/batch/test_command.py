"""`tongchou post-batch` in processes of its own, as it is run: killed, run again, refused."""

import csv
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import organisation
from tests.record.settlement.batch.stage import a_year, known_in
from tests.record.settlement.race import wrong
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.project.start import hang_up
from tongchou.record.settlement.batch import read_known
from tongchou.record.settlement.models import Batch, BatchShare, Event, LineResult

MAIN = "from tongchou.faces.cli import main; main()"
PEOPLE, SHARE = 30, 12
PATIENCE = 120  # seconds
PERSONS = "persons.parquet"


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return a_year(tmp_path_factory.mktemp("year"), PEOPLE)


@pytest.fixture
def words(own_database: str, year: tuple[Path, Path], tmp_path: Path) -> Iterator[list[str]]:
    """The command, for a record that knows everybody in the data."""
    data, results = year
    with doing_everything():
        put_in_force()
        known = known_in(data, organisation("agency", organisation("agency")))
        persons = tmp_path / "persons.csv"
        with persons.open("w", newline="") as file:
            csv.writer(file).writerows([("person_id", "number"), *known.persons.items()])
        hang_up()
        options = ("--data", str(data), "--results", str(results), "--persons", str(persons), "--share", str(SHARE))
        yield [sys.executable, "-c", MAIN, "post-batch", *options, "--json", "--lang", "en"]


def begun(words: list[str], database: str) -> subprocess.Popen[str]:
    """In a session of its own, so that all of its processes can be killed together."""
    return subprocess.Popen(
        words,
        env={**os.environ, "TONGCHOU_DATABASE": database},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def done(words: list[str], database: str, code: int = 0) -> dict[str, Any]:
    process = begun(words, database)
    out, error = process.communicate(timeout=PATIENCE)
    assert process.returncode == code, error
    found: dict[str, Any] = json.loads(out)
    return found


def shares() -> int:
    found = BatchShare.objects.count()
    hang_up()
    return found


@pytest.mark.bulk
def test_killed_and_run_again(words: list[str], own_database: str) -> None:
    """F8: with kill -9, first all of its processes, then the one that began; what is there is whole, and the rest comes
    when it is run again."""
    chance, deaths = random.Random(1), 0
    for kill in (os.killpg, os.kill):
        before = shares()
        process = begun([*words, "--processes", "2"], own_database)
        deadline = time.monotonic() + PATIENCE
        while shares() == before and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        time.sleep(chance.random() * 0.1)
        if process.poll() is None:
            kill(process.pid, signal.SIGKILL)
        _, error = process.communicate(timeout=PATIENCE)
        assert process.returncode in (0, -signal.SIGKILL), error
        deaths += process.returncode != 0
    last = done([*words, "--processes", "2"], own_database)
    told = Batch.objects.get()
    assert deaths > 0
    assert last["before"] > 0
    assert last["settlements"] + last["before"] == told.settlements == Event.objects.count() > 5 * SHARE
    assert BatchShare.objects.count() > 5
    lines = LineResult.objects.count()
    again = done([*words, "--share", "1000", "--processes", "1"], own_database)  # goes on in the shares it was begun in
    assert (again["settlements"], again["before"]) == (0, told.settlements)
    assert (Batch.objects.get().at_once, LineResult.objects.count()) == (SHARE, lines)
    with clock.at(clock.today()):
        assert wrong() == set()


def test_it_is_refused_with_a_code_and_nothing_is_written(words: list[str], own_database: str, tmp_path: Path) -> None:
    short = tmp_path / "persons.csv"
    short.write_text("\n".join(short.read_text().splitlines()[:2]))
    refused = done(words, own_database, code=3)
    assert {problem["code"] for problem in refused["problems"]} == {"V503"}
    assert not Event.objects.exists()


@pytest.mark.parametrize("text", ["", "person_id,other\nP,1\n", "person_id,number\nP,one\n", "person_id,number\nP\n"])
def test_a_list_of_persons_that_cannot_be_read(
    year: tuple[Path, Path], record: None, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "persons.csv"
    file.write_text(text)
    with pytest.raises(ProblemError, match="V501"):
        read_known(year[0], file)


def test_without_a_list_a_person_goes_by_the_number_of_the_record(
    year: tuple[Path, Path], record: None, tmp_path: Path
) -> None:
    """Names that are no numbers mean nobody."""
    data = tmp_path / "data"
    shutil.copytree(year[0], data)
    persons = pq.read_table(data / "persons.parquet")
    names = pa.array([str(number) for number in range(7, len(persons) + 6)] + ["P-1"])
    pq.write_table(persons.set_column(persons.column_names.index("person_id"), "person_id", names), data / PERSONS)
    assert read_known(data).persons == {str(number): number for number in range(7, len(persons) + 6)}
