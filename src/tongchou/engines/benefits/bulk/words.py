"""Claims whose words or facts the region does not take: their rows are told what is wrong, not looked up."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import Claims, Flags, codes
from tongchou.engines.benefits.bulk.lines import Lines
from tongchou.engines.benefits.from_tables import CLAIM_WORDS, LINE_WORDS
from tongchou.engines.benefits.table_facts import FactReader, words_of
from tongchou.ground.errors import Place, Problem
from tongchou.ground.region.pack import Pack


def odd_words(claims: Claims, lines: Lines, pack: Pack) -> Flags:
    """The claims with such a word in their own row, in a line, or with their person or the spell that covers them."""
    reader = FactReader(pack.vocabulary)
    odd = _strange(claims.table, CLAIM_WORDS, pack) | _unread(claims.table, reader, shared=False)
    of_line = _strange(lines.table, LINE_WORDS, pack) | _unread(lines.table, reader, shared=False)
    odd[lines.claim[of_line]] = True
    odd |= _unread(claims.persons, reader, shared=True)[claims.person]
    if claims.spells is not None and len(claims.spells):
        odd |= (claims.spell >= 0) & _unread(claims.spells, reader, shared=True)[np.maximum(claims.spell, 0)]
    return odd


def _strange(table: pa.Table, columns: dict[str, str], pack: Pack) -> Flags:
    """Rows with a word that the list of its fact does not hold."""
    lists = words_of(pack.vocabulary)
    odd = np.zeros(len(table), dtype=bool)
    for name, fact in columns.items():
        if fact not in lists:
            continue
        column = table[name]
        if pa.types.is_list(column.type):
            rows = pc.list_parent_indices(column).to_numpy()
            odd[rows[_outside(pc.list_flatten(column), lists[fact])]] = True
        else:
            odd |= _outside(column, lists[fact]) & (codes(column) > 0)
    return odd


def _outside(column: pa.ChunkedArray, words: tuple[str, ...]) -> Flags:
    return ~np.asarray(pc.is_in(column, value_set=pa.array(words, pa.string())), dtype=bool)


def _unread(table: pa.Table, reader: FactReader, *, shared: bool) -> Flags:
    """Rows with an entry in `facts` that cannot be read; every different entry is read once."""
    odd = np.zeros(len(table), dtype=bool)
    at = 0
    known: dict[tuple[str, str], bool] = {}
    for chunk in table["facts"].chunks:
        first = chunk.offsets[0].as_py() if len(chunk) else 0
        starts = np.asarray(chunk.offsets) - first
        rows = np.repeat(np.arange(len(chunk)), np.diff(starts))
        entries = zip(chunk.keys.to_pylist(), chunk.items.to_pylist(), strict=True)
        for row, entry in zip(rows.tolist(), list(entries)[first : first + len(rows)], strict=True):
            if entry not in known:
                problems: list[Problem] = []
                reader.map(Place(), dict([entry]), problems, shared=shared)
                known[entry] = bool(problems)
            odd[at + row] |= known[entry]
        at += len(chunk)
    return odd
