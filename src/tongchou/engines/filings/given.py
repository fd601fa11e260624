"""The facts that filings give to a claim on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from tongchou.engines.filings.filing import Filing
from tongchou.engines.filings.types import Type, types_on
from tongchou.ground.region.filing_kinds import FILED
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.typed import typed
from tongchou.ground.region.vocabulary import LIST


def with_gifts(pack: Pack, of: Type, filing: Filing) -> Filing:
    """The filing with what it gives while it runs, settled once when it is approved."""
    given = {name: typed(pack, name, word) for name, word in of.value.gives.items()}
    for name, source in of.value.carries.items():
        value = filing.filed_on if source == FILED else filing.names.get(source)
        if value is not None:
            given[name] = value
    only_at = {name: filing.names[name] for name in of.value.matches if name in filing.names}
    return replace(filing, gives=given, only_at=only_at)


def facts_on(
    pack: Pack,
    scheme: str,
    day: date,
    filings: Iterable[Filing],
    claim: Mapping[str, Any] | None = None,
    types: Mapping[str, Type] | None = None,
) -> dict[str, Any]:
    """Every fact that the filings of one person (or organisation) give to a claim of a day, with its type.

    What a type says for those who filed nothing stands where nothing is given. Where several give one fact, the type
    written first prevails, and within a type the filing that began later; a list gathers the words of all. With the
    facts of a `claim` only filings that agree with it count. `types`: those of the day, where somebody has them ready.
    """
    if types is None:
        types = types_on(pack, scheme, day)
    found: dict[str, Any] = {}
    for of in types.values():
        found |= {name: typed(pack, name, word) for name, word in of.value.otherwise.items()}
    lists: dict[str, list[Any]] = {}
    ranks = {name: i for i, name in enumerate(types)}
    running = [one for one in filings if one.scheme == scheme and one.holds(day) and _agrees(one, claim)]
    running.sort(key=lambda one: (-ranks.get(one.type, len(ranks)), one.first or day, one.id))
    for one in running:
        for name, value in one.gives.items():
            if pack.vocabulary.kind_of_fact(name) == LIST:
                words = lists.setdefault(name, [])
                words += [word for word in (value if isinstance(value, tuple) else (value,)) if word not in words]
            else:
                found[name] = value
    return found | {name: tuple(words) for name, words in lists.items()}


def _agrees(one: Filing, claim: Mapping[str, Any] | None) -> bool:
    return claim is None or all(claim.get(name) == value for name, value in one.only_at.items())
