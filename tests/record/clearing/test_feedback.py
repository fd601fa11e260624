"""What institutions say to preliminary groups, and what special cases come to."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.record.clearing.stage import FEEDBACK_ENDS, LATER, LUNG, PAID, SPRING, Town, cleared, listed, told
from tests.record.ledger.stage import user
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.base.actor import Actor, acting
from tongchou.record.base.scope import Scope
from tongchou.record.clearing import queries
from tongchou.record.clearing.finishing import finalise
from tongchou.record.clearing.models import ClearedLine, ClearingYear
from tongchou.record.clearing.objecting import decide_objection, object_
from tongchou.record.clearing.special import apply_special, decide_special
from tongchou.record.lists.leaving import apply_exit, decide_exit

OFFICE, REVIEWER, EXPERT = 5, 6, 7


def office(place: Town, at: int = 0) -> Actor:
    """A hospital's insurance office."""
    scope = Scope("provider", place.hospitals[at].organisation_id)
    return user(OFFICE, scope, "clearing.read", "clearing.object", "settlement.read", "settlement.write")


def refused(code: str, act: Callable[..., object], **given: object) -> None:
    with pytest.raises(ProblemError, match=code):
        act(**given)


def test_a_hospital_sees_its_own_groups_once_it_is_told(place: Town, year: ClearingYear) -> None:
    first, second = place.hospitals
    with acting(office(place)):
        refused("A114", queries.cases, year_id=year.pk, institution_id=first.pk)
    told(year)
    with acting(office(place)):
        assert len(queries.cases(year_id=year.pk, institution_id=first.pk)) == 3
        refused("A114", queries.cases, year_id=year.pk, institution_id=second.pk)
        (seen,) = queries.years(scheme="employee")
        assert (seen.state, seen.until) == ("published", FEEDBACK_ENDS)
        assert [one.act for one in queries.steps(year_id=year.pk)] == ["opened", "grouped", "published"]
        refused("A114", object_, year_id=year.pk, event_id=place.stays[1][0].pk, reason="别家的")


def test_an_accepted_list_changes_the_group(place: Town, year: ClearingYear) -> None:
    case = place.stays[0][0]
    with acting(office(place)):
        refused("M503", object_, year_id=year.pk, event_id=case.pk, reason="早了")
    told(year)
    listed(case, SPRING, LUNG)  # after the last day for lists
    with acting(office(place)):
        refused("M511", object_, year_id=year.pk, event_id=case.pk, reason="更正", with_list=3)
        made = object_(year_id=year.pk, event_id=case.pk, reason="主诊断有误", with_list=2)
        refused("M511", object_, year_id=year.pk, event_id=case.pk, reason="再提")
        other = object_(year_id=year.pk, event_id=place.stays[0][1].pk, reason="应入更高组")
    with acting(user(OFFICE)):
        refused("A112", decide_objection, objection_id=made.pk, accept=True, reason="自己审")
    with clock.at(LATER):
        refused("M508", finalise, year_id=year.pk, reason="终分组")
    with acting(user(REVIEWER)):
        refused("A114", decide_objection, objection_id=10**9, accept=True, reason="x")
        decide_objection(objection_id=made.pk, accept=True, reason="属实")
        refused("M511", decide_objection, objection_id=made.pk, accept=False, reason="再审")
        decide_objection(objection_id=other.pk, accept=False, reason="病历不支持")
    assert [(one.state, one.opinion) for one in queries.objections(year_id=year.pk)] == [
        ("accepted", "属实"), ("rejected", "病历不支持"),
    ]  # fmt: skip
    assert [one.pk for one in queries.objections(year_id=year.pk, state="rejected")] == [other.pk]
    refused("M508", finalise, year_id=year.pk, reason="反馈未满")
    with clock.at(LATER):
        finalise(year_id=year.pk, reason="终分组")
    rows = queries.cases(year_id=year.pk, institution_id=place.hospitals[0].pk)
    assert [row["group"] for row in rows] == ["J18.9:", "K80.1:51.2300", "K80.1:51.2300"]


def test_late_feedback_is_refused_with_the_day(place: Town, year: ClearingYear) -> None:
    told(year)
    case = place.stays[0][0]
    with clock.at(FEEDBACK_ENDS + timedelta(1)), acting(office(place)):
        refused("M510", object_, year_id=year.pk, event_id=case.pk, reason="晚了")
        refused("M510", apply_special, year_id=year.pk, event_id=case.pk, reason="晚了")
    with clock.at(FEEDBACK_ENDS), acting(office(place)):
        object_(year_id=year.pk, event_id=case.pk, reason="最后一天")
        made = queries.objections(year_id=year.pk)
    with acting(user(REVIEWER)):
        decide_objection(objection_id=made[0].pk, accept=False, reason="不成立")


def test_special_cases_within_the_share_and_by_others(place: Town, year: ClearingYear) -> None:
    told(year)
    one, other, third = place.stays[0]
    with acting(office(place)):  # half of three, rounded up
        first = apply_special(year_id=year.pk, event_id=one.pk, reason="住院时间长")
        second = apply_special(year_id=year.pk, event_id=other.pk, reason="费用高")
        refused("M511", apply_special, year_id=year.pk, event_id=one.pk, reason="重复")
        with pytest.raises(ProblemError, match="M512") as over:
            apply_special(year_id=year.pk, event_id=third.pk, reason="再一例")
        assert over.value.problems[0].details == {"used": 3, "most": 2, "cases": 3}
    with acting(office(place, 1)):  # no list, no method
        refused("M512", apply_special, year_id=year.pk, event_id=place.stays[1][1].pk, reason="无清单")
    with acting(user(OFFICE)):
        refused("A112", decide_special, special_id=first.pk, approve=True, reason="自己评")
    with acting(user(EXPERT)):
        refused("A114", decide_special, special_id=10**9, approve=True, reason="x")
        decide_special(special_id=first.pk, approve=True, fen=9_000_00, reason="两位专家同意")
        refused("M511", decide_special, special_id=first.pk, approve=False, reason="再评")
        decide_special(special_id=second.pk, approve=False, fen=1, reason="不符合")
    with acting(office(place)):  # what was refused leaves room
        last = apply_special(year_id=year.pk, event_id=third.pk, reason="再一例")
    with acting(user(EXPERT)):
        decide_special(special_id=last.pk, approve=True, reason="同意,按项目")
    assert [(o.state, o.fen) for o in queries.special_cases(year_id=year.pk)] == [
        ("approved", 9_000_00), ("refused", None), ("approved", None),
    ]  # fmt: skip
    assert len(queries.special_cases(year_id=year.pk, state="approved")) == 2
    with clock.at(LATER):
        found = cleared(year)
    line = ClearedLine.objects.filter(cleared=found).order_by("institution")[0]
    # 9,000 and what the third was charged; the second shares what is left with the other hospital's stay
    shared = (30_400_00 - 9_000_00 - PAID[0]) // 2
    assert line.standard == 9_000_00 + PAID[0] + shared


def test_what_left_its_group_before_is_a_special_case(place: Town, year: ClearingYear) -> None:
    one, other, third = place.stays[0]
    with acting(office(place)):
        exit_ = apply_exit(event_id=one.pk, kind="费用极高", why="多学科联合诊疗", said={})
    with acting(user(EXPERT)):
        decide_exit(application_id=exit_.pk, approve=True, reason="同意")
    told(year)
    with acting(office(place)):
        made = apply_special(year_id=year.pk, event_id=other.pk, reason="费用高")
        refused("M512", apply_special, year_id=year.pk, event_id=third.pk, reason="超了")
    with acting(user(EXPERT)):
        decide_special(special_id=made.pk, approve=False, reason="不符合")
    with clock.at(LATER):
        found = cleared(year)
    line = ClearedLine.objects.filter(cleared=found).order_by("institution")[0]
    assert line.standard == PAID[0] + 16_090_67  # two of three cases, the odd fen by the larger remainder
