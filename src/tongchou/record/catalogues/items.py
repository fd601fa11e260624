"""Files of items: their columns, and the facts that a row gives."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from tongchou.ground.errors import Place, Problem
from tongchou.record.catalogues.models import CLASSES, ItemChange
from tongchou.record.catalogues.shelf import Read, Shelf
from tongchou.record.packs.queries import words
from tongchou.record.sheets import Choice, Code, Column, Day, Fen, Line, Number, Share, Text, Whole, Words, read

FACTS = (
    "name", "name_key", "spec", "unit", "maker", "pay_class", "first_pay", "price", "ceiling", "limited", "limits",
    "item", "fee_kind", "list_type", "begins", "ends", "note",
)  # fmt: skip
_CODES = ("医保目录编码", "国标代码", "药品代码", "项目编码", "项目代码", "诊断代码", "hilist_code", "med_list_codg")
_NAMES = ("医保目录名称", "药品名称", "药品通用名", "项目名称", "诊断名称", "hilist_name")
_CLASSES = {**{word: word for word in CLASSES}, **{f"{word}类": word for word in CLASSES}, "01": "甲", "02": "乙",
            "03": "丙"}  # fmt: skip
_YES = {"是": True, "否": False, "1": True, "0": False}

_ENTRY = (
    Column("code", "编码", "code", Code(40), required=True, also=_CODES),
    Column("name", "名称", "name", Text(300), required=True, also=_NAMES),
)
_DATES = (
    Column("begins", "开始日期", "begins", Day(), also=("begndate",)),
    Column("ends", "结束日期", "ends", Day(), also=("enddate",)),
    Column("note", "备注", "note", Text(1000), also=("memo",), blank=""),
)
_LIMITS = (
    Column("sex", "限性别", "sex", Choice({"男": "男", "女": "女"})),
    Column("age_from", "限年龄起", "age from", Whole(0, 150)),
    Column("age_through", "限年龄止", "age through", Whole(0, 150)),
    Column("levels", "限机构等级", "levels", Words(Text(30))),
    Column("diagnoses", "限诊断", "diagnoses", Words(Code(20))),
    Column("settings", "限就医方式", "settings", Words(Text(30))),
    Column("schemes", "限险种", "schemes", Words(Text(30))),
    Column("per_use", "每次限量", "per use", Number()),
    Column("per_day", "每日限量", "per day", Number()),
    Column("course_days", "限疗程天数", "course days", Whole(1, 3660)),
    Column("limit_text", "限定支付范围", "limit in words", Text(1000)),
)
_PAID = (
    *_ENTRY,
    Column("spec", "规格", "spec", Text(300), blank=""),
    Column("unit", "计价单位", "unit", Text(50), also=("prcunt", "单位"), blank=""),
    Column("maker", "生产企业", "maker", Text(200), blank=""),
    Column("pay_class", "类别", "class", Choice(_CLASSES), also=("收费项目等级", "chrgitm_lv", "甲乙丙"), blank=""),
    Column("first_pay", "先行自付比例", "first pay", Share(), also=("自付比例", "selfpay_prop")),
    Column("price", "价格", "price", Fen(), also=("单价", "pric")),
    Column("ceiling", "限价", "ceiling", Fen(), also=("支付标准", "定价上限金额", "hilist_pric_uplmt_amt")),
    Column("limited", "限制使用", "limited", Choice(_YES), also=("限制使用标志", "lmt_used_flag"), blank=False),
    Column("item", "项目组", "item", Text(30), blank=""),
    Column("fee_kind", "费用类别", "fee kind", Text(20), also=("医疗收费项目类别", "med_chrgitm_type"), blank=""),
    Column("list_type", "目录类别", "list type", Code(3), also=("list_type",), blank=""),
    *_LIMITS,
    *_DATES,
)
_OF_LIMITS = tuple(column.name for column in _LIMITS)
_BLANK = {
    **dict.fromkeys(("spec", "unit", "maker", "pay_class", "item", "fee_kind", "list_type"), ""),
    "first_pay": None,
    "price": None,
    "ceiling": None,
    "limited": False,
}
"""What an entry of a list without these columns says, such as a disease."""


def normal(name: str) -> str:
    """A name without what people write differently: width, case, spaces and punctuation.

    >>> normal("阿莫西林 胶囊（0.25ｇ）")
    '阿莫西林胶囊025g'
    """
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name)).casefold()[:300]


def read_items(columns: tuple[Column, ...], content: bytes) -> Read:
    """The facts by code. What cannot stand together in a row, or is no word of the region, is a problem of it."""
    sheet = read(content, columns, key=("code",))
    problems = list(sheet.problems)
    groups = set(words("item")) if any(line.values.get("item") for line in sheet.lines) else set()
    entries = {}
    for line in sheet.lines:
        problems += _together(line, groups)
        entries[line.values["code"]] = _facts(line.values)
    return Read(entries, problems, sheet.unknown)


def _together(line: Line, groups: set[str]) -> list[Problem]:
    given, found = line.values, []
    for first, last, column in (("begins", "ends", "结束日期"), ("age_from", "age_through", "限年龄止")):
        low, high = given.get(first), given.get(last)
        if low is not None and high is not None and high < low:
            found.append(Problem("K201", Place(table="sheet", row=line.number, column=column), {}))
    if given.get("item") and given["item"] not in groups:
        place = Place(table="sheet", row=line.number, column="项目组")
        found.append(Problem("K202", place, {"item": given["item"]}))
    return found


def _facts(given: Mapping[str, Any]) -> tuple[Any, ...]:
    limits = _as_json(tuple((name, given[name]) for name in _OF_LIMITS if given.get(name) is not None))
    made = {**_BLANK, **given, "name_key": normal(given["name"]), "limits": limits}
    return tuple(made[name] for name in FACTS)


@lru_cache(maxsize=4096)
def _as_json(limits: tuple[tuple[str, Any], ...]) -> str:
    """Most items have the same few limits, or none."""
    return json.dumps(dict(limits), ensure_ascii=False, sort_keys=True)


def _shelf(kind: str, columns: tuple[Column, ...]) -> Shelf:
    return Shelf(kind, ItemChange, FACTS, lambda content: read_items(columns, content), columns)


SHELVES = {
    **{kind: _shelf(kind, _PAID) for kind in ("drug", "service", "consumable")},
    "disease": _shelf("disease", (*_ENTRY, *_DATES)),
}
