"""What transactions on visits share: the visit of a number, who it is of, what was said of it."""

from __future__ import annotations

from typing import Any

from tongchou.faces.gateway.calls import Call, Section
from tongchou.ground.errors import fail
from tongchou.record.base.remembered import Parameter, Remembered
from tongchou.record.people.queries import known_as
from tongchou.record.visits.describing import Named
from tongchou.record.visits.models import Particulars, Visit

_MOST_DIAGNOSES = 1_000


def visit_of(call: Call, given: Section) -> Visit:
    """The visit of a section, which must be the institution's own and the person's who is named beside it. Raises N105,
    N111, N114."""
    number = given.row("mdtrt_id")
    found = _VISIT.first(id=number)
    if found is None:
        raise fail("N111", label="就诊ID", field="mdtrt_id", value=given.text("mdtrt_id")[:30])
    if given["psn_no"]:
        person = given.row("psn_no")
        if person != found.person_id and known_as([person]).get(person) != known_as([found.person_id])[found.person_id]:
            raise fail("N114", visit=given.text("mdtrt_id"), person=given.text("psn_no"))
    call.person = found.person_id
    return found


_VISIT: Remembered[Visit] = Remembered(
    lambda scope: Visit.objects.within(scope).filter(id=Parameter("id")).select_related("person", "institution")
)
_SAID: Remembered[Particulars] = Remembered(
    lambda scope: Particulars.objects.within(scope).filter(visit=Parameter("visit"))
)


def said_of(visit: Visit) -> dict[str, Any]:
    """All that was said of a visit, what came later before what came earlier."""
    rows = {one.stage: one.said for one in _SAID.all(visit=visit.pk)}
    found: dict[str, Any] = {}
    for stage in ("admission", "visit", "discharge"):
        found |= rows.get(stage, {})
    return found


def named(rows: list[Section], numbered: bool = True) -> list[Named]:
    """Diagnoses as they are sent."""
    return [
        Named(
            kind=one.text("diag_type", "1"),
            number=_number(one, place) if numbered else place,
            code=one.needed("diag_code"),
            name=one.text("diag_name"),
            main=one.text("maindiag_flag") == "1",
            valid=one.text("vali_flag", "1") != "0",
            details=one.kept("diag_type", "diag_srt_no", "diag_code", "diag_name", "maindiag_flag", "vali_flag"),
        )
        for place, one in enumerate(rows, start=1)
    ]


def _number(one: Section, place: int) -> int:
    """The number of a diagnosis, its place where none is sent. Raises N101 for one that cannot be."""
    number = int(one["diag_srt_no"] or place)
    if not 0 < number < _MOST_DIAGNOSES:
        raise fail("N101", label="诊断排序号", field="diag_srt_no", value=str(number)[:20], what="排序号")
    return number


def facts_said(call: Call, scheme: str, given: Section, gives: dict[str, str], disease: bool) -> dict[str, Any]:
    """The facts of a visit: what the kind of care tells, and the disease where one is named."""
    facts: dict[str, Any] = dict(gives)
    if disease:
        code = given.needed("dise_codg")
        facts["disease"] = call.codes.word(scheme, "disease", code, "病种编码", "dise_codg")
    return facts


def facts_added(call: Call, scheme: str, given: Section) -> dict[str, Any]:
    """What the region's own fields of a section tell of a visit. Raises N112."""
    facts = {}
    for name, field in call.codes.extra.get((call.transaction.infno[:4], given.name), {}).items():
        if field.fact is not None and given[name] is not None:
            facts[field.fact] = call.codes.word(scheme, field.fact, given.text(name), field.label, name)
    return facts
