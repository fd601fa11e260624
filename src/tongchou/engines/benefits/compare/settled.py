"""What one policy makes of whole households, as tables.

What is to settle faster takes the place of `Policy.settled` and gives the same tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from tongchou.engines.benefits.claim import Result, Settlement
from tongchou.engines.benefits.compare.pairs import OF_SETTLEMENT, REJECTS, YEAR_END, Settled
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.from_tables import Intake, Row
from tongchou.engines.benefits.national import national_fields
from tongchou.engines.benefits.state import State
from tongchou.engines.benefits.to_tables import Outcome, settle_rows, settlement_row
from tongchou.engines.benefits.window import year_end_claims
from tongchou.ground.errors import Problem
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import Tables, schema


@dataclass
class Policy:
    """One side of a comparison. Raises `ProblemError` for an assumption the policy cannot read."""

    pack: Pack
    tables: Tables
    assume: Mapping[str, str] | None
    year_end: bool

    def __post_init__(self) -> None:
        self.engine = Engine(self.pack)
        self.intake = Intake(self.tables, self.pack, self.assume)

    def settled(self, households: Sequence[str]) -> Settled:
        """These households settled, one after the other."""
        made: list[Outcome] = []
        helped: list[Result] = []
        for household in households:
            outcomes, help_ = self._settle(household)
            made += outcomes.values()
            helped += help_.values()
        judged = [settlement_row(outcome, self.pack.hash) for outcome in made if outcome.result is not None]
        lost = [
            {"claim_id": outcome.row["claim_id"], "reason": _told(outcome.problems)}
            for outcome in made
            if outcome.result is None
        ]
        canonical = schema("settlements")
        return Settled(
            pa.Table.from_pylist(judged, schema=pa.schema([canonical.field(name) for name in OF_SETTLEMENT])),
            pa.Table.from_pylist(lost, schema=REJECTS),
            pa.Table.from_pylist([_help(one) for one in helped], schema=YEAR_END),
        )

    def result(self, household: str, claim_id: str) -> Result | None:
        """What became of one claim, with everything an explanation needs; its household is settled anew for it.

        `None` of a year-end claim that this policy does not make, and of a claim it cannot settle.
        """
        made, at_year_end = self._settle(household)
        return made[claim_id].result if claim_id in made else at_year_end.get(claim_id)

    @cached_property
    def _rows(self) -> dict[str, list[Row]]:
        """The claims of each household in their order of settlement."""
        rows: dict[str, list[Row]] = {}
        for row in self.intake.rows:
            rows.setdefault(self.intake.bucket(row), []).append(row)
        return rows

    def _settle(self, household: str) -> tuple[dict[str, Outcome], dict[str, Result]]:
        """What becomes of each claim, by its id; and of each year-end claim, by the id it is given."""
        states: dict[str, State] = {}
        numbered = list(enumerate(self._rows[household], 1))
        made = {o.row["claim_id"]: o for o in settle_rows(self.engine, self.intake, numbered, states)}
        if not self.year_end:
            return made, {}
        settled = [o.result for o in made.values() if isinstance(o.result, Settlement)]
        claims = year_end_claims(self.engine, settled)
        return made, {claim.id: self.engine.settle(claim, states[household]) for claim in claims}


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
