"""2401 入院, 2402 出院, 2403 变更, 2404 入院撤销, 2405 出院撤销."""

from __future__ import annotations

from tongchou.faces.gateway import ids
from tongchou.faces.gateway.calls import Call, Said, handles
from tongchou.faces.gateway.handlers.persons import person_of
from tongchou.faces.gateway.handlers.visits import facts_added, facts_said, named, said_of, visit_of
from tongchou.ground.errors import fail
from tongchou.record.base import clock
from tongchou.record.exchange import persons
from tongchou.record.visits import describing, registering

_PERSON = ("cert_type", "certno", "mdtrt_cert_no", "card_sn", "coner_name", "tel")


@handles("2401")
def admit(call: Call) -> Said:
    given = call.section("mdtrtinfo")
    person, scheme = person_of(call, given), call.codes.scheme(given["insutype"])
    _, care = call.codes.care(scheme, given["med_type"])
    card = persons.card_of(person)
    visit = registering.register(
        institution_id=call.institution.pk,
        number=given.needed("ipt_no"),
        scheme=scheme,
        kind=care.kind,
        admitted=given.day("begntime") or clock.today(),
        certificate=(card.kind, card.number),
        facts_of_visit={
            **facts_said(call, scheme, given, care.gives, care.disease == "named"),
            **facts_added(call, scheme, given),
        },
        stay=True,
        filing=care.admission or "",
        hour=given.moment("begntime"),
    )
    rows = call.maybe_rows("diseinfo")
    said = {**given.kept("psn_no", *_PERSON), "clr_type": care.clearing}
    describing.describe(visit_id=visit.pk, stage="admission", diagnoses=named(rows), said=said)
    return {"result": {"mdtrt_id": ids.number(call.region, visit.pk)}}


@handles("2402")
def discharge(call: Call) -> Said:
    given = call.section("dscginfo")
    visit = visit_of(call, given)
    day = given.day("endtime")
    if day is None:
        raise fail("N105", label="结束时间", field="endtime")
    registering.discharge(visit_id=visit.pk, day=day)
    describing.describe(
        visit_id=visit.pk,
        stage="discharge",
        diagnoses=named(call.maybe_rows("diseinfo")),
        said=given.kept("mdtrt_id", "psn_no"),
    )
    return None


@handles("2403")
def change(call: Call) -> Said:
    """What was said on admission, put right; diagnoses by their numbers are changed or added."""
    given = call.section("adminfo")
    visit = visit_of(call, given)
    if given["med_type"]:
        _, care = call.codes.care(visit.scheme, given["med_type"])
        facts = {**visit.facts, **facts_said(call, visit.scheme, given, care.gives, care.disease == "named")}
        if (care.kind, facts) != (visit.kind, visit.facts):
            registering.change(visit_id=visit.pk, kind=care.kind, facts_of_visit=facts, reason="2403 住院信息变更")
    said = {**said_of(visit), **given.kept("mdtrt_id", "psn_no", *_PERSON)}
    said["clr_type"] = call.codes.clearing(
        visit.scheme, call.codes.med_type(visit.scheme, visit.kind, said["med_type"])
    )
    describing.describe(visit_id=visit.pk, stage="admission", diagnoses=named(call.maybe_rows("diseinfo")), said=said)
    return None


@handles("2404")
def cancel(call: Call) -> Said:
    visit = visit_of(call, call.section())
    if visit.state != "cancelled":
        registering.cancel(visit_id=visit.pk, reason="2404 入院撤销")
    return None


@handles("2405")
def undo_discharge(call: Call) -> Said:
    visit = visit_of(call, call.section())
    if visit.discharged_at is not None:
        registering.undo_discharge(visit_id=visit.pk, reason="2405 出院撤销")
    return None
