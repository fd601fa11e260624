"""JSON written column by column: of a million lines nothing is ever a Python object."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def flat(column: Any) -> pa.Array:
    """A column in one piece, words as themselves."""
    whole = _whole(column)
    return whole.cast(whole.type.value_type) if pa.types.is_dictionary(whole.type) else whole


def _whole(column: Any) -> pa.Array:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(whole, pa.ChunkedArray):  # of no rows
        whole = pa.concat_arrays(whole.chunks) if whole.chunks else pa.array([], whole.type)
    return whole


def quoted(column: Any) -> pa.Array:
    """Texts as JSON texts; an empty cell stays empty."""
    whole = _whole(column)
    coded = whole if pa.types.is_dictionary(whole.type) else whole.cast(pa.string()).dictionary_encode()
    words = pa.array([encode_basestring(word) for word in coded.dictionary.to_pylist()], pa.string())
    return words.take(coded.indices)


def text(column: Any) -> pa.Array:
    """Numbers, exact ones too, as texts."""
    return flat(column).cast(pa.string())


def joined(*pieces: Any) -> pa.Array:
    """Pieces (columns, or the same text for all) one after another; empty where one of them is."""
    return pc.binary_join_element_wise(*pieces, "")


def fields(columns: Mapping[str, Any]) -> pa.Array:
    """`"name": value, …` of values that are JSON already; those that are empty are left out."""
    named = [
        joined(json.dumps(name, ensure_ascii=False) + ": ", column)
        for name, column in columns.items()
        if column.null_count < len(column)
    ]
    return listed(*named) if named else pa.repeat("", len(next(iter(columns.values()))))


def listed(*pieces: pa.Array) -> pa.Array:
    """Pieces with commas between them; those that are empty are left out."""
    first, *rest = pieces
    bare = np.logical_and.reduce([np.asarray(piece.is_null()) for piece in pieces])
    if bare.any():  # Arrow leaves out the whole row of these
        first = pc.if_else(pa.array(bare), "", first)
    return pc.binary_join_element_wise(first, *rest, ", ", null_handling="skip")


def or_nothing(column: pa.Array) -> pa.Array:
    """Texts; nothing where one is empty."""
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)


def entries(column: Any) -> pa.Array:
    """The entries of maps as JSON; empty where there are none, as in most."""
    whole = flat(column)
    found: list[str | None] = [None] * len(whole)
    for at in np.flatnonzero(np.diff(np.asarray(whole.offsets))).tolist():
        found[at] = json.dumps(dict(whole[at].as_py()), ensure_ascii=False)[1:-1]
    return pa.array(found, pa.string())


def objects(columns: Mapping[str, Any]) -> pa.Array:
    """Such fields as objects."""
    return joined("{", fields(columns), "}")


def texts_as_array(column: Any) -> str:
    """Texts as PostgreSQL writes an array of them, for `%s::text[]`: the driver would quote each by itself."""
    coded = _whole(column).dictionary_encode()
    words = pa.array([f'"{word.translate(_QUOTED)}"' for word in coded.dictionary.to_pylist()], pa.string())
    return "{" + ",".join(words.take(coded.indices).fill_null("NULL").to_pylist()) + "}"


_QUOTED = str.maketrans({"\\": "\\\\", '"': '\\"'})


def gathered(pieces: pa.Array, ends: Any) -> pa.Array:
    """Pieces of JSON put together with commas: row i has those from `ends[i]` up to `ends[i + 1]`."""
    lists = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), pieces)
    return pc.binary_join(lists, ", ")


def as_kept(name: str) -> tuple[int, bytes]:
    """By this the database orders the names of an object that it takes apart."""
    return len(name.encode()), name.encode()


def amounts(column: Any) -> pa.Array:
    """A map column name → fen as objects, in the order in which the database gives them back; what is nothing is left
    out."""
    maps = flat(column)
    offsets, keys, items = np.asarray(maps.offsets), flat(maps.keys).dictionary_encode(), np.asarray(maps.items)
    chosen = offsets[0] + np.flatnonzero(items[offsets[0] : offsets[-1]])  # it may be a slice of a longer one
    kept = np.searchsorted(chosen, offsets)
    words = keys.dictionary.to_pylist()
    rank = _ranks(words)
    of, index = np.repeat(np.arange(len(maps)), np.diff(kept)), np.asarray(keys.indices)[chosen]
    at = pa.array(chosen[np.lexsort((rank[index], of))])
    pieces = joined(quoted(maps.keys.take(at)), ": ", text(maps.items.take(at)))
    return joined("{", gathered(pieces, kept), "}")


def _ranks(words: Sequence[str]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The place of each word among all as they are kept."""
    place = {word: number for number, word in enumerate(sorted(words, key=as_kept))}
    return np.array([place[word] for word in words], dtype=np.int64)
