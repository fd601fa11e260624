"""4101 结算清单上传, 4102 状态修改, 4105 数量统计."""

from __future__ import annotations

from typing import Any

from tongchou.faces.gateway import ids
from tongchou.faces.gateway.calls import Call, Said, Section, handles
from tongchou.faces.gateway.handlers.settlements import Figures, funds_of
from tongchou.faces.gateway.handlers.visits import visit_of
from tongchou.ground.errors import ProblemError, fail
from tongchou.record.lists import queries
from tongchou.record.lists.sheet import Sheet
from tongchou.record.lists.states import Change, set_states
from tongchou.record.lists.uploading import upload
from tongchou.record.people.queries import known_as
from tongchou.record.settlement.models import Event

_ROWS = ("opspdiseinfo", "diseinfo", "oprninfo", "icuinfo", "payinfo", "bldinfo", "iteminfo")
_YES = "1"


def settlement_of(call: Call, given: Section) -> Event:
    """The institution's own settlement of a section, which must be the person's who is named beside it. Raises N105,
    N111, N383, N384."""
    number = given.row("setl_id")
    found = Event.objects.select_related("visit__person").filter(id=number, kind="settle").first()
    if found is None:
        raise fail("N383", settlement=given.text("setl_id"))
    if given["psn_no"]:
        person = given.row("psn_no")
        if person != found.person_id and known_as([person]).get(person) != known_as([found.person_id])[found.person_id]:
            raise fail("N384", settlement=given.text("setl_id"), person=given.text("psn_no"))
    call.person = found.person_id
    return found


@handles("4101")
def upload_list(call: Call) -> Said:
    """Either form: whichever names the person or the classes of charges is the full one."""
    given = call.section("setlinfo")
    visit = visit_of(call, given)
    event = Event.objects.filter(id=given.row("setl_id"), visit=visit, kind="settle").first()
    if event is None:
        raise fail("N118", settlement=given.text("setl_id"), visit=given.text("mdtrt_id"))
    funds: dict[str, int] = {}
    for row in funds_of(call, visit, Figures(event.fields, event.paid, event.hospital, event)):
        funds[row["fund_pay_type"]] = int(row["fund_payamt"] * 100)
    made = upload(event_id=event.pk, sheet=sheet_of(call), funds=funds)
    return {"data": {"setl_list_id": ids.number(call.region, made.pk)}}


def sheet_of(call: Call) -> Sheet:
    info = call.section("setlinfo").values
    rows = {name: call.given.get(name) or [] for name in _ROWS}
    labels = {
        field.name: field.label
        for section in call.transaction.request
        for one in section.walk()
        for field in one.fields
    }
    full = info.get("psn_name") is not None or bool(rows["iteminfo"])
    return Sheet(full=full, info=info, rows=rows, labels=labels)


@handles("4102")
def change_states(call: Call) -> Said:
    """All of them or none."""
    rows = call.section().values.get("stastinfo") or []
    if not rows:
        raise fail("N105", label="状态", field="stastinfo")
    changes = []
    for row in rows:
        given = Section(call, "stastinfo", row)
        changes.append(Change(settlement_of(call, given).pk, given.text("stas_type").lstrip("0") or "0"))
    set_states(changes=changes)
    return None


@handles("4105")
def count(call: Call) -> Said:
    """Of stays, or of the kinds of care that are named."""
    given = call.section()
    first, last = given.moment("stt_begntime"), given.moment("stt_endtime")
    if first is None or last is None:
        missing = "stt_begntime" if first is None else "stt_endtime"
        raise fail("N105", label=given.label(missing), field=missing)
    found = queries.counted(
        kinds=_kinds(call, given["medtype_list"]),
        first=first,
        last=last,
        with_reversed=given.text("refdset_flag") == _YES,
    )
    return {"needUploadCnt": found.due, "uploadedCnt": found.uploaded}


def _kinds(call: Call, given: Any) -> set[tuple[str, str]] | None:
    """Schemes and kinds of visits that these codes stand for; None where none is named. Raises N112 for a code that
    stands for nothing."""
    codes = given if isinstance(given, list) else str(given or "").replace(";", ",").split(",")
    wanted = [str(one).strip() for one in codes if str(one).strip()]
    return {one for code in wanted for one in _meant(call, code)} if wanted else None


def _meant(call: Call, code: str) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    refused: ProblemError | None = None
    for scheme in call.codes.pack.region.schemes:
        try:
            found.add((scheme, call.codes.care(scheme, code)[1].kind))
        except ProblemError as error:
            refused = error
    if refused is not None and not found:
        raise refused
    return found
