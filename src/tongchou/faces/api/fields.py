"""What every field of a request holds to, before it comes near the database."""

from datetime import date, datetime, timedelta, timezone
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
"""The number of a row."""

Day = Annotated[date, Field(ge=date(1850, 1, 1), le=date(2200, 12, 31))]
"""A day that somebody alive can have to do with; beyond the calendar's ends nothing can be counted."""

_BEIJING = timezone(timedelta(hours=8))
Moment = Annotated[
    AwareDatetime, Field(ge=datetime(1990, 1, 1, tzinfo=_BEIJING), le=datetime(2200, 12, 31, tzinfo=_BEIJING))
]
"""A moment with its zone, such as 2025-05-10T10:00:00+08:00."""

Fen = Annotated[int, Field(ge=0, le=10**12)]
"""Money that is not below nothing."""

_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
"""No control characters: a database refuses some of them, and logs are forged with others."""


def text(longest: int, shortest: int = 1) -> type[str]:
    """A text of so many characters without control characters."""
    return Annotated[str, StringConstraints(min_length=shortest, max_length=longest, pattern=_PRINTABLE)]


Reason = text(500)
