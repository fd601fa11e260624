"""What a file is by its content, and how much of it is taken."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from tongchou.ground.errors import ProblemError
from tongchou.record.sheets import Limits, sheets

pytest.importorskip("python_calamine", reason="workbooks need the extra 'server'")


def workbook(*sheets_: list[list[object]]) -> bytes:
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        for rows in sheets_:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return out.getvalue()


def rewritten(content: bytes, changed: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changed.get(name, old.read(name)))
    return out.getvalue()


def rows(content: bytes, **limits: int) -> list[list[str]]:
    return [row for sheet in sheets(content, Limits(**limits)) for row in sheet.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("between", [",", "\t", ";"])
def test_text_in_three_encodings(encoding: str, between: str) -> None:
    text = f'编码{between}名称\r\n01{between}"甲{between}乙"\r\n'
    assert rows(text.encode(encoding)) == [["编码", "名称"], ["01", f"甲{between}乙"]]


def test_the_national_null_is_an_empty_cell_between_tabs_only() -> None:
    assert rows(b"a\tb\nnull\t1\n")[1] == ["", "1"]
    assert rows(b"a,b\nnull,1\n")[1] == ["null", "1"]


def test_a_workbook_gives_text_as_it_was_meant() -> None:
    assert rows(workbook([["价格", 12.5, 3.0, 0.1, True], ["", "=1+1", None, "x"]])) == [
        ["价格", "12.5", "3", "0.1", "是"],
        ["", "0", "", "x", ""],
    ]


def test_a_number_that_lost_digits_is_known_as_such() -> None:
    (row,) = rows(workbook([[450101199003071234, 123456789012345]]))
    assert type(row[0]).__name__ == "Lost"
    assert row[1] == "123456789012345"
    assert type(row[1]) is str


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "U101"),
        (b" \r\n", "U101"),
        (b"a,b\n" * 20, "U102"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "U103"),
        (b"\x7fELF\x02\x01\x00\x00", "U103"),
        (b"PK\x03\x04 not quite", "U105"),
        (b"\xff\xfea\x00", "U106"),
        (b"\xff\xff\xff", "U106"),
        (b'a,b\n"c,d\n', "U105"),
    ],
)
def test_what_is_not_taken(content: bytes, code: str) -> None:
    with pytest.raises(ProblemError, match=code):
        rows(content, size=60)


def test_an_archive_that_is_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../etc/passwd", "x")
    with pytest.raises(ProblemError, match="U103"):
        rows(out.getvalue())


def test_too_many_rows_and_too_long_a_cell() -> None:
    for content in (b"a\n" * 11, workbook([["a"]] * 11)):
        with pytest.raises(ProblemError, match="U109"):
            rows(content, rows=10)
    with pytest.raises(ProblemError, match="U108"):
        rows(b"a,b\n" + b"x" * 50 + b",y\n", cell=40)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = rewritten(workbook([["a"]]), {"xl/worksheets/sheet1.xml": b" " * 30_000_000})
    assert len(bomb) < 100_000
    with pytest.raises(ProblemError, match="U104"):
        rows(bomb)


def test_a_bomb_that_lies_about_its_size_ends_a_process_that_is_not_the_server() -> None:
    """Its directory says ten bytes; unpacked it has 160 MB, which the child has no memory for."""
    big = rewritten(workbook([["a"]]), {"xl/worksheets/sheet1.xml": b"<worksheet>" + b"<a/>" * 40_000_000})
    size = (160_000_011).to_bytes(4, "little")
    assert big.count(size) == 2
    with pytest.raises(ProblemError, match=r"U10[45]"):
        rows(big.replace(size, (10).to_bytes(4, "little")), memory=128 * 2**20, seconds=10)


def test_two_cells_far_apart_take_no_memory_of_the_server() -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row>' + far + b"</sheetData></worksheet>"
    )
    with pytest.raises(ProblemError, match=r"U10[49]"):
        rows(rewritten(workbook([["a"]]), {"xl/worksheets/sheet1.xml": sheet}))


def codes(content: bytes) -> set[str]:
    """What is said against a file; nothing when it is read."""
    try:
        rows(content)
    except ProblemError as error:
        return {problem.code for problem in error.problems}
    return set()


@given(st.binary(max_size=200).filter(lambda content: not content.startswith(b"PK\x03\x04")))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    assert codes(content) <= {"U101", "U103", "U105", "U106", "U108"}


WHOLE = workbook([["编码", "名称"], ["01", "甲"]])


@settings(max_examples=15)
@given(st.integers(4, len(WHOLE) - 1), st.binary(min_size=1, max_size=4))
def test_a_damaged_workbook_is_read_or_refused(at: int, instead: bytes) -> None:
    assert codes(WHOLE[:at] + instead + WHOLE[at + 1 :]) <= {"U103", "U104", "U105"}
