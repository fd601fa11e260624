"""The end of the day: what the institution's books say against what the platform has (9.8 of the reference)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from tongchou.faces.his.desk import Desk, Refused
from tongchou.faces.his.visit import Forgotten, Settled

_EQUAL = "0"
_ROW = ("setl_id", "mdtrt_id", "psn_no", "medfee_sumamt", "fund_pay_sumamt", "acct_pay", "refd_setl_flag")
_DIFFERENCE = (
    "psn_no", "mdtrt_id", "setl_id", "msgid", "stmt_rslt", "refd_setl_flag", "memo", "medfee_sumamt",
    "fund_pay_sumamt", "acct_pay",
)  # fmt: skip


@dataclass(frozen=True)
class Statement:
    """Totals of an insurance type and clearing class: whether they agree, and what does not. Where only the platform
    has more than these books, of another run of the same day, they agree."""

    insutype: str
    clr_type: str
    count: int
    agrees: bool
    why: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def reconcile(desk: Desk, books: Sequence[Settled], forgotten: Sequence[Forgotten] = ()) -> list[Statement]:
    """Totals for each insurance type and clearing class of today; details where totals differ. What was forgotten is
    found there, and undone by 2601."""
    spans = {(one.insutype, str(one.info["clr_type"])) for one in books}
    spans |= {(one.insutype, one.clr_type) for one in forgotten}
    found = []
    for span in sorted(spans):
        own = [one for one in books if (one.insutype, one.info["clr_type"]) == span]
        lost = [one for one in forgotten if (one.insutype, one.clr_type) == span]
        try:
            why = _differs(desk, _totals(desk, *span, own), own, lost)
        except Refused as error:
            why = str(error)
        found.append(Statement(*span, len(own), not why, why))
    return found


def _differs(desk: Desk, asked: dict[str, Any], own: Sequence[Settled], lost: Sequence[Forgotten]) -> str:
    """What is wrong with one statement; empty where all is well."""
    told = desk.ask("3201", {"data": asked})["stmtinfo"]
    if told["stmt_rslt"] == _EQUAL:
        return f"{lost[0].msgid}: not in the totals" if lost else ""
    rows = _details(desk, asked, own)
    ours = {one.info["setl_id"] for one in own}
    wrong = [f"{row['setl_id']}: {row['memo']}" for row in rows if row["setl_id"] in ours]
    there = {row["msgid"] for row in rows}
    for one in lost:
        if one.msgid not in there:
            wrong.append(f"{one.msgid}: not in the differences")
        desk.ask("2601", {"data": {"psn_no": one.psn_no, "omsgid": one.msgid, "oinfno": one.infno}})
    return "; ".join(wrong[:3])


def _totals(desk: Desk, insutype: str, clr_type: str, own: Iterable[Settled]) -> dict[str, Any]:
    rows = [one.info for one in own]
    sums = {name: sum((one[name] for one in rows), Decimal(0)) for name in ("medfee_sumamt", "fund_pay_sumamt")}
    return {
        "insutype": insutype,
        "clr_type": clr_type,
        "setl_optins": desk.region,
        "stmt_begndate": desk.today(),
        "stmt_enddate": desk.today(),
        **sums,
        "acct_pay": sum((one["acct_pay"] for one in rows), Decimal(0)),
        "cash_payamt": sum((one["psn_cash_pay"] for one in rows), Decimal(0)),
        "fixmedins_setl_cnt": len(rows),
        "fixmedins_refd_setl_flag": "",
        "refd_setl_flag": "",
    }


def _details(desk: Desk, asked: dict[str, Any], own: Sequence[Settled]) -> list[dict[str, str]]:
    """The rows that differ: 9101, 3202, 9102. Raises Refused."""
    sent = desk.upload("duizhang.zip", _packed(_rows(own)))
    if not sent.fine:
        raise Refused(sent)
    number = sent.output["file_qury_no"]
    file = desk.ask("3202", {"data": {**asked, "file_qury_no": number}})["fileinfo"]
    offered = {name: file[name] for name in ("file_qury_no", "filename")}
    return _unpacked(desk.download({**offered, "fixmedins_code": desk.institution}))


def _rows(own: Iterable[Settled]) -> str:
    lines = []
    for one in own:
        row = {**one.info, "refd_setl_flag": "1" if one.cancels else "0"}
        lines.append("\t".join(str(row[name]) for name in _ROW))
    return "".join(f"{line}\n" for line in lines)


def _packed(text: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("duizhang.txt", text)
    return stream.getvalue()


def _unpacked(content: bytes) -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read(archive.namelist()[0]).decode()
    rows = [line.split("\t") for line in text.splitlines() if line]
    return [dict(zip(_DIFFERENCE, row, strict=False)) for row in rows]
