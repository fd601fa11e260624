"""Random regions: the bulk run settles what it takes on exactly as the plain step does."""

import pytest

from tests.engines.benefits.bulk.drawn import differences, random_rows
from tests.oracle.packs import random_world
from tongchou.engines.benefits.bulk import lookup


@pytest.mark.parametrize("seed", range(24))
def test_a_random_region(seed: int) -> None:
    world = random_world(3_000 + seed)
    found, _ = differences(world.pack, random_rows(world, 0, 12))
    assert found == []


@pytest.mark.parametrize("seed", range(12))
def test_cells_without_money_change_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "RARE", 1)  # every visit carries the cells of all that meet its plan
    world = random_world(3_000 + seed)
    found, _ = differences(world.pack, random_rows(world, 0, 12))
    assert found == []


def test_a_fair_share_needs_no_more_than_a_look_at_tables() -> None:
    worlds = [random_world(3_000 + seed) for seed in range(24)]
    settled = [differences(world.pack, random_rows(world, 1, 6))[1] for world in worlds]
    assert sum(1 for done in settled if not done.plain.all()) >= 3
