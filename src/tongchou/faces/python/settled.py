"""One claim, given as a dict, settled with its state in hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tongchou.engines.benefits.claim import Refusal, Result, Settlement
from tongchou.engines.benefits.counter.quickly import quickly
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.explain import explain
from tongchou.engines.benefits.from_tables import Intake
from tongchou.engines.benefits.national import national_amounts
from tongchou.engines.benefits.state import State
from tongchou.engines.benefits.to_tables import line_rows, settle_rows, told
from tongchou.faces.python.explained import Explained, Lang
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import TABLES, tables_of
from tongchou.ground.tables.files import Raw

_ABOUT_PERSONS = ("spells", "entitlements", "accounts", "households")
_NUMBERED = {"lines": "line_id", "spells": "spell_id", "accounts": "account_id"}


@dataclass(frozen=True)
class Settled:
    """What became of one claim; all amounts are whole fen.

    status:  `settled` or `refused`.
    reason:  why it was refused, with the article's place; None when it is settled.
    amounts: by national field name: `fund_pay_sumamt`, `acct_pay`, `psn_cash_pay` …; a refused claim has only its
             `medfee_sumamt`.
    paid:    by layer.
    state:   what the household has used up afterwards, for its next claim; the one that was given is left as it was.
    """

    status: str
    reason: str | None
    amounts: Mapping[str, int]
    paid: Mapping[str, int]
    state: State
    _result: Result = field(repr=False)
    _pack: Pack = field(repr=False)

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        """A row of `line_results` for each line; shared out when somebody asks."""
        return line_rows(self._result) if isinstance(self._result, Settlement) else []

    def explain(self) -> Explained:
        """What became of every fen, under which article."""
        return Explained(explain(self._result, self._pack))

    def explanation(self, lang: Lang = "zh") -> str:
        """The same as plain text."""
        return self.explain().text(lang)


def settle_one(
    engine: Engine, claim: Mapping[str, Any], state: State | None = None, assume: Mapping[str, str] | None = None
) -> Settled:
    """Settle one claim given as a dict; see `Region.settle_claim`."""
    if state is not None and not assume:
        straight = engine.counter.straight.read(claim)
        if straight is not None:
            after = state.copy()
            result = engine.settle(straight, after)
            if isinstance(result, Settlement) or result.guard is not None:
                return _settled(engine, result, after)
    # With a state in hand a made-up number would take a new visit for another bill of the one before.
    tables = tables_of(_raws({"claim_id": "claim", **claim} if state is None else claim))
    if tables.problems:
        raise ProblemError(*tables.problems)
    intake = Intake(tables, engine.pack, assume)
    (row,) = intake.rows
    after = intake.opening([row]) if state is None else state.copy()
    (outcome,) = settle_rows(engine, intake, [(1, row)], {intake.bucket(row): after})
    if outcome.result is None:
        raise ProblemError(*outcome.problems)
    return _settled(engine, outcome.result, after)


def _settled(engine: Engine, result: Result, after: State) -> Settled:
    if isinstance(result, Refusal):
        fee = {"medfee_sumamt": result.claim.total}
        return Settled("refused", told(result), fee, {}, after, result, engine.pack)
    return quickly(
        Settled,
        status="settled",
        reason=None,
        amounts=national_amounts(result),
        paid=dict(result.paid),
        state=after,
        _result=result,
        _pack=engine.pack,
    )


def _raws(claim: Mapping[str, Any]) -> dict[str, Raw]:
    """The tables that one claim makes up; numbers that only tie its rows together are made when they are not given."""
    own = {"claim_id": None, "person_id": "person", **claim}
    whose = {"person_id": own["person_id"]}
    lines = _rows(own, "lines", {"claim_id": own["claim_id"]})
    rows = {"persons": [{**own.pop("person", {}), **whose}], "claims": [own], "lines": lines}
    rows |= {name: _rows(own, name, whose) for name in _ABOUT_PERSONS if name in own}
    own.setdefault("total_fee", _sum(lines))
    return {name: Raw(list(enumerate(rows[name], 1))) for name in TABLES if name in rows}


def _rows(claim: dict[str, Any], name: str, whose: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows a claim brings for a table, each tied to it and numbered; taken out of the claim."""
    rows = claim.pop(name, [])
    if not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
        raise TypeError(f"{name!r} of a claim is a list of dicts, one for each row")
    (owner,) = whose.values()
    key = _NUMBERED.get(name)
    made = [{key: f"{owner}/{number}"} if key else {} for number in range(1, len(rows) + 1)]
    return [{**number, **whose, **row} for number, row in zip(made, rows, strict=True)]


def _sum(lines: list[dict[str, Any]]) -> int | None:
    """What the lines come to; None, which is then found missing, when one of them has no whole amount."""
    amounts = [amount for line in lines if type(amount := line.get("amount")) is int]
    return sum(amounts) if len(amounts) == len(lines) else None
