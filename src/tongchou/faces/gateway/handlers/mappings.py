"""3301 目录对照上传, 3302 目录对照撤销."""

from __future__ import annotations

from tongchou.faces.gateway.calls import Call, Said, Section, handles
from tongchou.record.base import clock
from tongchou.record.catalogues import mapping_uploads


@handles("3301")
def upload(call: Call) -> Said:
    """All rows or none. They wait for the agency's decision; what is in force already succeeds."""
    rows = [_said(one) for one in call.rows("data")]
    mapping_uploads.upload(institution_id=call.institution.pk, rows=rows)
    return None


def _said(one: Section) -> mapping_uploads.Said:
    return mapping_uploads.Said(
        local_code=one.short("fixmedins_hilist_id", 40),
        local_name=one.text("fixmedins_hilist_name")[:300],
        national_code=one.short("med_list_codg", 40),
        begins=one.day("begndate") or clock.today(),
        ends=one.day("enddate"),
        spec=one.text("spec")[:300],
        unit=one.text("prcunt")[:50],
    )


@handles("3302")
def withdraw(call: Call) -> Said:
    given = call.section()
    mapping_uploads.take_off(
        institution_id=call.institution.pk,
        local_code=given.short("fixmedins_hilist_id", 40),
        national_code=given.text("med_list_codg"),
    )
    return None
