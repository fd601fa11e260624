"""2501 转诊, 2503 慢特病, 2505 定点, 2507 意外伤害备案, and 2502, 2504, 2506, which withdraw one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tongchou.engines.filings import SUBMITTED
from tongchou.faces.gateway import ids
from tongchou.faces.gateway.calls import Call, Said, Section, handles
from tongchou.faces.gateway.handlers.persons import person_of
from tongchou.ground.errors import fail
from tongchou.ground.region.filing_kinds import FilingType
from tongchou.ground.region.interface_kinds import FilingCode
from tongchou.ground.region.values import value_of
from tongchou.record.base import clock
from tongchou.record.exchange import persons
from tongchou.record.filings import commands
from tongchou.record.filings.models import Filing
from tongchou.record.people.models import Person

_SECTIONS = {"2501": "refmedin"}


@handles("2501", "2503", "2505", "2507")
def file(call: Call) -> Said:
    """A filing of the type that the region makes by this transaction; of 2505 by its business type."""
    number = call.transaction.infno
    given = call.section(_SECTIONS.get(number, "data"))
    person = person_of(call, given)
    kind = f"-{given.needed('biz_appy_type')}" if number == "2505" else ""
    scheme, wanted = _wanted(call, given, person, number + kind)
    card = persons.card_of(person)
    made = commands.submit(
        scheme=scheme,
        type=wanted.type,
        names={name: _named(call, given, scheme, name, field) for name, field in wanted.names.items()},
        certificate=(card.kind, card.number),
        on_paper=_papers(call, scheme, wanted) if wanted.papers == "kept" else (),
    )
    return {"result": {"trt_dcla_detl_sn": ids.number(call.region, made.pk)}}


def _wanted(call: Call, given: Section, person: Person, transaction: str) -> tuple[str, FilingCode]:
    """Where the transaction does not say which insurance: the first of the person's that knows the filing. Raises
    N122."""
    insutype = given["insutype"]
    if insutype:
        scheme = call.codes.scheme(insutype)
        return scheme, call.codes.filing(scheme, transaction)
    today = clock.today()
    standing = persons.standing(person)
    for spell in standing.spells:
        if today in spell.during and dict(call.codes.filings(spell.insurance, transaction.partition("-")[0])):
            return spell.insurance, call.codes.filing(spell.insurance, transaction)
    raise fail("N122", what=transaction)


def _named(call: Call, given: Section, scheme: str, name: str, field: str) -> Any:
    """What a filing names, in the region's words. Raises N105, N112."""
    value = given.needed(field)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    dimension = call.codes.pack.vocabulary.dimensions.get(name)
    if dimension is not None and dimension.words:
        return call.codes.word(scheme, name, str(value), given.label(field), field)
    return str(value)


def _papers(call: Call, scheme: str, wanted: FilingCode) -> tuple[str, ...]:
    """The evidence that the type asks for, which stays with the institution."""
    today = clock.today()
    for fact in call.codes.pack.facts:
        if (fact.kind, fact.scheme, fact.name) == ("filing.*", scheme, wanted.type) and fact.covers(today):
            return tuple(value_of(fact, FilingType).evidence or ())
    return ()


@handles("2502", "2504", "2506")
def withdraw(call: Call) -> Said:
    """What waits for its decision; afterwards it is for the agency to say (N124), unless nobody decides on it."""
    given = call.section()
    number = given.row("trt_dcla_detl_sn")
    row = Filing.objects.filter(id=number).first()
    if row is None or (given["psn_no"] and row.person_id != person_of(call, given).pk):
        raise fail("N111", label="待遇申报明细流水号", field="trt_dcla_detl_sn", value=given.text("trt_dcla_detl_sn"))
    call.person = row.person_id
    if row.state != SUBMITTED and row.decided_by is not None:
        raise fail("N124", filing=given.text("trt_dcla_detl_sn"))
    commands.withdraw(filing_id=row.pk, reason=given.text("memo", f"{call.transaction.infno} 备案撤销"))
    return None
