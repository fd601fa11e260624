"""Year-end help as a table: what the settlements of an insurance year left to a person, and what was paid of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tongchou.engines.benefits.claim import Claim, Refusal, Result, Settlement
from tongchou.engines.benefits.engine import SEMANTICS, Engine
from tongchou.engines.benefits.national import FUNDS, national_fields
from tongchou.engines.benefits.state import State
from tongchou.engines.benefits.window import year_end_claims


def settle_year_end(engine: Engine, settlements: Sequence[Settlement], state: State) -> Iterator[dict[str, Any]]:
    """Rows of the table `year_end` for one household, person by person.

    `settlements` are all that the household had, in order; `state` is what they left behind, and goes on.
    """
    for claim in year_end_claims(engine, settlements):
        yield _row(engine, claim, engine.settle(claim, state))


def _row(engine: Engine, claim: Claim, result: Result) -> dict[str, Any]:
    day = claim.facts["settled"]
    row: dict[str, Any] = {
        "settlement_id": claim.id,
        "person_id": claim.person_id,
        "scheme": claim.scheme,
        "kind": claim.kind,
        "basis_date": day,
        "year": engine.pack.year.label_of(day),
        "pack_hash": engine.pack.hash,
        "semantics": str(SEMANTICS),
        "amount": claim.total,
    }
    if isinstance(result, Refusal):
        reason = result.because or "; ".join(f"{p.code} {p.message('zh')}" for p in result.problems)
        return row | {"status": "refused", "reason": reason, "paid": {}, "cash": claim.total}
    national = national_fields(result)
    funds = {name: national[name] for name in (*FUNDS, "fund_pay_sumamt")}
    return row | {"status": "settled", "paid": result.paid, "cash": result.cash} | funds
