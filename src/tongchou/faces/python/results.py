"""What settling a set of tables gives: tables of the kind that came in, the summary, and an explanation on demand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.explain import explain
from tongchou.engines.benefits.from_tables import Intake
from tongchou.faces.python import frames
from tongchou.faces.python.again import hold_to_stored, settle_again
from tongchou.faces.python.explained import Explained
from tongchou.faces.python.settling import Given, settled
from tongchou.ground.errors import Problem, ProblemError

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Results:
    """The results of one `Region.settle`, as `tongchou settle` writes them; amounts are whole fen (int64).

    settlements:  a row for each claim that was settled or refused, in the order of settling; amounts under their
                  national field names (`fund_pay_sumamt`, `acct_pay`, `psn_cash_pay`, `hosp_part_amt` are the payers),
                  `paid` by layer; a refused claim has its `reason` and no amounts but the fee.
    line_results: the same for each charged line: four parts, `paid` by layer, `cash`, `hospital`.
    events:       the events in their order.
    rejects:      a row for each fault that kept a row from being used: table, row (from 1), column, code, message.
    year_end:     the layers that run at year end, one row a person, scheme and year; None unless asked for.
    summary:      what `summary.json` holds: claims and fees by what became of them, payers, layers, and the checks of
                  the reconciliation; `summary["reconciled"]` says whether all of them hold.
    """

    settlements: Any
    line_results: Any
    events: Any
    rejects: Any
    year_end: Any
    summary: dict[str, Any]
    _engine: Engine = field(repr=False)
    _intake: Callable[[str], Intake] = field(repr=False)
    _kept: Mapping[str, pa.Table] = field(repr=False)
    _fallen: Mapping[str, list[Problem]] = field(repr=False)

    def explain(self, claim_id: str) -> Explained:
        """Why a claim came out as it did: it is settled again after its household's earlier ones and must be the same.

        Raises:
            KeyError: no claim of that id came in.
            ProblemError: the claim was rejected; the problems say why.
            NotAsStored: it came out differently, so nothing is explained.
        """
        import pyarrow.compute as pc

        if claim_id in self._fallen:
            raise ProblemError(*self._fallen[claim_id])
        outcome = settle_again(self._engine, self._intake(claim_id), claim_id)
        if outcome.result is None:
            raise ProblemError(*outcome.problems)
        settlements, lines = (
            self._kept[name].filter(pc.field("claim_id") == claim_id).to_pylist()
            for name in ("settlements", "line_results")
        )
        hold_to_stored(outcome, self._engine.pack.hash, settlements[0], lines)
        return Explained(explain(outcome.result, self._engine.pack))


def settle_tables(
    engine: Engine,
    given: Given,
    assume: Mapping[str, str] | None = None,
    year_end: bool = False,
    as_: str | None = None,
) -> Results:
    """Settle tables by name, or those of a folder; see `Region.settle`."""
    from tongchou.faces.cli.settle import collector_at_rest, summary_of

    kind = as_ or (frames.kind_of(given.values()) if isinstance(given, Mapping) else frames.ARROW)
    frames.library(kind)  # a missing one is missed before the work, not after
    assumed = dict(assume or {})
    with collector_at_rest():
        done = settled(engine, given, assumed, year_end)
    return Results(
        settlements=frames.from_arrow(done.tables["settlements"], kind),
        line_results=frames.from_arrow(done.tables["line_results"], kind),
        events=frames.from_arrow(done.tables["events"], kind),
        rejects=frames.from_arrow(done.tables["rejects"], kind),
        year_end=frames.from_arrow(done.tables["year_end"], kind) if year_end else None,
        summary=summary_of(engine.pack, done.reconciliation, assumed),
        _engine=engine,
        _intake=done.intake,
        _kept=done.tables,
        _fallen=done.fallen,
    )
