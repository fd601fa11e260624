"""A quota that was published is adjusted from a month on, out of what was kept, by two people; and it is what a month
may be paid."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.ledger.stage import user
from tests.record.negotiation.stage import DECIDES, PROPOSES, TODAY, TOTAL, at, city, institutions, opened, published
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.base.actor import acting
from tongchou.record.negotiation import queries
from tongchou.record.negotiation.adjusting import Changed, adjust, decide, left_of
from tongchou.record.negotiation.agreed import YearQuota, agreed_quotas, spread
from tongchou.record.negotiation.models import AdjustmentStep, Negotiation
from tongchou.record.orgs.models import Organisation
from tongchou.record.payment.prepaying import year_quota, year_quotas
from tongchou.record.payment.terms import terms_in_force
from tongchou.record.providers.models import Institution
from tongchou.record.settlement.verify import verify

pytestmark = pytest.mark.usefixtures("record")
JULY = date(2025, 7, 1)
MORE = Changed(1000, 1200, 3000, 3000)
"""A fifth more effective workload, the same make-up of costs."""
SIX = 60_000_00


@pytest.fixture
def year() -> Iterator[tuple[Organisation, list[Institution], Negotiation]]:
    with clock.at(TODAY), doing_everything():
        put_in_force()
        where = city()
        found = institutions(where)
        yield where, found, published(where, found)


def code(call: Any, **given: Any) -> str:
    with pytest.raises(ProblemError) as caught:
        call(**given)
    return caught.value.problems[0].code


def asked(of: Negotiation, one: Institution, **more: Any) -> dict[str, Any]:
    said = {"part": "住院", "month": date(2025, 7, 15), "fen": SIX, "changed": MORE, "reason": "转入病人增加"}
    return {"negotiation_id": of.pk, "institution": one.pk, **said, **more}


def test_an_adjustment_is_the_quota_of_the_months_from_then_on(year) -> None:
    _, found, of = year
    one, terms = found[0], terms_in_force("employee", date(2025, 5, 1))
    before, left = year_quota(one.pk, "employee", 2025, terms), left_of(of)
    with acting(user(PROPOSES)):
        made = adjust(**asked(of, one))
        assert code(decide, adjustment_id=made.pk, approve=True, reason="同意") == "A112"
    with acting(at(found[1])):
        assert queries.adjustments(negotiation_id=of.pk) == []
        assert code(queries.look_at_adjustment, adjustment_id=made.pk) == "A114"
    with acting(user(DECIDES)):
        decide(adjustment_id=made.pk, approve=True, reason="同意")
        assert code(decide, adjustment_id=made.pk, approve=True, reason="再次") == "Q114"
    assert (year_quota(one.pk, "employee", 2025, terms), left_of(of)) == (before + SIX, left - SIX)
    parts = year_quotas(one.pk, "employee", 2025, terms)
    months = [sum(terms.month_quota(p.fen, number, p.first) for p in parts) for number in range(12)]
    assert months[6] - months[5] == pytest.approx(SIX * 95 // 100 // 6, abs=1)
    assert sum(months) == sum(int(p.fen * (1 - terms.reserve)) for p in parts)
    with acting(at(found[1])):
        seen = [q for q in queries.quotas(negotiation_id=of.pk) if q.adjustment]
        assert [(q.institution, q.month, q.fen, q.why) for q in seen] == [(one.pk, JULY, SIX, "转入病人增加")]
    (shown,) = queries.adjustments(negotiation_id=of.pk)
    assert shown.decided == "approved"
    assert verify() == []


def test_where_nothing_was_published_there_is_no_quota(year) -> None:
    _, found, _ = year
    terms = terms_in_force("resident", date(2025, 5, 1))
    assert agreed_quotas(found[0].pk, "resident", 2025, (), date(2025, 1, 1)) == []
    assert code(year_quota, institution=found[0].pk, scheme="resident", year=2025, terms=terms) == "M414"
    inpatient = replace(terms_in_force("employee", date(2025, 5, 1)), kinds=("住院",))
    assert len(year_quotas(found[0].pk, "employee", 2025, inpatient)) == 1


def test_a_year_is_spread_over_its_months() -> None:
    quotas = [YearQuota(1200), YearQuota(60, 6), YearQuota(-12, 11)]
    assert [spread(quotas, number) for number in (0, 5, 6, 10, 11)] == [100, 600, 710, 1150, 1248]


def test_what_is_not_founded_is_refused(year) -> None:
    where, found, of = year
    one = found[0]
    with acting(user(PROPOSES)):
        little = {"changed": Changed(1000, 1199, 3000, 3999)}
        assert code(adjust, **asked(of, one, **little)) == "Q112"
        assert code(adjust, **asked(of, one, fen=0)) == "Q112"
        assert code(adjust, **asked(of, one, part="家庭")) == "Q112"
        assert code(adjust, **asked(of, one, month=date(2024, 12, 1))) == "Q112"
        assert code(adjust, **asked(of, one, month=date(2026, 1, 1))) == "Q112"
        assert code(adjust, **{**asked(of, one), "institution": where.pk + 10_000}) == "A114"
        most = sum(q.fen for q in queries.quotas(negotiation_id=of.pk) if q.institution == one.pk) * 15 // 100
        assert code(adjust, **asked(of, one, fen=most + 1)) == "Q113"
        assert code(adjust, **asked(of, one, fen=-(most + 1))) == "Q113"
        costs = adjust(**asked(of, one, changed=Changed(1000, 1000, 3000, 2000), fen=-SIX))
    with acting(user(DECIDES)):
        assert decide(adjustment_id=costs.pk, approve=False, reason="不同意").act == "refused"
        assert code(decide, adjustment_id=0, approve=True, reason="x") == "A114"
    assert all(q.adjustment is None for q in queries.quotas(negotiation_id=of.pk))
    with acting(user(PROPOSES)):
        late = adjust(**asked(of, one, month=date(2025, 2, 1)))
    with clock.at(date(2025, 3, 1)), acting(user(DECIDES)):
        assert code(decide, adjustment_id=late.pk, approve=True, reason="同意") == "Q114"


def test_it_is_not_adjusted_before_it_is_published() -> None:
    with clock.at(TODAY), doing_everything():
        put_in_force()
        where = city()
        found = institutions(where)
        of = opened(where, found)
        assert code(adjust, **asked(of, found[0])) == "Q101"


def test_no_more_is_given_than_was_kept(year) -> None:
    _, found, of = year
    made = []
    with acting(user(PROPOSES)):
        for one in found[:2]:
            made.append(adjust(**asked(of, one, fen=min(left_of(of), 500_000_00))))
    with acting(user(DECIDES)):
        decide(adjustment_id=made[0].pk, approve=True, reason="同意")
        if made[1].fen > left_of(of):
            assert code(decide, adjustment_id=made[1].pk, approve=True, reason="同意") == "Q113"
    assert 0 <= left_of(of) < TOTAL


def test_the_database_holds_that_another_decides(year) -> None:
    _, found, of = year
    with acting(user(PROPOSES)):
        made = adjust(**asked(of, found[0]))
    with pytest.raises(IntegrityError), transaction.atomic():
        AdjustmentStep.objects.create(adjustment=made, act="approved", by=PROPOSES, at=clock.now(), reason="x")
