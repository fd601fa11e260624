"""3101 事前, 3102 事中: the supervision rules are asked; 3103: what was done with what they found."""

from __future__ import annotations

from tongchou.faces.gateway.calls import Call, Said, handles
from tongchou.ground.errors import fail
from tongchou.record.exchange import reviews
from tongchou.record.exchange.reviews import Asked

_STAGES = {"3101": "before", "3102": "during"}


@handles("3101", "3102")
def review(call: Call) -> Said:
    """Rows that some clients send flattened beside `data` are not looked at. Raises N105 for a question about nobody
    that comes from nowhere."""
    given = call.section()
    patients = given["patient_dtos"] or []
    scene = given.text("trig_scen")
    if not patients and not scene:
        raise fail("N105", label="参保人信息", field="patient_dtos")
    asked = Asked(
        call.institution.pk,
        _STAGES[call.transaction.infno],
        scene,
        patients,
    )
    return {"result": [dict(one.said) for one in reviews.review(asked)]}


@handles("3103")
def answer(call: Call) -> Said:
    """Every finding is answered, or none. Raises N105 without any."""
    given = call.section()
    given.needed("warn_type")
    for one in given.rows("warns"):
        finding = one.needed("warn_rslt_id")
        reviews.answer(call.institution.pk, finding, one.text("dspo_way"), one.text("dspo_way_rea"))
    return None
