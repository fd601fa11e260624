"""3601–3604 特病单议: applications that a case leave payment by DRG or DIP."""

from __future__ import annotations

from typing import Any

from tongchou.faces.gateway import ids
from tongchou.faces.gateway.calls import Call, Said, Section, handles
from tongchou.faces.gateway.handlers.lists import settlement_of
from tongchou.faces.gateway.handlers.settlements import Figures, funds_of
from tongchou.faces.gateway.paging import paged
from tongchou.faces.gateway.reading import rows_of
from tongchou.ground.errors import fail
from tongchou.record.base import clock
from tongchou.record.exchange import persons
from tongchou.record.lists import leaving
from tongchou.record.lists.models import ExitApplication
from tongchou.record.lists.sheet import MOST_ROWS

_ITEMS = "drgAppySpcasItemDTOList"
_ITEM = "fsiDrgAppySpcasItemEvtDTORet"
_OWN = ("setl_id", "psn_no", "psn_name", "psn_cert_type", "certno", "fixmedins_code", "fixmedins_name", "vali_flag")
"""What the record knows better than what is sent."""
_DONE = {"code": "0", "message": "", "type": "success"}
_NOT_VALID = "0"
_AGREED, _NOT_AGREED = "1", "0"


@handles("3602")
def apply(call: Call) -> Said:
    given = call.section()
    leaving.apply_exit(
        event_id=settlement_of(call, given).pk, kind=_kind(given), why=given.text("exit_rea"), said=_said(call, given)
    )
    return {"data": _DONE}


@handles("3603")
def change(call: Call) -> Said:
    """Change an application, or withdraw it: then it is sent as not valid."""
    given = call.section()
    number = given.row("appy_chk_setl_list_id")
    if given.text("vali_flag") == _NOT_VALID:
        leaving.withdraw_exit(application_id=number)
    else:
        leaving.change_exit(
            application_id=number, kind=_kind(given), why=given.text("exit_rea"), said=_said(call, given)
        )
    return {"data": _DONE}


def _kind(given: Section) -> str:
    return given.text("appy_exit_type") or given.text("exit_type")


def _said(call: Call, given: Section) -> dict[str, Any]:
    """What is to be kept of an application, with its items. Raises N101, N103, N382."""
    section = call.transaction.section("request", _ITEM)
    items = rows_of(section, given[_ITEMS]) or rows_of(section, call.given.get(_ITEM))
    if len(items) > MOST_ROWS:
        raise fail("N382", most=MOST_ROWS)
    said = given.kept(*_OWN, _ITEMS, "appy_chk_setl_list_id")
    return {**said, leaving.ITEMS: items} if items else said


@handles("3601")
def applications(call: Call) -> Said:
    """Applications in pages; of a settlement, a person, or all."""
    given = call.section()
    rows = leaving.applications(
        event_id=given.row("setl_id") if given["setl_id"] else None,
        person_id=given.row("psn_no") if given["psn_no"] else None,
    )
    if given["begndate"]:
        rows = rows.filter(applied_at__gte=given.moment("begndate"))
    if given["enddate"]:
        rows = rows.filter(applied_at__date__lte=given.day("enddate"))
    if given["vali_flag"]:
        rows = (
            rows.filter(state="withdrawn") if given.text("vali_flag") == _NOT_VALID else rows.exclude(state="withdrawn")
        )
    seen: list[ExitApplication] = []
    asked = Section(call, given.name, {**given.values, **_page(given)})
    said = paged(asked, rows, lambda one: _row(call, one, seen))
    leaving.looked_at("lists.applications", seen)
    return said


def _page(given: Section) -> dict[str, Any]:
    """The page as other queries name it; what is no number asks for the first."""
    asked = {"page_num": given.text("pageNum"), "page_size": given.text("pageSize")}
    return {
        name: int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None
        for name, value in asked.items()
    }


def _row(call: Call, one: ExitApplication, seen: list[ExitApplication]) -> dict[str, Any]:
    seen.append(one)
    event, said = one.of.event, leaving.said_of(one)
    card = persons.card_of(event.person)
    return {
        **{name: value for name, value in said.items() if name != leaving.ITEMS},
        **_numbers(call, one),
        "psn_name": event.person.name,
        "psn_cert_type": card.kind,
        "certno": card.number,
        "insutype": call.codes.insutype(event.scheme),
        "fixmedins_code": call.institution.code,
        "fixmedins_name": call.institution.organisation.name,
        "adm_time": event.visit.admitted,
        "dscg_time": event.visit.discharged,
        "setl_time": event.day,
        "appy_exit_type": one.kind,
        "exit_rea": one.reason,
        "rchk_flag": {"approved": _AGREED, "refused": _NOT_AGREED}.get(one.state, ""),
        "memo": one.opinion or said.get("memo", ""),
        "drg_admdvs": call.region,
        "crte_time": clock.day_of(one.applied_at),
        "updt_time": clock.day_of(one.changed_at),
        "crter_name": one.by,
        "opter_name": one.decided_name,
        "opt_time": None if one.decided_at is None else clock.day_of(one.decided_at),
        "poolarea_no": call.region,
    }


def _numbers(call: Call, one: ExitApplication) -> dict[str, Any]:
    event = one.of.event
    number = ids.number(call.region, one.pk)
    return {
        "appy_chk_setl_list_id": number,
        "rid": number,
        "setl_id": ids.number(call.region, event.pk),
        "psn_no": ids.number(call.region, event.person_id),
        "mdtrt_id": ids.number(call.region, event.visit_id),
        "setl_listsn": ids.number(call.region, one.of_id),
        "setl_list_sn": ids.number(call.region, one.of_id),
        "vali_flag": "0" if one.state == "withdrawn" else "1",
    }


@handles("3604")
def opinions(call: Call) -> Said:
    """What the agency said of applications, and what each fund paid for the settlements: of an application, a
    settlement or a person."""
    given = call.section()
    if not any(given[name] for name in ("appy_chk_setl_list_id", "setl_id", "psn_no")):
        raise fail("N381")
    rows = leaving.applications(
        event_id=given.row("setl_id") if given["setl_id"] else None,
        person_id=given.row("psn_no") if given["psn_no"] else None,
    )
    if given["appy_chk_setl_list_id"]:
        rows = rows.filter(id=given.row("appy_chk_setl_list_id"))
    found = list(rows[:MOST_ROWS])
    leaving.looked_at("lists.opinions", found)
    return {
        "preSetl_invy_evt_list": [row for one in found for row in _funds(call, one)],
        "appy_chk_opnn_evt_list": [_opinion(call, one) for one in found if one.decided_at is not None],
    }


def _funds(call: Call, one: ExitApplication) -> list[dict[str, Any]]:
    event, said = one.of.event, leaving.said_of(one)
    return [
        {
            **_numbers(call, one),
            "drg_pre_setl_invy_id": f"{ids.number(call.region, one.pk)}{place:02d}",
            "fund_pay_type": row["fund_pay_type"],
            "poolarea_fund_pay_name": row["fund_pay_type_name"],
            "fund_payamt": row["fund_payamt"],
            "exit_type": one.kind,
            "exit_rea": one.reason,
            "fund_cap": said.get("fund_cap"),
            "poolarea_no": call.region,
            "crte_time": clock.day_of(one.applied_at),
            "updt_time": clock.day_of(one.changed_at),
        }
        for place, row in enumerate(
            funds_of(call, event.visit, Figures(event.fields, event.paid, event.hospital, event)), start=1
        )
    ]


def _opinion(call: Call, one: ExitApplication) -> dict[str, Any]:
    assert one.decided_at is not None
    day = clock.day_of(one.decided_at)
    return {
        **_numbers(call, one),
        "appy_chk_setl_list_opnn_id": ids.number(call.region, one.pk),
        "drg_dip_exit_opnn_type": _AGREED if one.state == "approved" else _NOT_AGREED,
        "opnn": one.opinion,
        "opnn_time": day,
        "opnn_resper_name": one.decided_name,
        "drg_admdvs": call.region,
        "opter_name": one.decided_name,
        "opt_time": day,
        "crte_time": day,
        "updt_time": day,
        "poolarea_no": call.region,
    }
