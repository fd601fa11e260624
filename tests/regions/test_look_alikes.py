"""Constructs that look alike pay differently: in each group the bill is the same and no two readings agree."""

from collections import defaultdict

from tongchou.engines.benefits.cases import SettledCase, run_cases
from tongchou.engines.benefits.claim import Settlement
from tongchou.ground.region.load import load_region
from tongchou.ground.shipped import shipped_regions

PAIRS = 7
"""The pairs that look alike and are not: bands, base, cap, points, second stay, retirement, year."""


def bill(outcome: SettledCase) -> str:
    case = outcome.entry.case
    return repr((case.lines, case.person, case.history, {k: v for k, v in case.claim.items() if k != "option"}))


def outcome_of(outcome: SettledCase) -> tuple[int, int]:
    assert isinstance(outcome.result, Settlement)
    return sum(outcome.result.paid.values()), outcome.result.cash


def test_each_reading_of_a_look_alike_is_told_from_the_others() -> None:
    (folder,) = [folder for folder in shipped_regions() if folder.name == "look-alikes"]
    groups: dict[str, dict[str, list[SettledCase]]] = defaultdict(lambda: defaultdict(list))
    for outcome in run_cases(load_region(folder)):
        told = outcome.entry.case.tells_apart
        assert told is not None, outcome.entry.case.id
        groups[told][bill(outcome)].append(outcome)
    assert len(groups) == PAIRS
    for told, bills in groups.items():
        compared = [outcomes for outcomes in bills.values() if len(outcomes) > 1]
        assert compared, told
        for outcomes in compared:
            assert len({outcome_of(outcome) for outcome in outcomes}) == len(outcomes), told
