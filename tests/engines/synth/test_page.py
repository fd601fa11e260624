"""The page of the algorithm, computed row by row, and its calibration table as the profile says it."""

import numpy as np

from tests.docs.pages import DOCS, tables
from tongchou.engines.synth import Profile
from tongchou.engines.synth.lines import priced

PAGE = tables(DOCS / "algorithms" / "synth.md")


def test_the_worked_example() -> None:
    for cost, fixed, weights, quantities, *expected in PAGE["priced"]:
        weight = np.array([float(word) for word in weights.split()])
        drawn = np.array([int(word) for word in quantities.split()])
        start, claim = np.zeros(1, dtype=np.int64), np.zeros(len(drawn), dtype=np.int64)
        price, quantity = priced(np.array([float(cost)]), np.array([float(fixed)]), weight, drawn, start, claim)
        found = [price, quantity, price * quantity]
        assert [" ".join(map(str, row.tolist())) for row in found] == expected


def test_the_page_cites_what_the_profile_cites(profile: Profile) -> None:
    written = {row[0]: (row[1], row[4]) for row in PAGE["calibration"]}
    declared = {
        figure.en: (figure.published or "—", figure.origin("en").replace(";", "; "))
        for figure in profile.figures.values()
    }
    assert written == declared
