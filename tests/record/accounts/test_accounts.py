"""Accounts: the year's end, sharing, inheritance, and two who draw at once."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.record.base.test_lock import both_at_once
from tests.record.contributions.stage import RETIRED, doing_everything, enrol, put_in_force, resident
from tests.record.orgs.people import acting_as, add_user, organisation
from tongchou.ground.errors import ProblemError
from tongchou.record.accounts import closing, commands, entries, jobs, queries
from tongchou.record.accounts.closing import close_year
from tongchou.record.accounts.entries import Movement, enter
from tongchou.record.accounts.models import Close, Entry, Sharing
from tongchou.record.audit.models import Entry as Trail
from tongchou.record.base import clock
from tongchou.record.base.lock import lock
from tongchou.record.contributions.assessing import assess_month
from tongchou.record.contributions.models import Part
from tongchou.record.contributions.paying import pay_from_account
from tongchou.record.jobs import work
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.dying import record_death
from tongchou.record.people.models import Person

ACCOUNT, TODAY = "个人账户", date(2026, 2, 1)


@pytest.fixture
def city(record: None):
    with clock.at(TODAY), doing_everything():
        put_in_force()
        yield organisation("agency", organisation("agency"))


def credit(person: Person, day: date, fen: int, source: str = "") -> None:
    source = source or f"test {day} {Entry.objects.count()}"
    enter([Movement(person.pk, "employee", ACCOUNT, day, "credit" if fen > 0 else "relative", fen, source)])


def balance(person: Person, on: date | None = None) -> int:
    return sum(one.fen for one in queries.standing(person_id=person.pk, on=on))


@pytest.fixture
def retired(city: Organisation) -> Person:
    """With 10,000 yuan since the first day of 2025."""
    one = enrol(city, **RETIRED)
    credit(one, date(2025, 1, 1), 1_000_000)
    return one


def test_no_more_leaves_an_account_than_it_holds_then(retired: Person) -> None:
    """Also not before it came, whatever came later."""
    for day, fen in ((TODAY, -1_000_001), (date(2024, 12, 31), -1)):
        with pytest.raises(ProblemError, match="B102"):
            credit(retired, day, fen)
    credit(retired, TODAY, -1_000_000)
    assert balance(retired) == 0


def test_a_year_earns_interest_and_is_carried_over(retired: Person) -> None:
    """10,000 yuan for 365 days at 0.35 % are 35 yuan."""
    with clock.at(date(2025, 12, 31)), pytest.raises(ProblemError, match="B107"):
        close_year(insurance="employee", year=2025)
    assert close_year(insurance="employee", year=2025) == 1
    assert close_year(insurance="employee", year=2025) == 0
    assert Close.objects.get().fen == 1_003_500
    assert balance(retired) == balance(retired, date(2025, 12, 31)) == 1_003_500
    assert balance(retired, date(2025, 12, 30)) == 1_000_000
    assert balance(retired, date(2024, 12, 31)) == 0
    with pytest.raises(ProblemError, match="B101"):
        credit(retired, date(2025, 12, 31), 1)
    credit(retired, TODAY, 500)
    found = queries.statement(
        person_id=retired.pk, insurance="employee", account=ACCOUNT, first=date(2026, 1, 1), through=TODAY
    )
    assert (found.opening, [line.balance for line in found.lines], found.closing) == (1_003_500, [1_004_000], 1_004_000)


def test_a_branch_is_closed_in_batches_and_once(
    city: Organisation, retired: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four accounts of the branch, two at a time; it breaks off after the first two, and goes on where it stopped."""
    county = organisation("agency", city)
    others = [enrol(where, **RETIRED) for where in (county, county, city)]
    stranger = enrol(organisation("agency", organisation("agency")), **RETIRED)
    for one in (*others, stranger):
        credit(one, date(2025, 12, 31), 100)
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    told = {"insurance": "employee", "year": 2025, "agency": city.pk}
    assert closing.year_end(**told) == closing.YearEnd("employee", 2025, 0, 4, 0, 0, 0)
    turns = iter([closing.close_year, closing.close_year, lambda **given: 1 // 0])
    with monkeypatch.context() as broken:
        broken.setattr(closing, "close_year", lambda **given: next(turns)(**given))
        with pytest.raises(ZeroDivisionError):
            jobs.close_branch(**told)
    assert (closing.year_end(**told).closed, closing.year_end(**told).open) == (2, 2)
    assert jobs.close_branch(**told) == 2
    assert jobs.close_branch(**told) == 0
    assert closing.year_end(**told) == closing.YearEnd("employee", 2025, 4, 0, 3_500, 0, 1_003_800)
    assert Close.objects.count() == 4
    assert not Close.objects.filter(person=stranger).exists()
    with acting_as(add_user("clerk", county)):
        assert closing.year_end(insurance="employee", year=2025).closed == 2


def test_the_close_of_a_branch_is_asked_for(own_database: str) -> None:
    with clock.at(TODAY), doing_everything():
        put_in_force()
        city = organisation("agency", organisation("agency"))
        credit(enrol(city, **RETIRED), date(2025, 1, 1), 1_000_000)
        with acting_as(add_user("assessor", city)):
            with pytest.raises(ProblemError, match="B107"):
                closing.ask_close(insurance="employee", year=2026)
            assert closing.ask_close(insurance="employee", year=2025).open == 1
        work()  # in a thread of its own, which has the clock of today: 2025 is over then too
        assert closing.year_end(insurance="employee", year=2025).carried == 1_003_500


def test_what_comes_late_is_credited_after_the_close(city: Organisation, retired: Person) -> None:
    close_year(insurance="employee", year=2025)
    assess_month(insurance="employee", month=date(2025, 12, 1))
    entry = Entry.objects.get(kind="credit", fen=18000)
    assert entry.day == date(2026, 1, 1)
    assert balance(retired, date(2025, 12, 31)) == 1_003_500


def test_one_thing_moves_an_account_once(retired: Person) -> None:
    credit(retired, TODAY, 1, source="x")
    with pytest.raises(ProblemError, match="B103"):
        credit(retired, TODAY, 1, source="x")


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-50, 50)), max_size=12))
def test_what_is_free_never_leaves_a_day_below_nothing(moves: list[tuple[int, int]]) -> None:
    moved: list[tuple[date, int]] = []
    for day, fen in moves:
        when = date(2025, 1, 1 + day)
        if fen < 0 and fen + entries._free(moved, when) < 0:
            continue
        moved.append((when, fen))
        assert all(sum(f for d, f in moved if d <= on) >= 0 for on, _ in moved)


def test_the_accounts_heirs_share_it_to_the_fen(city: Organisation, retired: Person) -> None:
    credit(retired, TODAY, 1)
    heirs = [enrol(city, **RETIRED) for _ in range(3)]
    shares = [commands.Heir(one.pk, 1) for one in heirs]
    with pytest.raises(ProblemError, match="B106"):
        commands.inherit(person_id=retired.pk, heirs=shares, reason="公证书")
    record_death(person_id=retired.pk, on=date(2026, 1, 20), reason="证明")
    for wrong in ([commands.Heir(retired.pk, 1)], [shares[0], shares[0]], [commands.Heir(heirs[0].pk, 0)]):
        with pytest.raises(ProblemError, match="B108"):
            commands.inherit(person_id=retired.pk, heirs=wrong, reason="公证书")
    made = commands.inherit(person_id=retired.pk, heirs=shares, reason="公证书")
    assert [one.fen for one in made] == [-333_334, -333_334, -333_333]
    assert [one.to for one in made] == [f"person {one.pk}" for one in heirs]
    assert balance(retired) == 0
    assert commands.inherit(person_id=retired.pk, heirs=shares, reason="再次") == []


def share(owner: Person, relative: Person, relation: str = "子女", **changes: object) -> Sharing:
    given_ = {"evidence": "户口簿", "since": date(2026, 1, 1), "through": None, "reason": "申请", **changes}
    return commands.share(
        owner=owner.pk, relative=relative.pk, relation=relation, insurance="employee", account=ACCOUNT, **given_
    )


def test_an_account_pays_a_relatives_contribution(city: Organisation, retired: Person) -> None:
    child = resident(city)
    assess_month(insurance="resident", month=date(2026, 1, 1))
    part = Part.objects.get(order__person=child, share__payer="个人")
    with pytest.raises(ProblemError, match="B105"):
        pay_from_account(part=part.pk, fen=part.fen, purpose="居民医保费")
    for wrong in ({"relative": child, "evidence": " "}, {"relative": retired}):
        with pytest.raises(ProblemError, match="B104"):
            share(retired, **wrong)
    sharing = share(retired, child)
    with pytest.raises(ProblemError, match="B104"):
        share(retired, child)
    with pytest.raises(ProblemError, match="P006"):
        pay_from_account(part=part.pk, fen=part.fen, purpose="健身")
    with pytest.raises(ProblemError, match="P005"):
        pay_from_account(part=part.pk, fen=10**7, purpose="居民医保费")
    receipt = pay_from_account(part=part.pk, fen=part.fen, purpose="居民医保费")
    assert (receipt.part, receipt.fen) == (part, part.fen)
    assert balance(retired) == 1_000_000 - part.fen
    assert Entry.objects.get(kind="relative").to == f"person {child.pk}"
    commands.end_sharing(sharing_id=sharing.pk, last=date(2026, 1, 31), reason="撤回")
    with pytest.raises(ProblemError, match="B105"):
        pay_from_account(part=part.pk, fen=1, purpose="居民医保费")


def test_it_is_paid_out_once_and_by_another_than_who_keeps_it(city: Organisation, retired: Person) -> None:
    given_ = {"person_id": retired.pk, "insurance": "employee", "account": ACCOUNT, "reason": "不续保"}
    with acting_as(add_user("assessor", city)), pytest.raises(ProblemError, match="A101"):
        commands.pay_out(**given_)
    with acting_as(add_user("contribution_reviewer", city)):
        assert [one.fen for one in commands.pay_out(**given_)] == [-1_000_000]
        assert commands.pay_out(**given_) == []
    assert commands.resume_after_break(**given_, day=TODAY) == []


def test_whoever_looks_is_in_the_trail_and_sees_only_their_own(city: Organisation, retired: Person) -> None:
    with acting_as(add_user("clerk", city)):
        assert balance(retired) == 1_000_000
        assert Trail.objects.order_by("-id")[0].persons == [retired.pk]
    with acting_as(add_user("clerk", organisation("agency", organisation("agency")))):
        assert not Entry.objects.exists()
        with pytest.raises(ProblemError, match="A114"):
            queries.standing(person_id=retired.pk)


@pytest.mark.parametrize(("locked", "refused", "left"), [(False, 0, -1000), (True, 1, 0)])
def test_two_who_draw_at_once(
    own_database: str, monkeypatch: pytest.MonkeyPatch, locked: bool, refused: int, left: int
) -> None:
    """Both draw all of it: without the lock the account is overdrawn."""
    with clock.at(TODAY), doing_everything():
        put_in_force()
        one = enrol(organisation("agency", organisation("agency")), **RETIRED)
        credit(one, date(2026, 1, 1), 1000)
    if not locked:
        read, meet = entries.held, threading.Barrier(2)

        def read_and_meet(*given: object, **named: object) -> list[entries.Held]:
            found = read(*given, **named)
            meet.wait(10)
            return found

        monkeypatch.setattr(entries, "held", read_and_meet)
    turns = iter("AB")

    def work() -> None:
        connection.locked_by_command = False
        source = next(turns)
        with clock.at(TODAY), transaction.atomic():
            if locked:
                lock(*entries.lock_keys([one.pk]))
            enter([Movement(one.pk, "employee", ACCOUNT, TODAY, "relative", -1000, source)])

    assert len(both_at_once(work)) == refused
    monkeypatch.undo()
    with clock.at(TODAY), doing_everything():
        assert sum(Entry.objects.values_list("fen", flat=True)) == left
