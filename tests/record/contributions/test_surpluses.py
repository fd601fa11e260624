"""What is paid too much is seen, given back or set off, and refused where the region says so."""

from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from tests.engines.contributions.small import region
from tests.record.accounts.test_accounts import ACCOUNT, share
from tests.record.contributions.stage import (
    RETIRED,
    doing_everything,
    enrol,
    put_in_force,
    put_pack_in_force,
    resident,
    worker,
)
from tests.record.contributions.test_files import as_csv, read
from tests.record.orgs.people import acting_as, add_user, organisation
from tongchou.ground.errors import ProblemError
from tongchou.record.accounts.entries import Movement, enter
from tongchou.record.base import clock
from tongchou.record.contributions import reports
from tongchou.record.contributions.assessing import assess_month
from tongchou.record.contributions.files import preview, take_file
from tongchou.record.contributions.models import Part, Receipt, Surplus
from tongchou.record.contributions.paying import pay_from_account
from tongchou.record.contributions.queries import payments_of
from tongchou.record.contributions.receiving import cancel, receive, reverse
from tongchou.record.contributions.refunding import ask_refund, decide_refund
from tongchou.record.ledger.queries import balance_of
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.models import Person

TODAY, MARCH, APRIL, PAID = date(2026, 6, 1), date(2025, 3, 1), date(2025, 4, 1), date(2025, 4, 10)
OWN = 16_000
"""What a worker with a wage of 8,000 yuan owes of a month, in fen."""


@pytest.fixture
def city(record: None):
    with clock.at(TODAY), doing_everything():
        put_in_force()
        yield organisation("agency", organisation("agency"))


@pytest.fixture
def one(city: Organisation) -> Person:
    return of_two_months(worker(city))


def of_two_months(person: Person) -> Person:
    for month in (MARCH, APRIL):
        assess_month(insurance="employee", month=month)
    return person


def part(person: Person, month: date = MARCH, payer: str = "个人") -> Part:
    return Part.objects.get(
        order__person=person, order__first=month, order__levy="基本医疗", share__payer=payer, order__cancelled=None
    )


def over(**of: int) -> list[tuple[int, int, bool]]:
    return [(row.part, row.fen, row.asked) for row in reports.surpluses(**of)]


def decide(case, number: str = "F1", day: date = TODAY):
    return decide_refund(case_id=case.pk, approve=True, number=number, day=day, reason="同意")


def test_what_is_far_above_what_is_owed_is_seen_until_it_went_back(city: Organisation, one: Person) -> None:
    of = part(one)
    receive(number="T1", part=of.pk, day=PAID, fen=OWN * 100)
    assert over() == over(person_id=one.pk) == [(of.pk, OWN * 99, False)]
    assert over(after=of.pk) == []
    case = ask_refund(part=of.pk, fen=OWN * 99, reason="多打两个零")
    assert over() == [(of.pk, OWN * 99, True)]
    decide(case)
    assert over() == []
    assert [row.fen for row in Surplus.objects.order_by("id")] == [OWN * 99, 0]
    assert payments_of([one.pk], TODAY) == []  # the employer has not paid
    receive(number="T2", part=part(one, payer="单位").pk, day=PAID, fen=part(one, payer="单位").fen)
    assert [found.paid_on for found in payments_of([one.pk], TODAY)] == [PAID]


def test_a_reversal_takes_it_away_and_the_next_receipt_counts_from_what_is_left(one: Person) -> None:
    of = part(one)
    first = receive(number="T1", part=of.pk, day=PAID, fen=OWN)
    receive(number="T2", part=of.pk, day=PAID, fen=OWN)
    assert over() == [(of.pk, OWN, False)]
    reverse(receipt_id=first.pk, number="R1", day=PAID, reason="退票")
    assert over() == []
    assert [row.fen for row in Surplus.objects.order_by("id")] == [OWN, 0]


def test_others_do_not_see_it(city: Organisation, one: Person) -> None:
    firm = organisation("employer", city)
    mine = of_two_months(worker(city, firm))
    for person in (one, mine):
        receive(number=f"T{person.pk}", part=part(person).pk, day=PAID, fen=OWN + 1)
    with acting_as(add_user("employer", firm)):
        assert over() == over(employer=firm.pk) == [(part(mine).pk, 1, False)]
    with acting_as(add_user("assessor", organisation("agency", organisation("agency")))):
        assert over() == []


def test_it_is_set_off_on_the_next_month(one: Person) -> None:
    march, april = part(one), part(one, APRIL)
    receive(number="T1", part=march.pk, day=PAID, fen=2 * OWN)
    before = balance_of("income_bank", TODAY, scheme="employee")
    case = ask_refund(part=march.pk, fen=OWN, to=april.pk, reason="抵下月")
    decide(case, "F1")
    rows = Receipt.objects.order_by("id").values_list("number", "part", "fen")
    assert list(rows)[1:] == [("F1", march.pk, -OWN), ("F1 抵", april.pk, OWN)]
    assert over() == []
    assert balance_of("income_bank", TODAY, scheme="employee") == before
    for month in (MARCH, APRIL):
        other = part(one, month, "单位")
        receive(number=f"U{other.pk}", part=other.pk, day=PAID, fen=other.fen)
    assert [(row.from_date, row.paid_on) for row in payments_of([one.pk], TODAY)] == [(MARCH, PAID), (APRIL, TODAY)]


def test_an_employer_sets_off_for_any_of_its_people_and_nobody_else(city: Organisation) -> None:
    firm, other = organisation("employer", city), organisation("employer", city)
    a, b, stranger = worker(city, firm), worker(city, firm), worker(city, other)
    of_two_months(a)
    mine = part(a, payer="单位")
    receive(number="T1", part=mine.pk, day=PAID, fen=mine.fen + 5_000)
    for to, fen in (
        (part(b, payer="单位"), 5_001),  # more than was paid too much
        (part(b), 5_000),  # another payer
        (part(stranger, payer="单位"), 5_000),  # another employer
        (mine, 5_000),
    ):
        with pytest.raises(ProblemError, match="J125"):
            ask_refund(part=mine.pk, fen=fen, to=to.pk, reason="抵")
    with pytest.raises(ProblemError, match="J106"):
        ask_refund(part=mine.pk, fen=5_000, to=10**9, reason="抵")
    case = ask_refund(part=mine.pk, fen=5_000, to=part(b, payer="单位").pk, reason="抵")
    gone = part(b, payer="单位")
    cancel(order_id=gone.order_id, reason="错")
    with pytest.raises(ProblemError, match="J125"):
        decide(case)
    assert over() == [(mine.pk, 5_000, True)]


def test_a_file_tells_beforehand_what_is_too_much(one: Person) -> None:
    of = part(one)
    rows = [["T1", str(of.pk), "2025-04-10", "100.00", ""], ["T2", str(of.pk), "2025-04-10", "100.00", ""]]
    sheet = read("x.csv", as_csv(rows))
    seen = preview(sheet)
    assert (seen.over, seen.over_rows, seen.problems) == (4_000, (3,), ())
    take_file(sheet=sheet)
    assert over() == [(of.pk, 4_000, False)]
    assert (preview(sheet).over, preview(sheet).over_rows) == (0, ())


def test_a_shared_account_pays_no_more_than_is_owed(city: Organisation) -> None:
    """What is given back of it would be the account paid out in cash."""
    giver = enrol(city, since=date(2025, 1, 1), **RETIRED)
    enter([Movement(giver.pk, "employee", ACCOUNT, PAID, "credit", 10**6, "x")])
    child = resident(city)
    assess_month(insurance="resident", month=MARCH)
    share(giver, child, since=MARCH)
    of = Part.objects.get(order__person=child, share__payer="个人")
    with pytest.raises(ProblemError, match=r"J124 400\.00"):
        pay_from_account(part=of.pk, fen=of.fen + 1, purpose="居民医保费")
    pay_from_account(part=of.pk, fen=of.fen, purpose="居民医保费")
    with pytest.raises(ProblemError, match=r"J124 0\.00"):
        pay_from_account(part=of.pk, fen=1, purpose="居民医保费")


def test_where_the_region_refuses_it_nothing_is_taken(record: None, tmp_path: Path) -> None:
    levy = "levy.费: {per: month, amount: 10, shares: {个人: rest}}"
    pack = region(tmp_path / "r", levy, "due.费: {of: 费, months: 0, day: 20, over: refused}")
    with clock.at(TODAY), doing_everything():
        put_pack_in_force(pack)
        city = organisation("agency", organisation("agency"))
        person = enrol(city, "resident")
        assess_month(insurance="resident", month=MARCH)
        of = Part.objects.get(order__person=person)
        with pytest.raises(ProblemError, match=r"J124 10\.00.*decree 第十条"):
            receive(number="T1", part=of.pk, day=PAID, fen=1_001)
        rows = [["T1", str(of.pk), "2025-04-10", "6.00", ""], ["T2", str(of.pk), "2025-04-10", "6.00", ""]]
        with pytest.raises(ProblemError) as error:
            take_file(sheet=read("x.csv", as_csv(rows)))
        assert [(one.code, one.place.row) for one in error.value.problems] == [("J124", 3)]
        assert not Receipt.objects.exists()
        receive(number="T1", part=of.pk, day=PAID, fen=1_000)
        with pytest.raises(ProblemError, match="J124"):
            receive(number="T2", part=of.pk, day=PAID, fen=1)


def test_what_was_paid_too_much_before_is_found_when_the_table_comes(one: Person) -> None:
    from importlib import import_module

    of = part(one)
    receive(number="T1", part=of.pk, day=PAID, fen=OWN + 7)
    migration = import_module("tongchou.record.contributions.migrations.0005_surpluses_and_set_off")
    with connection.cursor() as cursor:
        cursor.execute("SELECT part_id, max(fen) FROM surplus GROUP BY part_id")
        kept = cursor.fetchall()
        cursor.execute(migration._OF_BEFORE.partition("SELECT")[1] + migration._OF_BEFORE.partition("SELECT")[2])
        found = [(number, int(fen)) for number, _, fen in cursor.fetchall()]
    assert found == kept == [(of.pk, 7)]
