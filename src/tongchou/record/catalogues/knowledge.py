"""The national workbooks of supervision knowledge points ("两库": 智能监管规则库、知识库), as they are published.

A workbook holds the points of one rule. A list of drugs comes in two sheets: what each generic drug is limited to, and
the codes of its products; a list of items in one. The names of the columns differ from workbook to workbook.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tongchou.ground.errors import Place, Problem, fail
from tongchou.record.catalogues.models import PointChange
from tongchou.record.catalogues.shelf import Facts, Read, Shelf
from tongchou.record.sheets import Raw, sheets

FACTS = ("name", "kind", "rule", "code", "limit", "basis", "other_code", "other_name")
_TYPES = {
    "限定年龄对象": "限年龄",
    "限定性别对象": "限性别",
    "限定主次操作": "限主次操作",
    "限定保险类型": "限险种",
    "限定就医方式": "限就医方式",
    "限定机构等级": "限机构等级",
    "限定支付疗程": "限支付疗程",
}
"""What the column 限定类型 says → the rule's name."""
_TITLES = {
    "重复收费": "重复收费",
    "限定频次": "限频次",
    "限年龄": "限年龄",
    "限支付疗程": "限支付疗程",
    "周期超频次": "周期限频次",
}
"""What the title of a sheet says, as in “医疗服务项目重复收费”规则 → the rule's name."""
_TITLE = re.compile(r"医疗服务项目(.+?)”?规则")
_CODES = ("国标代码", "药品代码", "项目编码", "项目代码", "主项编码")
_NAMES = ("药品通用名", "项目名称", "主项名称")
_LIMITS = ("限定对象", "限定值域", "限定性别", "频度")
_BASES = ("药品说明", "项目说明", "备注")
_CODE = {"drug": re.compile(r"[0-9A-Z]{20}|[0-9A-Z]{23}"), "item": re.compile(r"\d{15}")}


@dataclass(frozen=True)
class _Table:
    """A sheet with a header: rows by its texts, each with its number."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]

    def first(self, row: Mapping[str, str], names: tuple[str, ...]) -> str:
        return next((row[name] for name in names if name in row), "")

    def has(self, names: tuple[str, ...]) -> bool:
        return any(name in self.header for name in names)


def read_points(content: bytes) -> Read:
    """The points of a workbook by their keys. Raises K206 for one that is built like none of those that are known;
    rows that name no code are footnotes, told among what is not read."""
    tables = [table for raw in sheets(content) if (table := _table(raw)) is not None]
    lists = [table for table in tables if table.has(_CODES)]
    if len(lists) != 1:
        raise fail("K206")
    (listed,) = lists
    generics = {row["药品通用名"]: (table, row) for table in tables for _, row in table.rows
                if table is not listed and "药品通用名" in row}  # fmt: skip
    entries: dict[str, Facts] = {}
    problems: list[Problem] = []
    skipped: list[str] = []
    for number, row in listed.rows:
        name, code = listed.first(row, _NAMES), listed.first(row, _CODES)
        kind = "drug" if "药品通用名" in listed.header else "item"
        if not code:
            skipped.append(f"第 {number} 行：{next(iter(filter(None, row.values())), '')[:40]}")
            continue
        told, said = generics.get(name, (listed, row)) if generics else (listed, row)
        rule = _rule(listed, row)
        limit = _limit(told, said)
        other = (row.get("从项编码", ""), row.get("从项名称", ""))
        basis = "" if limit == said.get("备注") else told.first(said, _BASES)
        if rule is None or not limit or (generics and name not in generics) or not _CODE[kind].fullmatch(code):
            problems.append(Problem("K207", Place(table="sheet", row=number), {"name": name or code}))
            continue
        entries[_key(rule, code, limit, other[0])] = (name, kind, rule, code, limit, basis, *other)
    return Read(entries, problems, skipped)


def _table(raw: Raw) -> _Table | None:
    rows = enumerate(raw.rows, 1)
    header = next((tuple(row) for _, row in rows if set(row) & set(_NAMES)), None)
    if header is None:
        return None
    return _Table(raw.name, header, tuple((n, dict(zip(header, row, strict=False))) for n, row in rows if any(row)))


def _rule(table: _Table, row: Mapping[str, str]) -> str | None:
    if "限定类型" in row:
        return _TYPES.get(row["限定类型"])
    titled = _TITLE.search(table.title)
    return _TITLES.get(titled[1]) if titled else None


def _limit(table: _Table, row: Mapping[str, str]) -> str:
    """What the rule limits to. Where it has no column, it is counted in columns of its own, or told in the remark."""
    if table.has(_LIMITS):
        return table.first(row, _LIMITS)
    if "数量单位" in row:
        return f"{row['限制数量']}/{row['数量单位']}" if row["数量单位"] else ""
    if "疗程周期" in row:
        return f"{row['频次上限']}/{row['疗程周期']}天"
    return row.get("备注", "")


def _key(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=20).hexdigest()


def points_in(read: Read) -> Iterator[dict[str, str]]:
    """The points as a table of texts."""
    for facts in read.entries.values():
        yield dict(zip(FACTS, facts, strict=True))


SHELF = Shelf("knowledge", PointChange, FACTS, read_points)
