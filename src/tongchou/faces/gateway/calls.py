"""One call of a transaction: what a handler is given, and how handlers are found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from tongchou.faces.gateway import ids
from tongchou.faces.gateway.codes import Codes
from tongchou.faces.gateway.envelope import Envelope
from tongchou.faces.gateway.fields import Transaction, transactions
from tongchou.faces.gateway.reading import Row
from tongchou.ground.errors import fail
from tongchou.record.base import clock
from tongchou.record.providers.models import Institution


@dataclass(frozen=True)
class Download:
    """A file as an answer."""

    name: str
    content: bytes


Said = Mapping[str, Any] | list[dict[str, Any]] | Download | None


@dataclass
class Call:
    """A transaction that an institution asks for. `given`: its input, read; `person`: whom it turned out to be about,
    for the log; `file`: the binary part of a message that has one."""

    transaction: Transaction
    envelope: Envelope
    given: Row
    institution: Institution
    codes: Codes
    file: bytes | None = None
    person: int | None = None
    region: str = field(init=False)

    def __post_init__(self) -> None:
        self.region = self.codes.region

    def section(self, name: str = "data") -> Section:
        """A section of the input; empty where it was not sent."""
        return Section(self, name, self.given.get(name) or {})

    def rows(self, name: str) -> list[Section]:
        """The rows of a section. Raises N105 for none."""
        rows: Sequence[Row] = self.given.get(name) or []
        if not rows:
            raise fail("N105", label=name, field=name)
        return [Section(self, name, one) for one in rows]

    def maybe_rows(self, name: str) -> list[Section]:
        """The rows of a section, perhaps none."""
        return [Section(self, name, one) for one in self.given.get(name) or []]


@dataclass
class Section:
    """One row of the input."""

    call: Call
    name: str
    values: Row

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        return default if value is None else str(value)

    def needed(self, name: str) -> Any:
        """A value that the transaction cannot do without. Raises N105."""
        value = self.values.get(name)
        if value is None:
            raise fail("N105", label=self.label(name), field=name)
        return value

    def short(self, name: str, most: int) -> str:
        """A text that the transaction cannot do without and that must fit. Raises N105, N314."""
        found = str(self.needed(name))
        if len(found) > most:
            raise fail("N314", label=self.label(name), field=name, most=most)
        return found

    def count(self, name: str, most: int = 999_999) -> int:
        """A whole number, 0 where it was not sent. Raises N315."""
        found = int(self.values.get(name) or 0)
        if not 0 <= found <= most:
            raise fail("N315", label=self.label(name), field=name, most=most)
        return found

    def label(self, name: str) -> str:
        for section in self.call.transaction.request:
            for one in section.walk():
                if one.name == self.name:
                    return next((f.label for f in one.fields if f.name == name), name)
        return name

    def rows(self, name: str) -> list[Section]:
        """The rows of a section inside this one. Raises N105 for none."""
        rows: Sequence[Row] = self.values.get(name) or []
        if not rows:
            raise fail("N105", label=name, field=name)
        return [Section(self.call, name, one) for one in rows]

    def row(self, name: str) -> int:
        """The row that a number of ours stands for. Raises N105, N111."""
        return ids.row(self.call.region, self.values.get(name), self.label(name), name)

    def day(self, name: str) -> date | None:
        value = self.values.get(name)
        return value.date() if isinstance(value, datetime) else value

    def moment(self, name: str) -> datetime | None:
        """A moment with the region's zone."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, datetime):
            value = datetime.combine(value, time())
        return value.replace(tzinfo=clock.CHINA)

    def fen(self, name: str) -> int | None:
        """An amount in fen, rounded half up. None where it was not sent."""
        value: Decimal | None = self.values.get(name)
        return None if value is None else int((value * 100).to_integral_value("ROUND_HALF_UP"))

    def kept(self, *without: str) -> dict[str, Any]:
        """What was said, as JSON holds it, without these names and what is empty."""
        return {
            name: value if isinstance(value, str | int | list | dict) else str(value)
            for name, value in self.values.items()
            if value is not None and name not in without
        }


Handler = Callable[[Call], Said]
HANDLERS: dict[str, Handler] = {}
"""What answers each transaction."""
DOWNLOADS = ("9102",)
"""Transactions that are answered by a file. They change nothing: the same message again is answered anew."""


def handles(*numbers: str) -> Callable[[Handler], Handler]:
    """Make a function the answer to these transactions."""

    def keep(function: Handler) -> Handler:
        for one in numbers:
            if one in HANDLERS:
                raise ValueError(f"{one} is answered already")
            HANDLERS[one] = function
        return function

    return keep


def handler_of(infno: str) -> tuple[str, Handler] | None:
    """What answers a number, and under which number its tables stand: an A form has those of the plain one unless it
    has its own."""
    plain = infno.rstrip("AB")
    for one in (infno, plain):
        if one in HANDLERS:
            return infno if infno in transactions() else plain, HANDLERS[one]
    return None
