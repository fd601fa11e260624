"""Events in the order of their numbers, three policies of reversal, and state as their fold."""

from datetime import date

import pytest

from tests.engines.benefits.small import claim, fen, line, pack, reasons, settled, shows
from tongchou.engines.benefits.claim import Refusal, Settlement
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.history import REVERSE, SETTLE, Event, History, fold, replay
from tongchou.engines.benefits.state import Key, State
from tongchou.ground.errors import ProblemError

SETS = """
pool.takes: in_scope
pool.ratio: 50%
pool.caps.年: {at_most: 600, of: paid, per: year}
claim.guard.空: {when: total_fee > 90000, do: refuse}
"""
PAID = Key("resident.pool.paid/year", "P1", "2024")


def history(policy: str = "refuse", *more: str) -> History:
    return History(Engine(pack(SETS, *more, region=f"{{reversal: {policy}}}", visits="{住院: [pool], 门诊: [pool]}")))


def after(policy: str, *amounts: int) -> History:
    found = history(policy)
    for i, amount in enumerate(amounts, 1):
        found.settle(claim(amount, id=f"C{i}"))
    return found


def told(events: list[Event]) -> list[tuple[int, str, str, int | None, int | None]]:
    return [(e.number, e.kind, e.claim.id, e.reverses, e.because) for e in events]


def paid(found: History) -> dict[str, int]:
    return {e.claim.id: e.settlement.paid["pool"] for e in found.live()}


def code_of(error: pytest.ExceptionInfo[ProblemError]) -> str:
    (problem,) = error.value.problems
    return problem.code


def test_settlements_are_numbered_and_share_state() -> None:
    found = after("refuse", 800, 800)
    assert told(found.events) == [(1, SETTLE, "C1", None, None), (2, SETTLE, "C2", None, None)]
    assert paid(found) == {"C1": fen(400), "C2": fen(200)}
    assert found.state.get(PAID) == fen(600)


def test_a_refused_claim_is_no_event() -> None:
    found = history()
    assert isinstance(found.settle(claim(100_000)), Refusal)
    assert (found.events, found.state) == ([], State())


def test_a_claim_is_settled_once() -> None:
    found = after("refuse", 100)
    again = found.settle(claim(200, id="C1"))
    assert reasons(again) == ["C021"]
    assert len(found.events) == 1


def test_a_reversed_claim_may_come_again() -> None:
    found = after("refuse", 100)
    (event,) = found.reverse("C1")
    assert (event.number, event.kind, event.reverses, event.because) == (2, REVERSE, 1, None)
    assert (found.live(), found.state) == ([], State())
    assert isinstance(found.settle(claim(300, id="C1")), Settlement)
    assert paid(found) == {"C1": fen(150)}
    assert [e.number for e in found.live()] == [3]


def test_what_is_not_live_cannot_be_reversed() -> None:
    found = after("refuse", 100)
    with pytest.raises(ProblemError) as unknown:
        found.reverse("C9")
    found.reverse("C1")
    with pytest.raises(ProblemError) as twice:
        found.reverse("C1")
    assert (code_of(unknown), code_of(twice), len(found.events)) == ("C019", "C019", 2)


def test_refuse_lets_only_the_newest_go_first() -> None:
    found = after("refuse", 800, 800, 100)
    with pytest.raises(ProblemError) as error:
        found.reverse("C1")
    assert (code_of(error), error.value.problems[0].details["later"]) == ("C020", "C3")
    assert len(found.events) == 3
    for name in ("C3", "C2", "C1"):
        found.reverse(name)
    assert found.state == State()


def test_settlements_that_share_nothing_do_not_hold_each_other() -> None:
    found = after("refuse", 800)
    found.settle(claim(800, id="B", person="P2"))
    found.settle(claim(800, id="C", kind="门诊", day="2025-01-01"))
    assert told(found.reverse("C1")) == [(4, REVERSE, "C1", 1, None)]
    assert paid(found) == {"B": fen(400), "C": fen(400)}


def test_a_settlement_shares_what_it_read_even_if_it_changed_nothing() -> None:
    found = after("refuse", 1200, 100)
    assert paid(found)["C2"] == 0
    with pytest.raises(ProblemError) as error:
        found.reverse("C1")
    assert code_of(error) == "C020"


def test_sharing_goes_on_through_those_that_share() -> None:
    region = pack(
        SETS,
        """
        other.takes: [in_scope, pool.own_share]
        other.ratio: 10%
        other.caps.月: {at_most: 20, of: paid, per: month}
        """,
        layers="{pool: {}, other: {}}",
        visits="{甲: [pool], 乙: [pool, other], 丙: [other]}",
        region="{reversal: resettle, nth: {kinds: [无]}}",
    )
    found = History(Engine(region))
    for kind in "甲丙乙丙":
        found.settle(claim(100, id=f"{kind}{len(found.events)}", kind=kind))
    # 乙2 shares the pool's year with 甲0, and 丙3 the other's month with 乙2. 丙1 was before 乙2 and shares nothing.
    assert [(e.kind, e.claim.id) for e in found.reverse("甲0")] == [
        (REVERSE, "丙3"),
        (REVERSE, "乙2"),
        (REVERSE, "甲0"),
        (SETTLE, "乙2"),
        (SETTLE, "丙3"),
    ]


def test_freeze_lets_later_ones_stand_and_names_them() -> None:
    found = after("freeze", 800, 800, 100)
    assert told(found.reverse("C1")) == [(4, REVERSE, "C1", 1, None)]
    assert found.affected == {2, 3}
    assert paid(found) == {"C2": fen(200), "C3": 0}
    assert found.state.get(PAID) == fen(200)
    assert shows(settled(found.engine, claim(2000, id="C4"), found.state), "pool.paid") == (400,)


def test_freeze_with_nothing_later_affects_nobody() -> None:
    found = after("freeze", 800)
    found.reverse("C1")
    assert found.affected == set()


def test_resettle_voids_newest_first_and_settles_oldest_first() -> None:
    found = after("resettle", 800, 800, 100)
    found.settle(claim(800, id="B", person="P2"))
    made = found.reverse("C1")
    assert told(made) == [
        (5, REVERSE, "C3", 3, 1),
        (6, REVERSE, "C2", 2, 1),
        (7, REVERSE, "C1", 1, None),
        (8, SETTLE, "C2", None, 1),
        (9, SETTLE, "C3", None, 1),
    ]
    assert paid(found) == {"B": fen(400), "C2": fen(400), "C3": fen(50)}
    assert found.state.get(PAID) == fen(450)
    assert found.affected == set()


def test_resettle_that_cannot_settle_again_changes_nothing() -> None:
    found = history("resettle")
    found.settle(claim(line(100, id="a"), id="C1"))
    found.settle(claim(50, line(-20, id="b", original="a"), id="C2"))
    before = (list(found.events), found.state.copy())
    with pytest.raises(ProblemError) as error:
        found.reverse("C1")
    assert code_of(error) == "C013"
    assert (found.events, found.state) == before


def test_resettle_that_an_article_now_refuses_changes_nothing() -> None:
    more = "claim.guard.首次: {when: nth = 1 and total_fee = 70, do: refuse}"
    found = history("resettle", more)
    found.settle(claim(100, id="C1"))
    found.settle(claim(70, id="C2"))
    before = (list(found.events), found.state.copy())
    with pytest.raises(ProblemError) as error:
        found.reverse("C1")
    assert (code_of(error), error.value.problems[0].details["later"]) == ("C020", "C2")
    assert (found.events, found.state) == before


def test_a_bill_whose_lines_were_returned_elsewhere_holds() -> None:
    region = pack("pool.takes: in_scope\npool.ratio: 50%", region="{nth: {kinds: [无]}}")
    found = History(Engine(region))
    found.settle(claim(line(100, id="a"), id="C1"))
    found.settle(claim(line(500, id="b"), line(-30, id="c", original="a"), id="C2"))
    with pytest.raises(ProblemError) as error:
        found.reverse("C1")
    assert code_of(error) == "C020"


def test_reversing_a_bill_with_a_return_gives_the_line_back() -> None:
    region = pack("pool.takes: in_scope\npool.ratio: 50%", region="{nth: {kinds: [无]}}")
    found = History(Engine(region))
    found.settle(claim(line(100, id="a"), id="C1"))
    before = found.state.copy()
    found.settle(claim(line(500, id="b"), line(-30, id="c", original="a"), id="C2"))
    assert found.state.lines["a"].returned_parts == (0, 0, 0, fen(30))
    found.reverse("C2")
    assert found.state == before
    again = found.settle(claim(500, line(-100, original="a"), id="C3"))
    assert isinstance(again, Settlement)
    found.reverse("C3")
    found.reverse("C1")
    assert found.state == State()


def test_the_opening_state_is_kept_apart() -> None:
    region = pack(SETS)
    opening = State({PAID: fen(500)})
    found = History(Engine(region), opening)
    found.settle(claim(800, id="C1"))
    assert (paid(found), opening.get(PAID)) == ({"C1": fen(100)}, fen(500))
    found.reverse("C1")
    assert found.state == opening


def test_state_is_the_fold_of_the_events() -> None:
    for policy in ("freeze", "resettle"):
        found = after(policy, 300, 800, 100, 60)
        found.reverse("C2")
        found.settle(claim(40, id="C2"))
        assert fold(State(), found.events) == found.state
        for end in range(len(found.events)):
            assert fold(State(), found.events[:end]).amounts.get(PAID, 0) <= fen(600)


def test_the_fold_of_a_claim_of_two_parts() -> None:
    region = pack(SETS, region="{year: {crossing: split}}")
    found = History(Engine(region))
    old, new = line(100, id="a", fee_date=date(2023, 12, 30)), line(60, id="b", fee_date=date(2024, 1, 2))
    found.settle(claim(old, new, admitted="2023-12-30", day="2024-01-03"))
    assert fold(State(), found.events) == found.state
    assert sorted(found.state.lines) == ["a", "b"]


@pytest.mark.parametrize("policy", ["refuse", "freeze", "resettle"])
def test_replay_equals_the_record_to_the_fen(policy: str) -> None:
    found = after(policy, 333, 777, 100)
    found.settle(claim(line(90, id="a"), id="R", person="P2"))
    found.settle(claim(50, line(-20, id="b", original="a"), id="S", person="P2"))
    found.reverse("C3")
    found.reverse("C2" if policy == "refuse" else "C1")
    found.settle(claim(41, id="C3"))
    again = replay(found.engine, State(), found.events)
    assert told(again.events) == told(found.events)
    assert [e.settlement.paid for e in again.events] == [e.settlement.paid for e in found.events]
    assert (again.state, again.affected) == (found.state, found.affected)
