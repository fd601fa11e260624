"""Does it all add up? What came in, counted from the files anew, against what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongchou.faces.cli.speak import say, tell
from tongchou.faces.cli.table import show
from tongchou.ground.money import yuan_grouped

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from tongchou.engines.benefits.to_tables import Totals
    from tongchou.faces.cli.bulk import Counted
    from tongchou.ground.tables import Tables

PAYER_NAMES = {
    "fund_pay_sumamt": ("各基金", "funds"),
    "acct_pay": ("个人账户", "accounts"),
    "psn_cash_pay": ("个人现金", "cash"),
    "hosp_part_amt": ("医院负担", "hospitals"),
}


_LARGE = 10**11
"""Fen; what costs more is looked at by itself."""


@dataclass(frozen=True)
class Reconciliation:
    """Claims and fees (fen) in, and by what became of them; payments by payer; the checks, each true or false."""

    claims_in: int
    fee_in: int
    fee_unknown: int  # rows of claims whose fee cannot be read
    claims: Mapping[str, int]
    fees: Mapping[str, int]
    payers: Mapping[str, int]
    layers: Mapping[str, int]
    refusals: Mapping[str, int]
    tables: Mapping[str, Mapping[str, int]]
    written: Mapping[str, int]
    checks: Mapping[str, bool]
    year_end_paid: int = 0
    rejects: list[dict[str, Any]] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return all(self.checks.values())

    def as_dict(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "rejects"} | {"reconciled": self.holds}


class Fees(Mapping[int, int | None]):
    """Fees of the rows 1 to n of a file: fen, below 0 where one cannot be read."""

    def __init__(self, fen: NDArray[np.int64]) -> None:
        self.fen = fen

    def __getitem__(self, row: int) -> int | None:
        if not 1 <= row <= len(self.fen):
            raise KeyError(row)
        fee = int(self.fen[row - 1])
        return None if fee < 0 else fee

    def __iter__(self) -> Iterator[int]:
        return iter(range(1, len(self.fen) + 1))

    def __len__(self) -> int:
        return len(self.fen)

    def total(self) -> tuple[int, int]:
        """The sum of the fees that can be read, and how many cannot."""
        return int(self.fen[self.fen > 0].sum()), int((self.fen < 0).sum())


def fees_of(data: Path) -> Mapping[int, int | None]:
    """Row number of claims → its fee as the file has it; `None` where it cannot be read. Independent of settling."""
    from tongchou.engines.lake.lake import part_of
    from tongchou.faces.cli.shares import is_lake
    from tongchou.ground.tables import SETTLING, TABLES
    from tongchou.ground.tables.files import find, load
    from tongchou.ground.tables.values import Fault, reader

    if is_lake(data):
        return _from_parquet(sorted(part_of(data, "claims", 0).parent.iterdir()))
    path = find(data, SETTLING)["claims"]
    if path.suffix == ".parquet":
        return _from_parquet([path])
    raw = load(TABLES["claims"], path)
    read = reader(TABLES["claims"].column("total_fee"))
    fees: dict[int, int | None] = {problem.place.row or 0: None for problem in raw.broken}
    for number, cells in raw.rows:
        try:
            fees[number] = read(cells.get("total_fee"))  # type: ignore[assignment]  # a fen column reads as int
        except Fault:
            fees[number] = None
    return fees


def in_all(fees: Mapping[int, int | None]) -> tuple[int, int]:
    """The sum of the fees that can be read (fen), and how many cannot."""
    if isinstance(fees, Fees):
        return fees.total()
    return sum(fee or 0 for fee in fees.values()), sum(fee is None for fee in fees.values())


def _from_parquet(paths: list[Path]) -> Fees:
    """The one column of all files, in the order of the rows that they were once in."""
    import numpy as np

    from tongchou.ground.tables.parquet import ROW
    from tongchou.ground.tables.streaming import streamed

    files = [streamed(path) for path in paths]
    fen = np.full(sum(file.metadata.num_rows for file in files), -1, dtype=np.int64)
    first = 1
    for file in files:
        own = [name for name in ("total_fee", ROW) if name in file.schema_arrow.names]
        for batch in file.iter_batches(2**18, columns=own):
            row = batch[ROW].to_numpy() if ROW in own else np.arange(first, first + len(batch))
            fen[row - 1] = _fen(batch["total_fee"])
            first += len(batch)
    return Fees(fen)


def _fen(cells: pa.Array) -> NDArray[np.int64]:
    """Whole numbers as they stand when they are neither nothing nor very large; every other cell by itself."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    from tongchou.ground.tables import TABLES
    from tongchou.ground.tables.values import Fault, reader

    found = np.full(len(cells), -1, dtype=np.int64)
    if pa.types.is_int64(cells.type) or pa.types.is_int32(cells.type):
        found = pc.fill_null(cells, -1).to_numpy().astype(np.int64)
    rows = np.flatnonzero((found <= 0) | (found > _LARGE))
    read = reader(TABLES["claims"].column("total_fee"))
    for row, cell in zip(rows.tolist(), cells.take(pa.array(rows)).to_pylist(), strict=True):
        try:
            found[row] = read(cell)
        except Fault:
            found[row] = -1
    return found


def reconcile(
    fees: Mapping[int, int | None], tables: Tables | Counted, totals: Totals, written: Mapping[str, Any]
) -> Reconciliation:
    """Put what came in beside what became of it; a claim counts as rejected only when the rejects name its row."""
    named = {row["row"] for row in written["rejects"] if row["table"] == "claims"}
    claims = {**totals.claims, "rejected": len(named)}
    by_status = {**totals.fees, "rejected": sum(fees.get(number) or 0 for number in named)}
    fee_in, unknown = in_all(fees)
    rows, counts = written["rows"], tables.counts()
    judged = rows["amounts"] if "amounts" in rows else rows["settlements"]
    fallen = counts["claims"]["rejected"] + totals.claims["rejected"]
    checks = {
        "claims_in = settled + refused + rejected": len(fees) == sum(claims.values()),
        "fee_in = settled + refused + rejected": fee_in == sum(by_status.values()),
        "payers = settled fee": sum(totals.payers.values()) == totals.fees["settled"],
        "lines = settled fee": written["line_fee"] in (totals.fees["settled"], None),  # None: no lines were asked for
        "settlements written = settled + refused": judged == claims["settled"] + claims["refused"],
        "claims not settled = claims among the rejects": fallen == len(named),
    }
    return Reconciliation(
        claims_in=len(fees),
        fee_in=fee_in,
        fee_unknown=unknown,
        claims=claims,
        fees=by_status,
        payers=totals.payers,
        layers=totals.layers,
        refusals=totals.refusals,
        tables=counts,
        written=rows,
        checks=checks,
        year_end_paid=written["year_end_paid"],
        rejects=written["rejects"],
    )


def show_reconciliation(done: Reconciliation) -> None:
    """For people: a table of claims and fees, a table of payers, and each check that does not hold."""
    names = {"settled": ("已结算", "settled"), "refused": ("拒付", "refused"), "rejected": ("未采用", "rejected")}
    rows = [(say(*names[s]), done.claims[s], yuan_grouped(done.fees[s])) for s in names]
    rows.append((say("收到", "in"), done.claims_in, yuan_grouped(done.fee_in)))
    show((say("就诊", "claims"), say("件数", "number"), say("费用（元）", "fee (yuan)")), rows)
    tell()
    paid = [(say(*PAYER_NAMES[name]), yuan_grouped(amount)) for name, amount in done.payers.items()]
    paid.append((say("合计", "total"), yuan_grouped(sum(done.payers.values()))))
    show((say("由谁支付", "paid by"), say("金额（元）", "amount (yuan)")), paid)
    tell()
    for reason, count in done.refusals.items():
        tell(say(f"拒付 {reason}：{count}", f"refused {reason}: {count}"))
    if done.fee_unknown:
        tell(say(f"费用无法读取：{done.fee_unknown} 行", f"rows whose fee cannot be read: {done.fee_unknown}"))
    if "year_end" in done.written:
        count, paid_out = done.written["year_end"], yuan_grouped(done.year_end_paid)
        tell(say(f"年末另付：{count} 份，{paid_out} 元", f"at year end: {count}, {paid_out} yuan paid"))
    for check, holds in done.checks.items():
        if not holds:
            tell(say(f"不平：{check}", f"does not reconcile: {check}"))
    if done.holds:
        tell(say("对账相符", "reconciled"))
