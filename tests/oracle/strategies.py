"""The random worlds as hypothesis strategies: a failing example shrinks to a small seed and a short history."""

from __future__ import annotations

from functools import lru_cache

from hypothesis import strategies as st

from tests.oracle.histories import History, random_history
from tests.oracle.packs import World, random_world

cached_world = lru_cache(maxsize=64)(random_world)

worlds = st.integers(0, 10_000).map(cached_world)


@st.composite
def worlds_with_histories(draw: st.DrawFn, longest: int = 30) -> tuple[World, History]:
    world = draw(worlds)
    return world, random_history(world, draw(st.integers(0, 1_000)), draw(st.integers(1, longest)))
