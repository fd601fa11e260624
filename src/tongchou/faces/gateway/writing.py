"""Writing an answer strictly: every field that is printed, amounts as numbers with their decimals, rows as lists."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from operator import itemgetter
from typing import Any

from tongchou.faces.gateway.fields import Field, Section, Transaction

_PLAIN = re.compile('"\\\\u0000(-?[0-9.]+)"')


def output(
    transaction: Transaction, said: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
) -> dict[str, Any] | list[dict[str, Any]] | None:
    """What a handler says, as the transaction prints it: its sections with all their fields, empty numbers 0, other
    empty values empty text. What it says beyond the tables is kept. None where there is nothing to say."""
    if said is None:
        return None
    if isinstance(said, list):  # rows without a section around them
        return [_row(transaction.response[0], one) for one in said]
    found: dict[str, Any] = {}
    for section in transaction.response:
        if section.kind == "file":  # the columns of a file that is fetched by 9102
            continue
        if section.name:
            found[section.name] = _section(section, said.get(section.name))
        elif section.rows == "many":  # rows whose node the document does not print: clients read them as `data`
            found["data"] = _section(section, said.get("data"))
        else:
            found |= _row(section, said)
    return found | {name: plain(value) for name, value in said.items() if name not in found}


def _section(section: Section, said: Any) -> Any:
    if isinstance(said, list | tuple) or (said is None and section.rows == "many"):
        return [_row(section, one) for one in said or ()]
    return None if said is None else _row(section, said)


def _row(section: Section, said: Mapping[str, Any]) -> dict[str, Any]:
    found = {one.name: _value(one, said.get(one.name)) for one in section.fields}
    for child in section.sections:
        found[child.name] = _section(child, said.get(child.name))
    return found | {name: plain(value) for name, value in said.items() if name not in found}


def _value(of: Field, value: Any) -> Any:
    if of.type in ("number", "integer"):
        number = Decimal(0 if value is None or value == "" else value)
        if of.type == "number" and "," not in of.length and number % 1:
            return _Exact(number)  # printed without its decimals, as ratios and prices of some queries are
        return _Exact(number.quantize(_step(of.length), ROUND_HALF_UP))
    if type(value) is str:
        return value
    if value is None:
        return None if of.name == "exp_content" else [] if of.type == "list" else ""
    if of.type == "datetime" and isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if of.type == "date" and isinstance(value, datetime):
        value = value.date()
    return plain(value)


@cache
def _step(length: str) -> Decimal:
    """The least that a number of a printed length can differ by."""
    return Decimal(1).scaleb(-int(length.partition(",")[2] or 0))


def plain(value: Any) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return _Exact(value)
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


class _Exact(str):
    """A number that is written with all its decimals: 12.50, which a float would write as 12.5."""

    def __new__(cls, number: Decimal) -> _Exact:
        return super().__new__(cls, f"\0{number:f}")


def as_json(value: Any) -> bytes:
    """JSON in UTF-8. No text that is read keeps a NUL (`reading.text`), so that only our numbers carry one."""
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return _PLAIN.sub(itemgetter(1), written).encode("utf-8", "replace")


def fen(amount: int) -> Decimal:
    """Fen as yuan."""
    return Decimal(amount).scaleb(-2)
