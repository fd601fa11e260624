"""Results as canonical tables: settlements, line results, events and rejects, written chunk by chunk.

Every claim that was presented and could be judged is an event and a row of settlements, refused ones too. A claim
whose data cannot be settled is neither: it goes to the rejects. Identities are checked row by row before writing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from tongchou.engines.benefits.claim import Claim, Refusal, Result, Settlement
from tongchou.engines.benefits.engine import SEMANTICS, Engine
from tongchou.engines.benefits.from_tables import Intake, Row
from tongchou.engines.benefits.lines import line_results
from tongchou.engines.benefits.national import national_fields
from tongchou.engines.benefits.state import State
from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.ground.tables import TABLES, TableWriter, reject_row
from tongchou.ground.tables.checks import row_findings

NAMES = ("settlements", "line_results", "events", "rejects")
PAYERS = ("fund_pay_sumamt", "acct_pay", "psn_cash_pay", "hosp_part_amt")
_NOT_ENTITLED = ("C008", "C040")
_BATCH = 2_000


@dataclass(frozen=True)
class Outcome:
    """What became of one row of claims: a result with its number, or the problems that kept it from having one."""

    row: Row
    number: int
    result: Result | None = None
    balance: int | None = None
    problems: tuple[Problem, ...] = ()


@dataclass
class Totals:
    """Claims and fees (fen) by what became of them, and what each payer paid. Adding is all that is ever done."""

    claims: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("settled", "refused", "rejected"), 0))
    fees: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("settled", "refused", "rejected"), 0))
    payers: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PAYERS, 0))
    layers: dict[str, int] = field(default_factory=dict)
    refusals: dict[str, int] = field(default_factory=dict)

    def add(self, status: str, fee: int) -> None:
        self.claims[status] += 1
        self.fees[status] += fee

    def merge(self, other: Mapping[str, Mapping[str, int]]) -> None:
        """Add the totals of another part, as `vars()` of them."""
        for name, counts in other.items():
            own = getattr(self, name)
            for key, value in counts.items():
                own[key] = own.get(key, 0) + value


def settle_rows(
    engine: Engine,
    intake: Intake,
    rows: Iterable[tuple[int, Row]],
    states: dict[str, State] | None = None,
    before: Mapping[str, State] | None = None,
) -> Iterator[Outcome]:
    """Settle numbered rows in their order, each against the state of its household; every row has one outcome.

    `rows` must hold all claims of each household it touches. `states` keeps what each household ends with; `before` is
    what claims of earlier runs had used up.
    """
    numbered = list(rows)
    by_bucket: dict[str, list[Row]] = {}
    for _, row in numbered:
        by_bucket.setdefault(intake.bucket(row), []).append(row)
    states = {} if states is None else states
    for number, row in numbered:
        bucket = intake.bucket(row)
        if bucket not in states:
            states[bucket] = intake.opening(by_bucket[bucket])
            if before is not None and bucket in before:
                states[bucket].apply(before[bucket].amounts)
        yield _settle(engine, intake, number, row, states[bucket])


def _settle(engine: Engine, intake: Intake, number: int, row: Row, state: State) -> Outcome:
    try:
        claim = intake.claim(row)
    except ProblemError as error:
        return Outcome(row, number, problems=tuple(error.problems))
    result = engine.settle(claim, state) if isinstance(claim, Claim) else claim
    if isinstance(result, Refusal) and result.guard is None:
        faults = [p for p in result.problems if p.code not in _NOT_ENTITLED]
        if faults:
            placed = [found for problem in faults for found in intake.place(result.claim, row, problem)]
            return Outcome(row, number, problems=tuple(placed))
    return Outcome(row, number, result, intake.balance(row["person_id"], state))


def change(intake: Intake, outcome: Outcome, states: dict[str, State]) -> None:
    """Note in `states` (household → what was added) what an outcome adds; accounts lose what was drawn."""
    if isinstance(outcome.result, Settlement):
        states.setdefault(intake.bucket(outcome.row), State()).apply(dict(outcome.result.state_delta))


def settlement_row(outcome: Outcome, pack_hash: str) -> Row:
    """A row of settlements. A refused claim has no amounts but the fee it asked for."""
    claim, result = outcome.row, outcome.result
    row: Row = {
        "settlement_id": claim["claim_id"],
        "event_no": outcome.number,
        "claim_id": claim["claim_id"],
        "person_id": claim["person_id"],
        "scheme": claim["scheme"],
        "kind": claim["kind"],
        "provider_id": claim["provider_id"],
        "pack_hash": pack_hash,
        "semantics": str(SEMANTICS),
        "balc": outcome.balance,
    }
    if isinstance(result, Settlement):
        row |= national_fields(result)
        row |= {"status": "settled", "basis_date": result.basis_date, "year": int(result.year), "paid": result.paid}
    else:
        row |= {"status": "refused", "reason": reason_of(outcome), "medfee_sumamt": claim["total_fee"]}
    return row


def reason_of(outcome: Outcome) -> str | None:
    """Why a claim was refused, in the words of the article and with its place, or of the problem."""
    return told(outcome.result) if isinstance(outcome.result, Refusal) else None


def told(refusal: Refusal) -> str:
    """The reason of a refusal, with its place."""
    because = refusal.because or ""
    if refusal.guard is not None:
        return f"{because} [{refusal.cite or ''} {refusal.guard}]".strip()
    return "; ".join([*([because] if because else []), *(f"{p.code} {p.message('zh')}" for p in refusal.problems)])


def line_rows(settlement: Settlement) -> list[Row]:
    """The rows of line_results of a settlement, in the order of its lines; a layer that paid nothing is not named."""
    rows = []
    for line in line_results(settlement):
        full, over, first, scope = line.parts
        rows.append(
            {
                "settlement_id": settlement.claim.id,
                "claim_id": settlement.claim.id,
                "line_id": line.line_id,
                "amount": line.amount,
                "fulamt_ownpay_amt": full,
                "overlmt_amt": over,
                "preselfpay_amt": first,
                "inscp_scp_amt": scope,
                "paid": {layer: fen for layer, fen in line.paid.items() if fen},
                "cash": line.cash,
                "hospital": line.hospital,
            }
        )
    return rows


def event_row(outcome: Outcome, pack_hash: str) -> Row:
    """The event of a judged claim; recorded when the claim says it was settled, for a bulk run has no clock."""
    return {
        "event_no": outcome.number,
        "kind": "settle",
        "claim_id": outcome.row["claim_id"],
        "recorded_at": outcome.row["settled_at"],
        "pack_hash": pack_hash,
        "reason": reason_of(outcome),
    }


class ResultWriter:
    """Writes outcomes as tables into a folder, a batch at a time, and adds up what it writes; a context manager."""

    def __init__(self, folder: Path, pack_hash: str, format: str = "parquet") -> None:  # noqa: A002 (as TableWriter)
        self.totals = Totals()
        self._hash = pack_hash
        self._writers = {name: TableWriter(folder, name, format) for name in NAMES}
        self._rows: dict[str, list[Row]] = {name: [] for name in NAMES}

    def reject(self, problems: Iterable[Problem]) -> None:
        """Rows that could not be used."""
        self._rows["rejects"] += [reject_row(problem) for problem in problems]
        self._flush(_BATCH)

    def add(self, outcome: Outcome) -> None:
        """One outcome. Raises `ProblemError` when its amounts do not add up: nothing wrong is ever written."""
        fee = outcome.row["total_fee"]
        if outcome.result is None:
            self.totals.add("rejected", fee)
            self.reject(outcome.problems)
            return
        row = settlement_row(outcome, self._hash)
        _hold("settlements", row)
        self.totals.add(row["status"], row["medfee_sumamt"])
        if isinstance(outcome.result, Settlement):
            lines = line_rows(outcome.result)
            for line in lines:
                _hold("line_results", line)
            self._rows["line_results"] += lines
            self._count(row)
        else:
            refusal = outcome.result
            why = refusal.guard or "、".join(p.code for p in refusal.problems)
            self.totals.refusals[why] = self.totals.refusals.get(why, 0) + 1
        self._rows["settlements"].append(row)
        self._rows["events"].append(event_row(outcome, self._hash))
        self._flush(_BATCH)

    def _count(self, row: Row) -> None:
        for name in PAYERS:
            self.totals.payers[name] += row[name]
        for layer, amount in row["paid"].items():
            name = f"{row['scheme']}.{layer}"
            self.totals.layers[name] = self.totals.layers.get(name, 0) + amount

    def _flush(self, size: int) -> None:
        for name, rows in self._rows.items():
            if len(rows) >= size:
                self._writers[name].write(rows)
                rows.clear()

    def __enter__(self) -> ResultWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stack = ExitStack()
        for writer in self._writers.values():
            stack.push(writer)
        if kind is not None:
            stack.__exit__(kind, error, trace)
            return
        with stack:
            self._flush(1)


def _hold(table: str, row: Row) -> None:
    """The identities of a row. Raises T160: a wrong sum stops the run instead of being written."""
    for column, code, details in row_findings(TABLES[table], row):
        raise fail(code, Place(table=table, column=column), **details)
