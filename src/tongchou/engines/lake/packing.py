"""How tables of results are packed in Parquet: for each column what is soon written and small."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

_IDS = frozenset(("settlement_id", "claim_id", "line_id"))
_NAMES = _IDS | {"household", "subject", "period", "each"}
"""Columns with another text in nearly every row, a dictionary of which would be begun and given up; and those of
states, whose rows stand together by household, so that zstd needs none."""


def packing(schema: pa.Schema) -> dict[str, Any]:
    """Options of `ParquetWriter`: dictionaries for words, which repeat, and none for amounts and ids, which do not.

    The smallest and largest cells are kept of ids alone: a reader looks for one claim among millions.
    """
    words = [path for field in schema for path in _words(field.name, field.type)]
    ids = [name for name in schema.names if name in _IDS]
    return {"compression": "zstd", "use_dictionary": words or False, "write_statistics": ids or False}


def _words(path: str, kind: pa.DataType) -> list[str]:
    """The columns of a file in which the texts of a column lie."""
    if pa.types.is_map(kind):
        return [*_words(f"{path}.key_value.key", kind.key_type), *_words(f"{path}.key_value.value", kind.item_type)]
    return [path] if pa.types.is_string(kind) and path not in _NAMES else []
