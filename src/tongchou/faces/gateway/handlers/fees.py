"""2204, 2301 费用明细上传; 2205, 2302 撤销; 2306 备注."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from tongchou.engines.benefits.split import Parts
from tongchou.faces.gateway.calls import Call, Said, Section, handles
from tongchou.faces.gateway.handlers.visits import visit_of
from tongchou.faces.gateway.writing import fen
from tongchou.ground.errors import fail
from tongchou.record.base.remembered import Parameter, Remembered
from tongchou.record.packs.queries import words as words_of
from tongchou.record.settlement.models import LineResult
from tongchou.record.settlement.splitting import split
from tongchou.record.visits import charging
from tongchou.record.visits.lines import Line
from tongchou.record.visits.models import Charge, Visit
from tongchou.record.visits.settled import with_settlement

EVERYTHING = "0000"
_CLASSES = {"甲": "01", "乙": "02", "丙": "03", "01": "01", "02": "02", "03": "03"}
_FEE_KINDS = ("14", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13")
_NO_LIMIT = 99999900
_AGAIN = "~"
"""Between a number of the institution and how often it was charged anew after it was taken back."""


@handles("2204")
def charge_outpatient(call: Call) -> Said:
    """Lines of one visit, of one or more batches; each batch is charged whole."""
    rows = call.rows("feedetail")
    batches: dict[str, list[Section]] = {}
    for one in rows:
        batches.setdefault(one.needed("chrg_bchno"), []).append(one)
    visit = _one_visit(call, rows)
    made = {batch: charge(visit, lines, batch) for batch, lines in batches.items()}
    return {"result": _told(visit, rows, {sn: row for found in made.values() for sn, row in found.items()})}


@handles("2301")
def charge_inpatient(call: Call) -> Said:
    rows = call.rows("feedetail")
    visit = _one_visit(call, rows)
    return {"result": _told(visit, rows, charge(visit, rows, ""))}


def _one_visit(call: Call, rows: Sequence[Section]) -> Visit:
    visit = visit_of(call, rows[0])
    for one in rows[1:]:
        if one["mdtrt_id"] != rows[0]["mdtrt_id"]:
            raise fail("N102", what="mdtrt_id")
    return visit


def charge(visit: Visit, rows: Sequence[Section], batch: str) -> dict[str, Charge]:
    """Charge lines; the rows by the number of the institution."""
    numbers = _numbers(visit, [_sn(one) for one in rows] + [_sn_of(one["init_feedetl_sn"]) for one in rows])
    lines = [line(one, numbers) for one in rows]
    words = words_of("in_disease_scope") if visit.facts.get("disease") is not None else ()
    if len(words) == 2:
        lines = [_of_disease(visit, one, of, words) for one, of in zip(rows, lines, strict=True)]
    made = charging.charge(visit_id=visit.pk, lines=lines, batch=batch)
    return {_sn(one): row for one, row in zip(rows, made, strict=True)}


def _of_disease(visit: Visit, one: Section, line: Line, words: Sequence[str]) -> Line:
    """A line of a visit for a disease belongs to it unless it names another (9.3: a batch is of one disease)."""
    named = word = visit.facts["disease"]
    if one["dise_codg"]:
        word = one.call.codes.word(visit.scheme, "disease", one["dise_codg"], one.label("dise_codg"), "dise_codg")
    return replace(line, in_disease_scope=words[word != named])


def line(one: Section, numbers: Mapping[str, str]) -> Line:
    """A line as the record takes it; an amount that is missing is quantity times price."""
    quantity, price = Decimal(one["cnt"] if one["cnt"] is not None else 1), one["pric"]
    amount = one.fen("det_item_fee_sumamt")
    if amount is None:
        if price is None:
            raise fail("N105", label=one.label("det_item_fee_sumamt"), field="det_item_fee_sumamt")
        amount = int((quantity * price * 100).to_integral_value("ROUND_HALF_UP"))
    at = one.moment("fee_ocur_time")
    if at is None:
        raise fail("N105", label=one.label("fee_ocur_time"), field="fee_ocur_time")
    original = _sn_of(one["init_feedetl_sn"])
    return Line(
        number=numbers.get(_sn(one), _sn(one)),
        fee_at=at,
        fen=amount,
        local_code=one.text("medins_list_codg")[:40],
        national_code=one.text("med_list_codg")[:40],
        name=one.text("medins_list_name")[:300],
        quantity=quantity.quantize(Decimal("0.0001")),
        price=None if price is None else price.quantize(Decimal("0.000001")),
        returns=numbers.get(original, original) if original else "",
        approved=one.text("hosp_appr_flag", "0"),
    )


def _sn(one: Section) -> str:
    return _sn_of(one.needed("feedetl_sn"))


def _sn_of(given: Any) -> str:
    """A number of the institution as text: 1 and 1.0 are one."""
    if given is None:
        return ""
    if isinstance(given, Decimal):
        given = format(given.normalize(), "f")
    return str(given)[:36]


def _numbers(visit: Visit, asked: Iterable[str]) -> dict[str, str]:
    """Under which number the record has each of the institution's: its own, or, when it was taken back and charged
    anew, with how often."""
    wanted = {one for one in asked if one}
    known: dict[str, tuple[str, bool, int]] = {}
    for charged, withdrawn in _NUMBERS.all(visit=visit.pk):
        sn, _, count = charged.partition(_AGAIN)
        if sn in wanted:
            known[sn] = (charged, withdrawn is not None, int(count or 1))
    found = {}
    for sn in wanted:
        number, gone, count = known.get(sn, (sn, False, 1))
        found[sn] = f"{sn}{_AGAIN}{count + 1}" if gone else number
    return found


_NUMBERS: Remembered[tuple[str, int | None]] = Remembered(
    lambda scope: (
        Charge.objects.within(scope)
        .filter(visit=Parameter("visit"))
        .order_by("id")
        .values_list("number", "withdrawn__charge")
    )
)


def _told(visit: Visit, rows: Sequence[Section], made: dict[str, Charge]) -> list[dict[str, Any]]:
    """The split of each line, in the order in which they came."""
    parts = split(visit_id=visit.pk, charges=list(made.values()))
    return [line_of(_sn(one), made[_sn(one)], parts[made[_sn(one)].pk]) for one in rows]


def line_of(sn: str, row: Charge, parts: Parts) -> dict[str, Any]:
    """A line as it is answered."""
    full, over, first, scope = parts
    kind = str(row.facts.get("class") or "")
    limit = row.price_limit if row.price_limit is not None else _NO_LIMIT
    return {
        "feedetl_sn": sn,
        "det_item_fee_sumamt": fen(row.fen),
        "cnt": row.quantity,
        "pric": row.price,
        "pric_uplmt_amt": fen(limit),
        "selfpay_prop": _own_share(row, parts),
        "fulamt_ownpay_amt": fen(full),
        "overlmt_amt": fen(over),
        "preselfpay_amt": fen(first),
        "inscp_scp_amt": fen(scope),
        "chrgitm_lv": _CLASSES.get(kind, ""),
        "med_chrgitm_type": _fee_kind(row),
        "bas_medn_flag": "0",
        "hi_nego_drug_flag": "0",
        "chld_medc_flag": "0",
        "list_sp_item_flag": "0",
        "lmt_used_flag": "1" if row.facts.get("limited_use") in ("是", "1") else "0",
        "drt_reim_flag": "0",
    }


def parts_of(row: LineResult) -> Parts:
    """The four parts of a settled line."""
    return row.full_self_pay, row.over_limit, row.first_self_pay, row.in_scope


def _own_share(row: Charge, parts: Parts) -> Decimal:
    """The share that the person pays first, four decimals: of a line that is not covered all of it."""
    full, over, first, _ = parts
    if full or not row.fen - over:
        return Decimal(1 if full else 0)
    return row.first_pay if row.first_pay is not None else Decimal(first) / (row.fen - over)


def _fee_kind(row: Charge) -> str:
    kind = str(row.facts.get("fee_kind") or "")
    return kind if kind in _FEE_KINDS else "14"


@handles("2205")
def withdraw_outpatient(call: Call) -> Said:
    given = call.section()
    visit, batch = visit_of(call, given), given.text("chrg_bchno", EVERYTHING)
    _take_back(visit, None if batch == EVERYTHING else batch, None)
    return None


@handles("2302")
def withdraw_inpatient(call: Call) -> Said:
    for one in call.rows("data"):
        sn = _sn_of(one["feedetl_sn"]) or EVERYTHING
        _take_back(visit_of(call, one), None, None if sn == EVERYTHING else sn)
    return None


def _take_back(visit: Visit, batch: str | None, sn: str | None) -> None:
    """Take back what is not settled: of a batch, one line, or all. Again changes nothing; a line that is settled, or
    that there is not, is refused."""
    rows = with_settlement(Charge.objects.filter(visit=visit, withdrawn=None)).filter(settled=None)
    if batch is not None:
        rows = rows.filter(batch=batch)
    numbers = list(rows.values_list("number", flat=True))
    if sn is not None:
        own = _numbers(visit, [sn])[sn]
        if own.partition(_AGAIN)[0] == sn and own != sn and own not in numbers:
            return  # taken back before, and nothing came in its place
        numbers = [own]
    if numbers:
        charging.take_back(visit_id=visit.pk, numbers=numbers, reason="费用明细撤销")
