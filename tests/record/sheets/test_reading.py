"""Rows by declared columns: the header, the cells, and the sheet of what is wrong."""

import io
import time

import pytest

from tests.record.sheets.test_content import workbook
from tongchou.ground.errors import ProblemError
from tongchou.record.sheets import (
    Choice,
    Code,
    Column,
    Day,
    Fen,
    Line,
    Text,
    error_sheet,
    read,
    sheets,
    stream,
    template,
)

COLUMNS = (
    Column("code", "编码", "code", Code(), required=True, also=("hilist_code", "国标代码")),
    Column("name", "名称", "name", Text(20), required=True),
    Column("price", "单价", "price", Fen()),
    Column("level", "等级", "level", Choice({"甲": 1, "乙": 2}), blank=0),
    Column("begins", "开始日期", "begins", Day()),
)


def csv(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def told(content: bytes, **options: object) -> list[tuple[str, int | None, str | None]]:
    return [(p.code, p.place.row, p.place.column) for p in read(content, COLUMNS, **options).problems]


@pytest.mark.parametrize(
    "header", ["编码,名称,单价", "CODE,Name,PRICE", "*国标代码,名 称,单价", "hilist_code,name,单价"]
)
def test_headers_have_synonyms(header: str) -> None:
    found = read(csv(header, "01,甲药,2.5"), COLUMNS)
    assert [one.values for one in found.lines] == [
        {"code": "01", "name": "甲药", "price": 250, "level": 0, "begins": None}
    ]


def test_a_title_stands_above_and_unknown_columns_are_told() -> None:
    found = read(csv("2026 年目录", "", "编码,名称,备注,", "01,甲药,x,"), COLUMNS)
    assert [one.number for one in found.lines] == [4]
    assert found.unknown == ["备注"]


def test_a_workbook_and_a_text_give_the_same() -> None:
    rows = [["编码", "名称", "单价", "开始日期"], ["01", "甲药", 2.5, "2026-01-01"], [], ["02", "乙药", None, None]]
    text = csv(*(",".join("" if cell is None else str(cell) for cell in row) for row in rows))
    assert read(workbook(rows), COLUMNS).lines == read(text, COLUMNS).lines
    assert [one.number for one in read(text, COLUMNS).lines] == [2, 4]


def test_what_is_wrong_is_told_with_row_and_column() -> None:
    content = csv("编码,名称,单价,等级", "01,甲,1.234,甲", ",乙,1,丙", "03,丙,1,甲,9", "01,丁,,", "01,戊,,")
    assert told(content, key=("code",)) == [
        ("U202", 2, "单价"),
        ("U201", 3, "编码"),
        ("U202", 3, "等级"),
        ("U206", 4, None),
        ("U205", 6, None),
    ]


def test_a_code_that_was_a_long_number_is_not_taken() -> None:
    content = workbook([["编码", "名称"], [3105120040000001, "x"]])
    assert told(content) == [("U203", 2, "编码")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (csv("名称,单价", "x,1"), "U107"),
        (csv("编码,名称"), "U110"),
        (csv("编码,名称,名称", "1,x,y"), "U112"),
        (workbook([["编码", "名称"]], [["编码", "名称"]]), "U111"),
    ],
)
def test_a_file_of_which_nothing_can_be_read(content: bytes, code: str) -> None:
    with pytest.raises(ProblemError, match=code):
        read(content, COLUMNS)


def test_too_many_problems_are_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongchou.record.sheets.reading.MOST_PROBLEMS", 3)
    assert [code for code, _, _ in told(csv("编码,名称", *["1,"] * 9))] == ["U201", "U201", "U201", "U204"]


def test_the_sheet_of_problems_and_the_template_can_be_read_again() -> None:
    found = read(csv("编码,名称,单价", "01,=1+1,x"), COLUMNS)
    header, row = next(iter(sheets(error_sheet(found.problems)))).rows
    assert header[:3] == ["行 row", "列 column", "代码 code"]
    assert row[:3] == ["2", "单价", "U202"]
    (header,) = next(iter(sheets(template(COLUMNS)))).rows
    assert header == ["*编码", "*名称", "单价", "等级", "开始日期"]


def test_lines_come_one_by_one() -> None:
    lines = stream(csv("编码,名称", *(f"{n},x" for n in range(1000))), COLUMNS)
    assert isinstance(next(lines), Line)


@pytest.mark.bulk
def test_a_hundred_thousand_rows_take_seconds() -> None:
    text = io.StringIO()
    text.write("编码,名称,单价,等级,开始日期\n")
    text.writelines(f"X{n:06d},药品{n},{n}.25,甲,2026-01-01\n" for n in range(100_000))
    began = time.perf_counter()
    assert len(read(text.getvalue().encode(), COLUMNS, key=("code",)).lines) == 100_000
    assert time.perf_counter() - began < 10
