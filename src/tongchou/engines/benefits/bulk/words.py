"""Claims whose words or facts the region does not take: their rows are told what is wrong, not looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import Claims, Flags
from tongchou.engines.benefits.bulk.entries import Entries
from tongchou.engines.benefits.bulk.kinds import Small, words
from tongchou.engines.benefits.bulk.lines import Lines
from tongchou.engines.benefits.bulk.sources import Source, apart
from tongchou.engines.benefits.from_tables import CLAIM_WORDS, LINE_WORDS
from tongchou.engines.benefits.table_facts import FactReader, words_of
from tongchou.ground.errors import Place, Problem
from tongchou.ground.region.pack import Pack


def odd_words(claims: Claims, lines: Lines, pack: Pack) -> Flags:
    """The claims with such a word in their own row, in a line, or with their person or the spell that covers them."""
    reader, lists = FactReader(pack.vocabulary), words_of(pack.vocabulary)
    odd = np.zeros(claims.count, dtype=bool)
    closed = {name: lists[fact] for name, fact in CLAIM_WORDS.items() if fact in lists}
    for strange in _strange("claims", claims.table, claims.own, claims.own_kind, closed, reader):
        odd |= strange
    closed = {name: lists[fact] for name, fact in LINE_WORDS.items() if fact in lists}
    for strange in _strange("lines", lines.table, lines.own, lines.own.kind, closed, reader):
        odd[lines.claim[strange]] = True
    unread = _unread(claims.people.facts, reader, shared=True)
    if unread.any():
        odd |= unread[claims.people.kind][claims.person]
    if claims.insured is not None and len(claims.insured.kind):
        unread = _unread(claims.insured.facts, reader, shared=True)
        if unread.any():
            odd |= (claims.spell >= 0) & unread[claims.insured.kind][np.maximum(claims.spell, 0)]
    return odd


def _strange(
    name: str,
    table: pa.Table,
    source: Source,
    kind: Small,
    closed: Mapping[str, tuple[str, ...]],
    reader: FactReader,
) -> Iterator[Flags]:
    """The rows with a word that the closed list of its column does not hold, or a fact that cannot be read."""
    for column, known in closed.items():
        if column in apart(name):
            own = words(table[column])
            yield own.where(_outside(own.list, known))
        else:
            strange = _out_of(source, column, known)
            if strange.any():
                yield strange[kind]
    unread = _unread(source.facts, reader, shared=False)
    if unread.any():
        yield unread[kind]


def _out_of(source: Source, name: str, known: tuple[str, ...]) -> Flags:
    """The kinds with another word in a column than those known."""
    column = source.rows[name]
    if not pa.types.is_list(column.type):
        own = source.words(name)
        return own.where(_outside(own.list, known))
    odd = np.zeros(len(column), dtype=bool)
    flat = words(pc.list_flatten(column))
    odd[pc.list_parent_indices(column).to_numpy()[flat.where(_outside(flat.list, known))]] = True
    return odd


def _outside(words: pa.Array, known: tuple[str, ...]) -> Flags:
    return ~np.asarray(pc.is_in(words, value_set=pa.array(known, pa.string())), dtype=bool)


def _unread(entries: Entries, reader: FactReader, *, shared: bool) -> Flags:
    """Rows with an entry in `facts` that cannot be read; every different entry is read once."""
    odd = np.zeros(entries.rows, dtype=bool)
    if len(entries.row):
        names, texts = entries.names, entries.texts
        entry = names.kinds.by(texts.kinds).tight()
        bad = []
        for at in entry.first():
            one = (names.list[names.kinds.of[at] - 1].as_py(), texts.list[texts.kinds.of[at] - 1].as_py())
            problems: list[Problem] = []
            reader.map(Place(), dict([one]), problems, shared=shared)
            bad.append(bool(problems))
        odd[entries.row[np.array(bad)[entry.of]]] = True
    return odd
