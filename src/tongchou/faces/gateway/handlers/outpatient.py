"""2201 挂号, 2202 撤销, 2203 就诊信息."""

from __future__ import annotations

from tongchou.faces.gateway import ids
from tongchou.faces.gateway.calls import Call, Said, handles
from tongchou.faces.gateway.handlers.persons import person_of
from tongchou.faces.gateway.handlers.visits import facts_said, named, visit_of
from tongchou.record.base import clock
from tongchou.record.exchange import persons
from tongchou.record.visits import describing, registering

_PERSON = ("psn_cert_type", "certno", "psn_name", "mdtrt_cert_no", "card_sn")


@handles("2201")
def register(call: Call) -> Said:
    """A visit; of which kind it is says 2203, so it begins as the kind that the region declares first."""
    given = call.section()
    person, scheme = person_of(call, given), call.codes.scheme(given["insutype"])
    code, care = call.codes.first_care(scheme)
    card = persons.card_of(person)
    visit = registering.register(
        institution_id=call.institution.pk,
        number=given.needed("ipt_otp_no"),
        scheme=scheme,
        kind=care.kind,
        admitted=given.day("begntime") or clock.today(),
        certificate=(card.kind, card.number),
        facts_of_visit=care.gives,
    )
    describing.describe(
        visit_id=visit.pk, stage="admission", said={**given.kept(*_PERSON), "med_type": code, "clr_type": care.clearing}
    )
    return {
        "data": {
            "mdtrt_id": ids.number(call.region, visit.pk),
            "psn_no": ids.number(call.region, person.pk),
            "ipt_otp_no": visit.number,
        }
    }


@handles("2202")
def cancel(call: Call) -> Said:
    visit = visit_of(call, call.section())
    if visit.state != "cancelled":
        registering.cancel(visit_id=visit.pk, reason="2202 门诊挂号撤销")
    return None


@handles("2203")
def describe(call: Call) -> Said:
    """Kind of care, disease and diagnoses; sent again it takes the place of what was sent."""
    given = call.section("mdtrtinfo")
    visit = visit_of(call, given)
    code, care = call.codes.care(visit.scheme, given["med_type"])
    facts = facts_said(call, visit.scheme, given, care.gives, care.disease == "named")
    if (care.kind, facts) != (visit.kind, visit.facts):
        registering.change(visit_id=visit.pk, kind=care.kind, facts_of_visit=facts, reason="2203 门诊就诊信息上传")
    said = {
        **given.kept("mdtrt_id", "psn_no"),
        "med_type": given.text("med_type", code),
        "clr_type": care.clearing,
    }
    describing.describe(visit_id=visit.pk, stage="visit", diagnoses=named(call.maybe_rows("diseinfo")), said=said)
    return None
