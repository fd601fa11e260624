"""The types of filings that a region declares, on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tongchou.ground.errors import fail
from tongchou.ground.region.filing_kinds import FilingType
from tongchou.ground.region.pack import Declared, Pack
from tongchou.ground.region.values import value_of


@dataclass(frozen=True)
class Type:
    """A type as an article declares it; `order` is its place among all that is declared."""

    name: str
    scheme: str
    value: FilingType
    address: str
    cite: str
    order: int


def types_on(pack: Pack, scheme: str, day: date) -> dict[str, Type]:
    """Every type of a scheme on the day of filing, in written order. What `by` of the article says does not count."""
    found = [f for f in pack.facts if f.kind == "filing.*" and f.scheme == scheme and f.covers(day)]
    return {str(f.name): _type(f) for f in found}


def type_on(pack: Pack, scheme: str, name: str, day: date) -> Type:
    """The type of this name. Raises F001 when the scheme has none on that day."""
    types = types_on(pack, scheme, day)
    if name not in types:
        raise fail("F001", scheme=scheme, day=day, type=name, known="、".join(types))
    return types[name]


def _type(fact: Declared) -> Type:
    return Type(str(fact.name), fact.scheme, value_of(fact, FilingType), fact.address, fact.citation(), fact.order)
