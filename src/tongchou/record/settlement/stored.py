"""A claim as JSON, and back: exactly what the engine had, so that it can be settled again to the fen.

A date is `{"day": "2026-01-31"}`, an exact number `{"number": "7/2"}`, a list of words stays a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from tongchou.engines.benefits.claim import Claim, Line
from tongchou.engines.benefits.counter.quickly import quickly
from tongchou.engines.benefits.state import Key
from tongchou.record.settlement.stored_lines import as_columns, as_rows

_AS_THEY_ARE = ("id", "amount", "item", "price_limit", "original")
_NUMBERS = ("quantity", "unit_price", "first_pay_rate")
"""Of a line: what JSON holds as it is, and exact numbers."""


def claim_as_json(claim: Claim) -> dict[str, Any]:
    """Fields that are empty are left out."""
    found = {
        "id": claim.id,
        "person": claim.person_id,
        "scheme": claim.scheme,
        "kind": claim.kind,
        "facts": facts_as_json(claim.facts),
        "lines": as_columns([_line(line) for line in claim.lines]),
        "given": dict(claim.given),
        "household": claim.household_id,
        "stay": claim.stay_id,
        "episode": claim.episode_id,
        "account_person": claim.account_person,
        "entitlements": None if claim.entitlements is None else {k: list(v) for k, v in claim.entitlements.items()},
    }
    return {name: value for name, value in found.items() if value not in (None, {})}


def claim_from_json(kept: Mapping[str, Any]) -> Claim:
    entitlements = kept.get("entitlements")
    return Claim(
        id=kept["id"],
        person_id=kept["person"],
        scheme=kept["scheme"],
        kind=kept["kind"],
        facts=_read_facts(kept.get("facts", {})),
        lines=tuple(_read_line(line) for line in as_rows(kept["lines"])),
        given=kept.get("given", {}),
        household_id=kept.get("household"),
        stay_id=kept.get("stay"),
        episode_id=kept.get("episode"),
        account_person=kept.get("account_person"),
        entitlements=None if entitlements is None else {k: (v[0], v[1]) for k, v in entitlements.items()},
    )


def keys_as_json(keys: Any) -> list[list[str]]:
    return sorted(list(key) for key in keys)


def delta_as_json(delta: Mapping[Key, int]) -> list[list[Any]]:
    return sorted([*key, change] for key, change in delta.items())


def delta_from_json(kept: list[list[Any]]) -> dict[Key, int]:
    return {Key(*row[:4]): row[4] for row in kept}


def _line(line: Line) -> dict[str, Any]:
    found = {name: value for name in _AS_THEY_ARE if (value := getattr(line, name)) is not None}
    found |= {name: str(value) for name in _NUMBERS if (value := getattr(line, name)) is not None}
    if line.given_parts is not None:
        found["parts"] = list(line.given_parts)
    if line.facts:
        found["facts"] = facts_as_json(line.facts)
    return found


def _read_line(kept: Mapping[str, Any]) -> Line:
    found = {name: kept[name] for name in _AS_THEY_ARE if name in kept}
    found |= {name: _number(kept[name]) for name in _NUMBERS if name in kept}
    if "parts" in kept:
        found["given_parts"] = tuple(kept["parts"])
    return quickly(Line, facts=_read_facts(kept.get("facts", {})), **found)


@lru_cache(maxsize=4_096)
def _number(text: str) -> Fraction:
    """Read once: the same few quantities and prices come again and again."""
    return Fraction(text)


def facts_as_json(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in facts.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, date | Fraction):
        return beyond_json(value)
    return list(value) if isinstance(value, tuple) else value


def beyond_json(value: Any) -> dict[str, str]:
    """What JSON has no type for; a `default` of `json`."""
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Fraction):
        return {"number": str(value)}
    raise TypeError(f"{value!r} is no fact")


def _read_facts(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if type(value) is str else _read(value) for name, value in kept.items()}


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        return _day(value["day"]) if "day" in value else _number(value["number"])
    return tuple(value) if isinstance(value, list) else value


@lru_cache(maxsize=4_096)
def _day(text: str) -> date:
    return date.fromisoformat(text)
