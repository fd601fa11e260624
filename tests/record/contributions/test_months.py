"""Months, certificates, retirement; arrears, rate, bases. Rules TRF-01 … TRF-06, CON-13."""

from datetime import date, timedelta

import pytest

from tests.record.contributions.stage import WORKER, doing_everything, put_in_force, resident, worker
from tests.record.contributions.test_movements import pay
from tests.record.orgs.people import organisation
from tests.record.people.test_people import register
from tongchou.ground.errors import ProblemError
from tongchou.record.accounts import queries as accounts
from tongchou.record.audit.models import Entry
from tongchou.record.base import clock
from tongchou.record.contributions import months, reports, retiring, transferring
from tongchou.record.contributions.assessing import assess_month
from tongchou.record.contributions.models import MonthsEntry, Order, Transfer
from tongchou.record.contributions.receiving import receive, reverse
from tongchou.record.entitlement.queries import entitlement_of
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.dying import record_death
from tongchou.record.people.models import Person

MARCH, TODAY = date(2025, 3, 1), date(2026, 6, 1)


@pytest.fixture
def city(record: None):
    with clock.at(TODAY), doing_everything():
        put_in_force()
        yield organisation("agency", organisation("agency"))


@pytest.fixture
def paid(city: Organisation) -> Person:
    """A man with one month paid here."""
    one = worker(city)
    assess_month(insurance="employee", month=MARCH)
    pay(one, "单位")
    pay(one, "个人")
    return one


def counted(person: Person, insurance: str = "employee") -> tuple[int, int, int]:
    found = months.look_at(person_id=person.pk, insurance=insurance)
    return found.actual, found.deemed, found.converted


def add(person: Person, kind: str, count: int, insurance: str = "employee", evidence: str = "档案") -> MonthsEntry:
    return months.add_months(
        person_id=person.pk, insurance=insurance, kind=kind, months=count, evidence=evidence, reason="核定"
    )


def test_months_that_were_paid_and_those_that_count_so(paid: Person) -> None:
    assert counted(paid) == (1, 0, 0)
    add(paid, "deemed", 120)
    add(paid, "actual", 119)
    assert counted(paid) == (120, 120, 0)
    for wrong in ({"count": 0}, {"count": -121}, {"count": 9999}, {"count": 1, "evidence": " "}):
        with pytest.raises(ProblemError, match="J114"):
            add(paid, "actual", **wrong)


def test_residents_months_are_converted_once(paid: Person) -> None:
    """50 months × 1/4 are 12; two more make 13."""
    add(paid, "actual", 50, "resident")
    convert = {"person_id": paid.pk, "insurance": "employee", "other": "resident", "reason": "转职工"}
    assert months.convert_months(**convert).months == 12
    with pytest.raises(ProblemError, match="J114"):
        months.convert_months(**convert)
    add(paid, "actual", 2, "resident")
    assert months.convert_months(**convert).months == 1
    assert counted(paid) == (1, 0, 13)
    with pytest.raises(ProblemError, match="P002"):
        months.convert_months(**{**convert, "insurance": "resident", "other": "employee"})


def test_a_certificate_carries_months_and_the_account(city: Organisation, paid: Person) -> None:
    add(paid, "deemed", 24)
    leaving = {"person_id": paid.pk, "insurance": "employee", "region": "江门", "until": TODAY, "reason": "调离"}
    out = transferring.send(**leaving, number="Z1", account="个人账户")
    assert (out.actual, out.deemed, out.converted, out.fen) == (1, 24, 0, 16000)
    assert counted(paid) == (0, 0, 0)
    assert [one.fen for one in accounts.standing(person_id=paid.pk)] == [0]
    with pytest.raises(ProblemError, match="J114"):
        transferring.send(**leaving, number="Z2", account="个人账户")
    back = {"actual": 1, "deemed": 24, "converted": 3, "fen": 16000, "account": "个人账户", "number": "Z1"}
    other = worker(city)
    coming = {**leaving, **back, "person_id": other.pk}
    for wrong in ({"account": ""}, {"until": date(2027, 1, 1)}, {"actual": 2000}, {"fen": 10**15}, {"deemed": -1}):
        with pytest.raises(ProblemError, match="J114"):
            transferring.take(**{**coming, **wrong})
    transferring.take(**coming)
    assert counted(other) == (1, 24, 3)
    with pytest.raises(ProblemError, match="J113"):
        transferring.take(**coming)
    assert Transfer.objects.count() == 2


def retire(person: Person, choice: str, pensioned: bool = True, **more: object) -> object:
    return retiring.retire(
        person_id=person.pk,
        insurance="employee",
        requirement="退休待遇",
        pensioned=pensioned,
        choice=choice,
        reason="x",
        **more,
    )


def test_retirement_is_chosen_among_what_is_offered(paid: Person) -> None:
    add(paid, "actual", 299)
    with pytest.raises(ProblemError, match="J115"):
        retire(paid, "全免")
    found = retire(paid, "基本医疗")
    assert (found.actual, found.cumulative, found.missing, found.make_up, found.ends_on) == (300, 300, 0, None, None)
    with pytest.raises(ProblemError, match="J116"):
        retire(paid, "住院医疗")


def test_missing_months_are_made_up_by_an_order(paid: Person) -> None:
    """10 months missing; 8000 × 9 % + 7 yuan are 727 yuan a month."""
    add(paid, "actual", 289)
    ask = {"person_id": paid.pk, "insurance": "employee", "requirement": "退休待遇"}
    assert retiring.prospects(**ask, pensioned=True, willing=True).make_up == 727_000
    found = retire(paid, "基本医疗")
    assert (found.missing, found.make_up.whole) == (10, 727_000)
    assert sum(found.make_up.parts.values_list("fen", flat=True)) == 727_000


def statuses(person: Person) -> list[tuple[str, str]]:
    rows = person.spells.filter(insurance="employee").order_by("during")
    return [(str(one.during.lower), one.facts["status"]) for one in rows]


def test_benefits_of_retirement_wait_for_what_is_made_up(paid: Person) -> None:
    """TRF-05: only the whole of it brings the years; what bounced takes them back."""
    add(paid, "actual", 289)
    with pytest.raises(ProblemError, match="C004"):
        retire(paid, "基本医疗", facts={"status": "闲"})
    found = retire(paid, "基本医疗", facts={"status": "退休"})
    assert statuses(paid) == [("2025-01-01", "在职")]
    part = found.make_up.parts.get()
    common = {"part": part.pk, "day": TODAY}
    receive(number="M1", fen=part.fen - 1, **common)
    assert statuses(paid) == [("2025-01-01", "在职")]
    last = receive(number="M2", fen=1, **common)
    assert statuses(paid) == [("2025-01-01", "在职"), (str(TODAY), "退休")]
    with clock.at(TODAY + timedelta(days=3)):
        reverse(receipt_id=last.pk, number="M3", day=clock.today(), reason="退票")
        assert [status for _, status in statuses(paid)] == ["在职", "退休", "在职"]
        receive(number="M4", part=part.pk, day=clock.today(), fen=1)
        assert statuses(paid)[-1] == (str(clock.today()), "退休")


def test_who_is_gone_when_the_make_up_comes_stays_gone(paid: Person) -> None:
    add(paid, "actual", 289)
    part = retire(paid, "基本医疗", facts={"status": "退休"}).make_up.parts.get()
    record_death(person_id=paid.pk, on=TODAY - timedelta(days=1), reason="证明")
    receive(number="M1", part=part.pk, day=TODAY, fen=part.fen)
    assert statuses(paid) == [("2025-01-01", "在职")]


def test_who_died_does_not_move(paid: Person) -> None:
    record_death(person_id=paid.pk, on=TODAY - timedelta(days=3), reason="证明")
    out = {"person_id": paid.pk, "insurance": "employee", "region": "邻市", "number": "D1", "reason": "转出"}
    with pytest.raises(ProblemError, match="E103"):
        transferring.send(**out, until=TODAY)
    with pytest.raises(ProblemError, match="E103"):
        transferring.take(**out, until=TODAY, actual=1, deemed=0, converted=0, fen=0)
    assert transferring.send(**out, until=TODAY - timedelta(days=3)).actual == 1


def test_who_will_not_stay_ends_with_the_month(paid: Person) -> None:
    found = retire(paid, "")
    assert (found.choice, found.ends_on) == ("", date(2026, 6, 30))
    assert not Order.objects.filter(levy="补缴").exists()


def held(person: Person) -> list[tuple[str, str, str]]:
    rows = person.spells.filter(insurance="employee").order_by("during")
    return [(str(one.during.lower), str(one.during.upper or ""), one.facts["status"]) for one in rows]


def test_the_enrolment_tells_of_the_retirement_from_that_day_on(paid: Person) -> None:
    add(paid, "actual", 299)
    with pytest.raises(ProblemError, match="C004"):
        retire(paid, "基本医疗", facts={"status": "已退"})
    retire(paid, "基本医疗", facts={"status": "退休"})
    assert held(paid) == [("2025-01-01", "2026-06-01", "在职"), ("2026-06-01", "", "退休")]
    assert {one.reason for one in entitlement_of(person_id=paid.pk, on=TODAY)} == {"不需缴费"}
    assert Entry.objects.filter(name="contributions.retire before", persons=[paid.pk]).exists()


def test_who_will_not_stay_is_enrolled_until_then(paid: Person) -> None:
    retire(paid, "", facts={"status": "退休"})
    assert held(paid) == [("2025-01-01", "2026-07-01", "在职")]


def test_who_is_not_enrolled_has_nothing_to_change(city: Organisation) -> None:
    one = register(city)
    add(one, "actual", 300)
    with pytest.raises(ProblemError, match="E105"):
        retire(one, "基本医疗", facts={"status": "退休"})
    assert retire(one, "基本医疗").choice == "基本医疗"


def test_moving_out_ends_the_enrolment_and_moving_in_begins_one(city: Organisation, paid: Person) -> None:
    moving = {"person_id": paid.pk, "insurance": "employee", "region": "江门", "reason": "调动"}
    transferring.send(**moving, number="Z1", until=date(2026, 5, 31))
    assert held(paid) == [("2025-01-01", "2026-06-01", "在职")]
    back = {**moving, "number": "Z2", "until": TODAY, "actual": 1, "deemed": 0, "converted": 0, "fen": 0}
    firm = organisation("employer", city)
    with pytest.raises(ProblemError, match="C003"):
        transferring.take(**back, since=TODAY)
    assert counted(paid) == (0, 0, 0)
    transferring.take(**back, since=TODAY, employer=firm.pk, facts=WORKER)
    assert held(paid) == [("2025-01-01", "2026-06-01", "在职"), ("2026-06-01", "", "在职")]
    assert counted(paid) == (1, 0, 0)


def test_arrears_rate_and_claims(city: Organisation) -> None:
    one, other = worker(city), worker(city, 困难企业="是")
    destitute = resident(city, category="特困")
    for insurance in ("employee", "resident"):
        assess_month(insurance=insurance, month=MARCH)
    pay(one, "单位")
    late = reports.arrears(on=TODAY, person_id=one.pk)
    assert [(row.payer, row.levy, row.fen) for row in late] == [("个人", "基本医疗", 16000), ("个人", "大额补助", 700)]
    assert late[0].late_fee == 3288  # 411 days × 0.05 % of 160 yuan
    assert reports.arrears(on=date(2025, 4, 15)) == []
    assert {row.person for row in reports.arrears(on=TODAY)} == {one.pk, other.pk}
    period = {"insurance": "employee", "first": MARCH, "through": MARCH}
    assessed = reports.rate(**period, on=date(2025, 5, 1), basis="assessed")
    assert (assessed.collected, assessed.of) == (56000, 2 * 72700)
    due = reports.rate(**period, on=date(2025, 5, 1), basis="due")
    assert (due.collected, due.of) == (56000, 2 * 72700 - 56000)
    with pytest.raises(ProblemError, match="P009"):
        reports.rate(**{**period, "insurance": "resident", "through": TODAY}, on=TODAY, basis="due")
    claims = reports.claims(insurance="resident", first=date(2025, 1, 1), through=TODAY)
    assert sum(claim.fen for claim in claims) == 107_000
    assert {claim.people for claim in claims} == {1}
    assert reports.arrears(on=TODAY, person_id=destitute.pk) == []


def test_the_public_list_of_bases(city: Organisation) -> None:
    firm = organisation("employer", city)
    worker(city, firm, wage=3000)
    worker(city)
    assess_month(insurance="employee", month=MARCH)
    (found,) = reports.public_bases(employer=firm.id, first=MARCH, through=date(2025, 5, 31))
    assert (found.base, found.levy, found.name[0], set(found.name[1:])) == (420_000, "基本医疗", "王", {"*"})
