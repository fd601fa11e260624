"""Arrow schemas."""

import pyarrow as pa
import pytest

from tongchou.ground.tables import TABLES, schema


def test_types_units_and_names() -> None:
    claims = schema("claims")
    assert claims.names == list(TABLES["claims"].names)
    assert claims.field("total_fee").type == pa.int64()
    assert not claims.field("total_fee").nullable
    assert claims.field("total_fee").metadata == {b"unit": b"fen", b"national": b"medfee_sumamt"}
    assert claims.field("given").type == pa.map_(pa.string(), pa.int64())
    assert claims.field("settled_at").type == pa.timestamp("us")
    lines = schema(TABLES["lines"])
    assert lines.field("quantity").type == pa.decimal128(18, 4)
    assert lines.metadata == {b"table": b"lines"}


def test_no_money_is_a_float() -> None:
    for name in TABLES:
        assert not any(pa.types.is_floating(field.type) for field in schema(name))


def test_an_unknown_table() -> None:
    with pytest.raises(KeyError):
        schema("claim")
