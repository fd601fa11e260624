"""JSON written column by column: of a million lines nothing is ever a Python object."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from json.encoder import encode_basestring
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def flat(column: Any) -> pa.Array:
    """A column in one piece, words as themselves."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(whole, pa.ChunkedArray):  # of no rows
        whole = pa.concat_arrays(whole.chunks) if whole.chunks else pa.array([], whole.type)
    return whole.cast(whole.type.value_type) if pa.types.is_dictionary(whole.type) else whole


def quoted(column: Any) -> pa.Array:
    """Texts as JSON texts; an empty cell stays empty."""
    coded = flat(column).cast(pa.string()).dictionary_encode()
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
    named = [joined(json.dumps(name, ensure_ascii=False) + ": ", column) for name, column in columns.items()]
    return listed(*named)


def listed(*pieces: pa.Array) -> pa.Array:
    """Pieces with commas between them; those that are empty are left out."""
    if all(piece.null_count == len(piece) for piece in pieces):  # Arrow gives no rows at all for these
        return pa.repeat("", len(pieces[0]))
    return pc.binary_join_element_wise(*pieces, ", ", null_handling="skip")


def objects(columns: Mapping[str, Any]) -> pa.Array:
    """Such fields as objects."""
    return joined("{", fields(columns), "}")


def rows_as_json(columns: Iterable[Any]) -> str:
    """Columns of texts as one array of rows: the driver would quote each text of an array by itself."""
    rows = pc.binary_join_element_wise(*map(quoted, columns), ", ")
    return "[" + ", ".join(joined("[", rows, "]").to_pylist()) + "]"


def gathered(pieces: pa.Array, ends: Any) -> pa.Array:
    """Pieces of JSON put together with commas: row i has those from `ends[i]` up to `ends[i + 1]`."""
    lists = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), pieces)
    return pc.binary_join(lists, ", ")


def amounts(column: Any) -> pa.Array:
    """A map column name → fen as objects; what is nothing is left out."""
    maps = flat(column)
    offsets, items = np.asarray(maps.offsets), np.asarray(maps.items)
    kept = np.concatenate([[0], np.cumsum(items != 0)])
    chosen = pa.array(items != 0)
    pieces = joined(quoted(maps.keys.filter(chosen)), ": ", text(maps.items.filter(chosen)))
    return joined("{", gathered(pieces, kept[offsets]), "}")
