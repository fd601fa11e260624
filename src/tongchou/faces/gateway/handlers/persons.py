"""1101 人员信息, 1201 医药机构信息, 2001 待遇检查."""

from __future__ import annotations

from calendar import isleap
from datetime import date
from decimal import Decimal
from typing import Any

from tongchou.faces.gateway import ids
from tongchou.faces.gateway.calls import Call, Said, Section, handles
from tongchou.faces.gateway.writing import fen
from tongchou.ground.dates import age_on
from tongchou.ground.errors import ProblemError, fail
from tongchou.record.base import clock
from tongchou.record.base.scope import system
from tongchou.record.enrolment.models import Spell
from tongchou.record.exchange import persons
from tongchou.record.exchange.persons import Standing
from tongchou.record.people.models import Person
from tongchou.record.providers.models import Institution, Level
from tongchou.record.settlement.settling import rules_now

SEX = {"男": "1", "女": "2"}
_NORMAL, _SUSPENDED, _ENDED = "1", "2", "4"
_CARD = "02"
_ALL = system("who is a designated institution is no secret")
_KINDS = {"pharmacy": "2", "rehabilitation": "3", "device": "4"}


def person_of(call: Call, given: Section) -> Person:
    """The person of a section: by our number, or by the certificate. Raises N105, N111, N121."""
    try:
        if given["psn_no"]:
            found = persons.by_number(given.row("psn_no"))
        else:
            found = persons.by_card(*_certificate(given))
    except ProblemError as error:
        if error.problems[0].code in ("A114", "P101", "P102"):
            raise fail("N121", why=given.text("psn_no") or given.text("certno")[:6] + "***") from error
        raise
    call.person = found.pk
    return found


def _certificate(given: Section) -> tuple[str, str]:
    """Kind and number: of the resident card that is shown, or of the person block."""
    if given.text("mdtrt_cert_type").zfill(2) == _CARD and given["mdtrt_cert_no"]:
        return "01", given.text("mdtrt_cert_no")
    kind = given.text("psn_cert_type", "01").zfill(2)
    return kind, given.needed("certno")


@handles("1101")
def get_person(call: Call) -> Said:
    given = call.section()
    found = persons.standing(person_of(call, given), given.day("begntime"))
    day = given.day("begntime") or clock.today()
    base = {**base_of(call, found), "age": years(found.person.born, clock.today())}
    return {"baseinfo": base, "insuinfo": _insured(call, found, day), "idetinfo": _marks(call, found)}


def base_of(call: Call, found: Standing) -> dict[str, Any]:
    """Who somebody is."""
    return {
        "psn_no": ids.number(call.region, found.person.pk),
        "psn_cert_type": found.card.kind,
        "certno": found.card.number,
        "psn_name": found.person.name,
        "gend": SEX.get(found.person.sex, "9"),
        "brdy": found.person.born,
        "age": age_on(found.person.born, clock.today()),
    }


def years(born: date, day: date) -> Decimal:
    """An age in years with the tenths of the next one that are over (11 of the reference, 1101): 35.9 until the day
    before the birthday."""
    whole = age_on(born, day)
    last, coming = _birthday(born, born.year + whole), _birthday(born, born.year + whole + 1)
    return Decimal(whole * 10 + 10 * (day - last).days // (coming - last).days).scaleb(-1)


def _birthday(born: date, year: int) -> date:
    """1 March for 29 February in common years."""
    leaps = (born.month, born.day) == (2, 29) and not isleap(year)
    return date(year, 3, 1) if leaps else born.replace(year=year)


def _insured(call: Call, found: Standing, day: date) -> list[dict[str, Any]]:
    """A row for each insurance, the latest spell of it; one row all the same for whoever has none."""
    latest = {one.insurance: one for one in found.spells if one.during.lower <= day}
    rows = [_insurance(call, found, spell, day) for spell in latest.values()]
    return rows or [{"insutype": "", "psn_insu_stas": "0", "insuplc_admdvs": call.region}]


def _insurance(call: Call, found: Standing, spell: Spell, day: date) -> dict[str, Any]:
    facts = facts_of(found, spell)
    ended = day not in spell.during
    state = _ENDED if ended else _SUSPENDED if spell.suspended else _NORMAL
    return {
        "balc": fen(sum(one.fen for one in found.balances if one.insurance == spell.insurance)),
        "insutype": call.codes.insutype(spell.insurance) or spell.insurance,
        "psn_type": call.codes.psn_type(spell.insurance, facts),
        "psn_insu_stas": state,
        "psn_insu_date": min(one.during.lower for one in found.spells if one.insurance == spell.insurance),
        "paus_insu_date": spell.during.lower if state == _SUSPENDED else spell.during.upper if ended else None,
        "cvlserv_flag": "1" if facts.get("公务员") == "是" else "0",
        "insuplc_admdvs": call.region,
        "emp_name": spell.employer.name if spell.employer is not None else "",
    }


def facts_of(found: Standing, spell: Spell) -> dict[str, Any]:
    """What a condition may ask of somebody: the person, and the enrolment."""
    return {"sex": found.person.sex, "birth_date": found.person.born, **spell.facts}


def _marks(call: Call, found: Standing) -> list[dict[str, Any]]:
    """Special identities: the categories that hold."""
    return [
        {
            "psn_idet_type": call.codes.code(next(iter(call.codes.pack.region.schemes)), "category", one.name),
            "memo": one.name,
            "begntime": one.during.lower,
            "endtime": one.during.upper,
        }
        for one in found.categories
    ]


@handles("1201")
def get_institution(call: Call) -> Said:
    given = call.section("medinsinfo")
    rows = Institution.objects.within(_ALL).select_related("organisation")
    code, name = given.text("fixmedins_code"), given.text("fixmedins_name")
    found = rows.filter(code=code).first() if code else rows.filter(organisation__name=name).first()
    if found is None:
        raise fail("N108", institution=(code or name or "-")[:30])
    level = Level.objects.within(_ALL).filter(institution=found, during__contains=clock.today()).first()
    row = {
        "fixmedins_type": _KINDS.get(found.kind, "1"),
        "fixmedins_name": found.organisation.name,
        "fixmedins_code": found.code,
        "uscc": found.credit_code,
        "hosp_lv": "" if level is None else level.grade,
    }
    return {"medinsinfo": row, **row}


@handles("2001")
def check_benefits(call: Call) -> Said:
    """A row for each fund that serves this kind of care: whether it is open on the day, and why not."""
    given = call.section()
    person, scheme = person_of(call, given), call.codes.scheme(given["insutype"])
    day = given.day("begntime") or clock.today()
    _, care = call.codes.care(scheme, given["med_type"])
    open_funds = persons.periods(person, scheme, day)
    covered, layers = rules_now().covered_funds(scheme), call.codes.pack.layers[scheme]
    enrolled = any(
        one.insurance == scheme and day in one.during and not one.suspended for one in persons.standing(person).spells
    )
    rows, seen = [], set()
    for name in call.codes.pack.visits[scheme][care.kind]:
        layer = layers[name]
        code, _ = call.codes.fund(scheme, name)
        if layer.payer == "account" or code in seen:
            continue
        seen.add(code)
        period = open_funds.get(layer.fund or name)
        is_open = period.level != "none" if period is not None else enrolled and (layer.fund or name) not in covered
        rows.append(
            {
                "psn_no": ids.number(call.region, person.pk),
                "trt_chk_type": "01",
                "fund_pay_type": code,
                "trt_enjymnt_flag": "1" if is_open else "0",
                "begndate": None if period is None else period.from_date,
                "enddate": None if period is None else period.through_date,
                "trt_chk_rslt": "" if is_open else "不在待遇享受期" if period is None else period.reason,
            }
        )
    return {"trtinfo": rows}
