"""4104, 3607 清单质控结果: what was found in the lists of a month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from tongchou.faces.gateway import ids
from tongchou.faces.gateway.calls import Call, Said, Section, handles
from tongchou.faces.gateway.paging import paged
from tongchou.ground.errors import Problem, fail
from tongchou.record.base import clock
from tongchou.record.exchange import persons
from tongchou.record.lists import queries
from tongchou.record.lists.models import Finding, SettlementList
from tongchou.record.lists.models.sheet import REFUSED

CLEAN, WARNED, SENT_BACK = "0", "1", "2"
"""Levels of what was found: nothing, something to look at, refused by the agency."""
_PASSED, _FAILED = "1", "0"


def month_of(given: Section, name: str) -> date:
    """The first day of a month such as 202603. Raises N105, N380."""
    text = str(given.needed(name)).replace("-", "")
    if (
        len(text) == 6
        and text.isascii()
        and text.isdigit()
        and 1 <= int(text[4:]) <= 12
        and 1900 <= int(text[:4]) <= 2200
    ):
        return date(int(text[:4]), int(text[4:]), 1)
    raise fail("N380", label=given.label(name), value=text[:20])


@handles("4104")
def quality(call: Call) -> Said:
    given = call.section()
    refused = {"1": True, "0": False}.get(given.text("retn_flag"))
    return _page(call, given, "detailinfo", refused)


@handles("3607")
def quality_for_grouping(call: Call) -> Said:
    return _page(call, call.section(), "detl_list", None)


def _page(call: Call, given: Section, details: str, refused: bool | None) -> Said:
    rows = queries.quality(
        month=month_of(given, "setl_ym"),
        event_id=given.row("setl_id") if given["setl_id"] else None,
        person_id=given.row("psn_no") if given["psn_no"] else None,
        level=given.text("err_lv"),
        refused=refused,
    )
    seen: list[SettlementList] = []
    said = paged(given, rows, _told(call, details, seen))
    queries.looked_at("lists.quality", seen)
    return said


def _told(call: Call, details: str, seen: list[SettlementList]) -> Callable[[SettlementList], dict[str, Any]]:
    def row(of: SettlementList) -> dict[str, Any]:
        seen.append(of)
        (version,) = of.held_versions
        event, card = of.event, persons.card_of(of.event.person)
        level = level_of(of)
        return {
            "fixmedins_code": call.institution.code,
            "fixmedins_name": call.institution.organisation.name,
            "setl_ym": f"{event.day:%Y%m}",
            "setl_id": ids.number(call.region, event.pk),
            "psn_no": ids.number(call.region, event.person_id),
            "psn_name": event.person.name,
            "psn_cert_type": card.kind,
            "cert_no": card.number,
            "qltctrl_rslt": _PASSED if level == CLEAN else _FAILED,
            "err_lv": level,
            "retn_flag": "1" if of.state == REFUSED else "0",
            "qltctrl_ver": version.checks,
            "grp_stas": "1" if any(one.code for one in of.groups.all()) else "0",
            "qltctrl_time": version.at.astimezone(clock.CHINA),
            details: [*_opinion(of), *map(_finding, version.findings.all())],
        }

    return row


def level_of(of: SettlementList) -> str:
    (version,) = of.held_versions
    return SENT_BACK if of.state == REFUSED else WARNED if version.findings.all() else CLEAN


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "exam_data_fld": f"{one.section}.{one.field}",
        "qltctrl_chk_rslt": f"[{one.code}]{Problem(one.code, details=one.details).message('zh')}"[:100],
        "err_lv": WARNED,
        "retn_flag": "0",
        "init_val": one.value,
    }


def _opinion(of: SettlementList) -> list[dict[str, Any]]:
    """Why the agency sent it back."""
    if of.state != REFUSED:
        return []
    return [
        {
            "exam_data_fld": "stas_type",
            "qltctrl_chk_rslt": of.opinion[:100],
            "err_lv": SENT_BACK,
            "retn_flag": "1",
            "init_val": REFUSED,
        }
    ]
