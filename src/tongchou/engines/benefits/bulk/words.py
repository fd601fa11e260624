"""Claims whose words or facts the region does not take: their rows are told what is wrong, not looked up."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import Claims, Flags
from tongchou.engines.benefits.bulk.entries import Entries
from tongchou.engines.benefits.bulk.kinds import words
from tongchou.engines.benefits.bulk.lines import Lines
from tongchou.engines.benefits.from_tables import CLAIM_WORDS, LINE_WORDS
from tongchou.engines.benefits.table_facts import FactReader, words_of
from tongchou.ground.errors import Place, Problem
from tongchou.ground.region.pack import Pack


def odd_words(claims: Claims, lines: Lines, pack: Pack) -> Flags:
    """The claims with such a word in their own row, in a line, or with their person or the spell that covers them."""
    reader = FactReader(pack.vocabulary)
    odd = _strange(claims, pack) | _unread(claims.entries("table"), reader, shared=False)
    for of_line in (*_strange_lines(lines, pack), _unread(lines.facts, reader, shared=False)):
        odd[lines.claim[of_line]] = True
    odd |= _unread(claims.entries("persons"), reader, shared=True)[claims.person]
    if claims.spells is not None and len(claims.spells):
        odd |= (claims.spell >= 0) & _unread(claims.entries("spells"), reader, shared=True)[np.maximum(claims.spell, 0)]
    return odd


def _strange(claims: Claims, pack: Pack) -> Flags:
    """Claims with a word that the list of its fact does not hold."""
    lists = words_of(pack.vocabulary)
    odd = np.zeros(claims.count, dtype=bool)
    for name, fact in CLAIM_WORDS.items():
        if fact not in lists:
            continue
        column = claims.table[name]
        if pa.types.is_list(column.type):
            rows = pc.list_parent_indices(column).to_numpy()
            flat = words(pc.list_flatten(column))
            odd[rows[flat.where(_outside(flat.list, lists[fact]))]] = True
        else:
            own = claims.words(name)
            strange = _outside(own.list, lists[fact])
            if strange.any():
                odd |= own.where(strange)
    return odd


def _strange_lines(lines: Lines, pack: Pack) -> Iterator[Flags]:
    """The same of lines, column by column."""
    lists = words_of(pack.vocabulary)
    for name, fact in LINE_WORDS.items():
        if fact in lists:
            strange = _outside(lines.words(name).list, lists[fact])
            if strange.any():
                yield lines.words(name).where(strange)


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
