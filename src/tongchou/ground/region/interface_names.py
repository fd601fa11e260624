"""What the codes of the interface stand for: layers, kinds of visits, facts and their words that the region has."""

from __future__ import annotations

from typing import Protocol

from tongchou.ground.errors import Place
from tongchou.ground.region.interface_kinds import Care, ExtraField, FilingCode, FundCode, WordCodes
from tongchou.ground.region.model import Fact
from tongchou.ground.region.pack import Declared

HOSPITAL = "hospital"
"""What is no layer and has a fund code all the same: the share of the institution."""


class Asked(Protocol):
    """The part of the checker of names that is needed here."""

    kinds: dict[str, set[str | None]]
    filings: dict[str, set[str]]

    def report(self, place: Place, code: str, **details: object) -> None: ...
    def check_name(self, place: Place, name: str, word: str | None, line_allowed: bool) -> None: ...
    def check_layer(self, fact: Declared, layer: str) -> None: ...


def check_codes(asked: Asked, fact: Declared, value: Fact) -> None:
    """Report every layer, kind of visit, fact and word that is none."""
    if isinstance(value, Care):
        known = asked.kinds.get(fact.scheme, set())
        if value.kind not in known:
            asked.report(fact.place, "R185", value=value.kind, known="、".join(sorted(map(str, known))))
        for name, word in value.gives.items():
            asked.check_name(fact.place, name, word, line_allowed=False)
        if value.admission is not None:
            _check_filing(asked, fact, value.admission)
    elif isinstance(value, FundCode) and fact.name != HOSPITAL:
        asked.check_layer(fact, str(fact.name))
    elif isinstance(value, FilingCode):
        _check_filing(asked, fact, value.type)
        for name in value.names:
            asked.check_name(fact.place, name, None, line_allowed=False)
    elif isinstance(value, ExtraField) and value.fact is not None:
        asked.check_name(fact.place, value.fact, None, line_allowed=False)
    elif isinstance(value, WordCodes):
        for word in value.codes.values():
            asked.check_name(fact.place, str(fact.name), word, line_allowed=True)


def _check_filing(asked: Asked, fact: Declared, name: str) -> None:
    known = asked.filings.get(fact.scheme, set())
    if name not in known:
        asked.report(fact.place, "R189", value=name, known="、".join(sorted(known)))
