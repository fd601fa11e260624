"""What one policy makes of whole households, as tables."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from tongchou.engines.benefits.claim import Result, Settlement
from tongchou.engines.benefits.compare.pairs import OF_SETTLEMENT, REJECTS, YEAR_END, Settled
from tongchou.engines.benefits.from_tables import Intake, Row
from tongchou.engines.benefits.national import national_fields
from tongchou.engines.benefits.replay import Replay, together
from tongchou.engines.benefits.state import State
from tongchou.engines.benefits.table_facts import typed
from tongchou.engines.benefits.to_tables import Outcome, settle_rows, settlement_row
from tongchou.engines.benefits.window import year_end_claims, year_end_kinds
from tongchou.ground.errors import Problem
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import Tables, schema


class Policy:
    """One side of a comparison. Raises `ProblemError` for an assumption the policy cannot read."""

    def __init__(self, pack: Pack, assume: Mapping[str, str] | None, year_end: bool) -> None:
        self.pack, self.assume = pack, assume or {}
        for name, value in self.assume.items():
            typed(pack.vocabulary, name, value)
        self.replay = Replay(pack, assume)
        self.engine = self.replay.bulk.engine
        self.year_end = year_end and any(year_end_kinds(self.engine, scheme) for scheme in pack.layers)

    @property
    def one_by_one(self) -> bool:
        """Whether every claim goes through the plain step: what is assumed, or left over for the year end, needs it."""
        return bool(self.assume) or self.year_end

    def settled(self, tables: Mapping[str, pa.Table], rest: Tables) -> Settled:
        """Whole households settled: tables, and rows that were read one by one, as `Households.of` gives them."""
        if self.year_end:
            return self._settled(together(tables, rest))
        results = self.replay.settle(tables, rest, by_line=False)
        lost = [{"claim_id": claim, "reason": _told(problems)} for claim, problems in results.lost.items()]
        return Settled(results.settlements, pa.Table.from_pylist(lost, schema=REJECTS), YEAR_END.empty_table())

    def result(self, tables: Tables, claim_id: str) -> Result | None:
        """What became of one claim of a household, with everything an explanation needs.

        `None` of a year-end claim that this policy does not make, and of a claim it cannot settle.
        """
        made, at_year_end = self._step(tables, claim_id)
        return made[claim_id].result if claim_id in made else at_year_end.get(claim_id)

    def _settled(self, tables: Tables) -> Settled:
        made, helped = self._step(tables)
        rows = [settlement_row(outcome, self.pack.hash) for outcome in made.values() if outcome.result is not None]
        lost = [
            {"claim_id": claim, "reason": _told(outcome.problems)}
            for claim, outcome in made.items()
            if outcome.result is None
        ]
        canonical = schema("settlements")
        return Settled(
            pa.Table.from_pylist(rows, schema=pa.schema([canonical.field(name) for name in OF_SETTLEMENT])),
            pa.Table.from_pylist(lost, schema=REJECTS),
            pa.Table.from_pylist([_help(one) for one in helped.values()], schema=YEAR_END),
        )

    def _step(self, tables: Tables, last: str | None = None) -> tuple[dict[str, Outcome], dict[str, Result]]:
        """What becomes of each claim of whole households, and of each year-end claim, by their ids.

        Nothing that settles after the claim `last`, when there is such a claim.
        """
        intake = Intake(tables, self.pack, self.assume)
        states: dict[str, State] = {}
        made: dict[str, Outcome] = {}
        for outcome in settle_rows(self.engine, intake, list(enumerate(intake.rows, 1)), states):
            made[outcome.row["claim_id"]] = outcome
            if outcome.row["claim_id"] == last:
                return made, {}
        if not self.year_end:
            return made, {}
        settled: dict[str, list[Settlement]] = {}
        for outcome in made.values():
            if isinstance(outcome.result, Settlement):
                settled.setdefault(intake.bucket(outcome.row), []).append(outcome.result)
        return made, {
            claim.id: self.engine.settle(claim, states[household])
            for household, settlements in settled.items()
            for claim in year_end_claims(self.engine, settlements)
        }


def _help(result: Result) -> Row:
    """What was left to the person is not spent again: only what is taken off it counts, nothing when it is refused."""
    claim = result.claim
    row: Row = {
        "claim_id": claim.id,
        "person_id": claim.person_id,
        "scheme": claim.scheme,
        "kind": claim.kind,
        "basis_date": claim.facts["settled"],
    }
    if not isinstance(result, Settlement):
        return row | {"cash": 0, "hospital": 0, "fund": 0, "paid": {}}
    amounts = national_fields(result)
    return row | {
        "cash": result.cash - claim.total,
        "hospital": amounts["hosp_part_amt"],
        "fund": amounts["fund_pay_sumamt"],
        "paid": result.paid,
    }


def _told(problems: tuple[Problem, ...]) -> str:
    return "; ".join(f"{problem.code} {problem.message('zh')}" for problem in problems)
