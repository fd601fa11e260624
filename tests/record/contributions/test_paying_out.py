"""Cash that is due: prepared by one, approved by another, paid or returned."""

import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from tests.record.base.test_lock import both_at_once
from tests.record.contributions.stage import RETIRED, doing_everything, enrol, put_in_force
from tests.record.disbursement.stage import account
from tests.record.ledger.stage import endow
from tests.record.orgs.people import acting_as, add_user, organisation
from tongchou.ground.errors import ProblemError
from tongchou.record.accounts.commands import Heir, inherit, pay_out
from tongchou.record.accounts.entries import Movement, enter
from tongchou.record.accounts.models import Entry
from tongchou.record.audit.models import Entry as Trail
from tongchou.record.base import clock
from tongchou.record.base.actor import acting, system_actor
from tongchou.record.contributions import paying_out
from tongchou.record.contributions.models import Assessment, CashDue, PayOut
from tongchou.record.contributions.paying_out import decide, due, paid, pay_outs, prepare, returned
from tongchou.record.contributions.postings import post_cash
from tongchou.record.disbursement.bridge import bridge
from tongchou.record.disbursement.preparing import prepare as prepare_order
from tongchou.record.ledger.queries import balance_of
from tongchou.record.orgs.models import Organisation
from tongchou.record.people import merging
from tongchou.record.people.dying import record_death
from tongchou.record.people.models import Person

TODAY = date(2026, 2, 1)
BANK = {"payee": "王小明", "bank": "农业银行宁和支行", "account": "6228480000000001234", "reason": "本人申请"}


@pytest.fixture
def city(record: None):
    with clock.at(TODAY), doing_everything():
        put_in_force()
        found = organisation("agency", organisation("agency"))
        endow(found, 100_000_00, date(2025, 1, 1))
        yield found


def owner(city: Organisation, fen: int = 1_000_000) -> Person:
    one = enrol(city, **RETIRED)
    enter([Movement(one.pk, "employee", "个人账户", date(2025, 1, 1), "credit", fen, "test")])
    return one


def left(city: Organisation) -> Entry:
    """What left an account for good."""
    (made,) = pay_out(person_id=owner(city).pk, insurance="employee", account="个人账户", reason="不续保")
    return made


def test_what_left_an_account_is_paid_by_two(city: Organisation) -> None:
    entry = left(city)
    assert [(one.number, one.fen, one.to) for one in due(of="entry")] == [(entry.pk, 1_000_000, "本人")]
    with acting_as(add_user("assessor", city)):
        with pytest.raises(ProblemError, match="J120"):
            prepare(of="entry", number=entry.pk, **{**BANK, "account": " "})
        case = prepare(of="entry", number=entry.pk, **BANK)
        assert Trail.objects.order_by("-id")[0].persons == [entry.person_id]
        with pytest.raises(ProblemError, match="J119"):
            prepare(of="entry", number=entry.pk, **BANK)
        with pytest.raises(ProblemError, match="A101"):
            decide(pay_out=case.pk, approve=True, reason="自己批")
        with pytest.raises(ProblemError, match="J121"):
            paid(pay_out=case.pk, number="P1", day=TODAY)
    assert due(of="entry") == []
    with acting_as(add_user("contribution_reviewer", organisation("agency", organisation("agency")))):
        assert (due(of="entry"), pay_outs()) == ([], [])
        with pytest.raises(ProblemError, match="A114"):
            decide(pay_out=case.pk, approve=True, reason="外地")
    with acting_as(add_user("contribution_reviewer", city)):
        decide(pay_out=case.pk, approve=True, reason="同意")
        with pytest.raises(ProblemError, match="J121"):
            decide(pay_out=case.pk, approve=False, reason="再审")
    with pytest.raises(ProblemError, match="J107"):
        paid(pay_out=case.pk, number="P1", day=date(2026, 2, 2))
    done = paid(pay_out=case.pk, number="P1", day=TODAY)
    assert (done.state, done.fen, done.payee) == ("paid", 1_000_000, "王小明")
    assert due(of="entry") == []


def test_what_came_back_is_due_again(city: Organisation) -> None:
    entry = left(city)
    first = prepare(of="entry", number=entry.pk, **BANK)
    with pytest.raises(ProblemError, match="J121"):
        returned(pay_out=first.pk, day=TODAY, reason="未付")
    decide(pay_out=first.pk, approve=True, reason="同意")
    paid(pay_out=first.pk, number="P1", day=TODAY)
    with pytest.raises(ProblemError, match="J107"):
        returned(pay_out=first.pk, day=date(2026, 1, 31), reason="早于付款")
    returned(pay_out=first.pk, day=TODAY, reason="账号有误")
    assert [one.number for one in due(of="entry")] == [entry.pk]
    second = prepare(of="entry", number=entry.pk, **BANK)
    decide(pay_out=second.pk, approve=True, reason="同意")
    with pytest.raises(ProblemError, match="J105"):
        paid(pay_out=second.pk, number="P1", day=TODAY)
    decide(pay_out=prepare(of="entry", number=left(city).pk, **BANK).pk, approve=False, reason="材料不全")
    assert len(due(of="entry")) == 1


def stands() -> dict[str, int]:
    """What is owed, under way and paid, in fen; and what the bank holds less than at first."""
    names = ("person_payable", "in_payment", "approved_payment", "paid_out")
    found = {name: -fen for name in names if (fen := balance_of(name, TODAY))}
    assert all(one.unexplained == 0 for one in bridge(on=TODAY))
    return found | {"bank": 100_000_00 - balance_of("expenditure_bank", TODAY)}


def test_the_books_follow_each_step(city: Organisation) -> None:
    entry = left(city)
    assert stands() == {"person_payable": 1_000_000, "bank": 0}
    case = prepare(of="entry", number=entry.pk, **BANK)
    assert stands() == {"in_payment": 1_000_000, "bank": 0}
    decide(pay_out=case.pk, approve=True, reason="同意")
    assert stands() == {"approved_payment": 1_000_000, "bank": 0}
    paid(pay_out=case.pk, number="P1", day=TODAY)
    assert stands() == {"paid_out": 1_000_000, "bank": 1_000_000}
    returned(pay_out=case.pk, day=TODAY, reason="账号有误")
    assert stands() == {"person_payable": 1_000_000, "bank": 0}
    decide(pay_out=prepare(of="entry", number=entry.pk, **BANK).pk, approve=False, reason="材料不全")
    assert stands() == {"person_payable": 1_000_000, "bank": 0}


def test_nothing_is_paid_by_a_pay_out_and_by_an_order(city: Organisation) -> None:
    entry = left(city)
    account(person_id=entry.person_id)
    order = {"payee": "person", "agency": city.pk, "scheme": "employee", "through": TODAY}
    case = prepare(of="entry", number=entry.pk, **BANK)
    with pytest.raises(ProblemError, match="M203"):
        prepare_order(**order)
    decide(pay_out=case.pk, approve=False, reason="改由拨付单")
    prepare_order(**order)
    with pytest.raises(ProblemError, match="J119"):
        prepare(of="entry", number=entry.pk, **BANK)


def test_each_heir_is_paid(city: Organisation) -> None:
    dead, heirs = owner(city, 1_000), [enrol(city, **RETIRED) for _ in range(2)]
    record_death(person_id=dead.pk, on=date(2026, 1, 20), reason="证明")
    made = inherit(person_id=dead.pk, heirs=[Heir(one.pk, 1) for one in heirs], reason="公证书")
    assert [(one.fen, one.to) for one in due(of="entry")] == [(500, f"person {one.pk}") for one in heirs]
    for one in made:
        prepare(of="entry", number=one.pk, **BANK)
    assert sum(one.fen for one in pay_outs()) == 1_000


def cash_of(person: Person, city: Organisation) -> CashDue:
    run = Assessment.objects.create(agency=city, insurance="employee", day=date(2025, 3, 1), pack="x", at=clock.now())
    made = CashDue.objects.create(
        assessment=run, person=person, name="集体部分", first=date(2025, 3, 1), fen=21_000, cite="三.7"
    )
    post_cash(run)
    return made


def test_cash_for_who_cannot_be_enrolled(city: Organisation) -> None:
    person = enrol(city, **RETIRED)
    cash = cash_of(person, city)
    assert [(one.of, one.number, one.fen) for one in due(of="cash")] == [("cash", cash.pk, 21_000)]
    case = prepare(of="cash", number=cash.pk, **BANK)
    assert (case.cash, case.fen) == (cash, 21_000)
    assert due(of="cash") == []


def test_what_is_not_due_in_cash(city: Organisation) -> None:
    """A credit, money drawn for a relative, and what there is not."""
    one = owner(city)
    enter([Movement(one.pk, "employee", "个人账户", TODAY, "relative", -5, "x", "person 1")])
    assert due(of="entry") == []
    for entry in [*Entry.objects.values_list("id", flat=True), 10**9]:
        with pytest.raises(ProblemError, match="A114"):
            prepare(of="entry", number=entry, **BANK)


def test_a_merge_takes_its_pay_outs_along(city: Organisation) -> None:
    keep, entry = enrol(city, **RETIRED), left(city)
    case = prepare(of="entry", number=entry.pk, **BANK)
    Person.objects.get(id=entry.person_id).spells.all().delete()
    with acting(system_actor("a", "people.write")):
        merge = merging.open_merge(keep=keep.pk, drop=entry.person_id, reason="同一人")
    with acting(system_actor("b", "people.merge", "people.read")):
        merging.decide_merge(case_id=merge.pk, same=True, reason="核对")
    case.refresh_from_db()
    assert case.person == keep


@pytest.mark.parametrize(
    "changes",
    [
        {"fen": 0},
        {"entry": None},
        {"state": "paid"},
        {"state": "returned"},
        {"state": "approved", "prepared_by": 1, "decided_by": 1},
    ],
)
def test_the_database_holds_it_too(city: Organisation, changes: dict) -> None:
    entry = left(city)
    row = {"person_id": entry.person_id, "entry": entry, "fen": 1, "payee": "x", "bank": "x", "account": "x"}
    with pytest.raises(IntegrityError), transaction.atomic():
        PayOut.objects.create(**{**row, "why": "x", "prepared_at": clock.now(), **changes})


@pytest.mark.parametrize("locked", [False, True])
def test_two_who_prepare_at_once(own_database: str, monkeypatch: pytest.MonkeyPatch, locked: bool) -> None:
    """Without the lock both find nothing under way; the database lets one through all the same."""
    with clock.at(TODAY), doing_everything():
        put_in_force()
        entry = left(organisation("agency", organisation("agency")))
    if not locked:
        meet, known = threading.Barrier(2), paying_out.known_as

        def know_and_meet(numbers: list[int]) -> dict[int, int]:
            found = known(numbers)
            meet.wait(10)
            return found

        monkeypatch.setattr(paying_out, "lock", lambda *keys: None)
        monkeypatch.setattr(paying_out, "known_as", know_and_meet)

    def work() -> None:
        connection.locked_by_command = False
        with clock.at(TODAY), doing_everything():
            prepare(of="entry", number=entry.pk, **BANK)

    assert len(both_at_once(work)) == 1
    with doing_everything():
        assert PayOut.objects.count() == 1
