"""The tables of contributions."""

from tongchou.record.contributions.models.figures import EmployerFigure
from tongchou.record.contributions.models.orders import (
    Assessment,
    Cancellation,
    CashDue,
    Credit,
    CreditTerms,
    Declaration,
    NotAssessed,
    Order,
    Part,
    Share,
)
from tongchou.record.contributions.models.payouts import PayOut
from tongchou.record.contributions.models.receipts import (
    LateFee,
    Paid,
    Receipt,
    ReceiptFile,
    RefundCase,
    Surplus,
    WaiverCase,
)
from tongchou.record.contributions.models.years import MonthsEntry, Retirement, Transfer

__all__ = [
    "Assessment",
    "Cancellation",
    "CashDue",
    "Credit",
    "CreditTerms",
    "Declaration",
    "EmployerFigure",
    "LateFee",
    "MonthsEntry",
    "NotAssessed",
    "Order",
    "Paid",
    "Part",
    "PayOut",
    "Receipt",
    "ReceiptFile",
    "RefundCase",
    "Retirement",
    "Share",
    "Surplus",
    "Transfer",
    "WaiverCase",
]
