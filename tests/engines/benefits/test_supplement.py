"""重算补差: settle again with corrected facts or a corrected pack, and say who owes whom."""

from dataclasses import replace

import pytest

from tests.engines.benefits.small import claim, fen, line, pack
from tongchou.engines.benefits.claim import Claim
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.history import History
from tongchou.engines.benefits.state import Key, State
from tongchou.engines.benefits.supplement import Difference, supplement

SETS = """
pool.takes: in_scope
pool.ratio: {by category: {普通: 50%, 低保: 80%}}
pool.caps.年: {at_most: 600, of: paid, per: year}
large.takes: pool.own_share
large.ratio: 10%
items.package.包: {when: always, price: 900, per: claim, excess: hospital}
claim.guard.停: {when: category is 停保, do: refuse}
"""


def region(*more: str) -> Engine:
    return Engine(
        pack(
            SETS,
            *more,
            layers="{pool: {}, large: {field: hifob_pay}}",
            vocabulary="{lists: {category: [普通, 低保, 停保]}}",
        )
    )


def recorded() -> History:
    history = History(region())
    history.settle(claim(1000, id="C1", category="普通", provider="甲院"))
    history.settle(claim(400, id="C2", category="普通", provider="乙院"))
    history.settle(claim(100, id="C3", category="普通", provider="甲院", person="P2"))
    return history


def recategorised(visit: Claim) -> Claim:
    return replace(visit, facts={**visit.facts, "category": "低保"}) if visit.person_id == "P1" else visit


def test_a_retroactive_category() -> None:
    history = recorded()
    found = supplement(history, history.engine, recategorised)
    # C1: 900 × 50 % = 450 and 45; now 80 % would be 720, the cap leaves 600 for 750, and 15 of the 150.
    # C2: the cap left 150 of 200 for 300, and 15; now the cap is used up.
    assert [(d.claim_id, d.payer, d.old, d.new) for d in found.differences] == [
        ("C1", "pool", fen(450), fen(600)),
        ("C1", "large", fen(45), fen(15)),
        ("C1", "cash", fen(405), fen(285)),
        ("C2", "pool", fen(150), 0),
        ("C2", "large", fen(15), 0),
        ("C2", "cash", fen(235), fen(400)),
    ]
    assert found.refused == ()
    assert found.by_payer() == {"pool": 0, "large": fen(-45), "cash": fen(45)}
    assert found.by_person() == {"P1": fen(45)}
    assert found.state.get(Key("resident.pool.paid/year", "P1", "2024")) == fen(600)


def test_the_differences_of_a_claim_add_up_to_nothing() -> None:
    history = recorded()
    for engine in (history.engine, region("pool.deductible: {per: claim, amount: 77.77元}", "large.ratio: 33%")):
        found = supplement(history, engine, recategorised)
        sums: dict[str, int] = {}
        for difference in found.differences:
            assert difference.amount != 0
            sums[difference.claim_id] = sums.get(difference.claim_id, 0) + difference.amount
        assert sums
        assert set(sums.values()) == {0}


def test_a_corrected_pack_and_what_each_hospital_owes() -> None:
    history = recorded()
    found = supplement(history, region("items.package.包: {when: always, price: 300, per: claim, excess: hospital}"))
    assert found.by_provider() == {"甲院": fen(600), "乙院": fen(100)}
    assert found.by_person() == {"P1": fen(-270 - 100)}
    assert {d.provider for d in found.differences} == {"甲院", "乙院"}


def test_a_claim_that_is_refused_now_gives_back_everything() -> None:
    history = recorded()

    def ended(visit: Claim) -> Claim:
        return replace(visit, facts={**visit.facts, "category": "停保"}) if visit.id == "C1" else visit

    found = supplement(history, history.engine, ended)
    assert [r.claim.id for r in found.refused] == ["C1"]
    assert [(d.payer, d.old, d.new) for d in found.differences if d.claim_id == "C1"] == [
        ("pool", fen(450), 0),
        ("large", fen(45), 0),
        ("hospital", fen(100), 0),
        ("cash", fen(405), fen(1000)),
    ]
    # The cap has room for C2 now.
    assert [(d.payer, d.amount) for d in found.differences if d.claim_id == "C2"] == [
        ("pool", fen(50)),
        ("large", fen(5)),
        ("cash", fen(-55)),
    ]
    assert found.by_payer() == {"pool": fen(-400), "large": fen(-40), "hospital": fen(-100), "cash": fen(540)}


def test_nothing_changed_means_no_differences_and_what_was_recorded_stands() -> None:
    history = recorded()
    events = list(history.events)
    found = supplement(history, history.engine)
    assert (found.differences, found.refused, found.state) == ((), (), history.state)
    assert (history.events, found.by_payer()) == (events, {})


def test_reversed_claims_are_left_out_and_the_opening_state_counts() -> None:
    engine = region()
    history = History(engine, State({Key("resident.pool.paid/year", "P1", "2024"): fen(500)}))
    history.settle(claim(100, id="C1", category="普通"))
    history.settle(claim(100, id="C2", category="普通"))
    history.reverse("C2")
    found = supplement(history, engine, recategorised)
    assert [(d.claim_id, d.payer, d.provider, d.amount) for d in found.differences] == [
        ("C1", "pool", "", fen(30)),
        ("C1", "large", "", fen(-3)),
        ("C1", "cash", "", fen(-27)),
    ]


@pytest.mark.parametrize(("old", "new", "amount"), [(3, 5, 2), (5, 3, -2), (4, 4, 0)])
def test_a_difference_is_new_minus_old(old: int, new: int, amount: int) -> None:
    assert Difference("C1", "P1", "", "cash", old, new).amount == amount


def test_a_layer_that_only_the_new_pack_has() -> None:
    history = History(Engine(pack("pool.takes: in_scope\npool.ratio: 50%")))
    history.settle(claim(line(100, id="a"), category="普通"))
    found = supplement(history, region())
    assert [(d.payer, d.old, d.new) for d in found.differences] == [("cash", fen(50), fen(45)), ("large", 0, fen(5))]
