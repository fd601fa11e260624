"""13xx: a list goes down whole, then only what changed."""

from datetime import timedelta
from typing import Any

import pytest

from tests.faces.gateway.changed import change
from tests.faces.gateway.conftest import TODAY
from tests.faces.gateway.hospital import Hospital
from tests.faces.gateway.test_files import fetched
from tongchou.faces.gateway.fields import transactions
from tongchou.faces.gateway.handlers.catalogue_files import COLUMNS, LISTS, NOT_KEPT
from tongchou.record.base import clock

HEAD = ("编码", "名称", "规格", "类别", "项目组", "目录类别")
NEW = ("TESTDRUG00000000000031", "示例药品\t三十一", "10mg", "甲", "甲类", "101")


def asked(at: Hospital, infno: str, version: str = "0") -> tuple[dict[str, Any], list[dict[str, str]]]:
    """What is answered, and the rows of the file by the names of its columns."""
    told = at.ask(infno, {"data": {"ver": version}})
    name, content = fetched(at, told["file_qury_no"], "plc")
    assert name == told["filename"].removesuffix(".zip") + ".txt"
    columns = transactions()[infno].columns
    rows = [line.split("\t") for line in content.decode().splitlines()]
    assert {len(row) for row in rows} <= {len(columns)}
    assert told["data_cnt"] == len(rows)
    return told, [dict(zip(columns, row, strict=True)) for row in rows]


def test_a_list_goes_down_whole(hospital: Hospital) -> None:
    told, rows = asked(hospital, "1301")
    assert told["dld_end_time"] == told["dld_endtime"] == "2026-04-19"
    assert [row["医疗目录编码"] for row in rows] == [
        f"TESTDRUG000000000000{one}" for one in ("01", "02", "12", "21", "22")
    ]
    first = rows[0]
    assert {name: first[name] for name in ("药品通用名", "开始日期", "结束日期", "有效标志", "限制使用标志")} == {
        "药品通用名": "示例药品一",
        "开始日期": "2026-01-02",
        "结束日期": "null",
        "有效标志": "1",
        "限制使用标志": "0",
    }
    assert first["国家医保药品目录甲乙类标识"] == "甲"
    assert first["说明书"] == "null"


@pytest.mark.parametrize("version", ["1.0", "v0000", "V0", "", None, 0])
def test_what_stands_for_nothing_held(hospital: Hospital, version: Any) -> None:
    assert hospital.ask("1305", {"data": {"ver": version}})["data_cnt"] == 3


def test_then_only_what_changed_goes_down(hospital: Hospital) -> None:
    _, before = asked(hospital, "1301")
    held = before[0]["版本号"]
    assert asked(hospital, "1301", held)[1] == []
    number = change("drug", TODAY, HEAD, NEW, ("TESTDRUG00000000000002", "示例药品二改", "", "乙", "乙类药", "101"))
    told, rows = asked(hospital, "1301", held)
    assert told["filename"] == f"1301_v{number:04d}.zip"
    assert [(row["医疗目录编码"], row["药品通用名"], row["药品规格"], row["版本号"]) for row in rows] == [
        ("TESTDRUG00000000000002", "示例药品二改", "null", f"v{number:04d}"),
        ("TESTDRUG00000000000031", "示例药品 三十一", "10mg", f"v{number:04d}"),
    ]
    assert asked(hospital, "1301", str(number))[1] == []
    assert len(asked(hospital, "1301")[1]) == 6


def test_what_ended_is_said_to_whoever_held_it(hospital: Hospital) -> None:
    held = asked(hospital, "1301")[1][0]["版本号"]
    change("drug", TODAY, HEAD, NEW, whole="yes")
    rows = asked(hospital, "1301", held)[1]
    assert {row["医疗目录编码"]: row["有效标志"] for row in rows}[NEW[0]] == "1"
    assert sorted(row["有效标志"] for row in rows) == ["0", "0", "0", "0", "0", "1"]
    assert [row["医疗目录编码"] for row in asked(hospital, "1301")[1]] == [NEW[0]]


def test_a_version_to_come_does_not_go_down_yet(hospital: Hospital) -> None:
    change("drug", TODAY + timedelta(days=1), HEAD, NEW)
    assert len(asked(hospital, "1301")[1]) == 5
    with clock.at(TODAY + timedelta(days=1)):
        assert len(asked(hospital, "1301")[1]) == 6


def test_lists_are_apart(hospital: Hospital) -> None:
    change(
        "drug", TODAY, HEAD,
        ("T110200001", "示例饮片", "", "甲", "甲类", "102"), ("TGRAN000001", "示例颗粒", "1g", "乙", "乙类药", "106"),
    )  # fmt: skip
    assert [row["单味药名称"] for row in asked(hospital, "1302")[1]] == ["示例饮片"]
    assert [(row["中药配方颗粒代码"], row["规格"]) for row in asked(hospital, "1320")[1]] == [("TGRAN000001", "1g")]
    assert len(asked(hospital, "1301")[1]) == 5
    assert asked(hospital, "1303")[1] == []


def test_supplies_by_the_length_of_their_codes(hospital: Hospital) -> None:
    long = "C" + "0" * 25 + "1"
    change("consumable", TODAY, HEAD, (long, "示例耗材", "", "乙", "高值检查", "301"))
    assert [row["医疗目录编码"] for row in asked(hospital, "1306A")[1]] == [long]
    assert len(asked(hospital, "1306")[1]) == 2


def test_diagnoses_and_special_diseases(hospital: Hospital) -> None:
    assert asked(hospital, "1307")[1] == []
    change("disease", TODAY, ("编码", "名称"), ("I10.x00", "特发性高血压"))
    assert [(row["诊断代码"], row["诊断名称"]) for row in asked(hospital, "1307")[1]] == [("I10.x00", "特发性高血压")]
    rows = asked(hospital, "1309")[1]
    assert {row["门慢门特病种目录代码"]: row["门慢门特病种名称"] for row in rows}["M03900"] == "高血压"
    assert {row["医保区划"] for row in rows} == {"430100"}
    assert asked(hospital, "1309", rows[0]["版本号"])[1] == []


@pytest.mark.parametrize("infno", NOT_KEPT)
def test_of_a_list_that_is_not_kept_the_file_is_empty(hospital: Hospital, infno: str) -> None:
    assert asked(hospital, infno)[1] == []


def test_a_file_is_made_once(hospital: Hospital, pharmacy: Hospital) -> None:
    number = asked(hospital, "1301")[0]["file_qury_no"]
    assert asked(pharmacy, "1301")[0]["file_qury_no"] == number
    with clock.at(TODAY + timedelta(days=30)):  # its last day: what is asked for then can be fetched longer
        assert asked(hospital, "1301")[0]["file_qury_no"] != number


def test_versions_that_are_none(hospital: Hospital) -> None:
    held = asked(hospital, "1301")[1][0]["版本号"]
    assert hospital.refused("1305", {"data": {"ver": held}}) == "N311"  # another catalogue's
    for version in ("XY20210101", "v9999999", "9" * 30, "-1"):
        assert hospital.refused("1301", {"data": {"ver": version}}) == "N311"


def test_every_column_of_ours_is_one_of_the_document() -> None:
    printed = {column for infno in LISTS for column in transactions()[infno].columns}
    assert set(COLUMNS) <= printed
