"""What must hold in every answer: its form by the tables (sections 3 and 6 of the reference), its amounts by the
identities (section 8)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tongchou.faces.gateway.fields import Field, Section, Transaction
from tongchou.faces.his.wire import Got

ENVELOPE = (
    "infcode", "inf_refmsgid", "refmsg_time", "respond_time", "err_msg", "output", "warn_msg", "cainfo", "signtype",
)  # fmt: skip
AMOUNTS = (
    "medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt", "act_pay_dedc",
    "hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay", "maf_pay", "oth_pay",
    "fund_pay_sumamt", "psn_part_amt", "acct_pay", "psn_cash_pay", "hosp_part_amt", "acct_mulaid_pay",
)  # fmt: skip
SCOPE = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
FUNDS = ("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay", "maf_pay", "oth_pay")
TRIALS = ("2101", "2206", "2303")
SETTLEMENTS = ("2102", "2207", "2304")
CANCELLATIONS = ("2103", "2208", "2305")
_LINES = {"2204": "result", "2301": "result"}
_OWN_LATER = ("setl_id", "setl_time", "clr_way", "clr_optins")
_ID = re.compile(r"[0-9]{8,30}")
_STAMP = re.compile(r"[0-9]{17}")
_DAY = "%Y-%m-%d"
_MOMENT = "%Y-%m-%d %H:%M:%S"
_CENT = Decimal("0.01")
_LONGEST_TEXT = 200


@dataclass(frozen=True)
class Fault:
    """Something that is wrong in an answer: which rule (of `WORDS`), where, and what stands there."""

    rule: str
    where: str
    found: str = ""

    def text(self, language: str) -> str:
        what = WORDS[self.rule][language == "en"]
        return f"{self.where}: {what}" + (f" ({self.found})" if self.found else "")


WORDS: Mapping[str, tuple[str, str]] = {
    "status": ("HTTP 状态不是 200", "HTTP status other than 200"),
    "kind": ("内容类型不是 application/json;charset=UTF-8", "content type other than application/json;charset=UTF-8"),
    "json": ("不是 JSON 对象", "no JSON object"),
    "missing": ("缺少字段", "the field is missing"),
    "number": ("不是 JSON 数字", "no JSON number"),
    "decimals": ("小数位数不符", "not with its decimals"),
    "text": ("不是文本", "no text"),
    "date": ("不是 yyyy-MM-dd", "not yyyy-MM-dd"),
    "time": ("不是 yyyy-MM-dd HH:mm:ss", "not yyyy-MM-dd HH:mm:ss"),
    "rows": ("应为数组", "should be a list of rows"),
    "object": ("应为对象", "should be an object"),
    "empty": ("不应为空", "must not be empty"),
    "id": ("编号应为 8 至 30 位数字", "an id has 8 to 30 digits"),
    "form": ("形式不符", "not as printed"),
    "long": ("超过 200 字", "longer than 200 characters"),
    "echo": ("与报文不符", "not what was sent"),
    "trial": ("与预结算不同", "not as in the trial"),
    "negated": ("不是原结算的相反数", "not the settlement negated"),
    "twice": ("同一报文的两次应答不同", "not what the same message was answered before"),
    "settled": ("不应成功", "should have been refused"),
    "statement": ("对账不平", "does not reconcile"),
    "identity": ("恒等式不成立", "the identity does not hold"),
}


def faults(transaction: Transaction, got: Got, sent: Mapping[str, Any], regional: bool = True) -> list[Fault]:
    """All that is wrong with the answer to a message (`sent`, with its envelope); nothing for a good one. `regional`:
    identities 4 and 5 hold, too, which a region may have otherwise."""
    if got.status != 200:
        return [Fault("status", "HTTP", str(got.status))]
    answer = read(got.body)
    if got.kind.replace(" ", "").lower() != "application/json;charset=utf-8":
        return [Fault("kind", "HTTP", got.kind)]
    if not isinstance(answer, dict):
        return [Fault("json", "HTTP", got.body[:60].decode("utf-8", "replace"))]
    found = list(_envelope(answer))
    if answer.get("infcode") != 0:
        return found
    output = answer.get("output")
    found += _output(transaction, output)
    if found or not isinstance(output, dict):
        return found
    return [*found, *_meaning(transaction.infno[:4], output, sent, regional)]


def read(body: bytes) -> Any:
    """JSON with its numbers as they are written; None for what is no JSON."""
    try:
        return json.loads(body, parse_float=Decimal)
    except ValueError:
        return None


def is_unknown(answer: Any) -> bool:
    """Whether a platform says that it does not offer the transaction."""
    return isinstance(answer, dict) and answer.get("type") == "error" and "output" not in answer


def _envelope(answer: Mapping[str, Any]) -> Iterator[Fault]:
    code = answer.get("infcode")
    if isinstance(code, bool) or not isinstance(code, int) or code not in (0, -1):
        yield Fault("number", "infcode", json.dumps(code, default=str))
    text = answer.get("err_msg")
    if code == -1 and not (isinstance(text, str) and text):
        yield Fault("empty", "err_msg")
    if isinstance(text, str) and len(text) > _LONGEST_TEXT:
        yield Fault("long", "err_msg")
    if is_unknown(answer):
        return
    for name in ENVELOPE:
        if name not in answer:
            yield Fault("missing", name)
    if code != 0:
        if answer.get("output") not in (None, {}):
            yield Fault("form", "output")
        return
    if not _ID.fullmatch(str(answer.get("inf_refmsgid"))):
        yield Fault("id", "inf_refmsgid", str(answer.get("inf_refmsgid")))
    for name in ("refmsg_time", "respond_time"):
        if not _STAMP.fullmatch(str(answer.get(name))):
            yield Fault("form", name, str(answer.get(name)))


def _output(transaction: Transaction, output: Any) -> Iterator[Fault]:
    """Every section with all that is printed."""
    sections = [one for one in transaction.response if one.kind != "file"]
    if not sections:
        said = output.values() if isinstance(output, dict) else () if output is None else (output,)
        if any(one != [] for one in said):  # rows of which there are none say nothing
            yield Fault("form", "output")
        return
    for section in sections:
        if section.name:
            if not isinstance(output, dict):
                yield Fault("object", "output")
                return
            if section.name not in output:
                yield Fault("missing", section.name)
            else:
                yield from _section(transaction, section, output[section.name], section.name)
        else:
            yield from _section(transaction, section, output, "output")


def _section(transaction: Transaction, section: Section, given: Any, path: str) -> Iterator[Fault]:
    if section.rows == "many":
        if isinstance(given, dict) and isinstance(given.get("data"), list) and not section.name:
            given = given["data"]  # a page of rows, with its numbers beside them
        if not isinstance(given, list):
            yield Fault("rows", path)
            return
        for place, row in enumerate(given, 1):
            yield from _row(transaction, section, row, f"{path}[{place}]")
    elif section.rows == "" and isinstance(given, list):
        for place, row in enumerate(given, 1):
            yield from _row(transaction, section, row, f"{path}[{place}]")
    else:
        yield from _row(transaction, section, given, path)


def _row(transaction: Transaction, section: Section, given: Any, path: str) -> Iterator[Fault]:
    if not isinstance(given, dict):
        yield Fault("object", path)
        return
    for of in section.fields:
        if of.name not in given:
            yield Fault("missing", f"{path}.{of.name}")
        else:
            fault = _value(of, given[of.name], path)
            if fault is not None:
                yield fault
    for child in section.sections:
        if child.name in given:
            yield from _section(transaction, child, given[child.name], f"{path}.{child.name}")
        else:
            yield Fault("missing", f"{path}.{child.name}")


def _value(of: Field, value: Any, path: str) -> Fault | None:
    where = f"{path}.{of.name}"
    if of.type in ("number", "integer"):
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return Fault("number", where, json.dumps(value, ensure_ascii=False, default=str)[:40])
        written = -int(Decimal(value).as_tuple().exponent)
        if of.type == "number" and "," not in of.length:  # printed without decimals, which ratios and prices have
            return None
        if written > of.decimals or (of.decimals == 2 and written != 2):
            return Fault("decimals", where, str(value))
        return None
    if value is None or value == "":
        return None
    if of.type == "date":
        return None if _is_moment(value, _DAY) else Fault("date", where, str(value))
    if of.type == "datetime":
        return None if _is_moment(value, _MOMENT) else Fault("time", where, str(value))
    if of.type == "string" and not isinstance(value, str) and of.name not in ("exp_content", "expContent"):
        return Fault("text", where, json.dumps(value, default=str)[:40])
    return None


def _is_moment(value: Any, form: str) -> bool:
    try:
        return isinstance(value, str) and f"{datetime.strptime(value, form):{form}}" == value  # noqa: DTZ007 (a day of the interface has no zone)
    except ValueError:
        return False


def _meaning(infno: str, output: Mapping[str, Any], sent: Mapping[str, Any], regional: bool) -> Iterator[Fault]:
    if infno == "1101" and not output["insuinfo"]:
        yield Fault("empty", "insuinfo")
    if infno in _LINES:
        yield from _lines(output[_LINES[infno]], sent)
    if infno in (*TRIALS, *SETTLEMENTS, *CANCELLATIONS):
        yield from _settled(infno, output, sent)
        yield from identities(output, regional)


def _lines(rows: list[Mapping[str, Any]], sent: Mapping[str, Any]) -> Iterator[Fault]:
    """A row for each line, its amount the sum of its parts (8.4)."""
    given = sent["input"]
    asked = given.get("feedetail") if isinstance(given, dict) else None
    if isinstance(asked, list) and all("feedetl_sn" in one for one in asked):
        numbers = [str(one.get("feedetl_sn")) for one in asked]
        if [str(one["feedetl_sn"]) for one in rows] != numbers:
            yield Fault("echo", "result.feedetl_sn")
    for one in rows:
        where = f"result[{one['feedetl_sn']}]"
        parts = ("fulamt_ownpay_amt", "overlmt_amt", "preselfpay_amt", "inscp_scp_amt")
        if one["det_item_fee_sumamt"] != sum(one[name] for name in parts):
            yield Fault("identity", f"{where}: det_item_fee_sumamt = {' + '.join(parts)}")


def _settled(infno: str, output: Mapping[str, Any], sent: Mapping[str, Any]) -> Iterator[Fault]:
    info = output["setlinfo"]
    for name in ("mdtrt_id", "psn_no", "medins_setl_id", *(() if infno in TRIALS else ("setl_time", "setl_id"))):
        if name in info and not info[name]:
            yield Fault("empty", f"setlinfo.{name}")
    for name in AMOUNTS:
        if name not in info:
            yield Fault("missing", f"setlinfo.{name}")
    for name in ("mdtrt_id", "psn_no", *(() if infno in TRIALS else ("setl_id",))):
        if info.get(name) and not _ID.fullmatch(str(info[name])):
            yield Fault("id", f"setlinfo.{name}", str(info[name]))
    if info.get("medins_setl_id") != sent["msgid"]:
        yield Fault("echo", "setlinfo.medins_setl_id", str(info.get("medins_setl_id")))
    asked = sent["input"].get("data") if isinstance(sent["input"], dict) else None
    if isinstance(asked, dict):
        for name in ("mdtrt_id", "psn_no"):
            if isinstance(asked.get(name), str) and name in info and info[name] != asked[name]:
                yield Fault("echo", f"setlinfo.{name}", str(info.get(name)))


def identities(output: Mapping[str, Any], regional: bool) -> Iterator[Fault]:
    """1 to 3 of 8.2; 4 and 5 of 8.3 with `regional`."""
    info = output["setlinfo"]
    sides: list[tuple[str, tuple[str, ...]]] = [
        ("medfee_sumamt", SCOPE),
        ("medfee_sumamt", ("fund_pay_sumamt", "psn_part_amt", "hosp_part_amt")),
        ("psn_part_amt", ("acct_pay", "psn_cash_pay")),
    ]
    if regional:
        sides.append(("fund_pay_sumamt", FUNDS))
    for number, (left, right) in enumerate(sides, 1):
        if {left, *right} <= info.keys() and info[left] != sum(info[name] for name in right):
            yield Fault("identity", f"{number}: {left} = {' + '.join(right)}")
    if regional:
        rows = sum(Decimal(one["fund_payamt"]) for one in output["setldetail"])
        whole = ("fund_pay_sumamt", "acct_pay", "hosp_part_amt")
        if set(whole) <= info.keys() and rows != sum(info[name] for name in whole):
            yield Fault("identity", f"5: setldetail.fund_payamt = {' + '.join(whole)}")
