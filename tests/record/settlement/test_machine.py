"""Whatever is done in whatever order, the record stands where the model of `machine` stands; and a walk through all."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import INVARIANT_MARKER, run_state_machine_as_test

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.settlement.machine import BEGIN, Work
from tests.record.settlement.paying_rules import PAID
from tests.record.settlement.stage import another_ninghe
from tongchou.ground.region.pack import Pack
from tongchou.record.base import clock
from tongchou.record.settlement.models import Event, Supplement

STEPS, EXAMPLES = 20, 10


def region(policy: str, folder: Path) -> Pack:
    if policy == "refuse":
        return put_in_force()
    return another_ninghe(folder / "ninghe", "region.yaml", "reversal: refuse", f"reversal: {policy}")


def walk() -> None:
    """Through every rule once: a search may not find the way there."""
    work = Work()
    work.begin()
    looks = [getattr(work, name) for name in dir(Work) if hasattr(getattr(Work, name), INVARIANT_MARKER)]

    def then(step: Callable[[], object]) -> None:
        step()
        for look in looks:
            look()

    assert len(looks) == 4
    for who, fen in ((0, 8_000_00), (1, 900_00), (2, 20_000_00)):
        then(lambda who=who: work.credit_an_account(who, 300_00))
        then(lambda who=who, fen=fen: work.settle_a_visit(who, fen, True, 3, "own"))
    then(lambda: work.settle_from_the_account_of_a_relative(1, 700_00, False))
    then(lambda: work.try_a_visit(0, 500_00))
    for well in (False, True, True, False):  # refused; then approved, paid, and returned
        if not work.orders:
            then(lambda: work.go_on(None, True))
        then(lambda well=well: work.go_on(work.orders[0], well))
    then(lambda: work.wait(40))
    then(lambda: work.close_the_next_month())
    then(lambda: work.make_a_category_known_late(0, "低保", True))
    then(lambda: work.go_on(work.orders[0], True))  # sent again
    then(lambda: work.go_on(work.orders[0], False))  # refused: returned as before
    for _ in range(3):
        then(lambda: work.go_on(work.orders[0], True))
    assert [one.at for one in work.orders] == [PAID]
    then(lambda: work.open_the_last_month_again())
    then(lambda: work.reverse(*max(work.events, key=work.events.__getitem__)))
    who, claim = max(work.visits)
    then(lambda: work.settle_one_again(who, claim))
    then(lambda: work.make_a_category_known_late(2, "特困", True))
    then(lambda: work.go_on(None, True))
    kinds = {one.kind for one in Event.objects.all()}
    assert (kinds, Supplement.objects.count()) == ({"settle", "reverse"}, 2)
    work.teardown()


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize("policy", ["refuse", "freeze", "resettle"])
def test_a_walk_through_all_that_can_be_done(policy: str, tmp_path: Path) -> None:
    with doing_everything():
        with clock.at(BEGIN):
            region(policy, tmp_path)
        walk()


@pytest.mark.bulk
@pytest.mark.usefixtures("record")
@pytest.mark.parametrize("policy", ["refuse", "freeze", "resettle"])
def test_the_record_stands_where_the_model_stands(policy: str, tmp_path: Path) -> None:
    many = settings.get_current_profile_name() == "soak"
    counts = settings(max_examples=500 if many else EXAMPLES, stateful_step_count=STEPS)
    with doing_everything():
        with clock.at(BEGIN):
            region(policy, tmp_path)
        run_state_machine_as_test(Work, settings=counts)
