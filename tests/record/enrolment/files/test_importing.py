"""A file of enrolments is looked at, refused with row and column, or taken as a whole."""

import csv
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
import python_calamine
import xlsxwriter

from tests.record.base.test_lock import both_at_once
from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.people.test_people import card, register
from tongchou.ground.errors import ProblemError
from tongchou.record.audit.models import Entry
from tongchou.record.base import clock
from tongchou.record.base.actor import acting, system_actor
from tongchou.record.base.scope import scoped, system
from tongchou.record.enrolment import commands
from tongchou.record.enrolment.files.importing import import_file, preview
from tongchou.record.enrolment.models import Spell
from tongchou.record.orgs.models import Organisation
from tongchou.record.people import queries
from tongchou.record.people.models import Household, Identity, Membership, Person
from tongchou.record.sheets import error_sheet, streamed
from tongchou.record.sheets.streamed import upload

TODAY = date(2026, 6, 15)
HEAD = ["证件号码", "姓名", "险种", "开始日期", "结束日期", "单位编码", "电话", "新生儿", "status"]


def row(number: int, **changes: str) -> dict[str, str]:
    found = {
        "证件号码": card(number=number),
        "姓名": f"王{number}",
        "险种": "resident",
        "开始日期": "2026-01-01",
        "新生儿": "否",
    }
    return {**found, **changes}


def written(folder: Path, *rows: dict[str, str], head: list[str] = HEAD, name: str = "a.csv") -> streamed.Upload:
    out = io.StringIO()
    lines = csv.DictWriter(out, head, extrasaction="ignore")
    lines.writeheader()
    lines.writerows(rows)
    (folder / name).write_text(out.getvalue(), "utf-8-sig")
    return upload(folder / name, name)


@pytest.fixture
def city(record: None) -> Organisation:
    with clock.at(TODAY):
        put_in_force()
        yield organisation("agency", organisation("agency"))


@pytest.fixture
def clerk(city: Organisation):
    with acting_as(add_user("clerk", city)) as actor:
        yield actor


def test_new_people_are_registered_and_enrolled_and_known_ones_enrolled(
    clerk, city: Organisation, tmp_path: Path
) -> None:
    firm = organisation("employer", city)
    known = register(city, 1, name="王1")
    rows = [
        row(1, 险种="employee", status="在职", 开始日期="2026-06-01", 单位编码=firm.code, 新生儿=""),
        row(3, 电话="13800001234", 结束日期="2026-12-31"),
        row(3, 险种="生育保险", 开始日期="2026-06-01"),
    ]
    file = written(tmp_path, *rows)
    looked = preview(upload=file, agency=city.pk)
    assert (looked.rows, looked.new, looked.known, looked.doubles, looked.problems) == (3, 1, 1, 0, ())
    assert looked.spells == {"employee": 1, "resident": 1, "maternity": 1}
    assert not Spell.objects.exists()
    done = import_file(upload=file, agency=city.pk)
    (seen,) = queries.find(kind="01", number=card(number=3))
    assert (seen.name, seen.born, seen.sex, seen.phone) == ("王3", date(1990, 3, 7), "男", "*******1234")
    assert set(done.persons) == {known.pk, seen.id}
    assert [one.id for one in queries.find(name="王3", born=date(1990, 3, 7))] == [seen.id]
    assert seen.household is not None
    spells = Spell.objects.order_by("insurance").values_list("person", "insurance", "employer", "facts", "suspended")
    assert list(spells) == [
        (known.pk, "employee", firm.pk, {"status": "在职"}, False),
        (seen.id, "maternity", None, {"新生儿": "否"}, False),
        (seen.id, "resident", None, {"新生儿": "否"}, False),
    ]
    assert Spell.objects.get(insurance="resident").during.upper == date(2027, 1, 1)
    entry = Entry.objects.filter(name="enrolment.import").get()
    assert entry.persons == sorted(done.persons)
    assert file.digest in entry.details


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"证件号码": "123"}, "证件号码", "P102"),
        ({"证件类型": "77"}, "证件号码", "P101"),
        ({"姓名": ""}, "姓名", "E107"),
        ({"性别": "女"}, "性别", "P105"),
        ({"出生日期": "1990-03-08"}, "出生日期", "P105"),
        ({"出生日期": "1990/3/7"}, "出生日期", "E107"),
        ({"证件类型": "08", "证件号码": "E1234567"}, "性别", "E107"),
        ({"证件类型": "08", "证件号码": "E1234567", "性别": "男"}, "出生日期", "E107"),
        ({"险种": "养老"}, "险种", "E107"),
        ({"开始日期": ""}, "开始日期", "E107"),
        ({"开始日期": "1980-01-01"}, "开始日期", "E103"),
        ({"开始日期": "2025-12-31"}, "开始日期", "E104"),
        ({"结束日期": "2025-12-31"}, "开始日期", "E103"),
        ({"单位编码": "nobody"}, "单位编码", "E107"),
        ({"新生儿": "也许"}, "新生儿", "C004"),
        ({"新生儿": ""}, "新生儿", "C003"),
        ({"电话": "1" * 31}, "电话", "E107"),
    ],
)
def test_one_wrong_cell_and_nothing_is_taken(
    clerk, city: Organisation, tmp_path: Path, changes: dict, column: str, code: str
) -> None:
    head = [*HEAD, "证件类型", "性别", "出生日期"]
    file = written(tmp_path, row(1), {}, row(3, **changes), head=head)
    with pytest.raises(ProblemError) as refused:
        import_file(upload=file, agency=city.pk)
    first, *problems = refused.value.problems
    assert (first.code, first.details) == ("E111", {"count": 1})
    assert (problems[0].code, problems[0].place.table, problems[0].place.row, problems[0].place.column) == (
        code, "a.csv", 4, column,
    )  # fmt: skip
    assert preview(upload=file, agency=city.pk).problems[0].code == code
    assert not Person.objects.exists()
    assert not Spell.objects.exists()
    cells = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(error_sheet(problems))).get_sheet_by_index(0)
    assert cells.to_python()[1][:3] == [4, column, code]


def test_rows_are_held_against_each_other(clerk, city: Organisation, tmp_path: Path) -> None:
    file = written(
        tmp_path,
        row(1),
        row(3),
        row(1, 开始日期="2026-05-01"),
        row(3, 姓名="李四", 险种="employee", status="在职", 开始日期="2026-06-01"),
    )
    found = preview(upload=file, agency=city.pk).problems
    assert [(one.code, one.place.row, one.details.get("other")) for one in found] == [("E108", 4, 2), ("E109", 5, None)]


def test_rows_are_held_against_the_record(clerk, city: Organisation, tmp_path: Path) -> None:
    one, two, three = (register(city, number, name=f"王{number}") for number in (1, 3, 5))
    commands.enrol(person_id=one.pk, insurance_name="resident", since=date(2026, 2, 1), facts={"新生儿": "否"})
    two.died = date(2026, 3, 1)
    two.save()
    elsewhere = organisation("agency", organisation("agency"))
    with acting_as(add_user("clerk", elsewhere)):
        register(elsewhere, 7, name="王7")
    rows = [
        row(1), row(1, 险种="employee", status="在职", 开始日期="2026-06-01"), row(3), row(5, 姓名="王五"), row(7),
        row(9), row(9, 险种="employee", status="在职", 开始日期="2026-06-01"),
    ]  # fmt: skip
    looked = preview(upload=written(tmp_path, *rows), agency=city.pk)
    assert [(p.code, p.place.row) for p in looked.problems] == [("E102", 2), ("E103", 4), ("E109", 5), ("P104", 6)]
    assert (looked.known, looked.new, looked.doubles) == (4, 1, 2)
    assert three.spells.count() == 0


def test_a_merged_number_leads_to_the_one_that_was_kept(clerk, city: Organisation, tmp_path: Path) -> None:
    kept, dropped = register(city, 1, name="王1"), register(city, 3, name="王3")
    dropped.merged_into = kept
    dropped.save()
    looked = import_file(upload=written(tmp_path, row(3, 姓名="王1")), agency=city.pk)
    assert looked.persons == (kept.pk,)


def test_a_workbook_is_read_as_a_csv_is(clerk, city: Organisation, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        for at, one in enumerate((row(1), row(3, 电话="x")), 1):
            for column, name in enumerate(HEAD):
                sheet.write(at, column, one.get(name, ""))
        sheet.write_datetime(2, 3, date(2026, 2, 1))
        sheet.write_number(2, 6, 13800001234)
    done = import_file(upload=upload(path, "../../x/a.xlsx"), agency=city.pk)
    assert (done.rows, done.registered) == (2, 2)
    assert {str(spell.during.lower) for spell in Spell.objects.all()} == {"2026-01-01", "2026-02-01"}
    (seen,) = queries.find(kind="01", number=card(number=3))
    assert seen.phone == "*******1234"


def test_what_is_no_file_or_too_large_is_not_taken(clerk, city: Organisation, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(streamed, "MOST_TEXT", 1000)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 3_000_000)
    texts = {b"\xff\xfe\x00": "E110", b"x" * 1001: "E110", b'"never closed': "E110"}
    for content, code in {**texts, b"PK\x03\x04 and no archive": "U105", bomb.getvalue(): "U104"}.items():
        path = tmp_path / "b.csv"
        path.write_bytes(content)
        with pytest.raises(ProblemError, match=code):
            preview(upload=upload(path, "b.csv"), agency=city.pk)
    assert upload(path, "..\\..\\etc/b.csv").name == "b.csv"


def test_a_column_that_is_missing_or_twice(clerk, city: Organisation, tmp_path: Path) -> None:
    file = written(tmp_path, row(1), head=["证件号码", "姓名", "险种", "险种"])
    with pytest.raises(ProblemError) as refused:
        preview(upload=file, agency=city.pk)
    assert [one.details["column"] for one in refused.value.problems] == ["险种", "开始日期"]
    file = written(tmp_path, row(1) | {"没有的": "1"}, head=[*HEAD, "没有的"])
    assert [one.code for one in preview(upload=file, agency=city.pk).problems] == ["C033"]


def test_who_may_not_import(city: Organisation, tmp_path: Path) -> None:
    file = written(tmp_path, row(1))
    for act in (preview, import_file):
        with acting_as(add_user("reviewer", city)), pytest.raises(ProblemError, match="A101"):
            act(upload=file, agency=city.pk)
        elsewhere = organisation("agency", organisation("agency"))
        with acting_as(add_user("clerk", elsewhere)), pytest.raises(ProblemError, match="A114"):
            act(upload=file, agency=city.pk)
    with acting_as(add_user("clerk", city)), pytest.raises(ProblemError, match="A108"):
        preview(upload=file, agency=organisation("employer", city).pk)


def test_somebody_registered_meanwhile_is_told_and_nothing_taken(
    own_database: str, tmp_path: Path, monkeypatch
) -> None:
    """Two files at once wait for each other; a clerk does not wait for a file, so there the constraint decides."""
    from tongchou.record.enrolment.files import importing

    with doing_everything():
        put_in_force()
        city = organisation("agency", organisation("agency"))
    file, found = written(tmp_path, row(1)), importing._found

    def register_meanwhile(given: streamed.Upload) -> object:
        result = found(given)
        both_at_once(only_once)
        return result

    done: list[Person] = []

    def only_once() -> None:
        if not done:
            done.append(None)
            with acting(system_actor("clerk", "people.write")):
                register(city, 1, name="王1")

    monkeypatch.setattr(importing, "_found", register_meanwhile)
    with doing_everything(), pytest.raises(ProblemError, match="E113"):
        import_file(upload=file, agency=city.pk)
    with scoped(system("look")):
        for model, count in ((Person, 1), (Identity, 1), (Household, 1), (Membership, 1), (Spell, 0)):
            assert model.objects.count() == count
