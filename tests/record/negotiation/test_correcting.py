"""Whoever is above its quota says why and what it does about it; the course of costs is everybody's to see."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.ledger.stage import user
from tests.record.negotiation.stage import PROPOSES, at, city, institutions, published
from tests.record.payment.stage import closed, declared, opened, reviewed, stay
from tests.record.payment.stage import final as made_final
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.base.actor import acting
from tongchou.record.negotiation import queries
from tongchou.record.negotiation.correcting import call_overruns, correct, judge
from tongchou.record.negotiation.models import Negotiation, OverrunStep, Quota
from tongchou.record.orgs.models import Organisation
from tongchou.record.payment.prepaying import prepay
from tongchou.record.providers.models import Institution

pytestmark = pytest.mark.usefixtures("record")
JUNE = date(2025, 6, 3)
MAY = date(2025, 5, 1)


@pytest.fixture
def year() -> Iterator[tuple[Organisation, list[Institution], Negotiation]]:
    """Quotas of a small total, and a stay in May that is far above what a clinic has of it."""
    with clock.at(JUNE), doing_everything():
        put_in_force()
        where = city()
        found = institutions(where)
        of = published(where, found)
        stay(found[0], where)
        closed()
        yield where, found, of


def code(call: Any, **given: Any) -> str:
    with pytest.raises(ProblemError) as caught:
        call(**given)
    return caught.value.problems[0].code


def shrink(of: Negotiation, one: Institution, to: int) -> None:
    """Leave an institution `to` fen of its quota."""
    for quota in Quota.objects.filter(member__negotiation=of, member__institution=one):
        with transaction.atomic():
            Quota.objects.create(
                member=quota.member, part=quota.part, month=date(2025, 1, 1), fen=to - quota.fen, at=clock.now(),
                adjustment=_adjustment(quota),
            )  # fmt: skip


def _adjustment(quota: Quota) -> Any:
    from tongchou.record.negotiation.models import Adjustment

    return Adjustment.objects.create(
        member=quota.member, part=quota.part, month=date(2025, 1, 1), fen=-1, workload_before=1, workload_after=1,
        costs_before=0, costs_after=0, terms={}, at=clock.now(), reason="x",
    )  # fmt: skip


def test_it_is_called_for_submitted_returned_and_accepted(year) -> None:
    _, found, of = year
    with acting(user(PROPOSES)):
        assert call_overruns(negotiation_id=of.pk, month=MAY, reason="超指标") == []
    shrink(of, found[0], 6_000_00)
    with acting(user(PROPOSES)):
        (one,) = call_overruns(negotiation_id=of.pk, month=MAY, reason="超指标")
        assert (one.quota, one.charged, str(one.due)) == (5_000_00, 6_264_00, "2025-06-17")
        assert call_overruns(negotiation_id=of.pk, month=MAY, reason="再次") == []
        assert code(judge, overrun_id=one.pk, accept=True, reason="x") == "Q115"
    with acting(at(found[1])):
        assert queries.overruns(negotiation_id=of.pk) == []
        assert code(correct, overrun_id=one.pk, analysis="x", correction="y") == "A114"
        assert code(queries.look_at_overrun, overrun_id=one.pk) == "A114"
    with clock.at(date(2025, 6, 18)), acting(at(found[0])):
        assert queries.look_at_overrun(overrun_id=one.pk).overdue
        correct(overrun_id=one.pk, analysis="急诊增加", correction="控制次均费用")
        assert code(correct, overrun_id=one.pk, analysis="x", correction="y") == "Q115"
        assert not queries.look_at_overrun(overrun_id=one.pk).overdue
    with acting(user(PROPOSES)):
        judge(overrun_id=one.pk, accept=False, reason="没有措施")
    with acting(at(found[0])):
        correct(overrun_id=one.pk, analysis="急诊增加", correction="每周分析超支病种")
    with acting(user(PROPOSES)):
        judge(overrun_id=one.pk, accept=True, reason="可行")
        (seen,) = queries.overruns(negotiation_id=of.pk)
    assert (seen.state, seen.correction) == ("accepted", "每周分析超支病种")
    with pytest.raises(IntegrityError), transaction.atomic():
        OverrunStep.objects.create(overrun=one, number=5, act="returned", at=clock.now())


def test_a_month_must_be_closed_and_of_the_year(year) -> None:
    _, _, of = year
    with acting(user(PROPOSES)):
        for month in (date(2025, 6, 1), date(2024, 5, 1)):
            assert code(call_overruns, negotiation_id=of.pk, month=month, reason="x") == "Q112"


def test_the_course_of_costs_is_everybodys_to_see(year) -> None:
    _, found, of = year
    with acting(at(found[3])):
        course = queries.course(negotiation_id=of.pk)
    may = {one.institution: one for one in course if one.month == MAY}
    assert set(may) == {one.pk for one in found}
    assert (may[found[0].pk].charged, may[found[0].pk].charged_so_far) == (6_264_00, 6_264_00)
    assert len(course) == 5 * len(found)
    assert may[found[0].pk].quota_so_far > 0


def test_a_month_is_prepaid_within_the_published_quota(year) -> None:
    """Six thousand a part are a twelfth less the reserve each month: what lies above it waits."""
    _, found, of = year
    shrink(of, found[0], 6_000_00)
    statement = made_final(reviewed(declared(opened(found[0]))))
    made = prepay(statement_id=statement.pk)
    assert made.quota == 2 * 6_000_00 * 95 // 100 // 12
    assert made.deferred == made.reviewed - made.quota
