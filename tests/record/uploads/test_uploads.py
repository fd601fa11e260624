"""Uploads: looked at, shown, used once; sealed, scoped, and swept away."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from tests.record.orgs.people import acting_as, add_user, organisation
from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.record.audit.models import Entry
from tongchou.record.base import clock
from tongchou.record.base.actor import acting, system_actor
from tongchou.record.sheets import Column, Text, sheets
from tongchou.record.uploads import commands, jobs, queries
from tongchou.record.uploads.commands import File
from tongchou.record.uploads.models import Upload
from tongchou.record.uploads.purposes import PURPOSES, Preview, Purpose, purpose

pytestmark = pytest.mark.usefixtures("record")
GOOD, BAD = b"name\nWang Xiaoming\n", b"bad"


def look(content: bytes, options: dict) -> Preview:
    if content == BAD:
        return Preview({}, problems=[Problem("U201", Place(table="sheet", row=2, column="姓名"), {})])
    if content == b"worse":
        raise fail("U101")
    return Preview({"added": 1}, [{"name": "Wang Xiaoming", **options}], unknown=["备注"])


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tongchou.record.uploads.purposes.PURPOSES", {})
    columns = (Column("name", "姓名", "name", Text(9), required=True),)
    monkeypatch.setitem(PURPOSES, "try", Purpose("try", "试", "try", "people.write", look, columns))
    purpose(PURPOSES["try"])


@pytest.fixture
def clerk():
    user = add_user("clerk")
    with acting_as(user):
        yield user


def take(content: bytes = GOOD, name: str = "a.csv") -> Upload:
    return commands.take(purpose="try", file=File(name, content), options={"part": "1"})


def test_a_file_is_looked_at_and_used_once(clerk) -> None:
    taken = take()
    seen = queries.look_at(taken.pk)
    assert (seen.state, seen.counts, seen.unknown, seen.problems) == ("ready", {"added": 1}, ["备注"], [])
    assert seen.samples == [{"name": "Wang Xiaoming", "part": "1"}]
    with pytest.raises(ProblemError, match="U302"):
        commands.use(taken.pk, "something else")
    assert commands.use(taken.pk, "try")[1] == GOOD
    with pytest.raises(ProblemError, match="U302"):
        commands.use(taken.pk, "try")


@pytest.mark.parametrize(("content", "code"), [(BAD, "U201"), (b"worse", "U101")])
def test_what_is_wrong_comes_back_as_a_sheet(clerk, content: bytes, code: str) -> None:
    taken = take(content)
    seen = queries.look_at(taken.pk)
    assert (seen.state, [one.code for one in seen.problems]) == ("faulty", [code])
    (sheet,) = sheets(queries.errors_of(taken.pk))
    assert [row[2] for row in sheet.rows][1:] == [code]
    with pytest.raises(ProblemError, match="U301"):
        commands.use(taken.pk, "try")
    assert Entry.objects.order_by("-id")[0].kind == "export"


def test_nothing_in_it_can_be_read_in_the_database_nor_in_the_trail(clerk) -> None:
    take()
    with connection.cursor() as cursor:
        cursor.execute("SELECT upload::text FROM upload")
        text = str(cursor.fetchall())
    assert "Wang" not in text
    assert b"Wang".hex() not in text
    said = json.loads(Entry.objects.order_by("-id")[0].details)
    assert said["file"].startswith("a.csv (19 bytes, SM3 ")


@pytest.mark.parametrize(
    ("name", "kept"), [("../../etc/passwd", "passwd"), ("C:\\x\\表.xlsx", "表.xlsx"), ("a\nb", "ab"), ("", "-")]
)
def test_a_name_is_a_label(clerk, name: str, kept: str) -> None:
    assert take(name=name).name == kept


def test_who_may_and_who_sees(clerk) -> None:
    taken = take()
    with acting_as(add_user("clerk")), pytest.raises(ProblemError, match="A114"):
        queries.look_at(taken.pk)
    for ask in (take, lambda: queries.look_at(taken.pk), lambda: queries.template_of("try")):
        with acting_as(add_user("reviewer", clerk.organisation)), pytest.raises(ProblemError, match="A101"):
            ask()
    with pytest.raises(ProblemError, match="U303"):
        commands.take(purpose="no such", file=File("a", GOOD))
    with acting_as(add_user("hospital", organisation("provider", clerk.organisation))):
        with pytest.raises(ProblemError, match="A101"):
            take()
        assert not Upload.objects.exists()


def test_the_template_has_the_columns(clerk) -> None:
    (sheet,) = sheets(queries.template_of("try"))
    assert list(sheet.rows) == [["*姓名"]]


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match="already"):
        purpose(Purpose("try", "又", "again", "x", look))


def test_after_a_week_it_is_gone(clerk) -> None:
    take()
    for days, gone in ((6, 0), (8, 1)):
        with clock.at(clock.now() + timedelta(days=days)), acting(system_actor("uploads.sweep")):
            assert jobs.sweep() == gone
