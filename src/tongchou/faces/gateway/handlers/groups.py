"""3605, 3606 分组结果; 3608–3611 分组统计: the region's totals name no institution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tongchou.faces.gateway import ids
from tongchou.faces.gateway.calls import Call, Said, handles
from tongchou.faces.gateway.handlers.list_quality import month_of
from tongchou.faces.gateway.paging import paged
from tongchou.faces.gateway.writing import fen
from tongchou.record.base import clock
from tongchou.record.lists import groups
from tongchou.record.lists.groups import GroupTotal, InstitutionTotal
from tongchou.record.lists.models import Grouping

DRG, DIP = "DRG", "DIP"


class _Listed(list[Any]):
    """A list as something that comes in pages."""

    def count(self, *_: Any) -> int:
        return len(self)


@handles("3605")
def drg(call: Call) -> Said:
    return _groups(call, DRG, _drg)


@handles("3606")
def dip(call: Call) -> Said:
    return _groups(call, DIP, _dip)


def _groups(call: Call, scheme: str, told: Callable[[Call, Grouping], dict[str, Any]]) -> Said:
    given = call.section()
    event = given.row("setl_id") if given["setl_id"] else None
    rows = groups.groupings(scheme=scheme, month=month_of(given, "setl_ym"), event_id=event)
    seen: list[Grouping] = []

    def row(one: Grouping) -> dict[str, Any]:
        seen.append(one)
        return {**one.details, **told(call, one)}

    said = paged(given, rows, row)
    groups.looked_at("lists.groupings", seen)
    return said


def _drg(call: Call, one: Grouping) -> dict[str, Any]:
    return {
        "setl_id": ids.number(call.region, one.of.event_id),
        "psn_no": ids.number(call.region, one.of.event.person_id),
        "setl_list_sn": ids.number(call.region, one.of_id),
        "setl_ym": f"{one.month:%Y%m}",
        "fixmedins_code": call.institution.code,
        "drg_code": one.code,
        "drg_name": one.name,
        "grp_rslt": "1" if one.code else "0",
        "err_info": one.why_none,
        "drg_admdvs": call.region,
        "grp_time": clock.day_of(one.at),
        "vali_flag": "1",
    }


def _dip(call: Call, one: Grouping) -> dict[str, Any]:
    event = one.of.event
    return {
        "setl_id": ids.number(call.region, event.pk),
        "psn_no": ids.number(call.region, event.person_id),
        "psn_name": event.person.name,
        "insutype": call.codes.insutype(event.scheme),
        "setl_time": event.day,
        "clr_optins": call.region,
        "insu_admdvs": call.region,
        "fixmedins_code": call.institution.code,
        "fixmedins_name": call.institution.organisation.name,
        "nuld_flag": "0",
        "grp_stas": "1" if one.code else "0",
        "grp_stas_name": "成功" if one.code else "失败",
        "dip_dise_grp_code": one.code,
        "dip_dise_grp_name": one.name,
        "grp_dise_sco": one.points,
        "act_setl_sco": one.points,
        "remarks": one.why_none,
    }


@handles("3608")
def dip_of_region(call: Call) -> Said:
    return _region(call, DIP)


@handles("3610")
def drg_of_region(call: Call) -> Said:
    return _region(call, DRG)


def _region(call: Call, scheme: str) -> Said:
    given = call.section()
    month = month_of(given, "setl_mon")

    def row(one: InstitutionTotal) -> dict[str, Any]:
        return {
            "fixmedins_code": one.alias,
            "fixmedins_name": f"医疗机构 {one.alias[:6]}",
            "grp_sum": one.groups,
            **_sums(call, f"{month:%Y%m}", one),
        }

    return paged(given, _Listed(groups.institution_totals(scheme=scheme, month=month)), row)


@handles("3609")
def dip_of_institution(call: Call) -> Said:
    def row(one: GroupTotal) -> dict[str, Any]:
        return {"dip_dise_grp_code": one.code, "dip_dise_grp_name": one.name}

    return _institution(call, DIP, row)


@handles("3611")
def drg_of_institution(call: Call) -> Said:
    def row(one: GroupTotal) -> dict[str, Any]:
        return {"drg_code": one.code, "drg_name": one.name}

    return _institution(call, DRG, row)


def _institution(call: Call, scheme: str, told: Callable[[GroupTotal], dict[str, Any]]) -> Said:
    """The groups of an institution under the code that the totals of the region give it."""
    given = call.section()
    month = month_of(given, "setl_mon")
    found = groups.group_totals(
        scheme=scheme, month=month, institution=str(given.needed("fixmedins_code")), code=given.text("dise_code")
    )
    return paged(given, _Listed(found), lambda one: {**told(one), **_sums(call, f"{month:%Y%m}", one)})


def _sums(call: Call, month: str, one: InstitutionTotal | GroupTotal) -> dict[str, Any]:
    return {
        "setl_mon": month,
        "medfee_sumamt": fen(one.total),
        "setl_psntime": one.cases,
        "ave_medfee_sumamt": fen(one.total) / one.cases,
        "admdvs": call.region,
    }
