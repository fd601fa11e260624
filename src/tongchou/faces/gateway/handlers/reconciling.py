"""3201 对总账, 3202 对明细账, 3203 清算申请, 3204 清算申请撤销."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from tongchou.faces.gateway import ids
from tongchou.faces.gateway.calls import Call, Said, Section, handles
from tongchou.faces.gateway.writing import fen
from tongchou.ground.errors import fail
from tongchou.record.exchange import files, tabular
from tongchou.record.matching import totals
from tongchou.record.matching.totals import Span
from tongchou.record.payment import applying
from tongchou.record.uploads.commands import File

_EQUAL, _UNEQUAL = "0", "1"
_NAMES = {"count": "笔数", "total": "医疗费总额", "fund": "基金支付总额", "account": "个人账户支付"}


@handles("3201")
def compare_totals(call: Call) -> Said:
    """One insurance, one clearing class, some days; what is left out is not compared."""
    given = call.section()
    count = given["fixmedins_setl_cnt"]
    there = {
        "count": None if count is None else int(count),
        "total": given.fen("medfee_sumamt"),
        "fund": given.fen("fund_pay_sumamt"),
        "account": given.fen("acct_pay"),
    }
    found = totals.compare(institution_id=call.institution.pk, span=span_of(call, given), there=there)
    different = [name for name, said in there.items() if said is not None and said != found.here[name]]
    return {
        "stmtinfo": {
            "setl_optins": given.text("setl_optins", call.region),
            "stmt_rslt": _EQUAL if found.agrees else _UNEQUAL,
            "stmt_rslt_dscr": ";".join(_differs(name, found.here[name], there[name]) for name in different),
        }
    }


def _differs(name: str, here: int, there: int | None) -> str:
    if name == "count":
        return f"{_NAMES[name]}:中心 {here},机构 {there}"
    return f"{_NAMES[name]}:中心 {fen(here)},机构 {fen(there or 0)}"


def span_of(call: Call, given: Section) -> Span:
    """Raises N105 without days, N112 for no insurance of the region."""
    first, last = given.day("stmt_begndate"), given.day("stmt_enddate")
    if first is None or last is None:
        name = "stmt_begndate" if first is None else "stmt_enddate"
        raise fail("N105", label=given.label(name), field=name)
    insutype = given["insutype"]
    return Span(
        scheme=call.codes.scheme(insutype) if insutype else "",
        clearing=given.text("clr_type"),
        first=first,
        last=last,
        refunds=given.text("fixmedins_refd_setl_flag") or given.text("refd_setl_flag"),
    )


@handles("3202")
def compare_lines(call: Call) -> Said:
    """The settlements of a file that was sent up (9101), one by one; a file of what differs, to be fetched by 9102.
    Raises A114 for a file that there is not."""
    given = call.section()
    sent = files.fetch(given.row("file_qury_no"))
    of_file = {side: _columns(call, side) for side in ("request", "response")}
    there = [dict(zip(of_file["request"], row, strict=False)) for row in tabular.rows_of(bytes(sent.content))]
    rows = [[one.get(name) for name in of_file["response"]] for one in differences(call, given, there)]
    name = f"duizhang-{call.envelope.msgid[:40]}.txt"
    made = File(name, tabular.packed(name, tabular.text(rows)))
    kept = files.hand_in(institution_id=call.institution.pk, file=made)
    number = ids.number(call.region, kept.pk)
    return {"fileinfo": {"file_qury_no": number, "filename": kept.name, "dld_endtime": kept.until}}


def _columns(call: Call, side: str) -> list[str]:
    sections = call.transaction.request if side == "request" else call.transaction.response
    return [of.name for section in sections if section.kind == "file" for of in section.fields]


def differences(call: Call, given: Section, there: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
    """What differs between the lines that an institution has and ours, a row each with what the centre has. Rows that
    only the centre has come without numbers: their message id goes into 2601."""
    ours = {ids.number(call.region, one.event): one for one in totals.rows(call.institution.pk, span_of(call, given))}
    for row in there:
        one = ours.pop(row.get("setl_id", ""), None)
        if one is None:
            yield {**row, "stmt_rslt": _UNEQUAL, "memo": "中心没有这笔结算"}
            continue
        amounts = {"medfee_sumamt": fen(one.total), "fund_pay_sumamt": fen(one.fund), "acct_pay": fen(one.account)}
        if any(_amount(row.get(name)) != amount for name, amount in amounts.items()):
            memo = "金额不一致,本行为中心的金额"
            yield {**row, **amounts, "stmt_rslt": _UNEQUAL, "memo": memo, "msgid": one.msgid}
    for one in ours.values():
        yield {
            "psn_no": ids.number(call.region, one.person),
            "msgid": one.msgid,
            "stmt_rslt": _UNEQUAL,
            "refd_setl_flag": "1" if one.taken_back else "0",
            "memo": "机构没有这笔结算",
            "medfee_sumamt": fen(one.total),
            "fund_pay_sumamt": fen(one.fund),
            "acct_pay": fen(one.account),
        }


def _amount(text: str | None) -> Decimal | None:
    try:
        return Decimal(text or "0").quantize(Decimal("0.01"))
    except InvalidOperation:
        return None


@handles("3203")
def apply_for_clearing(call: Call) -> Said:
    """The declaration of the month: the statement of an insurance is declared when all of its clearing classes are
    applied for. The same figures sent again are answered with the same number."""
    given = call.section()
    count = given["psntime"]
    there = {
        "count": None if count is None else int(count),
        "total": given.fen("medfee_sumamt"),
        "fund": given.fen("fund_appy_sum"),
        "account": given.fen("acct_pay"),
        "cash": given.fen("cash_payamt"),
    }
    made = applying.apply_for_clearing(
        institution_id=call.institution.pk, clearing=given.needed("clr_type"), month=_month(given), there=there
    )
    return {"result": {"clr_appy_evt_id": ids.number(call.region, made.pk)}}


@handles("3204")
def withdraw_application(call: Call) -> Said:
    """Takes back the declaration, until anything was deducted or the review was closed."""
    number = call.section().row("clr_appy_evt_id")
    applying.withdraw_application(institution_id=call.institution.pk, application=number)
    return None


def _month(given: Section) -> date:
    """`setlym` as 202603 or 2026-03. Raises N101."""
    said = str(given.needed("setlym")).replace("-", "")
    try:
        return date(int(said[:4]), int(said[4:6]), 1)
    except ValueError:
        raise fail("N101", label=given.label("setlym"), field="setlym", value=said[:20], what="年月") from None
