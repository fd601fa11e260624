"""The shape of one entry of the message catalogue."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """What happened and what to do, in both languages. Braces name details of the problem."""

    zh: str
    en: str
    remedy_zh: str
    remedy_en: str
