"""Contributions: who owes what to the fen, what was received, what it credits, and from when to when it entitles.

Doors: `eligibility`, who may be enrolled; `assess` a month or year; `balances`, `paid_periods` and `collection_rate`
of orders; the accounts (`interest`, `at_year_end`, `at_break`, `at_death`, `draw_for_relative`); months and `retire`;
`entitlement`, also in bulk.
"""

from tongchou.engines.contributions.accounts import (
    Entry,
    at_break,
    at_death,
    at_year_end,
    balance,
    draw_for_relative,
    interest,
)
from tongchou.engines.contributions.assess import Assessment, assess
from tongchou.engines.contributions.bulk_cover import BulkEntitlement, entitlement_in_bulk
from tongchou.engines.contributions.cover import entitlement
from tongchou.engines.contributions.eligible import Standing, eligibility, kept_apart
from tongchou.engines.contributions.histories import Payment, Period, Spell
from tongchou.engines.contributions.receipts import (
    Balance,
    CollectionRate,
    Order,
    Receipt,
    balances,
    collected,
    collection_rate,
    late_fee,
    paid_periods,
    refuses_surplus,
)
from tongchou.engines.contributions.years import (
    Certificate,
    Months,
    Retirement,
    actual_months,
    convert,
    make_up,
    retire,
    transfer_in,
    transfer_out,
)

__all__ = [
    "Assessment",
    "Balance",
    "BulkEntitlement",
    "Certificate",
    "CollectionRate",
    "Entry",
    "Months",
    "Order",
    "Payment",
    "Period",
    "Receipt",
    "Retirement",
    "Spell",
    "Standing",
    "actual_months",
    "assess",
    "at_break",
    "at_death",
    "at_year_end",
    "balance",
    "balances",
    "collected",
    "collection_rate",
    "convert",
    "draw_for_relative",
    "eligibility",
    "entitlement",
    "entitlement_in_bulk",
    "interest",
    "kept_apart",
    "late_fee",
    "make_up",
    "paid_periods",
    "refuses_surplus",
    "retire",
    "transfer_in",
    "transfer_out",
]
