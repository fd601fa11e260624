"""What a region declares of its months: how much is paid, withheld, deferred and advanced, how long may be appealed.

National frame: the deposit is at most 5 % and comes back by assessment (interim rules on payment by disease, 2025);
deposit and clearing reserve first, the rest spread over months, what lies above a month's share deferred to the year's
end, a part advanced as 周转金 (人社部发〔2012〕70号 三(七), BUD-10 and BUD-12).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tongchou.ground.errors import fail
from tongchou.ground.region.model import DeductionAppeal, MonthlyPayment
from tongchou.ground.region.pack import Declared, Pack
from tongchou.ground.region.reckoning import declared_on, facts_on
from tongchou.ground.region.values import finite, ratio, value_of
from tongchou.record.packs.queries import pack_in_force

MOST_DEPOSIT = Fraction(5, 100)
"""Of what is paid, at most (interim rules on payment by disease, 2025)."""
MONTHS = 12


@dataclass(frozen=True)
class PrepaymentTerms:
    """`share`: of the month within its quota, paid now; the rest waits for clearing. `deposit`: of that share.
    `reserve`: of the year's quota, kept for clearing. `counted`: each month by itself, or `cumulative` from the year's
    first month. `over`: what lies above is `deferred`, or `paid`. `kinds`: of the agreement's budget lines, all where
    empty. `advance`: of the year's quota. `cited`: articles."""

    share: Fraction
    deposit: Fraction
    reserve: Fraction
    counted: str
    over: str
    kinds: tuple[str, ...]
    advance: Fraction
    appeal_days: int
    cited: tuple[str, ...]

    def month_quota(self, quota: int, number: int, first: int = 0) -> int:
        """Of a quota in fen what the month `number` (0 is the year's first) may be paid: of the year's, or of what was
        added from the month `first` on. Its months add up to the quota less the reserve, whole fen: each is the
        difference of two sums rounded down."""
        spread, months, at = quota * (1 - self.reserve), MONTHS - first, number - first
        return 0 if at < 0 else int(spread * (at + 1) / months) - int(spread * at / months)

    def kept(self) -> dict[str, Any]:
        """As a row keeps them."""
        rates = {name: str(getattr(self, name)) for name in ("share", "deposit", "reserve", "advance")}
        said = {"counted": self.counted, "over": self.over, "kinds": list(self.kinds)}
        return {**rates, **said, "appeal_days": self.appeal_days, "cited": list(self.cited)}


def terms_in_force(scheme: str, month: date) -> PrepaymentTerms:
    """Those of the pack in force for a scheme and month. Raises G104 without a pack, M401 for a region that declares
    none for them, M418 for a deposit above the national limit or a time that is none."""
    return terms_of(pack_in_force(), scheme, month)


def terms_of(pack: Pack, scheme: str, month: date) -> PrepaymentTerms:
    """What a pack declares for a scheme and month. Raises M401, M418."""
    paid, appeal = (_declared(pack, scheme, address, month) for address in ("month", "month.appeal"))
    said, facts = value_of(paid, MonthlyPayment), facts_on(pack, month)
    share, deposit, reserve, advance = (
        ratio(paid.address, one, facts) for one in (said.paid, said.deposit, said.reserve, said.advance)
    )
    days = finite(appeal.address, value_of(appeal, DeductionAppeal).working_days, facts)
    if deposit > MOST_DEPOSIT:
        raise fail("M418", address=paid.address, why=f"{float(deposit):.2%} > {float(MOST_DEPOSIT):.0%}")
    if days.denominator != 1 or days < 1:
        raise fail("M418", address=appeal.address, why=str(days))
    cited = tuple(f"{one.source} {one.cite}" for one in (paid, appeal))
    return PrepaymentTerms(share, deposit, reserve, said.counted, said.over, said.of, advance, int(days), cited)


def _declared(pack: Pack, scheme: str, address: str, month: date) -> Declared:
    found = declared_on(pack, scheme, address, month)
    if found is None:
        raise fail("M401", region=pack.region.name.zh, scheme=scheme, month=f"{month:%Y-%m}")
    return found
