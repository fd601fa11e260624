"""What a filing names, checked as the facts of a claim are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tongchou.engines.filings.types import Type
from tongchou.ground.errors import fail
from tongchou.ground.region.facts import Facts
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.typed import typed

_YEARS = 100
FILER = {"person": "本人", "provider": "医药机构", "employer": "用人单位", "agency": "经办机构"}


def check_filer(of: Type, by: str) -> None:
    """Raises F005 for somebody who does not file this."""
    if by not in of.value.by:
        known = "、".join(FILER[one] for one in of.value.by)
        raise fail("F005", type=of.name, by=FILER.get(by, by), known=known)


def check_evidence(of: Type, kinds: Iterable[str]) -> None:
    """Raises F006 for evidence that is asked for and was not brought."""
    missing = [kind for kind in of.value.evidence or () if kind not in set(kinds)]
    if missing:
        raise fail("F006", missing="、".join(missing))


def read_names(pack: Pack, of: Type, given: Mapping[str, Any], on: date) -> dict[str, Any]:
    """The named facts with their types. Raises F002 for one that is missing, F003 for one that the type does not
    name, F004 for a word that is none of the vocabulary, F017 for what cannot be meant: several of what is one, a
    date a hundred years away; C004/C032 for no date or number."""
    known = (*of.value.names, *of.value.may_name)
    for name in given:
        if name not in known:
            raise fail("F003", type=of.name, name=name, known="、".join(known))
    for name in of.value.names:
        if not str(given.get(name) or "").strip():
            raise fail("F002", type=of.name, name=name)
    read = {name: typed(pack, name, value) for name, value in given.items() if str(value).strip()}
    for name, value in read.items():
        far = isinstance(value, date) and abs(value.year - on.year) > _YEARS
        if far or (isinstance(given[name], list | tuple) and not isinstance(value, tuple)):
            raise fail("F017", value=given[name], name=name)
        _check_word(pack, name, value)
    return read


def _check_word(pack: Pack, name: str, value: Any) -> None:
    dimension = pack.vocabulary.dimensions.get(name)
    for word in value if isinstance(value, tuple) else (value,):
        if dimension is not None and isinstance(word, str) and word not in dimension.words:
            raise fail("F004", value=word, name=name, known="、".join(dimension.words))


def facts_of_filing(pack: Pack, of: Type, names: Mapping[str, Any], on: date) -> Facts:
    """What the numbers of a type are computed on: the named facts, on the day of filing."""
    return Facts(pack, {**names, "scheme": of.scheme}, str(pack.year.label_of(on)), on)


def same(of: Type, names: Mapping[str, Any]) -> str | None:
    """What a filing shares with none that runs beside it, as one text; None when the type says nothing of it."""
    return "·".join(str(names.get(name, "")) for name in of.value.one_of_each) if of.value.one_of_each else None
