"""3508–3511: what was recorded of stock; 3512, 3513: which packages came in and were sold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tongchou.faces.gateway import ids
from tongchou.faces.gateway.calls import Call, Said, Section, handles
from tongchou.ground.errors import fail
from tongchou.record.base import clock
from tongchou.record.stock import queries
from tongchou.record.stock.models import CHANGE, COUNT, PURCHASE, RETURN, SALE, TAKEN_BACK, Entry, Trace
from tongchou.record.stock.recording import finder_of

_ENTRIES = {
    "3508": ((COUNT,), "medinsProdInvNo"),
    "3509": ((CHANGE,), "medinsProdInvChgNo"),
    "3510": ((PURCHASE, RETURN), "medinsProdPurcNo"),
    "3511": ((SALE, TAKEN_BACK), "medinsProdSelNo"),
}
_TRACES = {"3512": (COUNT, CHANGE, PURCHASE), "3513": (SALE, TAKEN_BACK)}
_NAMED = {
    "medins_list_codg": "local_code",
    "fixmedins_bchno": "batch",
    "med_list_codg": "national_code",
    "mdtrt_id": "visit",
}
"""By what an entry is found, and the column."""
_NOT_COMPARED = (*_NAMED, "fixmedins_code", "begndate", "enddate", "vali_flag")


@handles(*_ENTRIES)
def recorded(call: Call) -> Said:
    """Entries of a batch or an item in some days; those that were deleted when `vali_flag` is 0."""
    given = call.section()
    kinds, number = _ENTRIES[call.transaction.infno]
    first, last = given.day("begndate"), given.day("enddate")
    if first is None or last is None:
        name = "begndate" if first is None else "enddate"
        raise fail("N105", label=given.label(name), field=name)
    withdrawn = given.text("vali_flag", "1") == "0"
    rows = queries.entries(call.institution.pk, kinds, first, last, withdrawn=withdrawn, **_found_by(given, ""))
    told = [(row, queries.said_of(row)) for row in rows]
    wanted = {name: value for name, value in given.kept(*_NOT_COMPARED).items() if isinstance(value, str)}
    return {
        "data": [
            {
                **_told(call, row, said),
                number: ids.number(call.region, row.pk),
                "valiFlag": "0" if withdrawn else "1",
            }
            for row, said in told
            if all(said.get(name, value) == value for name, value in wanted.items())
        ]
    }


@handles(*_TRACES)
def packages(call: Call) -> Said:
    given = call.section()
    found_by = _found_by(given, "entry__")
    if given["certno"]:
        found_by["entry__certificate_finder"] = finder_of(given.text("certno"))
    if given["drug_trac_codg"]:
        found_by["code"] = given.text("drug_trac_codg")
    kinds = _TRACES[call.transaction.infno]
    rows = queries.traces(call.institution.pk, kinds, given.day("begndate"), given.day("enddate"), **found_by)
    return {"data": [_package(call, row) for row in rows]}


def _found_by(given: Section, prefix: str) -> dict[str, Any]:
    """Raises N335 for a question that names neither item nor batch, nor what else would do."""
    found: dict[str, Any] = {prefix + field: given.text(name) for name, field in _NAMED.items() if given[name]}
    if not found and not given["certno"]:
        known = [name for name in _NAMED if name in given.values]
        raise fail("N335", fields="、".join(f"{given.label(name)}({name})" for name in known))
    return found


def _told(call: Call, row: Entry, said: Mapping[str, Any]) -> dict[str, Any]:
    """What was said, by the names of the answer, and what we know."""
    names = {one.name for section in call.transaction.response for one in section.fields}
    at = row.recorded_at.astimezone(clock.CHINA)
    found = {
        **{_camel(name): value for name, value in said.items()},
        "bilgDrName": said.get("prsc_dr_name"),
        "prodRetnFlag": "1" if row.kind == RETURN else "0",
        "fixmedinsCode": call.institution.code,
        "medListCodg": row.national_code,
        "medinsListCodg": row.local_code,
        "medinsListName": row.name,
        "fixmedinsBchno": row.batch,
        "rid": str(row.pk),
        "valiFlag": "1",
        "poolareaNo": call.region,
        "fixBlngAdmdvs": call.region,
        "mdtrtId": row.visit,
        "mdtrtSetlType": said.get("MDTRT_SETL_TYPE"),
        **dict.fromkeys(("crteTime", "updtTime", "optTime"), at),
    }
    return {name: value for name, value in found.items() if name in names}


def _package(call: Call, row: Trace) -> dict[str, Any]:
    return _told(call, row.entry, queries.said_of(row.entry)) | {"drugTracCodg": row.code}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(one.capitalize() for one in others)
