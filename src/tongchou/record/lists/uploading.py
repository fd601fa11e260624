"""4101: a settlement list is checked, and kept as a new version of what the institution said before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django.db import models

from tongchou.ground.errors import Problem, ProblemError, fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.lists.checks import VERSION, check, is_warning
from tongchou.record.lists.checks.diagnoses import is_main as is_main_diagnosis
from tongchou.record.lists.checks.diagnoses import kind
from tongchou.record.lists.checks.operations import is_main as is_main_operation
from tongchou.record.lists.codes import plain
from tongchou.record.lists.models import Diagnosed, Finding, IntensiveCare, Operated, SettlementList, Version
from tongchou.record.lists.models.sheet import APPROVED, NEW
from tongchou.record.lists.settled import known_of, settled, standing
from tongchou.record.lists.sheet import MOST_ROWS, Row, Sheet, minutes, text

_ELSEWHERE = ("diseinfo", "oprninfo", "icuinfo")
"""Sections whose rows stand in tables of their own."""
_MOST = 2**15


@command("lists.upload", needs="settlement.write")
def upload(*, event_id: int, sheet: Sheet, funds: Mapping[str, int]) -> SettlementList:
    """Take the list of a settlement; `funds`: what each paid, in fen, by the code under which it was answered. A later
    one takes the place of an earlier, which is kept, and begins as not submitted.

    Raises what `check` finds, all of it, unless only warnings; A114, N351 for a settlement that was reversed, N352 for
    a list that is approved, N382 for too many rows.
    """
    event = settled(event_id)
    if any(len(rows) > MOST_ROWS for rows in sheet.sections().values()):
        raise fail("N382", most=MOST_ROWS)
    lock(("settlement list", event.pk))
    standing(event)
    before = SettlementList.objects.filter(event=event).first()
    if before is not None and before.state == APPROVED:
        raise fail("N352", settlement=event.pk)
    problems = check(sheet, known_of(event, funds))
    errors = [one for one in problems if not is_warning(one)]
    if errors:
        raise ProblemError(*errors)
    number = 1 if before is None else before.version + 1
    held = before or SettlementList(event=event)
    held.version, held.state, held.uploaded_at = number, NEW, clock.now()
    held.save()
    _keep(held, sheet, problems)
    return held


def _keep(of: SettlementList, sheet: Sheet, warnings: list[Problem]) -> None:
    version = _version(of, sheet)
    version.save()
    Diagnosed.objects.bulk_create(
        Diagnosed(
            version=version,
            place=place,
            kind=kind(row),
            main=is_main_diagnosis(row),
            code=_cut(Diagnosed, "code", row, "diag_code"),
            name=_cut(Diagnosed, "name", row, "diag_name"),
            present=plain("adm_cond_type", text(row, "adm_cond_type")),
        )
        for place, row in enumerate(sheet.rows("diseinfo"), start=1)
    )
    Operated.objects.bulk_create(
        _operation(version, place, row) for place, row in enumerate(sheet.rows("oprninfo"), start=1)
    )
    IntensiveCare.objects.bulk_create(
        IntensiveCare(
            version=version,
            place=place,
            ward=_cut(IntensiveCare, "ward", row, "scs_cutd_ward_type"),
            began=_moment(row["scs_cutd_inpool_time"]),
            ended=_moment(row["scs_cutd_exit_time"]),
            minutes=minutes(text(row, "scs_cutd_sum_dura")) or 0,
        )
        for place, row in enumerate(sheet.rows("icuinfo"), start=1)
    )
    Finding.objects.bulk_create(_finding(version, sheet, one) for one in warnings)


def _version(of: SettlementList, sheet: Sheet) -> Version:
    info = sheet.info
    main = next((row for row in sheet.rows("diseinfo") if is_main_diagnosis(row)), {})
    return Version(
        of=of,
        number=of.version,
        form="full" if sheet.full else "trimmed",
        checks=VERSION,
        main_code=_cut(Version, "main_code", main, "diag_code"),
        main_name=_cut(Version, "main_name", main, "diag_name"),
        admitted_at=_moment(info.get("adm_time")),
        discharged_at=_moment(info.get("dscg_time")),
        admitted_by=plain("adm_way", _cut(Version, "admitted_by", info, "adm_way")),
        left_by=plain("dscg_way", _cut(Version, "left_by", info, "dscg_way")),
        treatment=plain("trt_type", _cut(Version, "treatment", info, "trt_type")),
        department=_cut(Version, "department", info, "dscg_caty"),
        ventilated=minutes(text(info, "vent_used_dura")),
        coma_before=minutes(text(info, "pwcry_bfadm_coma_dura")),
        coma_after=minutes(text(info, "pwcry_afadm_coma_dura")),
        age_days=_whole(info.get("age_days") or info.get("nwb_age")),
        birth_weight=_whole(info.get("nwb_bir_wt")),
        admission_weight=_whole(info.get("nwb_adm_wt")),
        said=json.dumps(_said(sheet), ensure_ascii=False, default=_plain),
        by=actor().name[:100],
        at=clock.now(),
    )


def _operation(version: Version, place: int, row: Row) -> Operated:
    return Operated(
        version=version,
        place=place,
        main=is_main_operation(row),
        code=_cut(Operated, "code", row, "oprn_oprt_code"),
        name=_cut(Operated, "name", row, "oprn_oprt_name"),
        began=_moment(row.get("oprn_oprt_begntime") or row.get("oprn_oprt_date")),
        ended=_moment(row.get("oprn_oprt_endtime")),
        anaesthesia=_cut(Operated, "anaesthesia", row, "anst_way"),
        anaesthesia_began=_moment(row.get("anst_begntime")),
        anaesthesia_ended=_moment(row.get("anst_endtime")),
        surgeon=_cut(Operated, "surgeon", row, "oper_dr_code"),
        surgeon_name=_cut(Operated, "surgeon_name", row, "oper_dr_name"),
        anaesthetist=_cut(Operated, "anaesthetist", row, "anst_dr_code"),
        anaesthetist_name=_cut(Operated, "anaesthetist_name", row, "anst_dr_name"),
    )


def _finding(version: Version, sheet: Sheet, found: Problem) -> Finding:
    section, row, field = str(found.place.table), found.place.row, str(found.place.column)
    at = sheet.info if row is None else sheet.rows(section)[row - 1]
    return Finding(
        version=version,
        code=found.code,
        section=section,
        row=row,
        field=field,
        value=text(at, field)[:60],
        details={name: value if isinstance(value, int | str) else str(value) for name, value in found.details.items()},
    )


def _said(sheet: Sheet) -> dict[str, Any]:
    """All that was said and stands in no table of its own, without what is empty."""
    rows = {name: rows for name, rows in sheet.sections().items() if name not in _ELSEWHERE}
    found: dict[str, Any] = {name: [_filled(row) for row in each] for name, each in rows.items()}
    return {"setlinfo": _filled(sheet.info), **found}


def _filled(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


def _plain(value: Any) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value)


def _cut(model: type[models.Model], name: str, row: Row, field: str) -> str:
    """A text as long as its column takes; all of it is in the message."""
    return text(row, field)[: model._meta.get_field(name).max_length]


def _moment(given: Any) -> datetime | None:
    """A moment with the region's zone; a day is its midnight."""
    if given is None:
        return None
    if not isinstance(given, datetime):
        return datetime.combine(given, time(), clock.CHINA)
    return given.replace(tzinfo=clock.CHINA)


def _whole(given: Decimal | None) -> int | None:
    """Days or grams; nothing where software wrote 0, or what no column takes."""
    return round(given) if given and 0 < given < _MOST else None
