"""Numbers that the platform gives out: digits only, twenty of them, the region first."""

from __future__ import annotations

from tongchou.ground.errors import fail

_LENGTH = 14


def number(region: str, row: int) -> str:
    """The number of a row, as it is answered."""
    return f"{region}{row:0{_LENGTH}d}"


def row(region: str, given: str | None, label: str, field: str) -> int:
    """The row that a number stands for. Raises N105 where it is missing, N111 for one that this region never gave."""
    if given is None:
        raise fail("N105", label=label, field=field)
    own = given.removeprefix(region)
    if len(given) != len(region) + _LENGTH or own == given or not (own.isascii() and own.isdigit()):
        raise fail("N111", label=label, field=field, value=given[:30])
    return int(own)
