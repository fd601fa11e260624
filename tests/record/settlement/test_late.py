"""What comes after its time, or in another order: in a year that is closed, before what went before it."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from tests.record.contributions.stage import doing_everything, enrol, put_in_force
from tests.record.orgs.people import organisation
from tests.record.settlement.race import wrong
from tests.record.settlement.stage import charge, hospital, retired, treated, visit
from tests.record.undone import undone
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.ledger.chart import BUSINESS
from tongchou.record.ledger.models import Entry, Posting
from tongchou.record.ledger.months import close_month
from tongchou.record.ledger.queries import balance_of
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.models import Person
from tongchou.record.providers.models import Institution
from tongchou.record.settlement.asking import Asked
from tongchou.record.settlement.claims import Choice
from tongchou.record.settlement.models import Accumulator, Event
from tongchou.record.settlement.returning import settle_returns
from tongchou.record.settlement.reversing import reverse, reverse_message
from tongchou.record.settlement.settling import settle, trial
from tongchou.record.visits.charging import take_back

DECEMBER, JANUARY, FEBRUARY = date(2025, 12, 20), date(2026, 1, 20), date(2026, 2, 10)


@pytest.fixture
def city(record: None) -> Iterator[Organisation]:
    with clock.at(DECEMBER), doing_everything():
        put_in_force()
        yield organisation("agency", organisation("agency"))


def kept() -> dict[tuple[str, str], int]:
    """What stands, by name and period."""
    return {row[:2]: row[2] for row in Accumulator.objects.exclude(fen=0).values_list("name", "period", "fen")}


def close_year() -> None:
    for month in range(1, 13):
        close_month(book=BUSINESS, month=date(2025, month, 1))


def entered(event: Event) -> tuple[date, date]:
    entry = Entry.objects.get(source=f"settlement {event.pk}")
    return entry.day, entry.business_day


def test_a_reversal_after_the_year_is_closed(city: Organisation) -> None:
    """It gives back what the old year had used, in the old year; the books take it in the first month that is open."""
    at, person = hospital(city), retired(city, 500_00)
    old = settle(visit_id=treated(at, person, date(2025, 12, 5), 8_000_00).pk)
    used = kept()
    assert {period for _, period in used} == {"2025", f"v{old.visit_id}"}
    with clock.at(JANUARY):
        new = settle(visit_id=treated(at, person, date(2026, 1, 5), 8_000_00).pk)
        close_year()
        before = kept()
    with clock.at(FEBRUARY):
        owed = balance_of("provider_payable", FEBRUARY)
        with pytest.raises(ProblemError, match="C020"):  # the account: the second visit saw what the first had left
            reverse(event_id=old.pk, reason="录入错误")
        reverse(event_id=new.pk, reason="录入错误")
        (back,) = reverse(event_id=old.pk, reason="录入错误")
        assert (back.year, back.day) == (2025, FEBRUARY)
        assert kept() == {}
        assert balance_of("provider_payable", FEBRUARY) == 0 > owed
        assert balance_of("provider_payable", date(2025, 12, 31)) == -(old.total - old.cash)  # as it was closed
        assert Posting.objects.filter(entry__source=f"settlement {back.pk}").values_list("year").distinct().get() == (
            2025,
        )
        again = settle(visit_id=old.visit_id)
        assert (again.year, again.paid, again.cash) == (2025, old.paid, old.cash)
        assert set(used.items()) <= set(before.items())
        assert wrong() == set()


def test_a_visit_of_last_year_that_comes_after_the_close(city: Organisation) -> None:
    """Of the old year by the region's basis date, on today's day in the books."""
    at, person = hospital(city), retired(city)
    settle(visit_id=treated(at, person, DECEMBER, 900_00, "普通门诊").pk)
    with clock.at(JANUARY):
        this = settle(visit_id=treated(at, person, JANUARY, 900_00, "普通门诊").pk)
        close_year()
        late = settle(visit_id=treated(at, person, DECEMBER, 900_00, "普通门诊").pk)
        assert (late.year, this.year) == (2025, 2026)
        assert entered(late) == (JANUARY, JANUARY)
        outpatient = {one.year: one.trace for one in (late, this)}
        due = {
            year: next(row["deductible_due"] for row in trace if row["layer"] == "outpatient")
            for year, trace in outpatient.items()
        }
        assert due[2026] > due[2025] == 0  # the old year's deductible was borne in December, the new one's is not
        assert wrong() == set()


def test_a_stay_over_the_turn_of_the_year(city: Organisation) -> None:
    """Its year is that of the discharge; what is settled in between counts where the region says, and both replay."""
    stay = visit(hospital(city), retired(city), date(2025, 12, 29))
    charge(stay, 6_000_00)
    with clock.at(JANUARY):
        whole = settle(visit_id=stay.pk)
        assert (stay.discharged, whole.year, whole.day) == (date(2026, 1, 3), 2026, JANUARY)
        assert {period for _, period in kept()} == {"2026", f"v{stay.pk}"}
        charge(stay, 700_00)
        rest = settle(visit_id=stay.pk)  # a line that was sent late
        assert (rest.year, rest.total) == (2026, 700_00)
        assert next(row["deductible_due"] for row in rest.trace if row["layer"] == "pool") == 0
        assert wrong() == set()


def test_the_order_of_two_settlements_changes_the_split_and_not_the_sum(city: Organisation) -> None:
    """I9: the first stay of a year bears the whole deductible; together it is the same fee."""
    at, person = hospital(city), retired(city)
    large, small = (treated(at, person, date(2025, 12, 5), fen).pk for fen in (15_000_00, 3_000_00))

    def in_turn(*visits: int) -> dict[int, tuple[int, int, int]]:
        with undone():
            made = {one: settle(visit_id=one) for one in visits}
            assert wrong() == set()
            return {one: (event.total, sum(event.paid.values()), event.cash) for one, event in made.items()}

    one, other = in_turn(large, small), in_turn(small, large)
    assert one != other
    assert one[large][0] + one[small][0] == other[large][0] + other[small][0] == 18_000_00
    for split in (one, other):
        assert all(paid + cash == total for total, paid, cash in split.values())


def test_what_was_sent_before_what_it_needs(city: Organisation) -> None:
    """F10: a visit that is not there, one without lines, one whose reversal came first; refused, and nothing kept."""
    at, person = hospital(city), retired(city)
    with pytest.raises(ProblemError, match="A114"):
        settle(visit_id=10**9)
    empty = visit(at, person, DECEMBER, "普通门诊")
    with pytest.raises(ProblemError, match="V103"):
        settle(visit_id=empty.pk, asked=Asked("early", {}))
    charge(empty, 500_00)
    assert settle(visit_id=empty.pk, asked=Asked("early", {})).total == 500_00  # what was refused had no answer
    reverse_message(institution_id=at.pk, msgid="never", reason="退费", asked=Asked("r1", {}))
    with pytest.raises(ProblemError, match="V102"):
        settle(visit_id=empty.pk, asked=Asked("never", {}))
    assert Event.objects.count() == 1
    assert wrong() == set()


def refused(person: Person, at: Institution, code: str, choice: Choice = Choice()) -> None:  # noqa: B008 (a choice is frozen)
    one = treated(at, person, DECEMBER, 900_00, "普通门诊")
    with pytest.raises(ProblemError, match=code):
        settle(visit_id=one.pk, choice=choice)
    assert not Event.objects.exists()


def test_nobody_pays_for_whom_nothing_was_paid(city: Organisation) -> None:
    works = enrol(city, status="在职", 用工="单位职工", 困难企业="否", 公务员="否")
    refused(works, hospital(city), "V106")


def test_no_relative_said_so(city: Organisation) -> None:
    one, other = retired(city), retired(city, 900_00)
    refused(one, hospital(city), "V105", Choice("relative", other.pk))
    refused(one, hospital(city), "V105", Choice("relative"))


def test_given_back_in_the_next_year(city: Organisation) -> None:
    """Drugs of December come back in January, when December is closed: its year gets back what they had used."""
    one = visit(hospital(city), retired(city, 500_00), DECEMBER, "普通门诊")
    line = charge(one, 900_00)
    event = settle(visit_id=one.pk)
    used = kept()
    with clock.at(JANUARY):
        close_year()
        charge(one, -300_00, returns=line, fee_at=datetime(2026, 1, 20, 9, tzinfo=clock.CHINA))
        reversal, left = settle_returns(event_id=event.pk, reason="退药")
        assert (reversal.year, left.year, left.total) == (2025, 2025, 600_00)
        assert entered(left) == (JANUARY, JANUARY)
        assert {period for _, period in kept()} == {period for _, period in used}
        assert wrong() == set()


def test_a_return_that_was_taken_back_gives_nothing_back(city: Organisation) -> None:
    """Nor is there then anything to settle; what is left of the line can be returned whole."""
    one = visit(hospital(city), retired(city), DECEMBER, "普通门诊")
    line = charge(one, 900_00)
    event = settle(visit_id=one.pk)
    back = charge(one, -900_00, returns=line)
    take_back(visit_id=one.pk, numbers=[back.number], reason="录入错误")
    with pytest.raises(ProblemError, match="V103"):
        settle_returns(event_id=event.pk, reason="退药")
    with pytest.raises(ProblemError, match="V218"):
        take_back(visit_id=one.pk, numbers=[line.number], reason="录入错误")
    charge(one, -900_00, returns=line)
    *_, left = settle_returns(event_id=event.pk, reason="退药")
    assert (left.total, left.cash, kept()) == (0, 0, {})
    assert wrong() == set()


def test_a_line_that_was_taken_back_after_the_trial(city: Organisation) -> None:
    """What the patient was told does not hold any more; without telling what was expected, what is left is settled."""
    one = visit(hospital(city), retired(city), DECEMBER, "普通门诊")
    lines = [charge(one, fen) for fen in (600_00, 300_00)]
    told = trial(visit_id=one.pk).cash
    take_back(visit_id=one.pk, numbers=[lines[1].number], reason="录入错误")
    with pytest.raises(ProblemError, match="V108"):
        settle(visit_id=one.pk, expected=told)
    assert settle(visit_id=one.pk).total == 600_00
    assert wrong() == set()
