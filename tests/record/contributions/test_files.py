"""The tax bureau's file: whole or not at all, once, and every wrong cell named by row and column."""

import io
import zipfile
from datetime import date

import pytest
import python_calamine
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.record.contributions.stage import doing_everything, put_in_force, worker
from tests.record.orgs.people import acting_as, add_user, organisation
from tongchou.faces.api.handed_in import handed_in
from tongchou.ground.errors import ProblemError
from tongchou.record.audit.models import Entry as Trail
from tongchou.record.base import clock
from tongchou.record.contributions import sheets
from tongchou.record.contributions.assessing import assess_month
from tongchou.record.contributions.files import preview, take_file
from tongchou.record.contributions.models import LateFee, Part, Receipt, ReceiptFile
from tongchou.record.contributions.queries import payments_of
from tongchou.record.orgs.models import Organisation
from tongchou.record.sheets import error_sheet

HEAD = ["收款号", "应缴号", "到账日", "金额", "滞纳金"]
TODAY = date(2026, 6, 1)


@pytest.fixture
def city(record: None):
    with clock.at(TODAY), doing_everything():
        put_in_force()
        yield organisation("agency", organisation("agency"))


@pytest.fixture
def parts(city: Organisation) -> list[Part]:
    for _ in range(2):
        worker(city)
    assess_month(insurance="employee", month=date(2025, 3, 1))
    return list(Part.objects.select_related("share").order_by("id"))


def rows_of(parts: list[Part], day: str = "2025-04-10") -> list[list[str]]:
    return [[f"T{one.pk}", str(one.pk), day, f"{one.fen // 100}.{one.fen % 100:02d}", ""] for one in parts]


def as_csv(rows: list[list[str]]) -> bytes:
    return "\n".join(",".join(row) for row in [HEAD, *rows]).encode("utf-8-sig")


def as_xlsx(rows: list[list[object]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([HEAD, *rows]):
            sheet.write_row(at, 0, row)
    return out.getvalue()


def read(name: str, content: bytes) -> sheets.Sheet:
    """As a face hands it in."""
    with handed_in(SimpleUploadedFile(name, content)) as given:
        return sheets.read(given)


def test_a_file_is_looked_at_and_taken_once(parts: list[Part]) -> None:
    sheet = read("三月.csv", as_csv(rows_of(parts)))
    seen = preview(sheet)
    assert (seen.rows, seen.fen, seen.orders, seen.persons) == (6, sum(one.fen for one in parts), 4, 2)
    assert (seen.first, seen.last, seen.taken_before, seen.problems) == (date(2025, 4, 10),) * 2 + (None, ())
    assert not Receipt.objects.exists()
    file = take_file(sheet=sheet)
    assert (file.rows, Receipt.objects.filter(file=file).count()) == (6, 6)
    assert len(payments_of([one.order.person_id for one in parts], TODAY)) == 4
    again = read("又一次.csv", as_csv(rows_of(parts)))
    assert preview(again).taken_before == file.pk
    assert take_file(sheet=again) == file
    assert Receipt.objects.count() == 6


def test_a_spreadsheet_with_numbers_and_late_fees(parts: list[Part]) -> None:
    one = next(part for part in parts if part.share.payer == "个人" and part.fen == 16000)
    sheet = read("x.xlsx", as_xlsx([["T1", one.pk, "2025-04-25", 160.0, 0.72]]))
    take_file(sheet=sheet)
    assert Receipt.objects.get().fen == 16000
    assert [fee.fen for fee in LateFee.objects.order_by("id")] == [72, -72]


def test_every_wrong_cell_is_named_and_nothing_is_taken(parts: list[Part]) -> None:
    rows = rows_of(parts)
    rows[1][1], rows[2][2], rows[3][3], rows[4][0], rows[5][4] = "一", "2025-13-01", "1.234", rows[0][0], "-1"
    with pytest.raises(ProblemError) as error:
        read("a/../坏.csv", as_csv(rows))
    found = [(one.code, one.place.table, one.place.row, one.place.column) for one in error.value.problems]
    assert found == [
        ("J204", "坏.csv", 3, "应缴号"),
        ("J204", "坏.csv", 4, "到账日"),
        ("J204", "坏.csv", 5, "金额"),
        ("J205", "坏.csv", 6, "收款号"),
        ("J204", "坏.csv", 7, "滞纳金"),
    ]
    content = error_sheet(error.value.problems)
    told = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [row[:3] for row in told[1:]] == [[float(row), column, code] for code, _, row, column in found]


def test_one_wrong_part_keeps_all_of_it_out(parts: list[Part]) -> None:
    rows = rows_of(parts)
    rows[2][1] = str(10**9)
    sheet = read("x.csv", as_csv(rows))
    assert [(one.code, one.place.row) for one in preview(sheet).problems] == [("J106", 4)]
    with pytest.raises(ProblemError) as error:
        take_file(sheet=sheet)
    assert [(one.code, one.place.row, one.place.column) for one in error.value.problems] == [("J106", 4, "应缴号")]
    assert not Receipt.objects.exists()
    assert not ReceiptFile.objects.exists()


def test_numbers_of_another_file_are_refused_by_row(parts: list[Part]) -> None:
    take_file(sheet=read("a.csv", as_csv(rows_of(parts[:1]))))
    with pytest.raises(ProblemError) as error:
        take_file(sheet=read("b.csv", as_csv(rows_of(parts))))
    assert [(one.code, one.place.row, one.place.column) for one in error.value.problems] == [("J105", 2, "收款号")]
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "J203"),
        (b"\xff\xfe\x00", "E110"),
        ("收款号,应缴号\n".encode(), "J203"),
        (",".join(HEAD).encode(), "J201"),
        (b"PK\x03\x04 no zip", "U105"),
        (b'"', "E110"),
    ],
)
def test_what_is_no_such_file(content: bytes, code: str) -> None:
    with pytest.raises(ProblemError, match=code):
        read("x.csv", content)


def test_what_unpacks_too_far_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 10_000_000)
        packed.writestr("xl/workbook.xml", b"")
    with pytest.raises(ProblemError, match="U104"):
        read("x.xlsx", out.getvalue())
    with pytest.raises(ProblemError, match="E110"), handed_in(SimpleUploadedFile("x.csv", b"12345"), most=4):
        pass
    monkeypatch.setattr(sheets, "MOST_ROWS", 1)
    with pytest.raises(ProblemError, match="J202"):
        read("x.csv", as_csv([["a", "1", "2025-01-01", "1", ""], ["b", "1", "2025-01-01", "1", ""]]))


def test_the_trail_names_the_file_and_not_its_rows(parts: list[Part]) -> None:
    take_file(sheet=read("三月.csv", as_csv(rows_of(parts))))
    entry = Trail.objects.filter(name="contributions.take_file").get()
    assert entry.details.startswith('{"sheet": "三月.csv ')
    assert len(entry.details) < 120


def test_the_neighbours_parts_are_none_of_theirs(parts: list[Part]) -> None:
    sheet = read("x.csv", as_csv(rows_of(parts)))
    with acting_as(add_user("assessor", organisation("agency", organisation("agency")))):
        assert {one.code for one in preview(sheet).problems} == {"J106"}
        with pytest.raises(ProblemError, match="J106"):
            take_file(sheet=sheet)
    with acting_as(add_user("clerk")), pytest.raises(ProblemError, match="A101"):
        preview(sheet)
