"""Where everything is paid first and claimed back: somebody of Suyu enrols and pays, is treated, and is reimbursed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

import pytest

from tests.record.contributions.stage import doing_everything, region
from tests.record.manual.stage import at_the_desk, claimed
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.people.test_people import card, register
from tests.record.settlement.stage import hospital
from tests.record.visits.stage import line
from tongchou.ground.errors import ProblemError
from tongchou.record.accounts.models import Entry
from tongchou.record.base import clock
from tongchou.record.contributions.assessing import assess_month
from tongchou.record.contributions.households import receive_for_household
from tongchou.record.enrolment.households import enrol_household
from tongchou.record.filings.commands import decide, submit
from tongchou.record.filings.uploads import Upload
from tongchou.record.ledger.queries import balance_of
from tongchou.record.manual.commands import settle
from tongchou.record.manual.models import ManualClaim
from tongchou.record.orgs.models import Organisation
from tongchou.record.packs.models import Activation, StoredPack
from tongchou.record.people.models import Person

SINCE, ADMITTED, LEFT, LAST_DAY = date(2008, 2, 1), date(2008, 9, 20), date(2008, 9, 24), date(2008, 10, 13)
BORN = date(1973, 1, 1)
TOWN = {"户籍": "城区城镇", "新生儿": "否", "低保": "否", "残疾等级": "无", "resumed": "否"}
VISIT = {"place": "区内", "third_party": "无"}
INPATIENT = ("住院费发票", "出院记录", "医疗费清单", "医嘱复印件")


@pytest.fixture
def city(record: None) -> Organisation:
    pack, since = region("suyu-2007"), datetime(2007, 7, 1, tzinfo=clock.CHINA)
    stored = StoredPack.objects.create(
        hash=pack.hash, region=pack.region.code, name="suyu", content=dict(pack.resolved), proposed_at=since
    )
    Activation.objects.create(pack=stored, decision="activated", since=since, decided_at=since, reason="test")
    with doing_everything():
        return organisation("agency", organisation("agency"))


@contextmanager
def at_the_desk_on(city: Organisation, day: date) -> Iterator[None]:
    with clock.at(day), at_the_desk(city):
        yield


@pytest.fixture
def person(city: Organisation) -> Person:
    """A woman of 35 who enrolled and paid on 1 February 2008, and so is covered from 1 August."""
    with clock.at(SINCE), doing_everything():
        one = register(city, 14, born=BORN, name="乙")
        home = one.memberships.get().household_id
        enrol_household(household=home, insurance_name="resident", since=SINCE, facts=TOWN, own={})
        assess_month(insurance="resident", month=SINCE)
        receive_for_household(household=home, insurance="resident", day=SINCE, number="H1", fen=120_00)
    return one


def papers(*kinds: str) -> tuple[Upload, ...]:
    return tuple(Upload(kind, f"{kind}.pdf", f"%PDF-1.4\n%{kind}\n%%EOF\n".encode()) for kind in kinds)


def approved(claim: ManualClaim) -> ManualClaim:
    decide(filing_id=claim.filing_id, approve=True, reason="属实")
    return claim


@pytest.mark.parametrize("registered", [True, False])
def test_a_stay_is_claimed_back_where_it_was_registered(city: Organisation, person: Person, registered: bool) -> None:
    """五.2, 四.2, 五.3: 10,000 yuan in the district, 2,000 of it drugs of class 乙; unregistered, nothing."""
    with clock.at(ADMITTED), doing_everything():
        at = hospital(city)
        office, reviewer = add_user("hospital", at.organisation), add_user("reviewer", city)
    if registered:
        with clock.at(ADMITTED):
            with acting_as(office):
                filed = submit(scheme="resident", type="住院登记", names={"入院方式": "普通"},
                               certificate=("01", card(BORN, 14)), evidence=papers("住院报告"))  # fmt: skip
            with acting_as(reviewer):
                decide(filing_id=filed.pk, approve=True, reason="属实")
    with at_the_desk_on(city, LAST_DAY):
        claim = claimed(at, person, fen=10_000_00, day=LEFT, scheme="resident", admitted=ADMITTED,
                        lines=[line("1", 8_000_00, LEFT), line("2", 2_000_00, LEFT, item="乙类药")],
                        facts_of_visit=VISIT, evidence=papers(*INPATIENT))  # fmt: skip
        assert claim.filing.late is False
        if not registered:
            approved(claim)
            with pytest.raises(ProblemError, match=r"V106.*未办登记批准手续"):
                settle(claim_id=claim.pk)
            return
        event = settle(claim_id=approved(claim).pk)
        assert event.paid == {"pool": 4_800_00}  # 4500 × 50 % + 5000 × 55 % − 2000 × 10 %
        assert balance_of("person_payable", LAST_DAY, person=person.pk) == -4_800_00


def test_an_outpatient_bill_is_paid_by_the_account(city: Organisation, person: Person) -> None:
    """四.1, 五.1: the 50 yuan that came with the contribution."""
    with at_the_desk_on(city, LAST_DAY):
        bill = papers("门诊费发票", "医疗保险证")
        claim = claimed(hospital(city), person, fen=80_00, day=LEFT, scheme="resident", kind="门诊",
                        facts_of_visit=VISIT, filing="门诊报销", evidence=bill)  # fmt: skip
        assert settle(claim_id=approved(claim).pk).paid == {"account": 50_00}
        assert [one.fen for one in Entry.objects.filter(person=person).order_by("id")] == [50_00, -50_00]
