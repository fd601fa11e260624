"""Does it all add up? What came in, counted from the files anew, against what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongchou.faces.cli.speak import say, tell
from tongchou.faces.cli.table import show
from tongchou.ground.money import yuan_grouped

if TYPE_CHECKING:
    from tongchou.engines.benefits.to_tables import Totals
    from tongchou.faces.cli.bulk import Counted
    from tongchou.ground.tables import Tables

PAYER_NAMES = {
    "fund_pay_sumamt": ("各基金", "funds"),
    "acct_pay": ("个人账户", "accounts"),
    "psn_cash_pay": ("个人现金", "cash"),
    "hosp_part_amt": ("医院负担", "hospitals"),
}


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


def fees_of(data: Path) -> dict[int, int | None]:
    """Row number of claims → its fee as the file has it; `None` where it cannot be read. Independent of settling."""
    from tongchou.ground.tables import SETTLING, TABLES
    from tongchou.ground.tables.files import find, load
    from tongchou.ground.tables.values import Fault, reader

    raw = load(TABLES["claims"], find(data, SETTLING)["claims"])
    read = reader(TABLES["claims"].column("total_fee"))
    fees: dict[int, int | None] = {problem.place.row or 0: None for problem in raw.broken}
    for number, cells in raw.rows:
        try:
            fees[number] = read(cells.get("total_fee"))  # type: ignore[assignment]  # a fen column reads as int
        except Fault:
            fees[number] = None
    return fees


def reconcile(
    fees: Mapping[int, int | None], tables: Tables | Counted, totals: Totals, written: Mapping[str, Any]
) -> Reconciliation:
    """Put what came in beside what became of it; a claim counts as rejected only when the rejects name its row."""
    named = {row["row"] for row in written["rejects"] if row["table"] == "claims"}
    claims = {**totals.claims, "rejected": len(named)}
    by_status = {**totals.fees, "rejected": sum(fees.get(number) or 0 for number in named)}
    fee_in = sum(fee or 0 for fee in fees.values())
    rows, counts = written["rows"], tables.counts()
    fallen = counts["claims"]["rejected"] + totals.claims["rejected"]
    checks = {
        "claims_in = settled + refused + rejected": len(fees) == sum(claims.values()),
        "fee_in = settled + refused + rejected": fee_in == sum(by_status.values()),
        "payers = settled fee": sum(totals.payers.values()) == totals.fees["settled"],
        "lines = settled fee": written["line_fee"] == totals.fees["settled"],
        "settlements written = settled + refused": rows["settlements"] == claims["settled"] + claims["refused"],
        "claims not settled = claims among the rejects": fallen == len(named),
    }
    return Reconciliation(
        claims_in=len(fees),
        fee_in=fee_in,
        fee_unknown=sum(fee is None for fee in fees.values()),
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
