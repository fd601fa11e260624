"""What a history is made of, and what is derived from it: spells, payments, and periods of entitlement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

FULL, NONE = "full", "none"
PAID, MENDED, KEPT, WAITING, ARREARS, SUSPENDED, DOUBLE, FREE = (
    "已缴费", "补缴", "欠费宽限", "等待期", "欠费", "暂停参保", "重复参保", "不需缴费",
)  # fmt: skip
"""Reasons of periods."""


@dataclass(frozen=True)
class Spell:
    """An enrolment in a scheme, both days inclusive; open without `through_date`. Facts are typed.

    While it is `suspended` the person stays enrolled, but pays for nothing and is entitled to nothing.
    """

    person_id: str
    scheme: str
    from_date: date
    through_date: date | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    suspended: bool = False


@dataclass(frozen=True)
class Payment:
    """A period of a levy that was paid in full on a day: what orders and receipts come to (`paid_periods`)."""

    person_id: str
    scheme: str
    levy: str
    from_date: date
    through_date: date
    paid_on: date


@dataclass(frozen=True)
class Period:
    """An entitlement period of one fund, both days inclusive; open without `through_date`."""

    person_id: str
    scheme: str
    fund: str
    from_date: date
    through_date: date | None
    level: str
    reason: str
    cite: str


@dataclass(frozen=True)
class Stretch:
    """Days on which one thing holds for a person under one cover rule; `through` is `date.max` when it goes on."""

    first: date
    through: date
    level: str
    reason: str
    cite: str
    funds: tuple[str, ...]


@dataclass(frozen=True)
class Held:
    """What a person is entitled to of one fund: its stretches, in order, adjacent ones alike made one."""

    scheme: str
    fund: str
    stretches: list[Stretch]
