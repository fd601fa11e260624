"""Claims whose words or facts the region does not take: their rows are told what is wrong, not looked up."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import Claims, Flags, has_entries
from tongchou.engines.benefits.bulk.kinds import words
from tongchou.engines.benefits.bulk.lines import Lines
from tongchou.engines.benefits.from_tables import CLAIM_WORDS, LINE_WORDS
from tongchou.engines.benefits.table_facts import FactReader, words_of
from tongchou.ground.errors import Place, Problem
from tongchou.ground.region.pack import Pack


def odd_words(claims: Claims, lines: Lines, pack: Pack) -> Flags:
    """The claims with such a word in their own row, in a line, or with their person or the spell that covers them."""
    reader = FactReader(pack.vocabulary)
    odd = _strange(claims.table, pack) | _unread(claims.table, reader, shared=False)
    for of_line in (*_strange_lines(lines, pack), _unread(lines.table, reader, shared=False)):
        odd[lines.claim[of_line]] = True
    odd |= _unread(claims.persons, reader, shared=True)[claims.person]
    if claims.spells is not None and len(claims.spells):
        odd |= (claims.spell >= 0) & _unread(claims.spells, reader, shared=True)[np.maximum(claims.spell, 0)]
    return odd


def _strange(table: pa.Table, pack: Pack) -> Flags:
    """Claims with a word that the list of its fact does not hold."""
    lists = words_of(pack.vocabulary)
    odd = np.zeros(len(table), dtype=bool)
    for name, fact in CLAIM_WORDS.items():
        if fact not in lists:
            continue
        column = table[name]
        if pa.types.is_list(column.type):
            rows = pc.list_parent_indices(column).to_numpy()
            flat = words(pc.list_flatten(column))
            odd[rows[flat.where(_outside(flat.list, lists[fact]))]] = True
        else:
            own = words(column)
            odd |= own.where(_outside(own.list, lists[fact]))
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


def _unread(table: pa.Table, reader: FactReader, *, shared: bool) -> Flags:
    """Rows with an entry in `facts` that cannot be read; every different entry is read once."""
    odd = np.zeros(len(table), dtype=bool)
    begin = 0
    for chunk in table["facts"].chunks:
        if has_entries(pa.chunked_array([chunk])):
            start = np.asarray(chunk.offsets)
            names, texts = (column[start[0] : start[-1]] for column in (chunk.keys, chunk.items))
            entry = words(pa.chunked_array([names])).kinds.by(words(pa.chunked_array([texts])).kinds).tight()
            first = pa.array(entry.first())
            bad = []
            for one in zip(names.take(first).to_pylist(), texts.take(first).to_pylist(), strict=True):
                problems: list[Problem] = []
                reader.map(Place(), dict([one]), problems, shared=shared)
                bad.append(bool(problems))
            row = np.repeat(np.arange(len(chunk)), np.diff(start))
            odd[begin + row[np.array(bad)[entry.of]]] = True
        begin += len(chunk)
    return odd
