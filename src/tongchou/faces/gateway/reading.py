"""Reading a request as liberally as institutions' software writes it: by the tables, and by no more than the meaning.

A key may be missing, null, empty or the text `null`, spelled with other capitals or underscores; a number may be text,
a text a number; one row may stand alone where rows are expected, or in a list where one is; a date may carry a time.
What the tables do not name is left out. Which fields a transaction cannot do without says its handler, not the table.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from tongchou.faces.gateway.fields import Field, Section, Transaction
from tongchou.ground.errors import fail

Row = dict[str, Any]
Extra = Mapping[tuple[str, str], Iterable[str]]
_NOTHING_MORE: Extra = {}
_NOTHING = ("", "null", "NULL", "undefined")
_LARGEST = Decimal(10) ** 15
_MOST_ROWS = 10_000
_DAY = re.compile(
    r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|(\d{2})(\d{2}))"
    r"(?:[ T]?(\d{1,2}):?(\d{2})(?::?(\d{2})(?:\.\d+)?)?)?(?:Z|[+-]\d{2}:?\d{2})?"
)
_KINDS = {"number": "数字", "integer": "整数", "date": "日期", "datetime": "时间"}


def read(transaction: Transaction, given: Any, extra: Extra = _NOTHING_MORE) -> Row:
    """The input of a transaction: sections by name, in them fields and sections, every one of the tables and what the
    region adds: transaction and section → names of fields.

    Fields are str, Decimal, date, datetime (of the region's clock, without a zone) or None. Raises N101 for a value
    that cannot be read, N102 for rows where there is one, N103 for an input that is no object.
    """
    if isinstance(given, str):
        given = {} if given.strip() in _NOTHING else _json(given)
    if given is None:
        given = {}
    if isinstance(given, list):
        given = {"data": given}
    if not isinstance(given, dict):
        raise fail("N103", infno=transaction.infno)
    found: Row = {}
    for section in (with_more(one, extra.get((transaction.infno[:4], one.name), ())) for one in transaction.request):
        if section.name:
            found[section.name] = _section(section, _pick(given, (section.name, *section.also)))
        else:
            found |= _row(section, given)
    return found


def with_more(section: Section, names: Iterable[str]) -> Section:
    """A section with fields that the tables do not have."""
    more = [Field(name, name, "string", "", False, "") for name in names]
    return replace(section, fields=[*section.fields, *more]) if more else section


def rows_of(section: Section, given: Any) -> list[Row]:
    """Rows that stand in a field, as a list, one object, or either as text. Raises as `read` does."""
    if isinstance(given, str):
        given = None if given.strip() in _NOTHING else _json(given)
    rows = [] if given is None else given if isinstance(given, list) else [given]
    return [_row(section, one) for one in rows if one is not None]


def _section(section: Section, given: Any) -> Row | list[Row] | None:
    if isinstance(given, str):
        given = None if given.strip() in _NOTHING else _json(given)
    if section.rows == "many":
        rows = [] if given is None else given if isinstance(given, list) else [given]
        if len(rows) > _MOST_ROWS:
            raise fail("N104", what=section.name, most=_MOST_ROWS)
        return [_row(section, one) for one in rows if one is not None]
    if isinstance(given, list):
        if len(given) > 1:
            raise fail("N102", what=section.name)
        given = given[0] if given else None
    return None if given is None else _row(section, given)


def _row(section: Section, given: Any) -> Row:
    if not isinstance(given, dict):
        raise fail("N103", infno=section.name)
    folded = given if all(one.name in given for one in section.fields) else _folded(given)
    found = {
        one.name: _value(one, folded[one.name] if one.name in folded else _pick(folded, (one.name, *one.also)))
        for one in section.fields
    }
    for child in section.sections:
        found[child.name] = _section(child, _pick(_folded(given), (child.name, *child.also)))
    return found


def _folded(given: Mapping[str, Any]) -> dict[str, Any]:
    """By name without capitals and underscores; what is spelled as printed wins."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        found.setdefault(_fold(name), value)
    return {**found, **given}


def _fold(name: str) -> str:
    return name.replace("_", "").lower()


def _pick(given: Mapping[str, Any], names: Sequence[str]) -> Any:
    for name in names:
        if name in given:
            return given[name]
    for name in names:
        for key in (_fold(name), *([] if name else [""])):
            if key in given:
                return given[key]
    return next((value for key, value in given.items() if _fold(key) in {_fold(name) for name in names}), None)


def whole(value: Any) -> Any:
    """What JSON said, with a sign in place of each half a character: no text can hold one, and nobody write it down."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {whole(name): whole(one) for name, one in value.items()}
    return [whole(one) for one in value] if isinstance(value, list) else value


def _json(text: str) -> Any:
    try:
        return whole(json.loads(text, parse_float=Decimal))
    except (ValueError, RecursionError):
        raise fail("N103", infno=text[:20]) from None


def _value(of: Field, given: Any) -> Any:
    if given is None or (isinstance(given, str) and given.strip() in _NOTHING):
        return None
    if of.type in ("list", "object", "bytes", "boolean", ""):
        return given if not isinstance(given, str) else text(given)
    if of.type in ("number", "integer"):
        return _number(of, given)
    if of.type in ("date", "datetime"):
        return _moment(of, given)
    if isinstance(given, str):
        return text(given)
    if isinstance(given, bool):
        return "1" if given else "0"
    if isinstance(given, int | Decimal):
        return str(given)
    return json.dumps(given, ensure_ascii=False, default=str)


def text(given: str) -> str:
    """A text as a database can keep it: without NUL and halves of characters."""
    if given.isascii() and "\0" not in given:  # nearly every one
        return given.strip()
    return given.replace("\0", "").encode("utf-8", "replace").decode().strip()


def _number(of: Field, given: Any) -> Decimal:
    try:
        number = Decimal(given.strip().replace(",", "") if isinstance(given, str) else given)
    except (InvalidOperation, TypeError, ValueError):
        raise _unreadable(of, given) from None
    if isinstance(given, bool) or not number.is_finite() or abs(number) >= _LARGEST:
        raise _unreadable(of, given)
    if of.type == "integer" and number != int(number):
        raise _unreadable(of, given)
    return number


def _moment(of: Field, given: Any) -> date | datetime:
    found = _DAY.fullmatch(str(given).strip())
    if found is None:
        raise _unreadable(of, given)
    year, month, day, short_month, short_day, hour, minute, second = found.groups()
    try:
        on = date(int(year), int(month or short_month), int(day or short_day))
        if of.type == "date":
            return on
        if hour is None:  # a day as the end of a range is all of the day
            return datetime.combine(on, time(23, 59, 59) if of.name.startswith("end") else time())
        return datetime.combine(on, time(int(hour), int(minute), int(second or 0)))
    except ValueError:
        raise _unreadable(of, given) from None


def _unreadable(of: Field, given: Any) -> Exception:
    return fail("N101", field=of.name, label=of.label, value=str(given)[:30], what=_KINDS.get(of.type, of.type))
