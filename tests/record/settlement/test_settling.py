"""Settling at the counter: to the fen, in one piece, once, and posted."""

from collections.abc import Sequence
from datetime import date

import pytest

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.settlement.stage import charge, hospital, retired, treated, visit
from tests.record.statements import statements
from tongchou.ground.errors import ProblemError
from tongchou.record.accounts import queries as accounts
from tongchou.record.base import clock
from tongchou.record.base.prepared import Rows, Statement
from tongchou.record.ledger.models import Posting
from tongchou.record.ledger.queries import balance_of
from tongchou.record.orgs.models import Organisation
from tongchou.record.settlement import settling
from tongchou.record.settlement.asking import Asked
from tongchou.record.settlement.models import Accumulator, Event, LineResult, Tombstone
from tongchou.record.settlement.reversing import reverse, reverse_message
from tongchou.record.settlement.settling import settle, trial
from tongchou.record.visits.models import Visit

TODAY = date(2025, 6, 1)
MAY = date(2025, 5, 10)


@pytest.fixture
def city(record: None):
    with clock.at(TODAY), doing_everything():
        put_in_force()
        yield organisation("agency", organisation("agency"))


def held(person) -> int:
    return sum(one.fen for one in accounts.standing(person_id=person.pk))


def test_a_stay_is_settled_as_the_region_says(city: Organisation) -> None:
    """ninghe, case 二级退休8000: the pool pays 6,825, the account its 500, 675 are left."""
    person, at = retired(city, 500_00), hospital(city, "二级")
    event = settle(visit_id=treated(at, person, MAY, 8_000_00).pk)
    assert (event.paid, event.cash, event.total) == ({"pool": 6_825_00, "account": 500_00}, 675_00, 8_000_00)
    assert held(person) == 0
    (line,) = event.lines.all()
    assert (line.in_scope, line.paid, line.cash) == (8_000_00, {"pool": 6_825_00, "account": 500_00}, 675_00)
    assert balance_of("provider_payable", TODAY, organisation=at.organisation_id) == -(6_825_00 + 500_00)
    assert balance_of("benefit_accrued", TODAY) == 6_825_00
    assert balance_of("account_liability", TODAY) == 0  # 500 were credited before


def test_the_second_stay_sees_the_first(city: Organisation) -> None:
    """ninghe, case 同年第二次住院: the deductible is halved."""
    person, at = retired(city), hospital(city, "三级")
    settle(visit_id=treated(at, person, MAY, 5_000_00).pk)
    second = settle(visit_id=treated(at, person, date(2025, 5, 20), 5_000_00).pk)
    (pool,) = [row for row in second.trace if row["layer"] == "pool"]
    assert pool["deductible_due"] == 400_00


def test_a_trial_records_nothing(city: Organisation) -> None:
    person, at = retired(city, 100_00), hospital(city)
    one = treated(at, person, MAY, 8_000_00)
    tried = trial(visit_id=one.pk)
    assert not Event.objects.exists()
    assert not Accumulator.objects.exists()
    assert not Posting.objects.filter(account="provider_payable").exists()
    assert held(person) == 100_00
    event = settle(visit_id=one.pk, expected=tried.cash)
    assert (event.paid, event.cash) == ({k: v for k, v in tried.paid.items() if v}, tried.cash)
    two = treated(at, person, MAY, 8_000_00)
    with pytest.raises(ProblemError, match="V108"):
        settle(visit_id=two.pk, expected=tried.cash)


def test_amounts_that_a_trial_told_must_still_be_so(city: Organisation) -> None:
    """A fen is left to whoever sums rounded parts; more than that, and nothing is settled."""
    one = treated(hospital(city), retired(city), MAY, 1_400_00, "普通门诊")
    fields = {"medfee_sumamt": 1_400_00, "inscp_scp_amt": 1_400_00}
    with pytest.raises(ProblemError, match="V110"):
        settle(visit_id=one.pk, told={**fields, "inscp_scp_amt": 1_399_98})
    assert not Event.objects.exists()
    assert settle(visit_id=one.pk, told={**fields, "inscp_scp_amt": 1_399_99}).total == 1_400_00


def test_a_line_is_settled_once_whatever_asks(city: Organisation) -> None:
    person, at = retired(city), hospital(city)
    one = treated(at, person, MAY, 100_00, "普通门诊")
    first = settle(visit_id=one.pk, asked=Asked("m1", {"visit": 1, "fee": "100.00"}))
    assert settle(visit_id=one.pk, asked=Asked("m1", {"fee": "100.00", "visit": 1})) == first
    with pytest.raises(ProblemError, match="V101"):
        settle(visit_id=one.pk, asked=Asked("m1", {"visit": 2}))
    with pytest.raises(ProblemError, match="V103"):
        settle(visit_id=one.pk, asked=Asked("m2", {"visit": 1}))
    assert Event.objects.count() == 1


def test_only_the_lines_of_a_batch_and_those_that_came_later(city: Organisation) -> None:
    person, at = retired(city), hospital(city)
    one = visit(at, person, MAY, "普通门诊")
    for batch, fen in (("a", 100_00), ("b", 50_00)):
        charge(one, fen, batch=batch)
    assert settle(visit_id=one.pk, batch="a").total == 100_00
    assert settle(visit_id=one.pk).total == 50_00


def test_a_reversal_leaves_two_events_and_nothing_else(city: Organisation) -> None:
    person, at = retired(city, 500_00), hospital(city, "二级")
    one = treated(at, person, MAY, 8_000_00)
    event = settle(visit_id=one.pk)
    (reversal,) = reverse(event_id=event.pk, reason="录入错误")
    assert (reversal.total, reversal.cash, reversal.reverses) == (-8_000_00, -675_00, event)
    assert held(person) == 500_00
    assert not LineResult.objects.filter(event__reversed_by=None).exists()
    assert set(Accumulator.objects.values_list("fen", flat=True)) == {0}
    assert balance_of("provider_payable", TODAY) == balance_of("benefit_accrued", TODAY) == 0
    with pytest.raises(ProblemError, match="V107"):
        reverse(event_id=event.pk, reason="录入错误")
    again = settle(visit_id=one.pk)
    assert (again.paid, again.cash) == (event.paid, event.cash)


def test_the_newest_is_reversed_first(city: Organisation) -> None:
    """ninghe refuses to reverse what a later settlement saw."""
    person, at = retired(city), hospital(city)
    first, second = (settle(visit_id=treated(at, person, MAY, 5_000_00).pk) for _ in range(2))
    with pytest.raises(ProblemError, match="C020"):
        reverse(event_id=first.pk, reason="录入错误")
    reverse(event_id=second.pk, reason="录入错误")
    reverse(event_id=first.pk, reason="录入错误")


def test_a_reversal_that_comes_first_leaves_a_tombstone(city: Organisation) -> None:
    person, at = retired(city), hospital(city)
    one = treated(at, person, MAY, 100_00, "普通门诊")
    asked = Asked("r1", {"of": "m1"})
    for _ in range(2):
        assert reverse_message(institution_id=at.pk, msgid="m1", reason="冲正", asked=asked) == []
    with pytest.raises(ProblemError, match="V102"):
        settle(visit_id=one.pk, asked=Asked("m1", {"visit": 1}))
    assert settle(visit_id=one.pk, asked=Asked("m2", {"visit": 1})).total == 100_00


def test_nobody_buries_the_message_of_another_institution(city: Organisation) -> None:
    at, other = hospital(city), hospital(city)
    with acting_as(add_user("hospital", other.organisation)), pytest.raises(ProblemError, match="A114"):
        reverse_message(institution_id=at.pk, msgid="m1", reason="冲正", asked=Asked("r1", {"of": "m1"}))
    assert not Tombstone.objects.exists()


def test_what_was_cancelled_while_it_waited_is_not_settled(city: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    """A visit is looked at again under the lock."""
    one = treated(hospital(city), retired(city), MAY, 100_00, "普通门诊")
    waits = settling.lock

    def meanwhile(*keys: tuple[str, object], then: Sequence[Statement]) -> list[Rows]:
        Visit.objects.filter(id=one.pk).update(state="cancelled")
        return waits(*keys, then=then)

    monkeypatch.setattr(settling, "lock", meanwhile)
    with pytest.raises(ProblemError, match="V109"):
        settle(visit_id=one.pk)


def test_a_returned_line_gets_back_what_it_was_split_into(city: Organisation) -> None:
    person, at = retired(city), hospital(city)
    one = visit(at, person, MAY, "普通门诊")
    bought = charge(one, 900_00)
    settle(visit_id=one.pk)
    charge(one, 1_000_00)
    charge(one, -400_00, returns=bought)
    event = settle(visit_id=one.pk)
    assert event.total == 600_00
    charge(one, 600_00)
    charge(one, -501_00, returns=bought)
    with pytest.raises(ProblemError, match="C012"):
        settle(visit_id=one.pk)


def test_as_many_statements_for_300_lines_as_for_two(city: Organisation) -> None:
    person, at = retired(city, 500_00), hospital(city)
    counts = []
    for lines in (1, 2, 300):  # the first makes the rules ready
        one = visit(at, person, MAY, "普通门诊")
        for _ in range(lines):
            charge(one, 100_00)
        with statements() as seen:
            settle(visit_id=one.pk, asked=Asked(f"m{lines}", {"lines": lines}))
        counts.append(seen)
    assert len(counts[1]) == len(counts[2])
    assert 15 < len(counts[2]) <= 23, "\n".join(sql[:150] for sql in counts[2])  # BEGIN and COMMIT make 25
