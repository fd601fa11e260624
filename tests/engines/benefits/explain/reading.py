"""Helpers to read an explanation in tests."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.engines.benefits.small import claim, outcome
from tongchou.engines.benefits.claim import Claim, Result
from tongchou.engines.benefits.explain import Explanation, Section, Step, explain
from tongchou.engines.benefits.state import State
from tongchou.ground.region.pack import Pack

ROOT = Path(__file__).parents[4]
TWO_ITEMS = "lists: {item: [甲, 乙]}"


def told(region: Pack, *lines: Any, state: State | None = None, **more: Any) -> Explanation:
    """The explanation of one visit."""
    return explain(outcome(region, claim(*lines, **more), state), region)


def told_of(region: Pack, visit: Claim | Result) -> Explanation:
    return explain(outcome(region, visit) if isinstance(visit, Claim) else visit, region)


def steps(explanation: Explanation, kind: str) -> list[Step]:
    """Every step of a kind, also those that did not apply."""
    every = [s for section in explanation.sections for s in section.steps]
    return [s for s in [*every, *explanation.not_applied] if s.kind == kind]


def say(explanation: Explanation, kind: str, lang: str = "zh") -> str:
    """The words of the only step of a kind."""
    (step,) = steps(explanation, kind)
    return (step.say + step.more).zh if lang == "zh" else (step.say + step.more).en


def absent(explanation: Explanation, lang: str = "zh") -> list[str]:
    return [s.say.zh if lang == "zh" else s.say.en for s in explanation.not_applied]


def layers(explanation: Explanation) -> list[Section]:
    return [s for s in explanation.sections if s.kind == "layer"]


def sum_shown(section: Section) -> Fraction | None:
    """What the bands and the departures of a layer add up to; None when nothing reached them."""
    shown = [Fraction(s.numbers["sum"]) for s in section.steps if "sum" in s.numbers]
    departures = [Fraction(s.numbers["departure"]) for s in section.steps if s.kind == "departure"]
    return sum(departures, shown[-1]) if shown else None
