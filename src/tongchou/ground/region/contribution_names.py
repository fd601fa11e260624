"""What one contribution names of others: its payers, levies, bases, funds and schemes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tongchou.ground.region import contribution_kinds as kinds
from tongchou.ground.region.scalars import Fact


def names_meant(value: Fact) -> Iterator[tuple[str, str]]:
    """Every (kind, name) a declared contribution points to: ("payer", 个人), ("levy", 基本医疗) …"""
    if isinstance(value, kinds.Levy):
        yield from _each("payer", (part.payer for part in value.shares))
        yield from _each("payer", () if value.odd_fen == kinds.LARGEST_REMAINDER else (value.odd_fen,))
    elif isinstance(value, kinds.Shift):
        yield from _each("payer", (*value.from_, *(part.payer for part in value.to)))
    elif isinstance(value, kinds.Cash):
        yield "levy", value.of
    elif isinstance(value, kinds.Credit):
        yield from _each("levy", () if value.of is None else (value.of,))
        yield from _each("payer", (part.payer for part in value.parts or ()))
    elif isinstance(value, kinds.MakeUp):
        yield "years", value.of
    elif isinstance(value, kinds.Cover):
        yield from _each("levy", () if value.paid_by is None else (value.paid_by,))
        yield from _each("fund", value.funds)
        yield from _each("waiting", value.waiting or ())
    elif isinstance(value, kinds.Conversion | kinds.Connection):
        yield "scheme", value.scheme
    elif isinstance(value, kinds.Eligible):
        yield from _each("insurance", value.apart_from if value.joins is None else (value.joins,))
    elif isinstance(value, kinds.Precedence):
        yield from _each("insurance", value.over if value.of is None else (value.of, *value.over))
    if isinstance(value, kinds.Shift | kinds.Deferral | kinds.Due):
        yield from _each("levy", value.of)
    if isinstance(value, kinds.Cash | kinds.Deferral):
        yield from _each("payer", value.payers)
    if isinstance(value, kinds.Levy | kinds.Credit | kinds.MakeUp) and value.base is not None:
        yield "base", value.base


def _each(kind: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((kind, name) for name in names)
