"""The clearing statement: one line for each institution, scheme, setting and method, from the charge to what is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tongchou.engines.payment.formula import figure
from tongchou.engines.payment.rules import Rules
from tongchou.engines.payment.sharing import Shared, share
from tongchou.engines.payment.table_columns import SCALE
from tongchou.ground.money import round_fraction
from tongchou.ground.region.clearing_money import Assessment, Clearing, Prepayment, Sharing

Key = tuple[str, str, str, str]
"""setting, scheme, method, institution."""


@dataclass
class Line:
    """Whole fen; points in ten-thousandths. See `FIELDS` for the order in which they follow from each other.
    `withheld`: the deposit that was kept back in the year's months, where a table tells it."""

    setting: str
    scheme: str
    method: str
    institution: str
    cases: int = 0
    points: int = 0
    charged: int = 0
    standard: int = 0
    surplus: int = 0
    kept: int = 0
    overrun: int = 0
    shared: int = 0
    compensated: int = 0
    deducted: int = 0
    payable: int = 0
    deposit: int = 0
    score: int | None = None
    withheld: int | None = None
    lost: int = 0
    prepaid: int = 0
    due_before: int = 0
    returned: int = 0
    due: int = 0

    @property
    def key(self) -> Key:
        return self.setting, self.scheme, self.method, self.institution


FIELDS: tuple[tuple[str, str, str], ...] = (
    ("cases", "例数", "cases"),
    ("points", "分值", "points"),
    ("charged", "统筹基金记账", "fund charged"),
    ("standard", "应付标准", "standard"),
    ("surplus", "结余", "surplus"),
    ("kept", "结余留用", "surplus kept"),
    ("overrun", "超支", "overrun"),
    ("shared", "超支分担", "overrun shared"),
    ("compensated", "合理超支补偿", "reasonable overrun compensated"),
    ("deducted", "扣减", "deductions"),
    ("payable", "应支付", "payable"),
    ("deposit", "质量保证金", "deposit"),
    ("lost", "考核扣减", "lost by assessment"),
    ("prepaid", "已预付", "prepaid"),
    ("due_before", "考核前应补", "due before the deposit"),
    ("returned", "退还保证金", "deposit returned"),
    ("due", "应补付", "due"),
)
"""Fields of a line, with what people call them."""


def settle_line(rules: Rules, line: Line, institution: Mapping[str, Any], cases: int) -> Line:
    """The line from its charge, standard, deductions, prepayments and score: surplus kept or overrun shared, then
    deductions, deposit, assessment, what was prepaid, and what is due. `cases`: of all lines of the institution, whose
    growth over last year is asked where a reasonable overrun is compensated."""
    rounding = rules.need("clearing", Clearing).rounding
    last_year = int(institution["cases_last_year"])
    growth = Fraction(cases, last_year) - 1 if last_year else None
    indicator = Fraction(institution["indicator"])
    said = rules.get(f"sharing.{line.method}", Sharing)
    found: Shared = share(said, line.standard, line.charged, growth, indicator, rounding)
    line.surplus, line.kept, line.overrun, line.shared, line.compensated = found
    earned = (
        line.charged + line.kept if line.standard >= line.charged else line.standard + line.shared + found.compensated
    )
    line.payable = earned - line.deducted
    cash = rules.need("prepayment", Prepayment)
    share_kept = round_fraction(max(line.payable, 0) * figure(cash.deposit), mode=rounding)
    line.deposit = share_kept if line.withheld is None else line.withheld
    line.returned = round_fraction(
        line.deposit * returns(rules.get("assessment", Assessment), line.score), mode=rounding
    )
    line.lost = line.deposit - line.returned
    line.due_before = line.payable - line.deposit - line.prepaid
    line.due = line.due_before + line.returned
    return line


def returns(said: Assessment | None, score: int | None) -> Fraction:
    """The share of a deposit that a score (ten-thousandths) brings back; all of it where nobody is assessed."""
    if said is None:
        return Fraction(1)
    if score is None:
        return figure(said.unassessed)
    for step in said.returns:
        if Fraction(score, SCALE) >= figure(step.at_least):
            return figure(step.returns)
    return Fraction(0)


@dataclass(frozen=True)
class Balance:
    """One scheme and setting: budget = paid + deposits kept + reserve left + retained, to the fen."""

    scheme: str
    setting: str
    budget: int
    paid: int
    deposits_kept: int
    reserve: int
    reserve_used: int
    retained: int

    @property
    def holds(self) -> bool:
        return self.budget == self.paid + self.deposits_kept + self.reserve - self.reserve_used + self.retained


def balance(scheme: str, setting: str, budget: int, reserve: int, lines: Sequence[Line]) -> Balance:
    """What the budget became. The reserve serves overruns that the fund shares or compensates, as far as it goes; what
    the fund retains is derived last (less than nothing where it paid more than its budget)."""
    lost = sum(line.lost for line in lines)
    paid = sum(line.payable for line in lines) - lost
    used = min(reserve, sum(line.shared + line.compensated for line in lines))
    return Balance(scheme, setting, budget, paid, lost, reserve, used, budget - paid - lost - (reserve - used))


"""`paid`: prepaid or due, deposits that were returned included."""
