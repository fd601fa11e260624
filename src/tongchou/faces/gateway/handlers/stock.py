"""3501–3506 进销存 with their batch forms, 3507 删除, 3592B 虚拟追溯码."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tongchou.faces.gateway import ids
from tongchou.faces.gateway.calls import Call, Said, Section, handles
from tongchou.faces.gateway.envelope import told
from tongchou.ground.errors import ProblemError, fail
from tongchou.record.stock import codes, withdrawing
from tongchou.record.stock.models import CHANGE, COUNT, PURCHASE, RETURN, SALE, TAKEN_BACK, Entry
from tongchou.record.stock.recording import Reported, Rows, record


@dataclass(frozen=True)
class Form:
    """Under which names a transaction says what all of them say; `node` holds the row, `answer` the rows of a batch
    that are answered, and `number` their number: all rows where there is one, otherwise the faulty ones."""

    kind: str
    node: str
    time: str
    quantity: str
    price: str
    answer: str
    number: str = ""


FORMS = {
    "3501": Form(COUNT, "invinfo", "invdate", "inv_cnt", "pric", "invinfoErrDetail"),
    "3502": Form(CHANGE, "invinfo", "inv_chg_time", "cnt", "pric", "invinfoErrDetail"),
    "3503": Form(
        *(PURCHASE, "purcinfo", "purc_retn_stoin_time", "purc_retn_cnt", "finl_trns_pric"),
        *("purcinfoDetail", "medins_prod_purc_no"),
    ),
    "3504": Form(RETURN, "purcinfo", "purc_retn_stoin_time", "purc_retn_cnt", "finl_trns_pric", "purcinfoErrDetail"),
    "3505": Form(
        *(SALE, "selinfo", "sel_retn_time", "sel_retn_cnt", "finl_trns_pric"),
        *("selinfoDetail", "medins_prod_sel_no"),
    ),
    "3506": Form(TAKEN_BACK, "selinfo", "sel_retn_time", "sel_retn_cnt", "finl_trns_pric", "selinfoErrDetail"),
}
KINDS = {"1": (COUNT,), "2": (CHANGE,), "3": (PURCHASE, RETURN), "4": (SALE, TAKEN_BACK)}
"""inv_data_type → what it names."""
_DONE, _FAULTY = "1", "0"
_OWN_PAY = "2"
_MOST = Decimal(10) ** 10
_LONGEST = 1_000


@handles(*FORMS)
def report(call: Call) -> Said:
    form = FORMS[call.transaction.infno]
    rows = Rows([_reported(form, call.section(form.node))])
    record(institution_id=call.institution.pk, entries=rows, refuse_twice=_refuses(call))
    return None


@handles(*(f"{infno}A" for infno in FORMS))
def report_many(call: Call) -> Said:
    """A row that is faulty does not keep the others out."""
    form = FORMS[call.transaction.infno.removesuffix("A")]
    rows = call.rows(f"{form.node}Detail")
    read: list[Reported | ProblemError] = []
    for one in rows:
        try:
            read.append(_reported(form, one))
        except ProblemError as error:
            read.append(error)
    good = Rows(one for one in read if isinstance(one, Reported))
    where = call.institution.pk
    made = iter(record(institution_id=where, entries=good, each=True, refuse_twice=_refuses(call)) if good else ())
    results = [one if isinstance(one, ProblemError) else next(made) for one in read]
    return {form.answer: _answered(call, form, rows, results)}


def _refuses(call: Call) -> bool:
    return call.codes.exchange.sold_twice == "refused"


def _answered(
    call: Call, form: Form, rows: Sequence[Section], results: Sequence[Entry | ProblemError]
) -> list[dict[str, Any]]:
    found = []
    for row, result in zip(rows, results, strict=True):
        if isinstance(result, ProblemError):
            found.append({**row.values, "retRslt": _FAULTY, "msgRslt": told(result)})
        elif form.number:
            number = ids.number(call.region, result.pk)
            found.append({**row.values, form.number: number, "retRslt": _DONE, "msgRslt": ""})
    return found


def _reported(form: Form, one: Section) -> Reported:
    """An entry as it was sent. Raises N105, N111, N314, N315."""
    at = one.moment(form.time)
    if at is None:
        raise fail("N105", label=one.label(form.time), field=form.time)
    quantity = _amount(one, form.quantity, Decimal("0.0001"))
    if quantity is None or (not quantity and form.kind != COUNT):
        raise fail("N105", label=one.label(form.quantity), field=form.quantity)
    own_pay = one.text("MDTRT_SETL_TYPE") == _OWN_PAY
    return Reported(
        kind=form.kind,
        batch=one.short("fixmedins_bchno", 60),
        local_code=one.short("fixmedins_hilist_id", 150),
        national_code=one.short("med_list_codg", 50),
        name=one.text("fixmedins_hilist_name")[:300],
        quantity=quantity,
        at=at,
        price=_amount(one, form.price, Decimal("0.000001")),
        change=one.short("inv_chg_type", 6) if form.kind == CHANGE else "",
        split=one.text("trdn_flag") == "1",
        traces=_traces(one),
        person=_person(one),
        certificate=one.text("certno")[:60],
        visit=one.text("mdtrt_sn")[:60],
        settlement=None if own_pay or not one["setl_id"] else one.row("setl_id"),
        details={name: value[:_LONGEST] for name, value in one.kept().items() if isinstance(value, str)},
    )


def _amount(one: Section, name: str, unit: Decimal) -> Decimal | None:
    """Raises N315 for less than nothing and for what no column holds."""
    said: Decimal | None = one[name]
    if said is not None and not 0 <= said < _MOST:
        raise fail("N315", label=one.label(name), field=name, most=_MOST)
    return None if said is None else said.quantize(unit)


def _traces(one: Section) -> tuple[str, ...]:
    """The codes of the packages. Raises N314."""
    rows = one["drugtracinfo"]
    said = [Section(one.call, "drugtracinfo", row) for row in rows if isinstance(row, dict)] if rows else []
    return tuple(row.short("drug_trac_codg", 100) for row in [*said, one] if row["drug_trac_codg"])


def _person(one: Section) -> int | None:
    """Whom it was sold to; nobody that we know where the number is not ours."""
    try:
        return one.row("psn_no") if one["psn_no"] else None
    except ProblemError:
        return None


@handles("3507")
def delete(call: Call) -> Said:
    _deleted(call, call.section())
    return None


@handles("3507A")
def delete_many(call: Call) -> Said:
    """Each batch on its own; those that could not be are answered."""
    faulty = []
    for one in call.rows("goodDetail"):
        try:
            _deleted(call, one)
        except ProblemError as error:
            faulty.append({**one.values, "retRslt": _FAULTY, "msgRslt": told(error)})
    return {"goodErrDetail": faulty}


def _deleted(call: Call, one: Section) -> None:
    """Raises N105, N112, N333."""
    said = str(one.needed("inv_data_type"))
    if said not in KINDS:
        label = one.label("inv_data_type")
        raise fail("N112", label=label, field="inv_data_type", value=said[:20], known="、".join(KINDS))
    batch = one.short("fixmedins_bchno", 60)
    withdrawing.withdraw(institution_id=call.institution.pk, batch=batch, kinds=KINDS[said])


@handles("3592B")
def virtual_code(call: Call) -> Said:
    given = call.section()
    made = codes.virtual_code(
        institution_id=call.institution.pk,
        batch=given.short("fixmedins_bchno", 60),
        local_code=given.short("fixmedins_hilist_id", 150),
        national_code=given.text("med_list_codg")[:50],
    )
    return {
        "result": {
            "med_list_codg": made.national_code,
            "fixmedins_hilist_id": made.local_code,
            "fixmedins_hilist_name": given.text("fixmedins_hilist_name"),
            "drug_trac_codg": made.code,
        }
    }
