"""13xx 目录下载: a file with what changed since the version that an institution holds.

Each list is offered to everybody, so a file that was made for one is the answer for the next. Columns that the record
does not keep are `null`; of a list that it does not keep the file has no row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from tongchou.faces.gateway import ids
from tongchou.faces.gateway.calls import Call, Said, handles
from tongchou.ground.errors import fail
from tongchou.record.base import clock
from tongchou.record.catalogues import changes
from tongchou.record.catalogues.models import ItemChange
from tongchou.record.exchange import files, tabular
from tongchou.record.exchange.models import StoredFile
from tongchou.record.packs.queries import number_in_force
from tongchou.record.uploads.commands import File

LISTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "1301": ("drug", ("101", "105", "")),
    "1302": ("drug", ("102",)),
    "1303": ("drug", ("103",)),
    "1305": ("service", ()),
    "1306": ("consumable", ()),
    "1306A": ("consumable", ()),
    "1307": ("disease", ()),
    "1320": ("drug", ("106",)),
}
"""Transaction → kind of catalogue, and which of its lists."""
NOT_KEPT = ("1308", "1310", "1311", "1313", "1314", "1315", *(str(number) for number in range(1321, 1328)))
"""Lists that the record does not keep: operations, per-disease lists, morphology, Chinese medicine, in-vitro tests."""
_LONG_CODE = 27

Column = Callable[[ItemChange], object]


def version(number: int) -> str:
    """The number of a version as it stands in files, and as institutions say it back."""
    return f"v{number:04d}"


def _decided(row: ItemChange) -> str:
    return f"{row.version.decided.decided_at.astimezone(clock.CHINA):%Y-%m-%d %H:%M:%S}"


_ALSO: Mapping[Column, tuple[str, ...]] = {
    attrgetter("key"): ("医疗目录编码", "诊断代码", "中药配方颗粒代码"),
    attrgetter("name"): (
        *("药品通用名", "药品商品名", "注册名称", "单味药名称", "医疗服务项目名称"),
        *("耗材名称", "诊断名称", "中药配方颗粒名称"),
    ),
    attrgetter("spec"): ("药品规格", "规格"),
    attrgetter("unit"): ("最小计价单位", "计价单位", "计价单位名称", "最小计量单位"),
    attrgetter("maker"): ("生产企业名称",),
    attrgetter("pay_class"): ("国家医保药品目录甲乙类标识",),
    attrgetter("ends"): ("结束日期",),
    attrgetter("note"): ("备注",),
    attrgetter("pk"): ("唯一记录号", "数据唯一记录号"),
    attrgetter("version.since"): ("生效时间",),
    attrgetter("version.label"): ("版本名称",),
    _decided: ("数据创建时间", "数据更新时间"),
    lambda row: row.begins or row.version.since: ("开始日期",),
    lambda row: row.limits.get("limit_text"): ("限制使用范围", "医保限用范围"),
    lambda row: "1" if row.limited else "0": ("限制使用标志",),
    lambda row: "0" if row.what == "ended" else "1": ("有效标志",),
    lambda row: version(row.version_id): ("版本号",),
}
COLUMNS: Mapping[str, Column] = {name: column for column, names in _ALSO.items() for name in names}
"""What of an item stands in a column, by the column's name."""


@handles(*LISTS)
def download(call: Call) -> Said:
    """What the versions in force after the one that is held changed; all there is for who holds none."""
    infno = call.transaction.infno
    kind, list_types = LISTS[infno]
    day = clock.today()
    held, newest = _held(kind, call.section().text("ver")), changes.version_on(kind, day)
    last = held if newest is None else newest.pk

    def rows() -> Iterable[Sequence[object]]:
        columns = [COLUMNS.get(name) for name in call.transaction.columns]
        for row in changes.changed_after(kind, held, day, list_types):
            if kind != "consumable" or (len(row.key) == _LONG_CODE) == (infno == "1306A"):
                yield [None if column is None else column(row) for column in columns]

    return _offered(call, f"{held}-{last}", version(last), rows)


@handles(*NOT_KEPT)
def not_kept(call: Call) -> Said:
    return _offered(call, "0", version(0), lambda: ())


@handles("1309")
def diseases(call: Call) -> Said:
    """The special diseases for which the region declares codes: all of them, unless they are held already."""
    now = version(number_in_force())

    def rows() -> Iterable[Sequence[object]]:
        for code, name in call.codes.words("disease").items():
            told: dict[str, object] = {
                "门慢门特病种目录代码": code,
                "门慢门特病种名称": name,
                "门慢门特病种大类名称": name,
                "医保区划": call.region,
                "有效标志": "1",
                "唯一记录号": code,
                "版本号": now,
            }
            yield [told.get(column) for column in call.transaction.columns]

    held = call.section().text("ver").lower() == now
    return _offered(call, f"{now}-{'held' if held else 'all'}", now, (lambda: ()) if held else rows)


def _held(kind: str, said: str) -> int:
    """The version that an institution holds; 0 for none, which is also said as 1.0 and v0000. Raises N311 for one that
    this region never gave."""
    plain = said.strip().lower().removeprefix("v")
    if "." in plain or not plain.strip("0"):
        return 0
    if not re.fullmatch(r"[0-9]{1,18}", plain) or not changes.was_in_force(kind, int(plain)):
        raise fail("N311", version=said[:20])
    return int(plain)


def _offered(call: Call, key: str, name: str, rows: Callable[[], Iterable[Sequence[object]]]) -> dict[str, Any]:
    """The file of a list: made when it is asked for first."""
    infno = call.transaction.infno
    found = files.offered(infno, key) or _made(infno, key, f"{infno}_{name}", rows())
    return {
        "file_qury_no": ids.number(call.region, found.pk),
        "filename": found.name,
        "dld_end_time": found.until,
        "dld_endtime": found.until,
        "data_cnt": found.rows,
    }


def _made(infno: str, key: str, name: str, rows: Iterable[Sequence[object]]) -> StoredFile:
    text = tabular.text(rows)
    file = File(f"{name}.zip", tabular.packed(f"{name}.txt", text))
    return files.offer(source=infno, key=key, file=file, rows=text.count(b"\n"))
