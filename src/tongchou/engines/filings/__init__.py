"""Filings: what is submitted, decided, withdrawn and run out, by when, for how long, and the facts claims get from it.

Doors: `submit`, `decide`, `withdraw`, `expire`, `end` give a filing after a step; `facts_on` what filings give to a
claim on a day; `type_on` and `types_on` what is declared; `deadline` the last day of a clock.
"""

from tongchou.engines.filings.clock import deadline
from tongchou.engines.filings.filing import (
    APPROVED,
    EXPIRED,
    REFUSED,
    REPLACED,
    STATES,
    SUBMITTED,
    WITHDRAWN,
    Filing,
)
from tongchou.engines.filings.given import facts_on
from tongchou.engines.filings.named import check_filer
from tongchou.engines.filings.points import Threshold, reached, thresholds_on
from tongchou.engines.filings.steps import Step, decide, end, expire, submit, withdraw
from tongchou.engines.filings.types import Type, type_on, types_on

__all__ = [
    "APPROVED",
    "EXPIRED",
    "REFUSED",
    "REPLACED",
    "STATES",
    "SUBMITTED",
    "WITHDRAWN",
    "Filing",
    "Step",
    "Threshold",
    "Type",
    "check_filer",
    "deadline",
    "decide",
    "end",
    "expire",
    "facts_on",
    "reached",
    "submit",
    "thresholds_on",
    "type_on",
    "types_on",
    "withdraw",
]
