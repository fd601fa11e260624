"""The entitlement a case asks for: spells and payments as it writes them, looked at on a day."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from tongchou.engines.contributions.cover import entitlement
from tongchou.engines.contributions.histories import NONE, Payment, Spell
from tongchou.ground.errors import fail
from tongchou.ground.region.contribution_kinds import Cover
from tongchou.ground.region.headers import Case, CoverCase
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.typed import read_date, typed
from tongchou.ground.region.values import value_of

_PERSON = "P1"
_SPELL_KEYS = ("scheme", "from", "through")


def cover_figures(pack: Pack, case: Case) -> dict[str, Fraction | str]:
    """`FUND` is full or none on the day that is looked at, and `FUND.reason` says why.

    A spell is written `{from, through, scheme}` with any facts, a receipt `{levy, from, through, paid_on, scheme}`;
    the scheme is the case's own when it is not written.
    """
    cover = case.cover
    assert cover is not None
    spells = [_spell(pack, case, raw) for raw in cover.spells]
    payments = [_payment(case, raw) for raw in cover.receipts]
    deaths = {} if cover.died_on is None else {_PERSON: cover.died_on}
    periods = [p for p in entitlement(pack, spells, payments, deaths) if p.scheme == case.scheme]
    figures: dict[str, Fraction | str] = {}
    for fund in _funds(pack, case.scheme):
        here = next((p for p in periods if p.fund == fund and _holds(p.from_date, p.through_date, cover)), None)
        figures[fund] = here.level if here is not None else NONE
        figures[f"{fund}.reason"] = here.reason if here is not None else "未参保"
    return figures


def _funds(pack: Pack, scheme: str) -> set[str]:
    return {fund for f in pack.facts if f.scheme == scheme and f.kind == "cover.*" for fund in value_of(f, Cover).funds}


def _holds(first: date, through: date | None, cover: CoverCase) -> bool:
    return bool(first <= cover.on and (through is None or cover.on <= through))


def _spell(pack: Pack, case: Case, raw: dict[str, Any]) -> Spell:
    facts = {name: typed(pack, name, value) for name, value in raw.items() if name not in _SPELL_KEYS}
    person = {name: typed(pack, name, value) for name, value in case.person.items()}
    return Spell(
        _PERSON,
        str(raw.get("scheme", case.scheme)),
        _day(raw, "from"),
        _day(raw, "through") if "through" in raw else None,
        {**person, **facts},
    )


def _payment(case: Case, raw: dict[str, str]) -> Payment:
    if "levy" not in raw:
        raise fail("C003", name="levy")
    scheme = str(raw.get("scheme", case.scheme))
    return Payment(_PERSON, scheme, raw["levy"], _day(raw, "from"), _day(raw, "through"), _day(raw, "paid_on"))


def _day(raw: dict[str, Any], name: str) -> date:
    if name not in raw:
        raise fail("C003", name=name)
    return read_date(name, raw[name])
