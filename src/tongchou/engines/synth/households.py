"""Households of one to six persons whose ages fit together, put together from persons already drawn.

The ages are drawn first and the households after, so that the age structure stays the published one.
"""

from __future__ import annotations

import numpy as np

from tongchou.engines.synth.draw import Bools, Ints, Rng

LARGEST = 6
_GENERATION = 27.0  # years between parent and child, on average
_SPREAD = 5.0
_ALONE = 4.5  # as unattractive as between four and five persons


def households(rng: Rng, age: Ints, female: Bools, mean_size: float) -> tuple[Ints, int]:
    """The household of each person, and how many there are."""
    size = len(age)
    homes = max(1, min(size, round(size / mean_size), int((age >= 20).sum())), -(-size // LARGEST))
    adults = np.flatnonzero(age >= 20)
    others = np.flatnonzero(age < 20)
    # Householders are adults; where there are fewer adults than households, the eldest of the young.
    order = np.concatenate([rng.permutation(adults), others[np.argsort(-age[others], kind="stable")]])
    heads, rest = order[:homes], order[homes:]
    exact = age[heads] + rng.random(homes)  # among householders of one age, any
    heads, exact = heads[np.argsort(exact)], np.sort(exact)
    home = np.full(size, -1, dtype=np.int64)
    home[heads] = np.arange(homes)
    count = np.ones(homes, dtype=np.int64)
    paired = _partners(rng, age, female, heads, rest, home)
    count += np.bincount(home[paired], minlength=homes)
    rest = rest[home[rest] < 0]
    # A person below 25 looks for a parent, an elder for a grown child, the rest for either.
    elder = (age[rest] >= 55) | ((age[rest] >= 25) & (rng.random(len(rest)) < 0.25))
    wanted = age[rest] + np.where(elder, -1, 1) * (_GENERATION + _SPREAD * rng.standard_normal(len(rest)))
    # Three households of about that age are looked at. A couple with few others is liked best, one person alone least.
    alone = count == 1
    near = np.searchsorted(exact, wanted)[:, None] + np.rint(0.03 * homes * (rng.random((len(rest), 3)) - 0.5))
    for one, looked_at in zip(rest.tolist(), np.clip(near, 0, homes - 1).astype(np.int64).tolist(), strict=True):
        best = min(looked_at, key=lambda at: _ALONE if alone[at] and count[at] == 1 else count[at])
        home[one] = _nearest_with_room(count, best)
        count[home[one]] += 1
    return home, homes


def _partners(rng: Rng, age: Ints, female: Bools, heads: Ints, rest: Ints, home: Ints) -> Ints:
    """Give most householders a partner of the other sex and near their age; those who found one."""
    found = []
    for sex in (False, True):
        looking = heads[(female[heads] == sex) & (rng.random(len(heads)) < 0.75)]
        free = rest[(female[rest] != sex) & (age[rest] >= 22)]
        free = free[rng.random(len(free)) < 0.85]
        some = min(len(looking), len(free))
        looking, free = rng.permutation(looking)[:some], rng.permutation(free)[:some]
        # Both queues stand by age, with a little disorder.
        looking = looking[np.argsort(age[looking] + 2 * rng.standard_normal(some), kind="stable")]
        free = free[np.argsort(age[free] + 2 * rng.standard_normal(some), kind="stable")]
        close = np.abs(age[looking] - age[free]) <= 12
        home[free[close]] = home[looking[close]]
        found.append(free[close])
    return np.concatenate(found)


def _nearest_with_room(count: Ints, at: int) -> int:
    """The household nearest in age of its householder to `at` that is not full."""
    for step in range(len(count)):
        for near in (at + step, at - step):
            if 0 <= near < len(count) and count[near] < LARGEST:
                return near
    raise AssertionError("there is room for everybody")
