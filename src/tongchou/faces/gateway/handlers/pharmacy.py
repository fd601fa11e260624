"""2101 药店预结算, 2102 药店结算; 2103 takes a purchase back with its lines."""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes

from tongchou.engines.benefits.lines import line_results
from tongchou.engines.benefits.national import national_fields
from tongchou.faces.gateway.calls import Call, Said, Section, handles
from tongchou.faces.gateway.handlers import fees, settlements
from tongchou.faces.gateway.handlers.persons import person_of
from tongchou.faces.gateway.handlers.visits import facts_said
from tongchou.record.base import clock
from tongchou.record.exchange import persons
from tongchou.record.settlement.asking import Asked
from tongchou.record.settlement.models import LineResult
from tongchou.record.settlement.selling import Purchase, sell, try_to_sell
from tongchou.record.visits import registering
from tongchou.record.visits.models import Visit

_NUMBER = "YD"
"""Before the number of a purchase, which no institution gives out itself."""


@handles("2101")
def try_purchase(call: Call) -> Said:
    given = call.section("druginfo")
    purchase = _purchase(call, given)
    tried = try_to_sell(institution_id=call.institution.pk, purchase=purchase, choice=settlements.choice(given))
    fields = national_fields(tried.result)
    settlements.agree(given, fields, ("medfee_sumamt",))
    said = settlements.told(
        call, tried.visit, settlements.Figures(fields, tried.result.paid, tried.result.hospital), given
    )
    parts = {line.line_id: line.parts for line in line_results(tried.result)}
    rows = [fees.line_of(row.number, row, parts[str(row.pk)]) for row in tried.charges]
    return {**said, "detlcutinfo": rows}


@handles("2102")
def settle_purchase(call: Call) -> Said:
    given = call.section("druginfo")
    purchase = _purchase(call, given)
    settlements.agree(given, {"medfee_sumamt": sum(line.fen for line in purchase.lines)}, ("medfee_sumamt",))
    event = sell(
        institution_id=call.institution.pk,
        purchase=purchase,
        choice=settlements.choice(given),
        asked=Asked(call.envelope.msgid, {"infno": "2102", "input": call.envelope.input}),
    )
    figures = settlements.Figures(event.fields, event.paid, event.hospital, event)
    rows = (
        LineResult.objects.filter(event=event, charge__visit=event.visit_id)
        .select_related("charge")
        .order_by("charge_id")
    )
    cut = [fees.line_of(row.charge.number, row.charge, fees.parts_of(row)) for row in rows]
    return {**settlements.told(call, event.visit, figures, given), "detlcutinfo": cut}


@handles("2103")
def take_back_purchase(call: Call) -> Said:
    """The settlement is reversed and the purchase is as if it had not been."""
    said = settlements.cancel(call)
    undo(Visit.objects.get(id=call.section().row("mdtrt_id")), "2103 药店结算撤销")
    return said


def undo(visit: Visit, reason: str) -> None:
    """Cancel a purchase of which nothing is settled any more; of a visit of another kind nothing."""
    if visit.number.startswith(_NUMBER) and visit.state != "cancelled":
        registering.cancel(visit_id=visit.pk, reason=reason)


def _purchase(call: Call, given: Section) -> Purchase:
    """Raises N105, N112 for what is missing or no code of the region."""
    person, scheme = person_of(call, given), call.codes.scheme(given["insutype"])
    code, care = call.codes.care(scheme, given["med_type"] or "41")
    rows, card = call.rows("drugdetail"), persons.card_of(person)
    lines = [fees.line(one, {}) for one in rows]
    days = [clock.day_of(one.fee_at) for one in lines]
    return Purchase(
        number=_numbered(call, _content(person.pk, rows)),
        scheme=scheme,
        kind=care.kind,
        day=min(days),
        certificate=(card.kind, card.number),
        lines=lines,
        facts=facts_said(call, scheme, given, care.gives, care.disease == "named"),
        said={"med_type": given.text("med_type", code), "clr_type": care.clearing},
    )


def _content(person: int, rows: list[Section]) -> str:
    """What a purchase is known by: who, when, and the lines."""
    sm3 = hashes.Hash(hashes.SM3())
    names = ("feedetl_sn", "fee_ocur_time", "med_list_codg", "medins_list_codg", "det_item_fee_sumamt", "cnt")
    sm3.update(repr((person, [[one.text(name) for name in names] for one in rows])).encode("utf-8", "replace"))
    return f"{_NUMBER}{sm3.finalize().hex()[:24]}"


def _numbered(call: Call, content: str) -> str:
    """The number of the purchase; a further one after those that were taken back."""
    gone = Visit.objects.filter(institution=call.institution, number__startswith=content, state="cancelled").count()
    return f"{content}-{gone}" if gone else content
