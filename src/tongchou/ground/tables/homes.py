"""Who ever shared a household: they share limits and accounts, and so are settled together."""

from __future__ import annotations

import numpy as np

from tongchou.ground.tables.components import components
from tongchou.ground.tables.vectors import Ints


def homes(person: Ints, household: Ints, people: int) -> Ints:
    """For each of `people` the smallest among all whom a household ever linked them with, directly or over others.

    person[i] was of household[i] at some time; a number below 0 is nobody, or no household.
    """
    known = (person >= 0) & (household >= 0)
    size = people + int(household.max(initial=-1)) + 1
    return np.asarray(components(person[known], household[known] + people, size)[:people])
