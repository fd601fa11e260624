"""A line as an institution sends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tongchou.ground.errors import Place, Problem


@dataclass(frozen=True)
class Line:
    """A line as an institution sends it: money in fen, the price of a unit in yuan. `returns` is the number of the line
    of which a negative one gives something back.

    What the catalogue says of an item — national code, group, class, first self-pay, limit — is taken from there. Only
    where the region keeps no catalogue of its kind (`catalogue`: drug, service or consumable; of any, when it is not
    said) do the words of the line count.
    """

    number: str
    fee_at: datetime
    fen: int
    local_code: str = ""
    name: str = ""
    quantity: Decimal = Decimal(1)
    price: Decimal | None = None
    returns: str = ""
    catalogue: str = ""
    approved: str = ""
    in_disease_scope: str = ""
    national_code: str = ""
    item: str = ""
    pay_class: str = ""
    fee_kind: str = ""
    first_pay: Decimal | None = None
    price_limit: int | None = None


def wrong(problem: str, line: Line, /, **details: object) -> Problem:
    """What is wrong with a line, which the message names."""
    return Problem(problem, Place(), {"line": line.number, **details})
