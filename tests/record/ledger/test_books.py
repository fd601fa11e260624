"""The books: what is posted adds up, once; a closed month stays as it is, and nobody slips in meanwhile."""

import threading
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.record.orgs.people import organisation
from tests.record.undone import undone
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.base.actor import Actor, acting
from tongchou.record.base.scope import Scope, system
from tongchou.record.ledger import months
from tongchou.record.ledger.chart import BUSINESS
from tongchou.record.ledger.models import Balance, Entry, Posting
from tongchou.record.ledger.months import close_month, reopen_month
from tongchou.record.ledger.posting import Fund, Leg, post
from tongchou.record.ledger.queries import balance_of, trial_balance
from tongchou.record.orgs.models import Organisation

TODAY = date(2026, 3, 10)
JANUARY, FEBRUARY = date(2026, 1, 15), date(2026, 2, 15)
MAY = frozenset(("ledger.read", "ledger.close", "ledger.reopen"))


def by_user(number: int, scope: Scope | None = None) -> Actor:
    return Actor(f"user {number}", scope or system("a test"), MAY, user=number)


@pytest.fixture
def county(record: None):
    with clock.at(TODAY), acting(by_user(1)):
        yield organisation("agency", organisation("agency"))


def owe(county: Organisation, source: str, day: date, fen: int, *, to: int | None = None, year: int = 2026) -> None:
    fund = Fund("employee", county.pk, "pool", year)
    legs = [Leg("benefit_accrued", fund, fen), Leg("provider_payable", fund, -fen, organisation=to)]
    post("settlement", source, day, legs)


def test_what_is_posted_shows_in_the_trial_balance(county: Organisation) -> None:
    owe(county, "settlement 1", JANUARY, 230_000)
    owe(county, "settlement 2", FEBRUARY, 70_000)
    lines = trial_balance(book=BUSINESS, first=date(2026, 2, 1), last=TODAY)
    assert [(line.of, line.before, line.debited, line.credited, line.after) for line in lines] == [
        (("benefit_accrued",), 230_000, 70_000, 0, 300_000),
        (("provider_payable",), -230_000, 0, 70_000, -300_000),
    ]
    assert sum(line.debited - line.credited for line in lines) == 0


def test_an_event_is_entered_once(county: Organisation) -> None:
    owe(county, "settlement 1", JANUARY, 100)
    with pytest.raises(ProblemError, match="M101"), transaction.atomic():
        owe(county, "settlement 1", JANUARY, 100)
    assert Posting.objects.count() == 2


def test_nothing_is_no_entry(county: Organisation) -> None:
    owe(county, "settlement 1", JANUARY, 0)
    assert not Entry.objects.exists()


def test_each_fund_and_year_must_add_up_by_itself(county: Organisation) -> None:
    one, other = Fund("employee", county.pk, "pool", 2025), Fund("employee", county.pk, "pool", 2026)
    with pytest.raises(ProblemError, match="M102"):
        post("settlement", "s 1", JANUARY, [Leg("benefit_accrued", one, 5), Leg("provider_payable", other, -5)])
    with pytest.raises(ProblemError, match="M102"):
        post("settlement", "s 1", JANUARY, [Leg("benefit_accrued", one, 5), Leg("benefit_paid", one, -5)])


RAW = """
INSERT INTO ledger_posting
    (entry_id, book, day, account, scheme, county_id, fund, bearer, year, organisation_id, person, fen)
SELECT %s, 'business', day, account, 'employee', %s, 'pool', '', 2026, NULL, NULL, fen
FROM unnest(%s::text[], %s::date[], %s::bigint[]) AS t(account, day, fen)
"""


def raw(entry: int, county: Organisation, *legs: tuple[str, date, int]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RAW, [entry, county.pk, *(list(column) for column in zip(*legs, strict=True))])


def test_the_database_itself_holds_that_an_entry_adds_up(county: Organisation) -> None:
    """Past the program: uneven, in two statements, or of another day than its entry."""
    entry = Entry.objects.create(
        book=BUSINESS, kind="k", source="s", day=JANUARY, business_day=JANUARY, at=clock.now()
    ).pk
    with pytest.raises(IntegrityError, match="do not add up"):
        raw(entry, county, ("benefit_accrued", JANUARY, 5), ("provider_payable", JANUARY, -4))
    with pytest.raises(IntegrityError, match="another book or day"):
        raw(entry, county, ("benefit_accrued", FEBRUARY, 5), ("provider_payable", FEBRUARY, -5))
    raw(entry, county, ("benefit_accrued", JANUARY, 5), ("provider_payable", JANUARY, -5))
    with pytest.raises(IntegrityError, match="has postings already"):
        raw(entry, county, ("benefit_accrued", JANUARY, 7), ("provider_payable", JANUARY, -7))


def test_postings_never_change_and_never_vanish(county: Organisation) -> None:
    owe(county, "settlement 1", JANUARY, 100)
    for statement in (
        "UPDATE ledger_posting SET fen = fen * 2",
        "DELETE FROM ledger_posting",
        "DELETE FROM ledger_entry",
    ):
        with pytest.raises(Exception, match=r"permission denied|written once"), transaction.atomic():
            connection.cursor().execute(statement)


def test_a_closed_month_takes_nothing_and_late_items_keep_their_day(county: Organisation) -> None:
    owe(county, "settlement 1", JANUARY, 100)
    close_month(book=BUSINESS, month=JANUARY)
    owe(county, "settlement 2", JANUARY, 30)
    late = Entry.objects.get(source="settlement 2")
    assert (late.day, late.business_day) == (date(2026, 2, 1), JANUARY)
    with pytest.raises((IntegrityError, InternalError), match="closed"), transaction.atomic():
        Entry.objects.create(book=BUSINESS, kind="k", source="s", day=JANUARY, business_day=JANUARY, at=clock.now())


def test_a_balance_is_the_last_close_and_what_was_posted_since(county: Organisation) -> None:
    owe(county, "settlement 1", JANUARY, 100)
    close_month(book=BUSINESS, month=JANUARY)
    owe(county, "settlement 2", FEBRUARY, 40)
    close_month(book=BUSINESS, month=FEBRUARY)
    owe(county, "settlement 3", TODAY, 2)
    assert sorted(Balance.objects.filter(account="benefit_accrued").values_list("fen", flat=True)) == [100, 140]
    assert balance_of("provider_payable", TODAY) == -142
    assert balance_of("provider_payable", date(2026, 2, 28)) == -140
    assert balance_of("provider_payable", date(2026, 2, 14)) == -100
    assert balance_of("provider_payable", date(2025, 12, 31)) == 0


def test_months_close_in_order_once_and_when_they_are_over(county: Organisation) -> None:
    owe(county, "settlement 1", JANUARY, 100)
    for month in (FEBRUARY, TODAY):
        with pytest.raises(ProblemError, match="M104"):
            close_month(book=BUSINESS, month=month)
    close_month(book=BUSINESS, month=JANUARY)
    with pytest.raises(ProblemError, match="M104"):
        close_month(book=BUSINESS, month=JANUARY)
    with pytest.raises(ProblemError, match="M106"):
        close_month(book="none", month=JANUARY)


def test_another_reopens_the_last_month_closed(county: Organisation) -> None:
    owe(county, "settlement 1", JANUARY, 100)
    close_month(book=BUSINESS, month=JANUARY)
    close_month(book=BUSINESS, month=FEBRUARY)
    with pytest.raises(ProblemError, match="A112"):
        reopen_month(book=BUSINESS, month=FEBRUARY, reason="漏记")
    with acting(by_user(2)):
        with pytest.raises(ProblemError, match="M105"):
            reopen_month(book=BUSINESS, month=JANUARY, reason="漏记")
        reopen_month(book=BUSINESS, month=FEBRUARY, reason="漏记")
    owe(county, "settlement 2", FEBRUARY, 11)
    close_month(book=BUSINESS, month=FEBRUARY)
    owe(county, "settlement 3", FEBRUARY, 9)
    assert balance_of("benefit_accrued", date(2026, 2, 28)) == 111
    assert balance_of("benefit_accrued", TODAY) == 120


def test_each_side_sees_what_is_its_own(county: Organisation) -> None:
    hospital, other = (organisation("provider", county) for _ in range(2))
    elsewhere = organisation("agency", organisation("agency"))
    owe(county, "settlement 1", JANUARY, 100, to=hospital.pk)
    owe(elsewhere, "settlement 2", JANUARY, 7, to=other.pk)

    def sees(scope: Scope) -> int:
        with acting(by_user(3, scope)):
            return balance_of("provider_payable", TODAY)

    assert sees(Scope("agency", county.path)) == -100
    assert sees(Scope("agency", elsewhere.path)) == -7
    assert sees(Scope("provider", hospital.pk)) == -100
    assert sees(Scope("employer", hospital.pk + other.pk)) == 0


def test_who_may_not_read_or_close_is_refused(county: Organisation) -> None:
    with acting(Actor("nobody", system("a test"), frozenset())):
        for call in (
            lambda: trial_balance(book=BUSINESS, first=JANUARY, last=TODAY),
            lambda: close_month(book=BUSINESS, month=JANUARY),
            lambda: reopen_month(book=BUSINESS, month=JANUARY, reason="x"),
        ):
            with pytest.raises(ProblemError, match="A101"):
                call()


MOVES = st.lists(
    st.tuples(st.sampled_from((1, 2, 3)), st.integers(-50, 50), st.sampled_from((2025, 2026)), st.booleans()),
    min_size=1,
    max_size=12,
)


@pytest.mark.usefixtures("county")
@given(MOVES)
def test_balances_equal_a_plain_sum_whatever_is_closed_when(moves: list[tuple[int, int, int, bool]]) -> None:
    """A model that keeps every posting and adds them all up each time."""
    county = Organisation.objects.filter(kind="agency").order_by("-id").first()
    with undone():
        known: list[tuple[date, int]] = []
        closed = 0
        for number, (month, fen, year, close) in enumerate(moves):
            day = date(2026, month, 5)
            owe(county, f"model {number}", day, fen, year=year)
            if fen:
                known.append((max(day, date(2026, closed + 1, 1)), fen))
            if close and closed < 2:
                closed += 1
                close_month(book=BUSINESS, month=date(2026, closed, 1))
            for on in (date(2026, 1, 31), date(2026, 2, 28), TODAY):
                assert balance_of("benefit_accrued", on) == sum(fen for day, fen in known if day <= on)


def test_a_balance_by_what_is_no_dimension(county: Organisation) -> None:
    with pytest.raises(ProblemError, match="M107"):
        trial_balance(book=BUSINESS, first=JANUARY, last=TODAY, by=("account", "weather"))


@pytest.mark.parametrize("patience", ["5s", "100ms"])
def test_whoever_posts_while_the_month_is_being_closed_waits(
    own_database: str, monkeypatch: pytest.MonkeyPatch, patience: str
) -> None:
    """Then it is entered in the next month; whoever cannot wait as long is refused, and sends it again."""
    with clock.at(TODAY), acting(by_user(1)):
        county = organisation("agency", organisation("agency"))
        marked, may_commit, mark = threading.Event(), threading.Event(), months._mark

        def mark_and_wait(*arguments: Any) -> Any:
            found = mark(*arguments)
            marked.set()
            may_commit.wait(5)
            return found

        def close() -> None:
            try:
                with clock.at(TODAY), acting(by_user(2)):
                    close_month(book=BUSINESS, month=JANUARY)
            finally:
                connection.close()

        def enter() -> None:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('lock_timeout', %s, true)", [patience])
                owe(county, "settlement 1", JANUARY, 100)

        monkeypatch.setattr(months, "_mark", mark_and_wait)
        other = threading.Thread(target=close)
        other.start()
        marked.wait(5)
        threading.Timer(0.5, may_commit.set).start()
        if patience == "100ms":
            with pytest.raises(ProblemError, match="M103"):
                enter()
            other.join()
        enter()
        other.join()
        assert Entry.objects.get().day == date(2026, 2, 1)


def test_who_closes_a_month_waits_for_whoever_posts_into_it(own_database: str) -> None:
    """The one who posts holds its month shared: the close waits, and sees what was posted."""
    with clock.at(TODAY), acting(by_user(1)):
        county = organisation("agency", organisation("agency"))
        posted, may_commit = threading.Event(), threading.Event()

        def post_slowly() -> None:
            try:
                with clock.at(TODAY), acting(by_user(2)), transaction.atomic():
                    owe(county, "settlement 1", JANUARY, 100)
                    posted.set()
                    may_commit.wait(5)
            finally:
                connection.close()

        other = threading.Thread(target=post_slowly)
        other.start()
        posted.wait(5)
        threading.Timer(0.3, may_commit.set).start()
        close_month(book=BUSINESS, month=JANUARY)
        other.join()
        assert list(Balance.objects.filter(account="benefit_accrued").values_list("fen", flat=True)) == [100]
