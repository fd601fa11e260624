"""Manual claims: invoices once, two clocks apart, decided by another, owed to the person."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.manual.stage import ACCOUNT, at_the_desk, claimed
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.settlement.stage import hospital, retired
from tests.record.visits.stage import MAY, catalogue, line
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.disbursement.payees import decide_account
from tongchou.record.disbursement.preparing import prepare
from tongchou.record.filings import queries as filings
from tongchou.record.filings.commands import decide
from tongchou.record.ledger.queries import balance_of
from tongchou.record.manual import queries
from tongchou.record.manual.commands import Account, Paid, reverse, settle
from tongchou.record.manual.models import Invoice, ManualClaim
from tongchou.record.orgs.models import Organisation
from tongchou.record.settlement.models import Event
from tongchou.record.settlement.reversing import reverse as reverse_at_the_counter
from tongchou.record.settlement.settling import settle as settle_at_the_counter
from tongchou.record.visits.charging import charge
from tongchou.record.visits.models import Visit

IN_TIME = date(2025, 5, 23)
"""The tenth working day after 10 May; 12 May is the first."""


@pytest.fixture
def city(record: None):
    with clock.at(IN_TIME), doing_everything():
        put_in_force()
        found = organisation("agency", organisation("agency"))
        with at_the_desk(found):
            yield found


def approved(claim: ManualClaim) -> ManualClaim:
    decide(filing_id=claim.filing_id, approve=True, reason="属实")
    return claim


def test_what_it_pays_is_owed_to_the_person(city: Organisation) -> None:
    """ninghe, case 二级退休8000, with no account: the pool pays 6,825. No agreement is asked for."""
    person, at = retired(city), hospital(city, "二级")
    claim = approved(claimed(at, person))
    event = settle(claim_id=claim.pk)
    assert (event.paid, event.payee) == ({"pool": 6_825_00}, person.pk)
    assert balance_of("person_payable", IN_TIME, person=person.pk) == -6_825_00
    assert balance_of("provider_payable", IN_TIME) == 0
    assert settle(claim_id=claim.pk) == event
    (gone,) = reverse(claim_id=claim.pk, reason="错")
    assert balance_of("person_payable", IN_TIME, person=person.pk) == 0
    assert gone.payee == person.pk
    with pytest.raises(ProblemError, match="V107"):
        reverse(claim_id=claim.pk, reason="错")
    assert settle(claim_id=claim.pk).paid == event.paid


def test_the_claimants_clock_and_the_agencys(city: Organisation) -> None:
    """ninghe §13: ten working days from the day after, late ones are noted; twenty for the decision (BEN-12)."""
    person, at = retired(city), hospital(city)
    in_time = claimed(at, person, "1")
    assert (in_time.filing.late, in_time.filing.due_on) == (False, date(2025, 6, 23))  # 2 June is a holiday
    with clock.at(IN_TIME + timedelta(days=3)):
        with pytest.raises(ProblemError, match="F101"):  # the same stay waits already
            claimed(at, person, "2")
        assert claimed(at, retired(city), "2").filing.late is True
    with clock.at(date(2025, 6, 24)):
        assert in_time.filing_id in [one.id for one in filings.overdue()]
        assert queries.claims(state="submitted")[0].pk == in_time.pk


def test_nothing_is_settled_before_another_decided(city: Organisation) -> None:
    person, at = retired(city), hospital(city)
    clerk, reviewer = add_user("clerk", city), add_user("reviewer", city)
    with acting_as(clerk):
        claim = claimed(at, person)
        for command in (lambda: settle(claim_id=claim.pk), lambda: approved(claim)):
            with pytest.raises(ProblemError, match="A101"):
                command()
    with acting_as(reviewer):
        with pytest.raises(ProblemError, match="V234"):
            settle(claim_id=claim.pk)
        approved(claim)
        assert settle(claim_id=claim.pk).payee == person.pk
        with pytest.raises(ProblemError, match="A101"):
            claimed(at, person, "2")
    with acting_as(add_user("reviewer")), pytest.raises(ProblemError, match="A114"):
        settle(claim_id=claim.pk)


def test_an_invoice_is_claimed_once_until_the_claim_is_refused(city: Organisation) -> None:
    person, at = retired(city), hospital(city)
    first = claimed(at, person, "1")
    with pytest.raises(ProblemError, match="V232"):
        claimed(at, retired(city), "1")
    assert claimed(at, retired(city), invoices=[Paid("1", MAY, 8_000_00, code="011")]).pk != first.pk
    with pytest.raises(IntegrityError, match="invoice_claimed_once"), transaction.atomic():
        Invoice.objects.create(claim=first, number="1", day=MAY, fen=1)
    decide(filing_id=first.filing_id, approve=False, reason="发票不清")
    again = claimed(at, person, "1")
    assert list(Invoice.objects.filter(code="").order_by("id").values_list("claim", "released")) == [
        (first.pk, True),
        (again.pk, False),
    ]
    with pytest.raises(ProblemError, match="V234"):
        settle(claim_id=first.pk)


def test_lines_come_to_what_the_invoices_do(city: Organisation) -> None:
    person, at = retired(city), hospital(city)
    for given, code in (
        ({"lines": [line("1", 1)]}, "V233"),
        ({"invoices": []}, "V233"),
        ({"account": Account("x", "6222-0000")}, "M201"),
        ({"account": Account(" ", "62220000")}, "M201"),
        ({"account": Account("x", "12345")}, "M201"),
        ({"institution": "H没有"}, "A114"),
        ({"kind": "散步"}, "V202"),
        ({"filing": "没有"}, "F001"),
        ({"discharged": IN_TIME + timedelta(days=1)}, "V208"),
        ({"facts_of_visit": {"category": "特困"}}, "V203"),
    ):
        with pytest.raises(ProblemError, match=code):
            claimed(at, person, **given)
    assert not ManualClaim.objects.exists()
    assert not Visit.objects.exists()


def test_items_are_named_by_national_codes(city: Organisation) -> None:
    catalogue(XA01={"item": "乙类药", "pay_class": "乙", "first_pay": 500})
    person, at = retired(city), hospital(city)
    with pytest.raises(ProblemError, match="V211"):
        claimed(at, person)
    claim = claimed(at, person, lines=[line("1", 8_000_00, national_code="XA01", item="自费")])
    (row,) = claim.visit.charges.all()
    assert (row.item, row.facts["class"]) == ("乙类药", "乙")


def test_the_institution_neither_charges_settles_nor_reverses_it(city: Organisation) -> None:
    person, at = retired(city), hospital(city)
    claim = approved(claimed(at, person))
    event = settle(claim_id=claim.pk)
    with acting_as(add_user("hospital", at.organisation)):
        for command, given in (
            (charge, {"visit_id": claim.visit_id, "lines": [line("9", 1)]}),
            (settle_at_the_counter, {"visit_id": claim.visit_id}),
            (reverse_at_the_counter, {"event_id": event.pk, "reason": "x"}),
        ):
            with pytest.raises(ProblemError, match="V231"):
                command(**given)
    assert Event.objects.count() == 1


def test_the_account_is_one_of_the_register_and_used_once_another_confirmed_it(city: Organisation) -> None:
    """There is one register of bank accounts: what a claim asks for is in it once, and sealed there."""
    person, at = retired(city), hospital(city, "二级")
    claim = approved(claimed(at, person))
    event = settle(claim_id=claim.pk)
    account = claim.paid_into
    assert (account.person, account.holder, account.number, account.state) == (
        person.pk, person.name, ACCOUNT.account, "open",
    )  # fmt: skip
    with clock.at(date(2025, 6, 9)):
        second = claimed(at, person, "2", day=date(2025, 5, 20), account=Account("宁和银行", "6222 0000 1111 2222"))
    assert second.paid_into == account
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, holder FROM payee_account WHERE id = %s", [account.pk])
        assert all(ACCOUNT.account.encode() not in bytes(sealed) for sealed in cursor.fetchone())
    with doing_everything(), pytest.raises(ProblemError, match="M203"):
        prepare(payee="person", agency=city.pk, scheme="employee", through=IN_TIME)
    with doing_everything():
        decide_account(account_id=account.pk, approve=True, reason="已核对银行卡")
        order = prepare(payee="person", agency=city.pk, scheme="employee", through=IN_TIME)
    (line,) = order.lines.all()
    assert (line.account, line.fen) == (account, event.fields["fund_pay_sumamt"])
    with acting_as(add_user("clerk")), pytest.raises(ProblemError, match="A114"):
        queries.look_at(claim_id=claim.pk)
