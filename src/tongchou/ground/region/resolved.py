"""The plain content of a pack: what its hash covers, and what a record stores so that the pack can be had again.

It holds what is declared and not where it was written: comments, files and their order leave it as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from tongchou.ground.errors import Place, ProblemError
from tongchou.ground.region.addresses import find_target, read_value
from tongchou.ground.region.dip.load import Dip, kept_dip
from tongchou.ground.region.folder import Folder
from tongchou.ground.region.headers import Basis, Day, Layer
from tongchou.ground.region.model import ALL_OF_SCHEMES, CLEARING_KINDS, EVERY, MAIN_NUMBER, Fact
from tongchou.ground.region.number import Malformed, drop_cell, read_number, reset_cell
from tongchou.ground.region.pack import CellChange, Declared, Pack
from tongchou.ground.region.plain import Plain, merge, understand
from tongchou.ground.region.text import Document
from tongchou.ground.region.validate import validate

FORMAT = 2
SHOWN_AS = "(stored pack)"
Words = Mapping[str, tuple[str, ...]]
Groups = Mapping[str, Mapping[str, str]]


class StoredChange(Fact):
    at: tuple[tuple[str, str], ...]
    to: Any
    cite: str


class StoredFact(Fact):
    scheme: str
    address: str
    value: Any
    resets: tuple[StoredChange, ...]
    source: str
    cite: str
    says: str
    begins: Day
    through: Day | None
    by: Basis
    published: Day | None
    review_by: Day | None


class Stored(Fact):
    """A pack as a record keeps it."""

    format: Literal[2]
    known_on: Day | None
    region: dict[str, Any]
    sources: dict[str, Any]
    vocabulary: dict[str, dict[str, Any]]
    layers: dict[str, Any]
    decisions: dict[str, Any]
    dip: dict[str, str] | None = None
    groups: dict[str, dict[str, str]] = Field(default_factory=dict)
    facts: tuple[StoredFact, ...]


def in_written_order(facts: Iterable[Declared], written: Iterable[Declared]) -> tuple[Declared, ...]:
    """By scheme, layer and kind, and in these as they were written: the order that means something.

    A value stands where its address was first written, so neither a later decree nor a delta moves it.
    """
    first: dict[str, int] = {}
    for fact in written:
        first.setdefault(fact.address, fact.order)
    ordered = sorted(facts, key=lambda f: (f.scheme, f.layer or "", f.kind, first[f.address], f.from_date))
    return tuple(replace(fact, order=i) for i, fact in enumerate(ordered))


def resolve(
    plain: Plain, facts: Sequence[Declared], known_on: date | None, dip: Dip | None, groups: Groups
) -> dict[str, Any]:
    """The plain content of a pack; JSON and back leaves it equal."""
    return {
        "format": FORMAT,
        "known_on": _day(known_on),
        "region": plain.region,
        "sources": plain.sources,
        "vocabulary": plain.vocabulary,
        "layers": plain.layers,
        "decisions": plain.decisions,
        "facts": [_store(fact) for fact in facts],
        **({} if dip is None else {"dip": {name: text.decode() for name, text in dip.files.items()}}),
        **({"groups": groups} if groups else {}),
    }


def _store(fact: Declared) -> dict[str, Any]:
    return {
        "scheme": fact.scheme,
        "address": fact.address,
        "value": fact.raw,
        "resets": [{"at": [list(pair) for pair in c.path], "to": c.raw, "cite": c.cite} for c in fact.resets],
        "source": fact.source,
        "cite": fact.cite,
        "says": fact.says,
        "begins": _day(fact.from_date),
        "through": _day(fact.through),
        "by": fact.by,
        "published": _day(fact.published),
        "review_by": _day(fact.review_by),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def pack_from_resolved(content: Mapping[str, Any]) -> Pack:
    """The pack of a stored content: the same facts, the same hash. It has no cases and no lines of files.

    Raises:
        ProblemError: the content is not what `Pack.resolved` gives.
    """
    document = Document(SHOWN_AS, content)
    stored = validate(Stored, content, document)
    if stored is None:
        raise ProblemError(*document.problems)
    folder = _as_folder(stored)
    plain = merge([folder])
    heads = understand(plain)
    problems = [p for d in folder.documents() for p in d.problems]
    if heads is None or problems:
        raise ProblemError(*problems)
    words = {name: d.words for name, d in heads.vocabulary.dimensions.items()}
    facts = [_fact(i, f, heads.layers.get(f.scheme, {}), words, document) for i, f in enumerate(stored.facts)]
    if document.problems:
        raise ProblemError(*document.problems)
    kept = tuple(f for f in facts if f is not None)
    dip = None if stored.dip is None else kept_dip(stored.dip)
    return Pack(
        folder=SHOWN_AS,
        region=heads.region,
        sources=heads.sources,
        vocabulary=heads.vocabulary,
        layers=heads.layers,
        visits=heads.visits,
        facts=kept,
        written=kept,
        decisions=heads.decisions,
        acknowledged=(),
        cases=(),
        known_on=stored.known_on,
        resolved=resolve(plain, kept, stored.known_on, dip, stored.groups),
        dip=dip,
        groups=stored.groups,
    )


def _as_folder(stored: Stored) -> Folder:
    tables = {
        "sources": stored.sources,
        "vocabulary": stored.vocabulary,
        "layers": stored.layers,
        "decisions": {"decisions": stored.decisions},
    }
    documents = {name: Document(SHOWN_AS, data) for name, data in tables.items()}
    return Folder(Path(SHOWN_AS), Document(SHOWN_AS, stored.region), documents)


def _fact(i: int, stored: StoredFact, layers: Mapping[str, Layer], words: Words, document: Document) -> Declared | None:
    at = ("facts", i, "address")
    kinds = CLEARING_KINDS if stored.scheme == EVERY else ALL_OF_SCHEMES
    target = find_target(stored.address.removeprefix(f"{stored.scheme}."), layers, kinds)
    if target is None:
        document.report("R150", *at, value=stored.address, known="、".join(layers))
        return None
    value = read_value(target, stored.value, (), document, *at)
    for change in stored.resets:
        value = _changed(value, target.kind, change, words, document, *at)
    if value is None:
        return None
    return Declared(
        address=stored.address,
        scheme=stored.scheme,
        layer=target.layer,
        kind=target.kind,
        name=target.name,
        value=value,
        raw=stored.value,
        source=stored.source,
        cite=stored.cite,
        says=stored.says,
        from_date=stored.begins,
        through=stored.through,
        by=stored.by,
        published=stored.published,
        review_by=stored.review_by,
        order=i,
        place=Place(file=SHOWN_AS, key=stored.address),
        resets=tuple(CellChange(c.at, c.to, c.cite) for c in stored.resets),
    )


def _changed(
    value: Any, kind: str, change: StoredChange, words: Words, document: Document, *at: str | int
) -> Fact | None:
    """The value with one cell as another article left it; None with the problem reported."""
    path, key = dict(change.at), MAIN_NUMBER.get(kind)
    try:
        if key is None or value is None:
            raise Malformed("R151", value=str(at[-1]))
        number = getattr(value, key)
        if change.to is None:
            number = drop_cell(number, path, words)
        else:
            number = reset_cell(number, path, read_number(change.to), change.cite)
        if number is None:
            raise Malformed("R117", value="-")
    except Malformed as error:
        document.report(error.code, *at, **error.details)
        return None
    changed: Fact = value.model_copy(update={key: number})
    return changed
