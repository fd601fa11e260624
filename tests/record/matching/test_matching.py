"""Settlements, what the institution reports, and the books: each pair is compared, down to the line."""

import json
from datetime import date

import pytest
from cryptography.hazmat.primitives import hashes
from django.db import IntegrityError, transaction

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import organisation
from tests.record.settlement.stage import hospital, retired, treated
from tests.record.undone import undone
from tongchou.ground.errors import ProblemError
from tongchou.record.audit.models import Entry
from tongchou.record.base import clock
from tongchou.record.base.actor import Actor, acting, system_actor
from tongchou.record.base.scope import Scope
from tongchou.record.matching.models import Difference
from tongchou.record.matching.queries import matched, work
from tongchou.record.matching.reporting import Lines, Reported, match, report
from tongchou.record.matching.resolving import resolve
from tongchou.record.orgs.models import Organisation
from tongchou.record.providers.models import Institution
from tongchou.record.settlement import keeping
from tongchou.record.settlement.models import Event
from tongchou.record.settlement.reversing import reverse
from tongchou.record.settlement.settling import settle

TODAY = date(2025, 6, 1)


@pytest.fixture
def city(record: None):
    with clock.at(TODAY), doing_everything():
        put_in_force()
        yield organisation("agency", organisation("agency"))


def settled(city: Organisation, at: Institution, fen: int = 8_000_00) -> Event:
    return settle(visit_id=treated(at, retired(city, 500_00), date(2025, 5, 10), fen).pk)


def line(event: Event, **changes: int) -> Reported:
    """A settlement as the hospital has it."""
    paid = {"fund": event.fields["fund_pay_sumamt"], "account": event.fields["acct_pay"]}
    return Reported(**{"event": event.pk, "total": event.total, **paid, **changes})


def tell(at: Institution, *lines: Reported, only_totals: bool = False, **changes: int):
    sums = {name: sum(getattr(one, name) for one in lines) for name in ("total", "fund", "account")}
    said = {"count": len(lines), **sums, **changes}
    return report(institution_id=at.pk, day=TODAY, lines=Lines(() if only_totals else lines), **said)


def open_() -> list[tuple[str, int | None]]:
    return [(one.kind, one.event) for one in work()]


def test_a_day_that_agrees(city: Organisation) -> None:
    at = hospital(city, "二级")
    first, second = settled(city, at), settled(city, at, 5_000_00)
    (back,) = reverse(event_id=second.pk, reason="录入错误")
    tell(at, line(first), line(second), line(back))
    found = matched(institution_id=at.pk, day=TODAY)
    assert found.agrees
    assert (found.count, found.settled.total, found.posted) == (3, 8_000_00, 6_825_00 + 500_00)
    assert open_() == []
    tell(at, line(first), line(second), line(back), only_totals=True)
    assert open_() == []


def test_each_kind_of_difference_is_found_down_to_the_line(city: Organisation) -> None:
    at = hospital(city, "二级")
    one, two, three = (settled(city, at) for _ in range(3))
    strange = Reported(10**9, 5, 5, 0)
    tell(at, line(one), line(two, fund=1), strange)
    assert open_() == [("amount", two.pk), ("not_there", three.pk), ("not_here", 10**9)]
    amount = Difference.objects.get(kind="amount")
    assert (amount.here["fund"], amount.there["fund"]) == (6_825_00, 1)
    assert matched(institution_id=at.pk, day=TODAY).agrees is False


def test_totals_alone_differ_as_totals(city: Organisation) -> None:
    at = hospital(city)
    one = settled(city, at)
    tell(at, line(one), only_totals=True, total=one.total + 1)
    assert open_() == [("totals", None)]
    tell(at, line(one), only_totals=True)
    assert open_() == []
    assert Difference.objects.get().state == "gone"


def test_totals_that_are_not_the_sum_of_their_lines(city: Organisation) -> None:
    at = hospital(city)
    tell(at, line(settled(city, at)), count=2)
    assert open_() == [("totals", None)]


def test_a_settlement_that_the_books_do_not_owe(city: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    """The third way: found without any report, and mended by no word."""
    with undone():
        at = hospital(city)
        monkeypatch.setattr(keeping, "posting", lambda *_: [])
        lost = settled(city, at)
        (found,) = match(institution_id=at.pk, day=TODAY)
        assert (found.kind, found.event, found.posted) == ("posting", lost.pk, 0)
        with pytest.raises(ProblemError, match="M303"):
            resolve(difference_id=found.pk, reason="算了")


def test_a_difference_is_resolved_with_a_reason_and_comes_back_when_it_changes(city: Organisation) -> None:
    at = hospital(city)
    one = settled(city, at)
    tell(at, line(one, total=1))
    (found,) = work()
    with pytest.raises(ProblemError, match="A102"):
        resolve(difference_id=found.pk, reason=" ")
    resolve(difference_id=found.pk, reason="医院系统录入有误，已更正")
    with pytest.raises(ProblemError, match="M302"):
        resolve(difference_id=found.pk, reason="x")
    assert match(institution_id=at.pk, day=TODAY) == []
    tell(at, line(one, total=2))
    assert len(work()) == 1


def test_the_database_holds_one_open_difference(city: Organisation) -> None:
    at = hospital(city)
    tell(at, line(settled(city, at)), only_totals=True, count=7)
    with pytest.raises(IntegrityError, match="difference_open_once"), transaction.atomic():
        Difference.objects.create(institution=at, day=TODAY, kind="totals", found_at=clock.now())
    with pytest.raises(IntegrityError, match="with_a_reason"), transaction.atomic():
        Difference.objects.update(state="resolved")


@pytest.mark.parametrize("wrong", [{"day": date(2025, 6, 2)}, {"count": -1}, {"total": 10**18}])
def test_totals_that_cannot_be(city: Organisation, wrong: dict) -> None:
    said = {"institution_id": hospital(city).pk, "day": TODAY, "count": 0, "total": 0, "fund": 0, "account": 0}
    with pytest.raises(ProblemError, match="M301"):
        report(**{**said, **wrong})
    with pytest.raises(ProblemError, match="M301"):
        report(**said, lines=Lines([Reported(1, 0, 0, 0)] * 2))


def test_each_sees_its_own(city: Organisation) -> None:
    at, other = hospital(city), hospital(city)
    tell(at, line(settled(city, at)), count=9)
    with acting(
        Actor("other", Scope("provider", other.organisation_id), frozenset(("matching.read", "matching.report")))
    ):
        assert work() == []
        with pytest.raises(ProblemError, match="A114"):
            matched(institution_id=at.pk, day=TODAY)
        with pytest.raises(ProblemError, match="A114"):
            tell(at)
        with pytest.raises(ProblemError, match="A101"):
            match(institution_id=other.pk, day=TODAY)
    with acting(system_actor("none")), pytest.raises(ProblemError, match="A101"):
        work()


def test_the_trail_keeps_a_digest_of_the_lines(city: Organisation) -> None:
    """Fifty thousand lines are in the report; the trail proves what was sent without holding it a second time."""
    at = hospital(city, "二级")
    one, two = line(settled(city, at)), line(settled(city, at))
    tell(at, one, two)
    details = json.loads(Entry.objects.get(name="matching.report").details)
    digest = hashes.Hash(hashes.SM3())
    digest.update(json.dumps([[row.event, row.total, row.fund, row.account] for row in (one, two)]).encode())
    assert details["lines"] == f"2 SM3 {digest.finalize().hex()}"
    assert str(Lines([two, one])) == details["lines"]
    assert str(Lines([one, Reported(two.event, two.total, two.fund, 1)])) != details["lines"]
