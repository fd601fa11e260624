"""4103 结算清单查询: a list as the centre holds it, with what the centre knows besides."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tongchou.faces.gateway import ids
from tongchou.faces.gateway.calls import Call, Said, handles
from tongchou.faces.gateway.handlers.lists import settlement_of
from tongchou.faces.gateway.handlers.persons import base_of
from tongchou.faces.gateway.handlers.settlements import Figures, funds_of
from tongchou.faces.gateway.writing import fen
from tongchou.record.base import clock
from tongchou.record.exchange import persons
from tongchou.record.lists import leaving, queries
from tongchou.record.lists.models import Diagnosed, IntensiveCare, Operated
from tongchou.record.lists.queries import Held
from tongchou.record.lists.sheet import spelled
from tongchou.record.settlement.models import Event

_ALSO = {
    "emp_poscode": "poscode",
    "opsp_mdtrt_time": "opsp_mdtrt_date",
    "adm_way_code": "adm_way",
    "refl_caty": "refldept_dept",
    "otp_wm_diag_dise_code": "wm_dise_code",
    "otp_tcm_diag_dise_code": "tcm_dise_code",
    "adm_dept_codg": "adm_dept_code",
    "dscg_dept_codg": "dscg_dept_code",
    "hsorg_name": "hsorg",
}
"""What 4103 calls otherwise than 4101."""
_FUNDS = {
    "gwyPay": "cvlserv_pay",
    "jmdbPay": "hifmi_pay",
    "ybtcPay": "hifp_pay",
    "yljzPay": "maf_pay",
    "zgdePay": "hifob_pay",
}
_STAY, _DAY_SURGERY = "1", "2"


@handles("4103")
def show(call: Call) -> Said:
    event = settlement_of(call, call.section())
    found = queries.held(event_id=event.pk)
    own = {
        "setl_id": ids.number(call.region, event.pk),
        "psn_no": ids.number(call.region, event.person_id),
        "mdtrt_id": ids.number(call.region, event.visit_id),
    }

    def rows(given: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
        """Each with the numbers of the settlement and one of its own."""
        number = ids.number(call.region, found.list.pk)
        return [{name: f"{number}{place:04d}", **own, **row} for place, row in enumerate(given, start=1)]

    version = found.version
    diagnoses, operations = version.diagnoses.order_by("place"), version.operations.order_by("place")
    return {
        "setlinfo": {**own, **_info(call, event, found)},
        "payinfo": [{**own, **one} for one in _funds(call, event)],
        "opspdiseinfo": rows(found.said.get("opspdiseinfo", []), "setl_list_opsp_trt_id"),
        "diseinfo": rows([_diagnosis(one) for one in diagnoses], "setl_list_diag_id"),
        "iteminfo": rows(_items(event), "etl_list_chrgitm_id"),
        "oprninfo": rows([_operation(one) for one in operations], "setl_list_oprn_id"),
        "icuinfo": rows([_intensive(one) for one in version.intensive.order_by("place")], "setl_list_scs_cutd_id"),
        "drgAppyinfo": leaving.items_of(found.list),
        "bldinfo": rows(found.said.get("bldinfo", []), "setl_List_bld_Id"),
    }


def _info(call: Call, event: Event, found: Held) -> dict[str, Any]:
    said, version, visit = found.said["setlinfo"], found.version, event.visit
    base = base_of(call, persons.standing(event.person))
    amounts = event.fields
    own = amounts["fulamt_ownpay_amt"] + amounts["overlmt_selfpay"]
    young = (visit.admitted - event.person.born).days if base["age"] == 0 else None
    return {
        **said,
        **{name: said.get(other) for name, other in _ALSO.items()},
        **{name: fen(amounts[field]) for name, field in _FUNDS.items()},
        **{name: base[name] for name in ("psn_name", "gend", "brdy", "certno", "age")},
        **_duration("vent_used", "days", version.ventilated),
        **_duration("bfadm_coma", "days", version.coma_before),
        **_duration("afadm_coma", "days", version.coma_after),
        "patn_cert_type": base["psn_cert_type"],
        "age_daus": young,
        "setl_list_sn": ids.number(call.region, found.list.pk),
        "fixmedins_name": call.institution.organisation.name,
        "fixmedins_code": call.institution.code,
        "dcla_time": _local(found.list.uploaded_at),
        "insutype": call.codes.insutype(event.scheme),
        "hi_type": said.get("hi_type") or call.codes.insutype(event.scheme),
        "insu_admdvs": call.region,
        "ipt_med_type": said.get("ipt_med_type") or (_DAY_SURGERY if visit.admitted == visit.discharged else _STAY),
        "act_ipt_days": None if visit.discharged is None else max(1, (visit.discharged - visit.admitted).days),
        "diag_code_cnt": version.diagnoses.count(),
        "oprn_oprt_code_cnt": version.operations.count(),
        "psn_selfpay": fen(amounts["psn_part_amt"] - own),
        "psn_ownpay": fen(own),
        "acct_pay": fen(amounts["acct_pay"]),
        "psn_cashpay": fen(amounts["psn_cash_pay"]),
        "dscg_diag": version.main_name,
        "stas_type": found.list.state,
        "chk_cont": found.list.opinion,
        "setl_time": _local(event.at),
        **_groups(found),
    }


def _groups(found: Held) -> dict[str, Any]:
    """The group by points, where grouping has told one."""
    group = found.list.groups.filter(scheme="DIP").first()
    return {} if group is None else {"dipDiseGrpCode": group.code, "dipDiseGrpName": group.name}


def _duration(name: str, days: str, minutes: int | None) -> dict[str, Any]:
    whole, hours, rest = divmod(minutes or 0, 1440)[0], (minutes or 0) // 60 % 24, (minutes or 0) % 60
    return {f"{name}_{days}": whole, f"{name}_h_cnt": hours, f"{name}_m_cnt": rest}


def _funds(call: Call, event: Event) -> list[dict[str, Any]]:
    rows = funds_of(call, event.visit, Figures(event.fields, event.paid, event.hospital, event))
    return [
        {
            "fund_pay_type": one["fund_pay_type"],
            "poolarea_fund_pay_type": one["fund_pay_type"],
            "poolarea_fund_pay_name": one["fund_pay_type_name"],
            "fund_payamt": one["fund_payamt"],
        }
        for one in rows
    ]


def _diagnosis(one: Diagnosed) -> dict[str, Any]:
    return {
        "diag_type": one.kind,
        "maindiag_flag": "1" if one.main else "0",
        "diag_code": one.code,
        "diag_name": one.name,
        "adm_cond_type": one.present,
    }


def _operation(one: Operated) -> dict[str, Any]:
    return {
        "main_oprn_flag": "1" if one.main else "0",
        "oprn_oprt_name": one.name,
        "oprn_oprt_code": one.code,
        "oprn_oprt_date": None if one.began is None else clock.day_of(one.began),
        "anst_way": one.anaesthesia,
        "oper_dr_name": one.surgeon_name,
        "oper_dr_code": one.surgeon,
        "anst_dr_name": one.anaesthetist_name,
        "anst_dr_code": one.anaesthetist,
        "oprn_oprt_begntime": _local(one.began),
        "oprn_oprt_endtime": _local(one.ended),
        "anst_begntime": _local(one.anaesthesia_began),
        "anst_endtime": _local(one.anaesthesia_ended),
    }


def _intensive(one: IntensiveCare) -> dict[str, Any]:
    return {
        "scs_cutd_ward_type": one.ward,
        "scs_cutd_inpool_time": _local(one.began),
        "scs_cutd_exit_time": _local(one.ended),
        "scs_cutd_sum_dura": spelled(one.minutes),
    }


def _items(event: Event) -> list[dict[str, Any]]:
    """What was charged, by class of charges: the centre's own figures, whatever the list says."""
    return [
        {
            "med_chrgitm_type": kind,
            "item_sumamt": fen(sums.total),
            "item_claa_sumfee": fen(sums.class_a),
            "item_clab_amt": fen(sums.class_b),
            "item_fulamt_ownpay_amt": fen(sums.own),
            "item_ownpay_amt": fen(sums.total - sums.class_a - sums.class_b - sums.own),
        }
        for kind, sums in sorted(queries.charged(event).items())
    ]


def _local(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(clock.CHINA)
