"""The lines of claims in the stored form (`stored_lines`), written column by column."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import Flags, Numbers
from tongchou.engines.benefits.from_tables import LINE_FACTS, PARTS
from tongchou.engines.benefits.table_facts import FactReader
from tongchou.ground.errors import Place
from tongchou.ground.region.pack import Pack
from tongchou.record.settlement.batch.texts import fields, flat, gathered, joined, objects, quoted, text
from tongchou.record.settlement.stored import facts_as_json

_NOWHERE = Place(table="lines")
_NOTHING = pa.scalar(None, pa.string())


def lines_as_json(lines: pa.Table, charge: Numbers, back: pa.Array, first: Numbers, pack: Pack) -> pa.Array:
    """Of each claim its lines; `charge`: the number of each line, `back`: of the one that it gives back, `first`: where
    the lines of each claim begin, and where the last end."""
    said = {
        "amount": text(lines["amount"]),
        "item": quoted(lines["item"]),
        "quantity": joined('"', pc.fill_null(text(lines["quantity"]), "1"), '"'),
        "unit_price": joined('"', text(lines["price"]), '"'),
        "price_limit": text(lines["price_limit"]),
        "first_pay_rate": joined('"', text(lines["first_pay_rate"]), '"'),
        "original": joined('"', text(back), '"'),
        "parts": _parts(lines),
    }
    facts = {name: quoted(lines[name]) for name in LINE_FACTS}
    facts["fee_date"] = joined('{"day": "', text(flat(lines["fee_at"]).cast(pa.date32())), '"}')
    facts |= _own_facts(lines["facts"], FactReader(pack.vocabulary))
    of_facts = fields(_columns(facts, first))
    ids = joined("[", gathered(joined('"', text(pa.array(charge)), '"'), first), "]")
    inner = pc.if_else(pc.equal(of_facts, ""), _NOTHING, joined("{", of_facts, "}"))
    return objects({"id": ids, **_columns(said, first), "facts": inner})


def _parts(lines: pa.Table) -> pa.Array:
    """Of lines that come with their parts, those; of most there are none."""
    first, *others = (flat(lines[name]) for name in PARTS)
    if first.null_count == len(first):
        return pa.nulls(len(first), pa.string())
    rest = [text(pc.fill_null(one, 0)) for one in others]
    return joined("[", pc.binary_join_element_wise(text(first), *rest, ", "), "]")


def _columns(said: Mapping[str, pa.Array], first: Numbers) -> dict[str, pa.Array]:
    return {name: _column(flat(values), first) for name, values in said.items() if values.null_count < len(values)}


def _column(values: pa.Array, first: Numbers) -> pa.Array:
    """Of each claim what all its lines say, or else what each says; empty where none says anything."""
    begin, count = first[:-1], np.diff(first)
    told = values.fill_null("null")
    anew = np.ones(len(told) + 1, dtype=bool)  # where a line says something else than the one before
    anew[1:-1] = np.asarray(pc.not_equal(told[1:], told[:-1]))
    steps = np.cumsum(anew)
    alike = steps[np.maximum(first[1:] - 1, begin)] == steps[begin]
    one_by_one = ~alike | _is_list(told, begin, count)
    some = pa.array(np.flatnonzero(np.repeat(one_by_one, count)))
    ends = np.concatenate([[0], np.cumsum(count[one_by_one])])
    lists = joined("[", gathered(told.take(some), ends), "]")
    same = values.take(pa.array(begin, mask=one_by_one | (count == 0)))
    return pc.replace_with_mask(same, pa.array(one_by_one), lists)


def _is_list(told: pa.Array, begin: Numbers, count: Numbers) -> Flags:
    """Whether the first line of each claim says a list."""
    found = np.asarray(pc.starts_with(told.take(pa.array(begin, mask=count == 0)), "[").fill_null(False))
    return np.asarray(found)


def _own_facts(column: Any, read: FactReader) -> dict[str, pa.Array]:
    """What lines say of themselves beyond the columns of the table, which few do, by name."""
    whole = flat(column)
    found: dict[str, list[str | None]] = {}
    for at in np.flatnonzero(np.diff(np.asarray(whole.offsets))).tolist():
        for name, value in facts_as_json(read.map(_NOWHERE, dict(whole[at].as_py()), [])).items():
            found.setdefault(name, [None] * len(whole))[at] = json.dumps(value, ensure_ascii=False)
    return {name: pa.array(values, pa.string()) for name, values in found.items()}
