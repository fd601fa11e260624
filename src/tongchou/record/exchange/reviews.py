"""Reviews before and during care (事前、事中): who reviews, and what an institution answers to a finding.

Reviewers are the supervision rules that are loaded. As long as there are none there is nothing to find.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from tongchou.ground.errors import fail


@dataclass(frozen=True)
class Asked:
    """What is reviewed: patients with their visits, diagnoses, orders and operations as the interface sends them, when
    in the course of care (`before` an order or `during` treatment), and where the question comes from (`trig_scen`)."""

    institution: int
    stage: str
    scene: str
    patients: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Finding:
    """What a rule found: `said` under the names of the interface's section `result`."""

    number: str
    said: Mapping[str, Any]


class Reviewer(Protocol):
    """Supervision rules that are loaded."""

    def review(self, asked: Asked) -> Sequence[Finding]: ...
    def answer(self, institution: int, finding: str, way: str, reason: str) -> bool:
        """Keep what was done with a finding; whether it is one of this reviewer's."""
        ...


REVIEWERS: list[Reviewer] = []


def review(asked: Asked) -> list[Finding]:
    """What the rules that are loaded find."""
    return [finding for one in REVIEWERS for finding in one.review(asked)]


def answer(institution: int, finding: str, way: str, reason: str) -> None:
    """Keep what an institution did with a finding: went on (`1`, with a reason) or changed it (`2`). Raises N105 for
    going on without a reason, N112 for another way, N128 where nobody found it."""
    if way not in ("1", "2"):
        raise fail("N112", label="处理方式", field="dspo_way", value=way or "-", known="1、2")
    if way == "1" and not reason.strip():
        raise fail("N105", label="处理原因", field="dspo_way_rea")
    if not any(one.answer(institution, finding, way, reason) for one in REVIEWERS):
        raise fail("N128", finding=finding[:40])
