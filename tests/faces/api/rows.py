"""A row for every name in an address, in the branch of a city: what another city must not see."""

import json
from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

from tests.record.contributions.stage import RETIRED, doing_everything, enrol, put_in_force, worker
from tests.record.filings.stage import MONDAY, enact, lives_elsewhere
from tests.record.ledger.stage import voucher
from tests.record.manual.stage import at_the_desk, claimed
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.people.test_people import card, register
from tests.record.providers.test_institutions import register as register_institution
from tests.record.settlement.stage import hospital, retired, treated
from tongchou.record.accounts.commands import pay_out, share
from tongchou.record.accounts.entries import Movement, enter
from tongchou.record.base import clock
from tongchou.record.base.actor import acting, system_actor
from tongchou.record.base.scope import scoped, system
from tongchou.record.catalogues.models import Mapping
from tongchou.record.clearing.models import CaseTable, ClearingYear, Objection, SpecialCase, YearStep
from tongchou.record.contributions.assessing import assess_month
from tongchou.record.contributions.models import Order, Part, Receipt
from tongchou.record.contributions.paying_out import prepare
from tongchou.record.contributions.receiving import receive
from tongchou.record.contributions.refunding import ask_refund
from tongchou.record.contributions.waiving import ask_waiver
from tongchou.record.disbursement.models import PaymentOrder, PaymentStep
from tongchou.record.disbursement.payees import register_account
from tongchou.record.exchange.keys import issue
from tongchou.record.exchange.models import Message
from tongchou.record.filings.models import Evidence
from tongchou.record.lists.models import ExitApplication, SettlementList, Version
from tongchou.record.matching.models import Difference
from tongchou.record.negotiation.models import Adjustment, Member, Negotiation, NegotiationStep, Overrun, Proposal
from tongchou.record.orgs.models import Organisation
from tongchou.record.packs.models import StoredPack
from tongchou.record.payment.models import Advance, Statement, StatementStep
from tongchou.record.payment.models import Deduction as MonthDeduction
from tongchou.record.people import commands, merging
from tongchou.record.people.models import Person
from tongchou.record.providers import agreements, clinicians, institutions
from tongchou.record.providers.models import Clinician, Institution, PointsCase
from tongchou.record.settlement.models import Supplement
from tongchou.record.settlement.settling import settle
from tongchou.record.uploads.models import Upload

_serial = count(11, 2)  # odd: the same sex, so that two rows may be one person


def stage():
    """Whoever sets the stage may do everything that setting it takes."""
    return acting(system_actor("stage", "people.write", "providers.write", "providers.apply", "providers.decide"))


def a_person(city: Organisation) -> int:
    with stage():
        return register(city, next(_serial)).pk


def a_household(city: Organisation) -> int:
    with stage():
        return register(city, next(_serial)).memberships.get().household_id


def a_case(city: Organisation) -> int:
    with stage():
        keep, drop = register(city, next(_serial)), register(city, next(_serial))
        return merging.open_merge(keep=keep.pk, drop=drop.pk, reason="同名同生日").pk


def a_category(city: Organisation) -> int:
    with stage():
        return commands.categorise(
            person_id=a_person(city), name="低保", issuer="民政局", evidence="文", since=date(2025, 1, 1), through=None,
            reason="认定",
        ).pk  # fmt: skip


def everybody():
    """Whoever may do all there is."""
    if not StoredPack.objects.exists():
        put_in_force()
    return doing_everything()


def an_order(city: Organisation) -> int:
    with everybody():
        person = worker(city)
        assess_month(insurance="employee", month=date(2025, 3, 1))
        return Order.objects.filter(person=person, levy="基本医疗").get().pk


def a_receipt(city: Organisation) -> int:
    with everybody():
        part = Part.objects.filter(order=an_order(city)).order_by("id")[0]
        return receive(number=f"T{part.pk}", part=part.pk, day=date(2025, 4, 1), fen=part.fen).pk


def a_refund(city: Organisation) -> int:
    with everybody():
        receipt = Receipt.objects.get(id=a_receipt(city))
        return ask_refund(part=receipt.part_id, fen=1, reason="多缴").pk


def a_waiver(city: Organisation) -> int:
    with everybody():
        part = Part.objects.filter(order=an_order(city)).order_by("id")[0]
        receive(number=f"W{part.pk}", part=part.pk, day=date(2025, 6, 1), fen=part.fen)
        return ask_waiver(part=part.pk, fen=1, ground="第八条", reason="系统故障").pk


def a_pay_out(city: Organisation) -> int:
    with everybody():
        person = enrol(city, **RETIRED)
        enter([Movement(person.pk, "employee", "个人账户", date(2025, 1, 1), "credit", 100, "stage")])
        (made,) = pay_out(person_id=person.pk, insurance="employee", account="个人账户", reason="不续保")
        return prepare(of="entry", number=made.pk, payee="王某", bank="农行", account="6228", reason="本人申请").pk


def a_sharing(city: Organisation) -> int:
    with everybody():
        return share(
            owner=worker(city).pk, relative=worker(city).pk, relation="子女", insurance="employee", account="个人账户",
            evidence="户口簿", since=date(2025, 1, 1), through=None, reason="申请",
        ).pk  # fmt: skip


def a_filing(city: Organisation) -> int:
    with clock.at(MONDAY):
        enact()
        person = a_person(city)
        with acting_as(add_user("clerk", city)):
            return lives_elsewhere(Person.objects.get(id=person)).pk


def a_file(city: Organisation) -> int:
    number = a_filing(city)
    with scoped(system("stage")):
        return Evidence.objects.get(filing_id=number).pk


def an_institution(city: Organisation) -> Institution:
    with stage():
        return register_institution(organisation("provider", city))


def a_campus(city: Organisation) -> int:
    with stage():
        where = an_institution(city)
        return institutions.open_campus(institution_id=where.pk, name="东院", address="1 号", since=where.opened).pk


def a_department(city: Organisation) -> int:
    with stage():
        where = an_institution(city)
        return institutions.open_department(
            institution_id=where.pk, code="03", national_code="A03", name="内科", since=where.opened
        ).pk


def a_clinician(city: Organisation) -> Clinician:
    serial = next(_serial)
    with stage():
        return clinicians.register_clinician(
            agency=city.pk, code=f"D4501000{serial:05d}", kind="doctor", name="李医生", certificate_kind="01",
            number=card(number=serial), title="医师", registered=date(2024, 1, 1),
        )  # fmt: skip


def a_deduction(city: Organisation) -> int:
    with stage():
        who, where, on = a_clinician(city), an_institution(city), date(2025, 1, 1)
        clinicians.practise(clinician_id=who.pk, institution_id=where.pk, since=on)
        return clinicians.deduct(
            clinician_id=who.pk, institution_id=where.pk, on=on, points=1, clause="七", reason="超量"
        ).pk


def a_points_case(city: Organisation) -> int:
    with stage():
        who = a_clinician(city)
        return PointsCase.objects.create(
            clinician=who, year=2025, points=6, name="约谈", at_least=6, then="warned", pack="x", cite="六",
            opened_at=clock.now(),
        ).pk  # fmt: skip


def an_agreement(city: Organisation) -> int:
    with stage():
        return agreements.apply(institution_id=an_institution(city).pk, kind="住院", reason="申请").pk


def a_step(city: Organisation) -> int:
    with stage():
        return agreements.propose_step(agreement_id=an_agreement(city), verb="evaluate", reason="评估").pk


def a_mapping(city: Organisation) -> int:
    with stage():
        return Mapping.objects.create(
            institution=an_institution(city), kind="drug", local_code="L1", local_name="甲药", national_code="XA01",
            during=(date(2026, 1, 1), None), proposed_at=clock.now(),
        ).pk  # fmt: skip


def a_visit(city: Organisation) -> int:
    with everybody():
        return treated(hospital(city), retired(city), date(2025, 5, 10), 100_00, "普通门诊").pk


def a_settlement(city: Organisation) -> int:
    with everybody(), clock.at(date(2025, 6, 3)):
        return settle(visit_id=a_visit(city)).pk


def a_manual_claim(city: Organisation) -> int:
    with everybody(), at_the_desk(city), clock.at(date(2025, 6, 3)):
        return claimed(hospital(city), retired(city), f"{next(_serial)}").pk


def a_supplement(city: Organisation) -> int:
    with stage():
        return Supplement.objects.create(
            person_id=a_person(city), why="error", since=date(2025, 1, 1), reason="x", opened_at=clock.now()
        ).pk


def a_list(city: Organisation) -> int:
    with everybody():
        return a_settlement_list(city).pk


def an_application(city: Organisation) -> int:
    with everybody():
        return ExitApplication.objects.create(
            of=a_settlement_list(city), reason="x", said="{}", by="x", applied_at=clock.now(), changed_at=clock.now()
        ).pk


def a_settlement_list(city: Organisation) -> SettlementList:
    now = clock.now()
    made = SettlementList.objects.create(
        event_id=a_settlement(city), state="1", version=1, uploaded_at=now, submitted_at=now
    )
    Version.objects.create(of=made, number=1, form="trimmed", checks="x", said="{}", by="x", at=now)
    return made


def an_upload(city: Organisation) -> int:
    with stage():
        return Upload.objects.create(
            organisation=city, user=1, purpose="catalogue.drug", name="x", digest="", size=0, state="ready",
            findings="{}", taken_at=clock.now(),
        ).pk  # fmt: skip


def a_voucher(city: Organisation) -> int:
    with everybody():
        return voucher(city, "contributions", 100, date(2025, 1, 1)).pk


def a_payment(city: Organisation) -> int:
    with stage():
        made = PaymentOrder.objects.create(
            payee="provider", agency=city, scheme="employee", through=date(2025, 1, 1), at=clock.now()
        )
        PaymentStep.objects.create(order=made, number=1, act="prepared", at=made.at)
        return made.pk


def a_payee_account(city: Organisation) -> int:
    with everybody():
        return register_account(
            holder="医院",
            bank="工行",
            number="12345678",
            reason="登记",
            organisation_id=organisation("provider", city).pk,
        ).pk


def a_difference(city: Organisation) -> int:
    with stage():
        return Difference.objects.create(
            institution=an_institution(city), day=date(2025, 1, 1), kind="totals", found_at=clock.now()
        ).pk


def a_message(city: Organisation) -> int:
    with stage():
        return Message.objects.create(
            institution=an_institution(city), infno="1201", msgid="M1", digest=b"", done=True, request=b"{}",
            answer=b"{}", at=clock.now(), milliseconds=1,
        ).pk  # fmt: skip


def a_key(city: Organisation) -> int:
    with everybody():
        return issue(institution_id=an_institution(city).pk, method="tif", reason="接入").key.pk


def a_statement(city: Organisation) -> Statement:
    """Declared, so that a deduction may be entered."""
    with everybody():
        event = settle(visit_id=treated(hospital(city), retired(city), date(2025, 3, 1), 8_000_00).pk)
    with stage():
        day = event.day.replace(day=1)
        fields = {"month": day, "scheme": event.scheme, "round": 1, "fund": 0, "account": 0, "others": 0}
        made = Statement.objects.create(institution_id=event.institution_id, at=clock.now(), **fields)
        for number, act in enumerate(("opened", "declared"), 1):
            StatementStep.objects.create(statement=made, number=number, act=act, at=clock.now())
        made.event = event.pk
        return made


def a_month_deduction(city: Organisation) -> int:
    of = a_statement(city)
    with stage():
        return MonthDeduction.objects.create(
            statement=of, event=of.event, fen=1, kind="review", article="x", why="x", at=clock.now()
        ).pk


def a_clearing_year(city: Organisation) -> ClearingYear:
    """Told to a hospital with one settlement, so that it may be objected to."""
    with everybody():
        event = settle(visit_id=treated(hospital(city), retired(city), date(2025, 3, 1), 8_000_00).pk)
    with stage():
        now = clock.now()
        made = ClearingYear.objects.create(
            agency=city, scheme="employee", year=2025, pack=StoredPack.objects.first(), rules={}, rules_hash="x",
            lists_by=date(2026, 3, 31), at=now,
        )  # fmt: skip
        for number, act in enumerate(("opened", "grouped", "published"), 1):
            until = date(2026, 4, 14) if act == "published" else None
            YearStep.objects.create(year=made, number=number, act=act, until=until, at=now)
        CaseTable.objects.create(
            year=made, institution_id=event.institution_id, stage="preliminary", round=1, schemes={}, content=b"",
            digest="", rows=1, taken=1, fen=1, at=now,
        )  # fmt: skip
        made.event = event
        return made


def a_clearing_objection(city: Organisation) -> int:
    of = a_clearing_year(city)
    with stage():
        return Objection.objects.create(
            year=of, institution_id=of.event.institution_id, event=of.event, reason="x", at=clock.now()
        ).pk


def a_special_case(city: Organisation) -> int:
    of = a_clearing_year(organisation("agency", city))
    with stage():
        return SpecialCase.objects.create(
            year=of, institution_id=of.event.institution_id, event=of.event, reason="x", at=clock.now()
        ).pk


def an_advance(city: Organisation) -> int:
    with stage():
        return Advance.objects.create(
            institution=an_institution(city), scheme="employee", year=2025, county=city, fund="x", quota=1, fen=1,
            terms={}, at=clock.now(), reason="x",
        ).pk  # fmt: skip


def a_member(city: Organisation) -> Member:
    """Of a negotiation that was published, of a year of its own."""
    with stage():
        of = Negotiation.objects.create(
            agency=city, year=1900 + next(_serial), scheme="employee", total=100, reserve=0, pack="x",
            terms={"rounds": 1, "decides": False, "working_days": 1}, at=clock.now(), reason="x",
        )  # fmt: skip
        for number, act in enumerate(("opened", "agreed", "published"), 1):
            NegotiationStep.objects.create(negotiation=of, number=number, act=act, at=clock.now(), reason="x")
        return Member.objects.create(negotiation=of, institution=an_institution(city), group="x", facts={})


def a_quota_proposal(city: Organisation) -> int:
    with stage():
        of = a_member(city).negotiation
        return Proposal.objects.create(
            negotiation=of, number=1, until=date(2025, 1, 1), at=clock.now(), reason="x"
        ).pk  # fmt: skip


def a_negotiation(city: Organisation) -> int:
    """With a proposal, as every negotiation has."""
    with stage():
        return Proposal.objects.get(id=a_quota_proposal(city)).negotiation_id


def a_quota_adjustment(city: Organisation) -> int:
    with stage():
        return Adjustment.objects.create(
            member=a_member(city), part="x", month=date(2025, 1, 1), fen=1, workload_before=1, workload_after=1,
            costs_before=1, costs_after=1, terms={}, at=clock.now(), reason="x",
        ).pk  # fmt: skip


def an_overrun(city: Organisation) -> int:
    with stage():
        return Overrun.objects.create(
            member=a_member(city), month=date(2025, 1, 1), quota=1, charged=2, due=date(2025, 2, 1), at=clock.now()
        ).pk


ROWS: dict[str, Callable[[Organisation], int | str]] = {
    "organisation": lambda city: city.pk,
    "user": lambda city: add_user("clerk", city).pk,
    "role": lambda city: "clerk",
    "person": a_person,
    "household": a_household,
    "case": a_case,
    "category": a_category,
    "order": an_order,
    "receipt": a_receipt,
    "refund": a_refund,
    "waiver": a_waiver,
    "pay_out": a_pay_out,
    "sharing": a_sharing,
    "filing": a_filing,
    "number": a_file,
    "institution": lambda city: an_institution(city).pk,
    "campus": a_campus,
    "department": a_department,
    "clinician": lambda city: a_clinician(city).pk,
    "deduction": a_deduction,
    "points_case": a_points_case,
    "agreement": an_agreement,
    "step": a_step,
    "mapping": a_mapping,
    "local_code": lambda city: "L1",
    "visit": a_visit,
    "settlement": a_settlement,
    "claim": a_manual_claim,
    "supplement": a_supplement,
    "settlement_list": a_list,
    "application": an_application,
    "upload": an_upload,
    "voucher": a_voucher,
    "payment": a_payment,
    "payee_account": a_payee_account,
    "difference": a_difference,
    "message": a_message,
    "key": a_key,
    "month_statement": lambda city: a_statement(city).pk,
    "month_deduction": a_month_deduction,
    "provider_advance": an_advance,
    "clearing": lambda city: 1,
    "clearing_year": lambda city: a_clearing_year(city).pk,
    "clearing_objection": lambda city: a_clearing_objection(organisation("agency", city)),
    "special_case": a_special_case,
    "name": lambda city: "budget",
    "negotiation": a_negotiation,
    "quota_proposal": a_quota_proposal,
    "quota_adjustment": a_quota_adjustment,
    "overrun": an_overrun,
    "employer": lambda city: organisation("employer", city).pk,
}


class Form(dict[str, Any]):
    """A body that is sent as a form; `files` are names with their contents."""


_FILES = {"kinds": ["x"], "files": [("a.pdf", b"%PDF-")]}
_CLAIM = {
    "institution": "H1",
    "scheme": "employee",
    "kind": "住院",
    "admitted": "2025-03-01",
    "discharged": "2025-03-01",
    "invoices": [{"number": "1", "day": "2025-03-01", "fen": 1}],
    "lines": [{"number": "1", "fee_at": "2025-03-01T08:00:00+08:00", "fen": 1}],
    "account": {"bank": "x", "account": "12345678"},
}
BODIES = {
    "POST /api/quotas/{negotiation}/divisions": {"lines": {"1": {"x": 1}}, "reason": "x"},
    "POST /api/quotas/{negotiation}/proposals": {"groups": {"x": {"x": 1}}, "reason": "x"},
    "POST /api/filings/with-evidence": Form(filing='{"scheme": "x", "type": "x", "person": 1}', **_FILES),
    "POST /api/filings/{filing}/evidence": Form(_FILES),
    "POST /api/providers/{institution}/departments": {
        "code": "03",
        "national_code": "A03",
        "name": "内科",
        "since": "2025-03-01",
    },
    "POST /api/manual-claims": _CLAIM,
    "POST /api/manual-claims/with-evidence": Form(claim=json.dumps(_CLAIM), **_FILES),
    "POST /api/visits/{visit}/charges": {
        "lines": [{"number": "1", "fee_at": "2025-03-01T08:00:00+08:00", "fen": 1}],
    },
    "POST /api/visits/{visit}/charges/taking-back": {"numbers": ["1"], "reason": "x"},
    "POST /api/catalogues/mappings/decisions": {"mappings": [1], "approve": False, "reason": "x"},
    "POST /api/enrolment/employers/{employer}/employees": {
        "kind": "08",
        "number": "P1234567",
        "name": "x",
        "since": "2025-03-01",
        "insurances": [],
        "reason": "x",
    },
    "POST /api/persons/{person}/certificates": {"kind": "02", "number": "P1234567", "reason": "护照"},
}
"""Bodies that get as far as the row, where the plainest that the schema accepts would not."""
