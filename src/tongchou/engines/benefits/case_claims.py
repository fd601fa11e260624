"""From the words of a case to claims and an opening state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tongchou.engines.benefits.claim import PARTS, Claim, Line
from tongchou.engines.benefits.state import Key, State
from tongchou.ground.errors import fail
from tongchou.ground.money import round_fraction
from tongchou.ground.region.headers import Case, CaseClaim
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.typed import read_date, read_number, typed

PERSON = "P1"
_NOT_FACTS = {"date", "stay", "episode", "account_person", "household", "person", "kind", "entitlements"}
_LINE_KEYS = {"id", "item", "amount", "quantity", "price", "limit", "rate", "original", *PARTS}


def case_facts(pack: Pack, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Facts with their types. `date:` stands for admitted, discharged and settled alike."""
    facts: dict[str, Any] = {}
    if "date" in raw:
        day = read_date("date", raw["date"])
        facts |= {"admitted": day, "discharged": day, "settled": day}
    for name, value in raw.items():
        if name not in _NOT_FACTS:
            facts[name] = typed(pack, name, value)
    if "discharged" in facts:
        facts.setdefault("settled", facts["discharged"])
        facts.setdefault("admitted", facts["discharged"])
    return facts


def build_claim(pack: Pack, case: Case, earlier: CaseClaim | None) -> Claim:
    """The claim of a case, or one of its earlier claims; an earlier one inherits the case's person facts."""
    visit = earlier.claim if earlier is not None else case.claim
    person = {**case.person, **(earlier.person if earlier is not None else {})}
    lines = earlier.lines if earlier is not None else case.lines
    given = earlier.given if earlier is not None else case.given
    claim_id = (earlier.id if earlier is not None else None) or (
        case.id if earlier is None else f"{case.id}-{id(earlier)}"
    )
    if "kind" not in visit:
        raise fail("C003", name="kind")
    return Claim(
        id=claim_id,
        person_id=str(visit.get("person", PERSON)),
        scheme=case.scheme,
        kind=str(visit["kind"]),
        facts=case_facts(pack, {**person, **visit}),
        lines=tuple(_line(pack, claim_id, i, raw) for i, raw in enumerate(lines, 1)),
        given={layer: _fen(layer, amount) for layer, amount in given.items()},
        household_id=visit.get("household"),
        stay_id=visit.get("stay"),
        episode_id=visit.get("episode"),
        account_person=visit.get("account_person"),
    )


def opening_state(pack: Pack, case: Case) -> State:
    """The state a case starts from: `"resident.pool.paid/year": 20000`, `"account:个人账户@P2": 300元`.

    Periods are those of the case's own claim; `@WHO` names another person.
    """
    state = State()
    facts = case_facts(pack, case.claim) if case.claim else {}
    day: date | None = facts.get("discharged")
    for written, amount in case.state.items():
        name, _, who = written.partition("@")
        period = _period(pack, name, day, case)
        state.amounts[Key(name, who or str(case.claim.get("person", PERSON)), period)] = _fen(written, amount)
    return state


def _period(pack: Pack, name: str, day: date | None, case: Case) -> str:
    if name.startswith("account:") or day is None:
        return "ever"
    per = name.rpartition("/")[2]
    return {
        "year": str(pack.year.label_of(day)),
        "month": f"{day:%Y-%m}",
        "day": day.isoformat(),
        "stay": str(case.claim.get("stay", case.id)),
        "episode": str(case.claim.get("episode", case.claim.get("stay", case.id))),
    }.get(per, "ever")


def _line(pack: Pack, claim_id: str, number: int, raw: Mapping[str, str]) -> Line:
    if "amount" not in raw:
        raise fail("C003", name="amount")
    parts = [raw.get(name) for name in PARTS]
    facts = {k: typed(pack, k, v) for k, v in raw.items() if k not in _LINE_KEYS}
    return Line(
        id=raw.get("id", f"{claim_id}/{number}"),
        amount=_fen("amount", raw["amount"]),
        item=raw.get("item"),
        quantity=read_number("quantity", raw.get("quantity", "1")),
        unit_price=read_number("price", raw["price"]) if "price" in raw else None,
        price_limit=_fen("limit", raw["limit"]) if "limit" in raw else None,
        first_pay_rate=read_number("rate", raw["rate"]) if "rate" in raw else None,
        original=raw.get("original"),
        given_parts=_given_parts(parts),
        facts=facts,
    )


def _given_parts(parts: list[str | None]) -> tuple[int, int, int, int] | None:
    if all(p is None for p in parts):
        return None
    full, over, first, scope = (_fen(n, p or "0") for n, p in zip(PARTS, parts, strict=True))
    return full, over, first, scope


def _fen(name: str, value: str) -> int:
    fen = read_number(name, value) * 100
    if fen.denominator != 1:
        raise fail("C032", value=f"{name}: {value}")
    return round_fraction(fen)
