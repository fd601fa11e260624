"""绿牌准入、黄牌警告、红牌退出: where an institution stands by the cards it was shown (HOS-05)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tongchou.ground.dates import add_months
from tongchou.ground.errors import fail
from tongchou.ground.region.model import Cards
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.reckoning import facts_on, needed_on
from tongchou.ground.region.values import finite, value_of

GREEN, YELLOW, RED = "绿牌", "黄牌", "红牌"


@dataclass(frozen=True)
class CardRule:
    """So many yellow cards within so many months make a red one."""

    yellows: int
    months: int
    cite: str


def card_rule(pack: Pack, scheme: str, day: date) -> CardRule:
    """What is declared on a day. Raises I107 when nothing is."""
    declared = needed_on(pack, scheme, "cards", day)
    said, facts = value_of(declared, Cards), facts_on(pack, day)
    yellows, months = (finite(declared.address, number, facts) for number in (said.yellows, said.months))
    return CardRule(int(yellows), int(months), declared.citation())


def standing(rule: CardRule, cards: Mapping[date, str], day: date) -> str:
    """绿牌, 黄牌 or 红牌 on a day, by the cards shown until then (day → 黄牌 or 红牌).

    A yellow card counts for its months, from its day to the day before the same day so many months later; whoever has
    enough at once is out, and stays out. Raises I108 for another colour.
    """
    running: list[date] = []  # the last days of the yellow cards that still count
    for shown in sorted(when for when in cards if when <= day):
        if cards[shown] not in (YELLOW, RED):
            raise fail("I108", value=cards[shown])
        if cards[shown] == RED:
            return RED
        running = [ends for ends in running if shown < ends] + [add_months(shown, rule.months, "clamp")]
        if len(running) >= rule.yellows:
            return RED
    return YELLOW if any(day < ends for ends in running) else GREEN
