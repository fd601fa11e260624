"""5201 就诊, 5202 诊断, 5203 结算, 5204 明细, 5205 慢特病用药, 5206 累计, 5303 在院: what is known of visits."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from tongchou.faces.gateway import ids
from tongchou.faces.gateway.calls import Call, Said, Section, handles
from tongchou.faces.gateway.handlers import fees, settlements
from tongchou.faces.gateway.handlers.persons import base_of, person_of
from tongchou.faces.gateway.handlers.visits import said_of, visit_of
from tongchou.faces.gateway.writing import fen
from tongchou.ground.errors import fail
from tongchou.record.base import clock
from tongchou.record.exchange import persons
from tongchou.record.settlement.models import Event, LineResult
from tongchou.record.visits.models import Charge, Diagnosis, Visit

MOST = 1_000
"""Rows of one answer."""
_STAGES = {"admission": "1", "visit": "2", "discharge": "2"}
_IN, _OUT = "1", "0"
_RENAMED = {"psn_part_amt": "psn_pay", "psn_cash_pay": "cash_payamt"}
_AT_INSTITUTION = "2"


@handles("5201")
def visits(call: Call) -> Said:
    """The institution's own visits of a person in a period, or one of them."""
    given = call.section()
    if given["mdtrt_id"]:
        rows = [visit_of(call, given)]
    else:
        person = person_of(call, given)
        found = _between(Visit.objects.filter(person=person), given)
        rows = list(found.select_related("person", "institution").order_by("-admitted", "-id")[:MOST])
        if given["med_type"]:
            rows = [row for row in rows if _care(call, row)["med_type"] == given["med_type"]]
    return {"mdtrtinfo": [_visit(call, row) for row in rows]}


def _between(rows: QuerySet[Visit], given: Section) -> QuerySet[Visit]:
    first, last = given.day("begntime") or date.min, given.day("endtime") or date.max
    return rows.filter(admitted__gte=first, admitted__lte=last).exclude(state="cancelled")


def _care(call: Call, visit: Visit) -> dict[str, Any]:
    said = said_of(visit)
    return {**said, "med_type": call.codes.med_type(visit.scheme, visit.kind, str(said.get("med_type", "")))}


def _visit(call: Call, visit: Visit) -> dict[str, Any]:
    """A visit with what was said of it; what was said never hides what the record knows."""
    end = visit.discharged
    return {
        **_care(call, visit),
        **base_of(call, persons.standing(visit.person)),
        "mdtrt_id": ids.number(call.region, visit.pk),
        "insutype": call.codes.insutype(visit.scheme),
        "begntime": visit.admitted,
        "endtime": end,
        "ipt_otp_no": visit.number,
        "inhosp_stas": _OUT if end is not None else _IN,
        "ipt_days": 0 if end is None else max(1, (end - visit.admitted).days),
        "insu_optins": call.region,
    }


@handles("5202")
def diagnoses(call: Call) -> Said:
    visit = visit_of(call, call.section())
    rows = Diagnosis.objects.filter(visit=visit).order_by("id")
    numbers = {"mdtrt_id": ids.number(call.region, visit.pk), "psn_no": ids.number(call.region, visit.person_id)}
    return {
        "diseinfo": [
            {
                **row.details,
                **numbers,
                "diag_info_id": ids.number(call.region, row.pk),
                "inout_diag_type": _STAGES[row.stage],
                "diag_type": row.kind,
                "maindiag_flag": "1" if row.main else "0",
                "diag_srt_no": row.number,
                "diag_code": row.code,
                "diag_name": row.name,
            }
            for row in rows
        ]
    }


def settlement_of(call: Call, given: Section) -> Event:
    """The settlement of a section, of the visit beside it. Raises N105, N118."""
    number = given.row("setl_id")
    event = Event.objects.select_related("visit__person", "visit__institution").filter(id=number).first()
    if event is None or (given["mdtrt_id"] and given.row("mdtrt_id") != event.visit_id):
        raise fail("N118", settlement=given.text("setl_id"), visit=given.text("mdtrt_id", "-"))
    call.person = event.person_id
    return event


@handles("5203")
def settlement(call: Call) -> Said:
    """One settlement under the names of this query, which are others than where it was made."""
    given = call.section()
    event = settlement_of(call, given)
    visit, said = event.visit, said_of(event.visit)
    found = settlements.told(call, visit, settlements.Figures(event.fields, event.paid, event.hospital, event), given)
    info = {_RENAMED.get(name, name): value for name, value in found["setlinfo"].items()}
    info |= {
        "pay_loc": _AT_INSTITUTION,
        "fixmedins_code": visit.institution.code,
        "fixmedins_name": visit.institution.organisation.name,
        "begndate": visit.admitted,
        "enddate": visit.discharged or event.day,
        "refd_setl_flag": "1" if event.kind == "reverse" else "0",
        "year": str(event.year),
        "mdtrt_cert_type": info["mdtrt_cert_type"] or said.get("mdtrt_cert_type", ""),
        "dise_codg": said.get("dise_codg", ""),
        "dise_name": said.get("dise_name", ""),
        "invono": said.get("invono", ""),
    }
    return {"setlinfo": info, "setldetail": found["setldetail"]}


@handles("5204")
def lines(call: Call) -> list[dict[str, Any]]:
    """The lines of a settlement: rows without a section around them, as clients read it."""
    event = settlement_of(call, call.section())
    settled = event if event.kind == "settle" else event.reverses
    rows = (
        LineResult.objects.filter(event=settled, charge__visit=settled.visit_id)
        .select_related("charge")
        .order_by("charge_id")
    )
    numbers = {"mdtrt_id": ids.number(call.region, event.visit_id), "setl_id": ids.number(call.region, event.pk)}
    med_type = _care(call, event.visit)["med_type"]
    return [_line(row.charge, fees.parts_of(row)) | numbers | {"med_type": med_type} for row in rows]


def _line(row: Charge, parts: Any) -> dict[str, Any]:
    return {
        **fees.line_of(row.number, row, parts),
        "fee_ocur_time": row.fee_at.astimezone(clock.CHINA),
        "hilist_code": row.national_code,
        "hilist_name": row.name,
        "list_type": str(row.facts.get("list_type", "")),
        "med_list_codg": row.national_code,
        "medins_list_codg": row.local_code,
        "medins_list_name": row.name,
        "hosp_appr_flag": str(row.facts.get("approved", "0")),
    }


@handles("5205")
def special_drugs(call: Call) -> Said:
    """What was charged to a person for special diseases, wherever it was."""
    given = call.section()
    person = person_of(call, given)
    first, last = given.day("begntime") or date.min, given.day("endtime") or clock.today()
    named = Q(visit__facts__has_key="disease") & Q(fee_at__range=clock.span(first, last))
    rows = Charge.objects.within(persons.CARD).filter(named, visit__person=person, fen__gt=0, withdrawn=None)
    found = rows.select_related("visit__institution__organisation").order_by("-fee_at", "-id")[:MOST]
    return {
        "feedetail": [
            {
                **_line(row, (0, 0, 0, 0)),
                "fixmedins_code": row.visit.institution.code,
                "fixmedins_name": row.visit.institution.organisation.name,
                "psn_no": ids.number(call.region, person.pk),
                "med_type": call.codes.med_type(row.visit.scheme, row.visit.kind),
            }
            for row in found
        ]
    }


@handles("5206")
def accumulated(call: Call) -> Said:
    """What was used up of each limit, deductible and scale; `cum_type_code` is the region's name of it."""
    given = call.section()
    person = person_of(call, given)
    month = given.text("cum_ym").replace("-", "")
    rows = [
        {
            "insutype": "",
            "year": one.period[:4] if one.period[:4].isdigit() else "",
            "cum_ym": one.period.replace("-", "")[:6] if one.period[:4].isdigit() else "",
            "cum_type_code": one.name,
            "cum": fen(one.fen),
        }
        for one in persons.accumulated(person)
    ]
    return {"cuminfo": [row for row in rows if not month or row["cum_ym"] in (month, month[:4])]}


@handles("5303")
def inpatients(call: Call) -> Said:
    """Who was admitted in a period and is still in."""
    given = call.section()
    rows = _between(Visit.objects.filter(state="open"), given)
    if given["psn_no"]:
        rows = rows.filter(person=person_of(call, given))
    found = rows.select_related("person", "institution").order_by("-admitted", "-id")[:MOST]
    return {
        "data": [
            {
                **base_of(call, persons.standing(row.person)),
                "mdtrt_id": ids.number(call.region, row.pk),
                "insutype": call.codes.insutype(row.scheme),
                "begndate": row.admitted,
                "med_type": _care(call, row)["med_type"],
                "ipt_otp_no": row.number,
                "out_flag": "0",
            }
            for row in found
        ]
    }
