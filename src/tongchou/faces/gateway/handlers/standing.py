"""5301 慢特病, 5302 定点, 5304 转院: the filings of a person that hold, wherever they were made; 5401 互认."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tongchou.faces.gateway import ids
from tongchou.faces.gateway.calls import Call, Said, handles
from tongchou.faces.gateway.codes import national_codes
from tongchou.faces.gateway.handlers.persons import base_of, person_of
from tongchou.record.base import clock
from tongchou.record.exchange import persons
from tongchou.record.exchange.persons import Held
from tongchou.record.people.models import Person

_HERE, _AGREED = "0", "1"


def _held(call: Call, person: Person, transaction: str, kind: str = "") -> Iterator[tuple[str, str, Held]]:
    """Scheme, business type and filing, of the types that the region makes by a transaction."""
    for scheme in call.codes.pack.region.schemes:
        for business, wanted in call.codes.filings(scheme, transaction):
            if kind in ("", business):
                for one in persons.filings(person, scheme, wanted.type):
                    yield scheme, business, one


@handles("5301")
def diseases(call: Call) -> Said:
    """The special diseases that are filed and hold today."""
    person, today = person_of(call, call.section()), clock.today()
    rows = []
    for scheme, _, one in _held(call, person, "2503"):
        disease = one.names.get("disease")
        if disease and one.first <= today and (one.last is None or today <= one.last):
            code = call.codes.code(scheme, "disease", disease)
            name = national_codes().get("dise_codg", {}).get(code, disease)
            rows.append({"opsp_dise_code": code, "opsp_dise_name": name, "begndate": one.first, "enddate": one.last})
    return {"feedetail": rows}


@handles("5302")
def chosen(call: Call) -> Said:
    """The institutions that somebody chose, for a business type or all."""
    given = call.section()
    person = person_of(call, given)
    rows: list[dict[str, Any]] = []
    for scheme, _, one in _held(call, person, "2505", given.text("biz_appy_type")):
        code = str(one.names.get("provider", ""))
        rows.append(
            {
                "psn_no": ids.number(call.region, person.pk),
                "insutype": call.codes.insutype(scheme),
                "fix_srt_no": str(len(rows) + 1),
                "fixmedins_code": code,
                "fixmedins_name": persons.institution_name(code),
                "begndate": one.first,
                "enddate": one.last,
            }
        )
    return {"psnfixmedin": rows}


@handles("5304")
def transfers(call: Call) -> Said:
    given = call.section()
    person = person_of(call, given)
    first, last = given.day("begntime"), given.day("endtime")
    rows = []
    for scheme, _, one in _held(call, person, "2501"):
        if (first and one.last and one.last < first) or (last and one.first > last):
            continue
        rows.append(
            {
                **base_of(call, persons.standing(person)),
                "insutype": call.codes.insutype(scheme),
                "out_flag": _HERE,
                "refl_date": one.first,
                "begndate": one.first,
                "enddate": one.last,
                "hosp_agre_refl_flag": _AGREED,
                "insu_optins": call.region,
            }
        )
    return {"refmedin": rows}


@handles("5401")
def recognised(call: Call) -> Said:
    """Examinations elsewhere that may be recognised: none, as long as institutions send no reports (45xx)."""
    person_of(call, call.section("bilgiteminfo"))
    return {"bilgiteminfo": []}
