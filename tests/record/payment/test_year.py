"""Advances, and what clearing does with a year: each entered once, to the fen."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.disbursement.stage import account
from tests.record.payment.stage import (
    LATER,
    TODAY,
    budget,
    city,
    closed,
    declared,
    final,
    hospital,
    opened,
    reviewed,
    stay,
)
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.disbursement.bridge import bridge
from tongchou.record.disbursement.models import PaymentLine
from tongchou.record.disbursement.preparing import prepare
from tongchou.record.ledger.posting import Fund
from tongchou.record.ledger.queries import balance_of
from tongchou.record.orgs.models import Organisation
from tongchou.record.payment import year_end
from tongchou.record.payment.advancing import advance, recover
from tongchou.record.payment.prepaying import prepay
from tongchou.record.providers.models import Institution
from tongchou.record.settlement.verify import verify

MAY_ENDS, CLEARING = date(2025, 5, 31), date(2026, 4, 20)
POOL = "住院统筹"


@pytest.fixture
def where(record: None) -> Iterator[Organisation]:
    with clock.at(TODAY), doing_everything():
        put_in_force()
        yield city()
        assert [one for one in verify() if one.code != "V442"] == []  # entered here without any clearing
        assert [one for one in bridge(on=CLEARING) if one.unexplained or one.timing] == []


def held(name: str) -> int:
    return -balance_of(f"provider_{name}", CLEARING)


def advanced(at: Institution, where: Organisation, **more: object) -> object:
    given = {"institution_id": at.pk, "agency": where.pk, "scheme": "employee", "fund": POOL, "year": 2025, **more}
    return advance(reason="年初预拨", **given)


def test_an_advance_is_paid_by_the_usual_order_and_recovered(where: Organisation) -> None:
    at = hospital(where, 1_000_01)
    account(organisation_id=at.organisation_id)
    made = advanced(at, where)
    assert (made.quota, made.fen) == (1_000_01, 83_33)  # a twelfth, rounded down
    stay(at, where, day=TODAY)
    order = prepare(payee="provider", agency=where.pk, scheme="employee", through=MAY_ENDS)
    assert PaymentLine.objects.get(order=order).fen == 83_33  # and nothing of June, whose statement can still be opened
    (span,) = [one for one in bridge(on=TODAY) if one.fund == POOL]
    assert (span.accrued, span.ordered, span.advanced, span.unexplained) == (6_825_00, 83_33, 83_33, 0)
    with pytest.raises(ProblemError, match="M416"):
        advanced(at, where)
    with pytest.raises(ProblemError, match="M416"):  # the year is not over
        recover(advance_id=made.pk, reason="年终")
    with pytest.raises(ProblemError, match="A114"):
        recover(advance_id=10**9, reason="年终")
    with clock.at(CLEARING):
        recover(advance_id=made.pk, reason="年终")
        with pytest.raises(ProblemError, match="M416"):
            recover(advance_id=made.pk, reason="年终")
    assert (held("advance"), held("payable")) == (0, 6_825_00 - 83_33)  # set off against what is payable next
    with clock.at(CLEARING):
        order = prepare(payee="provider", agency=where.pk, scheme="employee", through=date(2025, 6, 30))
    assert PaymentLine.objects.get(order=order).fen == 6_741_67


@pytest.mark.parametrize("change", [{"year": 2026}, {"year": 2024}, {"fund": "x"}, {"scheme": "x"}], ids=str)
def test_an_advance_that_cannot_be(where: Organisation, change: dict[str, object]) -> None:
    at = hospital(where, 12_000_00)
    with pytest.raises(ProblemError, match="M416"):
        advanced(at, where, **change)


def test_an_advance_of_no_budget_or_too_small_a_one(where: Organisation) -> None:
    at = hospital(where)
    with pytest.raises(ProblemError, match="M414"):
        advanced(at, where)
    budget(at, 11)
    with pytest.raises(ProblemError, match="M416"):
        advanced(at, where)


def test_the_year_is_cleared_once(where: Organisation) -> None:
    at = hospital(where, 12 * 10_000_00)
    to = at.organisation_id
    stay(at, where)
    stay(at, where)
    closed()
    found = final(reviewed(declared(opened(at))), TODAY)
    with clock.at(LATER):
        prepay(statement_id=found.pk)
    assert (held("payable"), held("deposit"), held("deferred")) == (8_122_50, 427_50, 5_100_00)
    of = Fund("employee", where.pk, POOL, 2025, "fund")
    whose = {"organisation": to, "scheme": "employee", "year": 2025, "day": CLEARING}
    for number in range(2):  # again changes nothing
        first = number == 0
        back = {"returned": {of: 384_75}, "lost": {of: 42_75}}  # 90 %
        assert year_end.release_deposit(f"clearing {number}", **back, **whose) == first
        assert year_end.release_deferred(f"clearing {number}", released={of: 5_000_00}, **whose) == first
        assert year_end.enter_difference(f"clearing {number}", difference={of: -1_000_00}, **whose) == first
    assert (held("deposit"), held("deferred")) == (0, 100_00)
    assert held("payable") == 8_122_50 + 384_75 + 5_000_00 - 1_000_00
    assert balance_of("benefit_accrued", CLEARING) == 13_650_00 - 42_75 - 1_000_00
    with pytest.raises(ProblemError, match="M419"):
        year_end.release_deferred("clearing 2", released={of: 5_100_01}, **whose)
    with pytest.raises(ProblemError, match="M419"):
        year_end.release_deposit("clearing 2", returned={of: 384_75}, lost={of: 42_76}, **whose)


def test_a_year_cleared_anew_is_entered_by_its_differences(where: Organisation) -> None:
    at = hospital(where, 12 * 10_000_00)
    stay(at, where)
    closed()
    found = final(reviewed(declared(opened(at))), TODAY)
    with clock.at(LATER):
        prepay(statement_id=found.pk)
    of = Fund("employee", where.pk, POOL, 2025, "fund")
    whose = {"organisation": at.organisation_id, "scheme": "employee", "year": 2025, "day": CLEARING}
    deposit, payable, accrued = held("deposit"), held("payable"), balance_of("benefit_accrued", CLEARING)
    year_end.release_deposit("clearing 1", returned={of: 100_00}, lost={of: 20_00}, **whose)
    year_end.enter_difference("clearing 1", difference={of: 50_00}, **whose)
    # the score was wrong, and less is owed: what came back in vain is taken back
    year_end.release_deposit("clearing 2", returned={of: 90_00}, lost={of: 30_00}, **whose)
    year_end.enter_difference("clearing 2", difference={of: 10_00}, **whose)
    assert (held("deposit"), held("payable")) == (deposit - 120_00, payable + 90_00 + 10_00)
    assert balance_of("benefit_accrued", CLEARING) == accrued - 30_00 + 10_00
    # what is said of it no more goes back to where it was
    year_end.release_deposit("clearing 3", returned={}, lost={}, **whose)
    year_end.enter_difference("clearing 3", difference={}, **whose)
    assert (held("deposit"), held("payable")) == (deposit, payable)
    assert balance_of("benefit_accrued", CLEARING) == accrued
