"""2206, 2303 预结算; 2207, 2304 结算; 2208, 2305 撤销; and the answer they share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tongchou.engines.benefits.national import national_fields
from tongchou.faces.gateway import ids
from tongchou.faces.gateway.calls import Call, Said, Section, handles
from tongchou.faces.gateway.handlers.persons import base_of, facts_of
from tongchou.faces.gateway.handlers.visits import said_of, visit_of
from tongchou.faces.gateway.writing import fen
from tongchou.ground.errors import ProblemError, fail
from tongchou.record.base import clock
from tongchou.record.base.remembered import Parameter, Remembered
from tongchou.record.exchange import persons
from tongchou.record.settlement import reversing
from tongchou.record.settlement.asking import Asked
from tongchou.record.settlement.claims import Choice
from tongchou.record.settlement.models import Event, Message
from tongchou.record.settlement.settling import TOLERANCE, settle, trial
from tongchou.record.visits.models import Visit

SCOPE = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
_USES = {"0": "none", "1": "own", "2": "relative"}
_BY_ITEM = "1"
_CODE = 12


@dataclass(frozen=True)
class Figures:
    """The amounts of a settlement or a trial, in fen: by national field, and by layer with the hospital's share."""

    fields: Mapping[str, Any]
    paid: Mapping[str, int]
    hospital: int
    settled: Event | None = None


@handles("2206")
def try_outpatient(call: Call) -> Said:
    given = call.section()
    return _try(call, given, given.needed("chrg_bchno"))


@handles("2303")
def try_inpatient(call: Call) -> Said:
    return _try(call, call.section(), "")


@handles("2207")
def settle_outpatient(call: Call) -> Said:
    given = call.section()
    return _settle(call, given, given.needed("chrg_bchno"))


@handles("2304")
def settle_inpatient(call: Call) -> Said:
    """A stay that was discharged; before that only in between (`mid_setl_flag`)."""
    given = call.section()
    visit = visit_of(call, given)
    if visit.state == "open" and given.text("mid_setl_flag", "0") != "1":
        raise fail("V207", visit=visit.number, state=visit.get_state_display(), action="出院结算")
    return _settle(call, given, "")


def _try(call: Call, given: Section, batch: str) -> Said:
    visit = visit_of(call, given)
    result = trial(visit_id=visit.pk, batch=batch, choice=choice(given))
    agree(given, national_fields(result), ("medfee_sumamt",))
    figures = Figures(national_fields(result), result.paid, result.hospital)
    return told(call, visit, figures, given)


def _settle(call: Call, given: Section, batch: str) -> Said:
    """Settle what a trial told: the total and the four parts that are sent along must still be so."""
    visit = visit_of(call, given)
    asked = Asked(call.envelope.msgid, {"infno": call.transaction.infno[:4], "input": call.envelope.input})
    sent = {name: fen for name in ("medfee_sumamt", *SCOPE) if (fen := given.fen(name)) is not None}
    try:
        event = settle(visit_id=visit.pk, batch=batch, choice=choice(given), asked=asked, told=sent)
    except ProblemError as error:
        one = error.problems[0]
        if one.code != "V110":
            raise
        name = str(one.details["name"])
        raise _not_ours(given, name, one.details["expected"], sent[name]) from None
    return told(call, visit, Figures(event.fields, event.paid, event.hospital, event), given)


def choice(given: Section) -> Choice:
    """Whose account pays. Raises N112."""
    code = given.text("acct_used_flag", "0")
    if code not in _USES:
        raise fail("N112", label="个人账户使用标志", field="acct_used_flag", value=code, known="、".join(_USES))
    return Choice(_USES[code])


def agree(given: Section, fields: Mapping[str, Any], names: tuple[str, ...]) -> None:
    """Raises N113 where an amount that was sent is not ours."""
    for name in names:
        sent = given.fen(name)
        if sent is not None and abs(sent - fields[name]) > TOLERANCE:
            raise _not_ours(given, name, fields[name], sent)


def _not_ours(section: Section, name: str, expected: Any, given: int) -> ProblemError:
    return fail("N113", label=section.label(name), field=name, expected=fen(expected), given=fen(given))


@handles("2208", "2305")
def cancel(call: Call) -> Said:
    """A second settlement with every amount negated."""
    given = call.section()
    visit = visit_of(call, given)
    number = given.row("setl_id")
    event = Event.objects.filter(id=number, kind="settle").first()
    if event is None or event.visit_id != visit.pk:
        raise fail("N118", settlement=given.text("setl_id"), visit=given.text("mdtrt_id"))
    asked = Asked(call.envelope.msgid, {"infno": call.transaction.infno[:4], "input": call.envelope.input})
    made = reversing.reverse(event_id=event.pk, reason=f"{call.transaction.infno} 结算撤销", asked=asked)
    back = next(one for one in made if one.reverses_id == event.pk)
    said = told(call, visit, Figures(back.fields, back.paid, back.hospital, back), given)
    assert said is not None
    said["setlinfo"]["pdn_cash_pay"] = said["setlinfo"]["psn_cash_pay"]
    return said


def told(call: Call, visit: Visit, figures: Figures, given: Section | None = None) -> dict[str, Any]:
    """A settlement as it is answered: who, how much by national field, and a row for each fund."""
    found = persons.standing(visit.person)
    spell = next((one for one in found.spells if one.insurance == visit.scheme and visit.admitted in one.during), None)
    facts = {} if spell is None else facts_of(found, spell)
    said = said_of(visit)
    med_type = call.codes.med_type(visit.scheme, visit.kind, str(said.get("med_type", "")))
    account = sum(one.fen for one in found.balances if one.insurance == visit.scheme)
    event = figures.settled
    amounts = {name: Decimal(value) if isinstance(value, str) else fen(value) for name, value in figures.fields.items()}
    own = amounts["acct_pay"] - amounts.get("acct_mulaid_pay", Decimal(0))
    info = {
        **base_of(call, found),
        **amounts,
        "mdtrt_id": ids.number(call.region, visit.pk),
        "setl_id": None if event is None else ids.number(call.region, event.pk),
        "setl_time": None if event is None else _moment(event.at),
        "insutype": call.codes.insutype(visit.scheme),
        "psn_type": call.codes.psn_type(visit.scheme, facts),
        "cvlserv_flag": "1" if facts.get("公务员") == "是" else "0",
        "mdtrt_cert_type": "" if given is None else given.text("mdtrt_cert_type") or said.get("mdtrt_cert_type", ""),
        "med_type": med_type,
        "balc": fen(account) - (own if event is None else 0),
        "medins_setl_id": call.envelope.msgid if event is None else _msgid(event),
        "clr_optins": None if event is None else call.region,
        "insu_admdvs": call.region,
        "mdtrtarea_admdvs": _place_of_care(call, visit),
        "clr_way": None if event is None else _BY_ITEM,
        "clr_type": call.codes.clearing(visit.scheme, med_type),
    }
    return {"setlinfo": info, "setldetail": funds_of(call, visit, figures)}


def _place_of_care(call: Call, visit: Visit) -> str:
    """The region in the institution's code, H or P before it and five digits behind; ours where the code has none."""
    code = visit.institution.code
    return code[1:7] if len(code) == _CODE and code[1:].isdigit() else call.region


def funds_of(call: Call, visit: Visit, figures: Figures) -> list[dict[str, Any]]:
    """What each fund paid, the personal account and the hospital's share among them."""
    sums: dict[str, tuple[str, int]] = {}
    shares = {**figures.paid, "hospital": figures.hospital}
    for layer, paid in shares.items():
        if paid:
            code, name = call.codes.fund(visit.scheme, layer)
            sums[code] = (name, sums.get(code, (name, 0))[1] + paid)
    return [
        {
            "fund_pay_type": code,
            "inscp_scp_amt": fen(figures.fields["inscp_scp_amt"]),
            "crt_payb_lmt_amt": 0,
            "fund_payamt": fen(paid),
            "fund_pay_type_name": name,
        }
        for code, (name, paid) in sums.items()
    ]


def _moment(at: datetime) -> datetime:
    return at.astimezone(clock.CHINA)


def _msgid(event: Event) -> str:
    found = _MSGIDS.first(event=event.pk)
    return "" if found is None else found[0]


_MSGIDS: Remembered[tuple[str]] = Remembered(
    lambda scope: Message.objects.within(scope).filter(event=Parameter("event")).order_by("id").values_list("msgid")[:1]
)
