"""What settling a set of tables gives: tables of the kind that came in, the summary, and an explanation on demand."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.explain import explain
from tongchou.engines.benefits.from_tables import Intake
from tongchou.faces.python import frames
from tongchou.faces.python.again import hold_to_stored, settle_again
from tongchou.faces.python.explained import Explained
from tongchou.faces.python.intake import check_names, fees_of, raws_of
from tongchou.ground.errors import Problem, ProblemError
from tongchou.ground.tables import SETTLING, TABLES, Tables, read_tables, tables_of
from tongchou.ground.tables.files import Raw, find, load

if TYPE_CHECKING:
    import pyarrow as pa

Given = Mapping[str, Any] | str | PathLike[str]
"""Tables by name, each with the Arrow C interface, or a folder of table files."""

_YEAR_END = "year_end"


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
    _intake: Intake = field(repr=False)
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
        outcome = settle_again(self._engine, self._intake, claim_id)
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
    # The command line's own road: what it writes into a folder is what is handed over here.
    from tongchou.faces.cli.parts import merge_parts, settle_in_parts
    from tongchou.faces.cli.reconcile import reconcile
    from tongchou.faces.cli.settle import collector_at_rest, summary_of

    kind = as_ or (frames.kind_of(given.values()) if isinstance(given, Mapping) else frames.ARROW)
    frames.library(kind)  # a missing one is missed before the work, not after
    assumed = dict(assume or {})
    with collector_at_rest():
        claims, tables = _read(given)
        intake = Intake(tables, engine.pack, assumed)
        with tempfile.TemporaryDirectory() as work:
            # One process: an analyst's session has threads of its own, which a fork does not survive.
            parts, totals = settle_in_parts(engine.pack, intake, Path(work), 1, lambda _: None, year_end)
            written = merge_parts(parts, tables.problems, Path(work), "parquet")
            kept = {name: _load(Path(work) / f"{name}.parquet") for name in written["rows"]}
        reconciliation = reconcile(fees_of(claims), tables, totals, written)
    return Results(
        settlements=frames.from_arrow(kept["settlements"], kind),
        line_results=frames.from_arrow(kept["line_results"], kind),
        events=frames.from_arrow(kept["events"], kind),
        rejects=frames.from_arrow(kept["rejects"], kind),
        year_end=frames.from_arrow(kept[_YEAR_END], kind) if year_end else None,
        summary=summary_of(engine.pack, reconciliation, assumed),
        _engine=engine,
        _intake=intake,
        _kept=kept,
        _fallen=_fallen(claims, tables),
    )


def _read(given: Given) -> tuple[Raw, Tables]:
    """The rows of claims as they came, and all tables, judged."""
    if not isinstance(given, Mapping):
        folder = Path(given)
        return load(TABLES["claims"], find(folder, SETTLING)["claims"]), read_tables(folder)
    check_names(given)
    raws = raws_of({name: frames.to_arrow(name, frame) for name, frame in given.items()})
    return raws["claims"], tables_of(raws)


def _load(path: Path) -> pa.Table:
    """A table read whole into memory: its file is about to vanish."""
    import pyarrow.parquet as pq

    return pq.read_table(path, memory_map=False)


def _fallen(claims: Raw, tables: Tables) -> dict[str, list[Problem]]:
    """Claim id as written → what is wrong with its row, for each row of claims that was rejected on reading."""
    ids = {number: str(cells.get("claim_id")) for number, cells in claims.rows}
    sound = {row["claim_id"] for row in tables.rows["claims"]}
    found: dict[str, list[Problem]] = {}
    for problem in tables.problems:
        claim_id = ids.get(problem.place.row or 0) if problem.place.table == "claims" else None
        if claim_id is not None and claim_id not in sound:
            found.setdefault(claim_id, []).append(problem)
    return found
