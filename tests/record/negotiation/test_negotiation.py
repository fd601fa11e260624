"""A year's quotas from the split to their publication: groups speak, and nobody is dealt with alone."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.ledger.stage import user
from tests.record.negotiation.stage import (
    DECIDES,
    LATER,
    PROPOSES,
    TODAY,
    TOTAL,
    accepted,
    at,
    city,
    given,
    history,
    institutions,
    opened,
    published,
    spoken_for,
)
from tests.record.settlement.stage import hospital
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.base.actor import acting
from tongchou.record.negotiation import queries
from tongchou.record.negotiation.concluding import conclude, publish
from tongchou.record.negotiation.models import Negotiation, NegotiationStep, Proposal, Quota
from tongchou.record.negotiation.opening import open_negotiation
from tongchou.record.negotiation.proposing import propose_again
from tongchou.record.negotiation.replying import counter, nominate, reply
from tongchou.record.negotiation.steps import lines_of, members_of, standing, totals
from tongchou.record.orgs.models import Organisation
from tongchou.record.settlement.verify import verify

pytestmark = pytest.mark.usefixtures("record")


@pytest.fixture
def where() -> Iterator[Organisation]:
    with clock.at(TODAY), doing_everything():
        put_in_force()
        yield city()


def code(call: Any, **given_: Any) -> str:
    with pytest.raises(ProblemError) as caught:
        call(**given_)
    return caught.value.problems[0].code


def group_totals(of: Negotiation) -> dict[str, dict[str, int]]:
    """Of the standing proposal, group → part → fen."""
    found: dict[str, dict[str, int]] = {}
    for (group, part), fen in totals(lines_of(standing(of.pk)), members_of(of.pk)).items():
        found.setdefault(group, {})[part] = fen
    return found


def test_the_split_is_the_first_proposal_and_everybody_sees_it(where: Organisation) -> None:
    found = institutions(where)
    of = opened(where, found)
    with acting(at(found[3])):
        seen = queries.look_at(negotiation_id=of.pk)
        assert (seen.state, seen.round, seen.rounds, str(seen.until)) == ("opened", 1, 3, "2025-01-13")
        assert (seen.total, seen.reserve, seen.left) == (TOTAL, TOTAL // 20, TOTAL)
        lines = queries.lines(proposal_id=seen.standing)
        assert sum(line.fen for line in lines) + seen.reserve <= TOTAL
        assert {line.member.institution_id for line in lines} == {one.pk for one in found}
        assert [one.group for one in queries.members(negotiation_id=of.pk)] == ["三级", "三级", "一级", "一级"]
        assert queries.negotiations(year=2025, scheme="employee") == [seen]
    with acting(at(hospital(where))):
        assert queries.negotiations() == []
        assert code(queries.look_at, negotiation_id=of.pk) == "A114"


def test_every_group_agrees_and_another_publishes(where: Organisation) -> None:
    found = institutions(where)
    of = opened(where, found)
    big, small = spoken_for(of, found)
    with acting(at(found[1])):
        assert code(reply, proposal_id=standing(of.pk).pk, accept=True, reason="同意") == "Q103"
    accepted(of, big)
    with acting(user(PROPOSES)):
        assert code(conclude, negotiation_id=of.pk, reason="一致") == "Q111"
        assert code(publish, negotiation_id=of.pk, reason="公布") == "Q101"
    accepted(of, small)
    with acting(at(small)):
        assert code(reply, proposal_id=standing(of.pk).pk, accept=True, reason="再次") == "Q107"
    with acting(user(PROPOSES)):
        assert conclude(negotiation_id=of.pk, reason="一致") == "agreed"
        assert code(publish, negotiation_id=of.pk, reason="公布") == "A112"
    with acting(user(DECIDES)):
        publish(negotiation_id=of.pk, reason="公布")
        assert code(publish, negotiation_id=of.pk, reason="公布") == "Q101"
    with acting(at(found[3])):
        quotas = queries.quotas(negotiation_id=of.pk)
        assert {one.institution for one in quotas} == {one.pk for one in found}
        assert [one.act for one in queries.steps(negotiation_id=of.pk)] == ["opened", "agreed", "published"]
        seen = queries.look_at(negotiation_id=of.pk)
        assert seen.left == TOTAL - sum(one.fen for one in quotas) >= seen.reserve
    assert verify() == []


def test_a_group_divides_its_amount_when_most_of_it_agree(where: Organisation) -> None:
    found = institutions(where)
    of = opened(where, found)
    big, small = spoken_for(of, found)
    own = {(one.member.institution_id, one.part): one.fen for one in queries.lines(proposal_id=standing(of.pk).pk)}
    moved = {
        one.pk: {part: own[one.pk, part] + (100_00 if one == found[2] else -100_00) for part in ("门诊", "住院")}
        for one in found[2:]
    }
    with acting(at(big)):
        assert code(counter, negotiation_id=of.pk, lines=moved, reason="分配") == "Q108"
    with acting(at(small)):
        more = {**moved, small.pk: {**moved[small.pk], "门诊": moved[small.pk]["门诊"] + 1}}
        assert code(counter, negotiation_id=of.pk, lines=more, reason="分配") == "Q108"
        made = counter(negotiation_id=of.pk, lines=moved, reason="首诊多的多分")
        reply(proposal_id=made.pk, accept=True, reason="同意")
    with acting(at(big)):
        assert code(reply, proposal_id=made.pk, accept=True, reason="同意") == "Q103"
    accepted(of, big, small)
    with acting(user(PROPOSES)):
        conclude(negotiation_id=of.pk, reason="一致")
    with acting(user(DECIDES)):
        publish(negotiation_id=of.pk, reason="公布")
    assert {(q.institution, q.part): q.fen for q in queries.quotas(negotiation_id=of.pk)} == own
    assert Proposal.objects.filter(negotiation=of).count() == 2


def test_a_division_that_most_agreed_to_counts_in_the_next_round(where: Organisation) -> None:
    found = institutions(where)
    of = opened(where, found)
    big, small = spoken_for(of, found)
    first = standing(of.pk)
    own = {(one.member.institution_id, one.part): one.fen for one in queries.lines(proposal_id=first.pk)}
    moved = {
        one.pk: {p: own[one.pk, p] + (1_00 if one == small else -1_00) for p in ("门诊", "住院")} for one in found[2:]
    }
    with acting(at(small)):
        made = counter(negotiation_id=of.pk, lines=moved, reason="分配")
    for one in found[2:]:
        with acting(at(one)):
            reply(proposal_id=made.pk, accept=True, reason="同意")
    with acting(user(PROPOSES)):
        assert code(propose_again, negotiation_id=of.pk, groups=group_totals(of), reason="第二轮") == "Q110"
    with acting(at(small)):
        answer = reply(proposal_id=first.pk, accept=False, asked=1_000_000_00, reason="首诊任务增加")
        assert (answer.act, answer.asked) == ("objected", 1_000_000_00)
    accepted(of, big)
    groups = group_totals(of)
    groups["三级"]["门诊"] -= 10_000_00
    groups["一级"]["门诊"] += 10_000_00
    with acting(user(PROPOSES)):
        assert code(propose_again, negotiation_id=of.pk, groups={"一级": groups["一级"]}, reason="x") == "Q108"
        more = {**groups, "三级": {**groups["三级"], "住院": TOTAL}}
        assert code(propose_again, negotiation_id=of.pk, groups=more, reason="x") == "Q104"
        propose_again(negotiation_id=of.pk, groups=groups, reason="第二轮")
    assert group_totals(of) == groups
    now = {(one.member.institution_id, one.part): one.fen for one in queries.lines(proposal_id=standing(of.pk).pk)}
    assert [now[one.pk, "住院"] for one in found[2:]] == [moved[one.pk]["住院"] for one in found[2:]]
    assert now[found[2].pk, "门诊"] > now[found[3].pk, "门诊"] > own[found[3].pk, "门诊"]
    with acting(at(small)):
        assert code(reply, proposal_id=first.pk, accept=True, reason="迟了") == "Q107"
    assert [one.act for one in queries.replies(proposal_id=first.pk)] == ["objected", "accepted"]


def test_without_agreement_it_ends_as_the_region_declares(where: Organisation) -> None:
    found = institutions(where)
    of = opened(where, found)
    spoken_for(of, found)
    days = ("2025-01-14", "2025-01-22", "2025-02-06")
    for day in days[:2]:
        with clock.at(LATER.fromisoformat(day)), acting(user(PROPOSES)):
            assert code(conclude, negotiation_id=of.pk, reason="确定") == "Q111"
            propose_again(negotiation_id=of.pk, groups=group_totals(of), reason="再提")
    with clock.at(LATER.fromisoformat(days[2])), acting(user(PROPOSES)):
        assert code(propose_again, negotiation_id=of.pk, groups=group_totals(of), reason="第四轮") == "Q110"
        assert conclude(negotiation_id=of.pk, reason="确定") == "decided"
    with clock.at(LATER), acting(at(found[0])):
        assert code(nominate, negotiation_id=of.pk, institution=found[0].pk) == "Q101"


def test_who_may_not_speak_is_refused(where: Organisation) -> None:
    found = institutions(where)
    of = opened(where, found)
    with acting(at(found[0])):
        assert code(reply, proposal_id=standing(of.pk).pk, accept=True, reason="x") == "Q103"
        assert code(nominate, negotiation_id=of.pk, institution=found[2].pk) == "Q105"
    with acting(user(PROPOSES)):
        assert code(nominate, negotiation_id=of.pk, institution=found[2].pk) == "Q102"
    spoken_for(of, found)
    with clock.at(LATER), acting(at(found[0])):
        assert code(reply, proposal_id=standing(of.pk).pk, accept=True, reason="x") == "Q107"
        assert code(counter, negotiation_id=of.pk, lines={1: {"门诊": 1}}, reason="x") == "Q107"


def test_what_cannot_be_opened_is_refused(where: Organisation) -> None:
    found = institutions(where)
    asked: dict[str, Any] = {
        "year": 2025, "scheme": "employee", "agency": where.pk, "total": TOTAL, "institutions": given(found),
        "history": history(found), "reason": "总额",
    }  # fmt: skip
    assert code(open_negotiation, **{**asked, "total": 0}) == "Q104"
    assert code(open_negotiation, **{**asked, "scheme": "其他"}) == "Q104"
    assert code(open_negotiation, **{**asked, "scheme": "resident"}) == "I107"
    assert code(open_negotiation, **{**asked, "agency": found[0].organisation_id}) == "Q104"
    alone = {"institutions": given(found[:3]), "history": history(found)[:18]}
    assert code(open_negotiation, **{**asked, **alone}) == "Q106"
    nobody = [replace(one, institution=f"X{at_}") for at_, one in enumerate(given(found))]
    past = [replace(one, institution=f"X{at_ // 6}") for at_, one in enumerate(history(found))]
    assert code(open_negotiation, **{**asked, "institutions": nobody, "history": past}) == "Q105"
    open_negotiation(**asked)
    assert code(open_negotiation, **asked) == "Q104"


def test_the_database_holds_the_order_and_the_total(where: Organisation) -> None:
    found = institutions(where)
    of = published(where, found)
    member = members_of(of.pk)[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        NegotiationStep.objects.create(negotiation=of, number=4, act="agreed", at=clock.now(), reason="x")
    for fen in (TOTAL, -TOTAL):
        with pytest.raises(IntegrityError), transaction.atomic():
            Quota.objects.create(member=member, part="门诊", month=TODAY, fen=fen, at=clock.now())
