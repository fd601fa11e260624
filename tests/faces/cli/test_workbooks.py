"""`tongchou scheme import`: two ways in which workbooks are published, what is told of them, and what is refused."""

import csv
import gzip
import io
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from xlsxwriter import Workbook

from tests.engines.grouping.stage import NINGHE, published, record
from tests.faces.cli.desk import Desk
from tongchou.engines.grouping.bulk import group_table
from tongchou.engines.grouping.grouper import Grouper
from tongchou.engines.grouping.load import load_scheme
from tongchou.record.sheets import sheets

Sheets = dict[str, Sequence[Sequence[object]]]


def book(file: Path, content: Sheets) -> Path:
    with Workbook(str(file), {"strings_to_numbers": False}) as made:
        for title, rows in content.items():
            sheet = made.add_worksheet(title)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if cell not in (None, ""):
                        sheet.write(at, column, cell)
    return file


def table(folder: Path, name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO((folder / f"{name}.csv").read_text("utf-8"))))[1:]


LISTS_APART: Sheets = {
    "说明": [["国家医疗保障疾病诊断相关分组方案"], ["本表由医保局公布"]],
    "MDC主诊表": [
        ["附件1 主要诊断表"],
        ["MDC编码", "MDC名称", "疾病编码", "疾病名称"],
        ["MDCE", "呼吸系统疾病", "J15.900", "细菌性肺炎"],
        ["", "", "J18.900", "肺炎"],
        ["", "", "C34.900", "肺癌"],
        ["MDCG", "消化系统疾病", "K35.800", "阑尾炎"],
    ],
    "ADRG诊断": [
        ["ADRG编码", "ADRG名称", "主要诊断编码", "主要诊断名称"],
        ["ES1", "肺炎", "J15.900、J18.900", ""],
        ["EB1", "肺切除", "C34.900", "肺癌"],
    ],
    "ADRG手术": [
        ["ADRG代码", "ADRG名称", "主要手术操作编码", "主要手术操作名称"],
        ["EB1", "肺切除", "32.4100", "肺叶切除"],
        ["GD1", "阑尾手术", "47.0100", "腹腔镜阑尾切除"],
        ["", "", "47.0900", "阑尾切除"],
    ],
    "DRG": [
        ["DRG编码", "DRG名称", "权重", "例均费用(元)", "平均住院日(天)"],
        ["EB11", "肺切除，伴严重并发症或合并症", 3.25, 45000.5, 12.5],
        ["EB13", "肺切除，伴一般并发症或合并症", "2.80", "", ""],
        ["EB15", "肺切除，不伴并发症或合并症", "2.4", "", ""],
        ["ES13", "肺炎，伴并发症或合并症", "1.1", "", ""],
        ["ES15", "肺炎，不伴并发症或合并症", "0.7", "", ""],
        ["GD19", "阑尾手术", "0.9", "", ""],
    ],
    "MCC列表": [["MCC编码", "MCC名称", "排除表"], ["J96.000", "呼吸衰竭", "表1"]],
    "CC列表": [["CC编码", "CC名称", "排除表"], ["E11.900", "糖尿病", "表2"]],
    "排除表": [["排除表号", "诊断编码", "诊断名称"], ["表1", "J15.900", ""], ["", "J18.900", ""]],
}
LISTS_TOGETHER: Sheets = {
    "主要诊断": [
        ["主要诊断大类", "诊断代码"],
        ["E", "J15.900"], ["E", "J18.900"], ["E", "C34.900"], ["G", "K35.800"],
    ],
    "核心组": [
        ["核心疾病诊断相关组（ADRG）", "诊断编码", "手术编码"],
        ["EB1", "C34.900", "32.4100"],
        ["GD1", "", "47.0100\n47.0900"],
        ["ES1", "J15.900;J18.900", ""],
    ],
    "并发症": [
        ["类别", "诊断编码", "诊断名称", "排除表编号"],
        ["MCC", "J96.000", "呼吸衰竭", 1],
        ["CC", "E11.900", "糖尿病", 2],
    ],
    "排除": [["排除列表", "主要诊断编码"], [1, "J15.900"], [1, "J18.900"]],
    "病组": [
        ["病组编码", "病组名称", "分组规则"],
        ["EB11", "肺切除甲", "MCC"],
        ["EB13", "肺切除乙", "CC"],
        ["EB15", "肺切除丙", "*"],
        ["ES13", "肺炎甲", "MCC|CC"],
        ["ES15", "肺炎乙", "*"],
        ["GD19", "阑尾手术", "*"],
    ],
    "权重": [
        ["DRGs 编码", "相对权重", "医疗机构等级", "执行日期"],
        ["EB11", "3.25", "", "2026-01-01"],
        ["EB11", "3.5", "三级", "2026-01-01"],
        ["ES15", "0.7", "", ""],
    ],
}  # fmt: skip


@pytest.mark.parametrize("content", [LISTS_APART, LISTS_TOGETHER], ids=["lists apart", "lists together"])
def test_both_layouts_become_the_same_scheme(desk: Desk, tmp_path: Path, content: Sheets) -> None:
    out = tmp_path / "scheme"
    answer = desk("scheme", "import", book(tmp_path / "方案.xlsx", content), "--out", out, "--title", "试", "--json")
    assert (answer.code, answer.err) == (0, "")
    assert answer.json()["problems"] == []
    grouper = Grouper(load_scheme(out))
    groups = {
        ("J15.900", "J96.000"): "ES15",  # excluded by table 1
        ("J15.900", "E11.900"): "ES13",
        ("J18.900",): "ES15",
        ("K35.800",): "0000",
    }
    assert {dx: grouper.group(record(*dx)).drg for dx in groups} == groups
    assert grouper.group(record("C34.900", "J96.000", px=("32.4100",))).drg == "EB11"
    assert grouper.group(record("C34.900", "E11.900", px=("32.4100",))).drg == "EB13"
    assert grouper.group(record("K35.800", px=("47.0900",))).drg == "GD19"
    assert table(out, "mdc") == [
        ["1", "E", "pdx_in_M", "", "3", "2"],
        ["2", "G", "pdx_in_M", "", "1", "1"],
    ]
    assert {row[0]: row[1] for row in table(out, "drg_weight")}["EB11"] in ("3.25", "3.5")


def test_a_preview_tells_what_each_sheet_was_taken_for(desk: Desk, tmp_path: Path) -> None:
    file = book(tmp_path / "a.xlsx", LISTS_APART)
    answer = desk("scheme", "import", file, "--preview", "--json")
    assert answer.code == 0
    kinds = {one["sheet"].partition("!")[2]: one["kind"] for one in answer.json()["sheets"]}
    assert kinds == {
        "说明": None, "MDC主诊表": "mdc_dx", "ADRG诊断": "lists", "ADRG手术": "lists", "DRG": "drg", "MCC列表": "mcc",
        "CC列表": "cc", "排除表": "exclusion",
    }  # fmt: skip
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.xlsx"]
    told = desk("--lang", "en", "scheme", "import", file, "--preview")
    assert "主要诊断编码=icd10" in told.out
    assert "not used" in told.out


FAULTS: list[tuple[str, int, int, object, tuple[str, str, int, str]]] = [
    ("MDC主诊表", 3, 2, "肺炎", ("D403", "MDC主诊表", 4, "疾病编码")),
    ("MDC主诊表", 3, 2, "", ("D404", "MDC主诊表", 4, "疾病编码")),
    ("ADRG手术", 2, 2, "阑尾切除", ("D403", "ADRG手术", 3, "主要手术操作编码")),
    ("DRG", 6, 0, "GE19", ("D406", "DRG", 7, "DRG编码")),
    ("DRG", 6, 2, "约1", ("D403", "DRG", 7, "权重")),
    ("DRG", 5, 0, "ES13", ("D407", "DRG", 6, "DRG编码")),
    ("MCC列表", 1, 2, "无", ("D403", "MCC列表", 2, "排除表")),
    ("排除表", 2, 1, "J15.900", ("D408", "排除表", 3, "诊断编码")),
    ("ADRG诊断", 1, 2, "", ("D406", "ADRG诊断", 2, "ADRG编码")),
]


@pytest.mark.parametrize(("sheet", "row", "column", "cell", "finding"), FAULTS)
def test_a_fault_is_told_by_row_and_column_and_nothing_is_written(
    desk: Desk, tmp_path: Path, sheet: str, row: int, column: int, cell: object, finding: tuple[str, str, int, str]
) -> None:
    content = {title: [list(own) for own in rows] for title, rows in LISTS_APART.items()}
    content[sheet][row][column] = cell
    if finding == ("D408", "排除表", 3, "诊断编码"):
        content[sheet][row][0] = "表2"
    out = tmp_path / "scheme"
    answer = desk("scheme", "import", book(tmp_path / "a.xlsx", content), "--out", out, "--json")
    assert answer.code == 1
    problems = answer.json()["problems"]
    places = [(one["code"], one["place"]) for one in problems]
    assert (finding[0], {"table": f"a.xlsx!{finding[1]}", "row": finding[2], "column": finding[3]}) in places
    assert not out.exists()
    (raw,) = sheets((tmp_path / "scheme-errors.xlsx").read_bytes())
    listed = list(raw.rows)
    assert ["a.xlsx", finding[1], str(finding[2]), finding[3], finding[0]] in [line[:5] for line in listed]


def test_what_is_missing_and_what_is_in_the_way(desk: Desk, tmp_path: Path) -> None:
    few = {title: rows for title, rows in LISTS_APART.items() if title in ("说明", "MCC列表")}
    answer = desk("scheme", "import", book(tmp_path / "a.xlsx", few), "--out", tmp_path / "s", "--json")
    assert [one["code"] for one in answer.json()["problems"]] == ["D402"] * 3
    whole = book(tmp_path / "b.xlsx", LISTS_APART)
    assert desk("scheme", "import", whole, "--out", tmp_path).code == 2
    assert desk("scheme", "import", whole).code == 2
    assert desk("scheme", "import", whole, "--out", tmp_path / "s", "--qy", "perhaps").code == 2
    assert desk("scheme", "import", tmp_path / "nowhere.xlsx", "--out", tmp_path / "s").code == 3


def test_other_column_names_are_declared(desk: Desk, tmp_path: Path) -> None:
    content = {title: [list(own) for own in rows] for title, rows in LISTS_APART.items()}
    content["DRG"][0][0] = "组号"
    file = book(tmp_path / "a.xlsx", content)
    assert desk("scheme", "import", file, "--out", tmp_path / "s", "--json").code == 1
    shipped = (NINGHE.parents[2] / "drg" / "workbook.yaml").read_text("utf-8")
    (tmp_path / "own.yaml").write_text(shipped.replace("drg: [drg,", "drg: [组号, drg,"), "utf-8")
    assert desk("scheme", "import", file, "--out", tmp_path / "s", "--headers", tmp_path / "own.yaml").code == 0
    (tmp_path / "own.yaml").write_text("columns: 1\n", "utf-8")
    assert desk("scheme", "import", file, "--preview", "--headers", tmp_path / "own.yaml").code == 3


def test_ambiguous_records(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "s"
    assert desk("scheme", "import", book(tmp_path / "a.xlsx", LISTS_APART), "--out", out, "--qy", "any_valid").code == 0
    assert Grouper(load_scheme(out)).group(record("J15.900", px=("47.0100",))).drg == "EQY"


def test_a_published_scheme_by_way_of_a_workbook_groups_as_before(shared: Path, desk: Desk, tmp_path: Path) -> None:
    """CHS-DRG 1.1 written as a workbook, read back, and every agreed record grouped as is expected."""
    source = published(shared, tmp_path, "chs_drg_11")
    entries = {row[2]: row[4] for row in table(source, "adrg")}
    plain = {"pdx_in_A", "mainproc_in_A", "pdx_in_A & mainproc_in_A"}
    content: Sheets = {
        "MDC": [["MDC编码", "诊断编码", "部位"], *table(source, "mdc_dx")],
        "ADRG": [["ADRG编码", "入组条件"], *((n, "" if e in plain else e) for n, e in entries.items())],
        "诊断": [["ADRG编码", "列表", "诊断编码"], *table(source, "adrg_dx")],
        "手术": [["ADRG编码", "列表", "手术编码"], *table(source, "adrg_proc")],
        "DRG": [["DRG编码", "DRG名称"], *((row[2], row[4]) for row in table(source, "drg"))],
        "MCC": [["诊断编码", "排除表"], *table(source, "mcc")],
        "CC": [["诊断编码", "排除表"], *table(source, "cc")],
        "排除": [["诊断编码", "排除表"], *table(source, "exclusion")],
        "有效手术": [["手术编码", "手术名称"], *table(source, "valid_proc")],
    }
    out = tmp_path / "again"
    answer = desk("scheme", "import", book(tmp_path / "chs.xlsx", content), "--out", out, "--json")
    assert answer.code == 0, answer.json()["problems"][:5]
    # The source counts diagnoses that stand twice in it.
    assert [row[:4] for row in table(out, "mdc")] == [row[:4] for row in table(source, "mdc")]
    for name in ("mdc_dx", "adrg", "adrg_dx", "adrg_proc", "drg", "mcc", "cc", "exclusion"):
        assert sorted(set(map(tuple, table(out, name)))) == sorted(set(map(tuple, table(source, name)))), name
    text = gzip.decompress((shared / "data" / "drg" / "expected" / "chs_drg_11.csv.gz").read_bytes()).decode()
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["agreed"] == "1"]
    given = pa.table({column: [row[column] for row in rows] for column in rows[0]})
    grouped = group_table(Grouper(load_scheme(out)), given).table
    assert grouped["drg"].to_pylist() == given["drg"].to_pylist()


def test_a_day_that_is_none_is_told_where_the_workbook_has_it(desk: Desk, tmp_path: Path) -> None:
    content = {title: [list(own) for own in rows] for title, rows in LISTS_APART.items()}
    for row in content["DRG"]:
        row.append("生效日期" if row is content["DRG"][0] else "2026/1/1")
    answer = desk("scheme", "import", book(tmp_path / "a.xlsx", content), "--out", tmp_path / "s", "--json")
    found = answer.json()["problems"][0]
    assert (found["code"], found["place"]["table"], found["place"]["column"]) == ("D403", "a.xlsx!DRG", "生效日期")
