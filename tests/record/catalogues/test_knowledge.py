"""The national workbooks of knowledge points, against the one table that was made of them by hand."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tests.record.catalogues.test_versions import city, decide, policy
from tests.record.sheets.test_content import workbook
from tongchou.ground.errors import ProblemError
from tongchou.record.catalogues import queries, versions
from tongchou.record.catalogues.knowledge import points_in, read_points
from tongchou.record.uploads import commands as uploads
from tongchou.record.uploads import queries as seen
from tongchou.record.uploads.commands import File

__all__ = ["city", "decide", "policy"]
GENERICS = [["药品通用名", "药品说明", "限定类型", "限定对象"], ["小儿口服液", "用于小儿。", "限定年龄对象", "儿童"]]
CODES = [["药品通用名", "序号", "药品代码", "限定类型"], ["小儿口服液", 1, "ZA04CAE0023010100166", "限定年龄对象"]]
ITEMS = [
    ["序号", "项目名称", "限制数量", "数量单位", "项目编码"],
    [1, "住院诊查费", 1, "日", "001102000050000"],
    ["合计", None, None, None, None],
]
COLUMNS = ("rule", "kind", "name", "code", "limit", "basis", "other_name", "other_code")


def test_drugs_take_their_limit_from_the_other_sheet() -> None:
    (point,) = points_in(read_points(workbook(GENERICS, CODES)))
    assert (point["rule"], point["limit"], point["code"]) == ("限年龄", "儿童", "ZA04CAE0023010100166")
    assert point["basis"] == "用于小儿。"


def test_what_cannot_be_read_is_named() -> None:
    strange = [*CODES, ["没有的药", 1, "ZA04CAE0023010100167", "限定年龄对象"], ["小儿口服液", 2, "短", "限定年龄对象"]]
    found = read_points(workbook(GENERICS, strange))
    assert [(one.code, one.place.row) for one in found.problems] == [("K207", 3), ("K207", 4)]
    for content in (workbook(GENERICS), workbook([["甲", "乙"]]), workbook(ITEMS, CODES)):
        with pytest.raises(ProblemError, match="K206"):
            read_points(content)


def test_points_are_versions_too(policy, decide) -> None:
    content = workbook(GENERICS, CODES)
    number = uploads.take(purpose="catalogue.knowledge", file=File("x.xlsx", content), options={"whole": "no"}).pk
    assert seen.look_at(number).counts["added"] == 1
    since = date(2026, 1, 1)
    decide(versions.propose(kind="knowledge", upload=number, since=since, label="第一批", reason="国家发布"))
    (point,) = queries.points("ZA04CAE0023010100166", day=since)
    assert (point.rule, point.limit) == ("限年龄", "儿童")
    assert list(queries.points(rule="限性别", day=since)) == []


def test_the_published_workbooks_give_the_published_points(shared: Path) -> None:
    """Every row of the table, but for one whose remark the table puts in its own words, and the two footnotes."""
    found: Counter[tuple[str, ...]] = Counter()
    skipped = 0
    for file in sorted((shared / "data" / "liangku" / "workbooks").glob("*.xlsx")):
        read = read_points(file.read_bytes())
        assert not read.problems, file.name
        skipped += len(read.unknown)
        found.update(tuple(point[name] for name in COLUMNS) for point in points_in(read))
    with (shared / "data" / "liangku" / "knowledge_points.csv").open(encoding="utf-8") as stream:
        expected = Counter(tuple(row[name] for name in COLUMNS) for row in csv.DictReader(stream) if row["code"])
    assert skipped == 2
    assert found.total() == expected.total() == 15_618
    assert {(one[0], one[3]) for one in (expected - found)} == {("限年龄", "003402000320000")}
