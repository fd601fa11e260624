"""Visits, charges and claims of a share as columns of the record, numbered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import Numbers, index_in
from tongchou.engines.benefits.from_tables import LINE_FACTS
from tongchou.engines.benefits.from_tables import PARTS as GIVEN_PARTS
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import schema
from tongchou.record.base.clock import CHINA
from tongchou.record.base.columns import numbers
from tongchou.record.settlement.batch.claim_lines import lines_as_json
from tongchou.record.settlement.batch.heads import heads
from tongchou.record.settlement.batch.known import Rows
from tongchou.record.settlement.batch.reading import Share
from tongchou.record.settlement.batch.texts import (
    entries,
    fields,
    flat,
    joined,
    listed,
    objects,
    or_nothing,
    quoted,
    text,
)
from tongchou.record.visits.models import Charge, Visit

_OF_CLAIM = "level place disease referral filing third_party option".split()
_CODES = ("national_code", "hospital_code")
_ONE = pa.scalar(Decimal(1), schema("lines").field("quantity").type)


@dataclass(frozen=True)
class Numbered:
    """`visit`: of each settlement; `charge`: of each line; `first`: of each settlement the place of its first line."""

    visit: Numbers
    charge: Numbers
    first: Numbers


def number(share: Share) -> Numbered:
    """Fresh numbers for what a share will be."""
    visit, charge = numbers(Visit, len(share.cut["settlements"])), numbers(Charge, len(share.cut["lines"]))
    return Numbered(visit, charge, share.ends("lines"))


def stays(share: Share, numbered: Numbered) -> Numbers:
    """The visit after which the stay of each settlement is called: the first of all that the data put in it."""
    claims = share.cut["claims"]
    names = pc.coalesce(claims["stay_id"], claims["claim_id"]).combine_chunks()
    coded = names.dictionary_encode()
    _, first = np.unique(np.asarray(coded.indices), return_index=True)
    return np.asarray(numbered.visit[first[np.asarray(coded.indices)]])


def times(share: Share) -> pa.Array:
    """When each settlement was made; midnight of its day where the data do not say."""
    claims = share.cut["claims"]
    last = pc.coalesce(claims["discharged_on"], claims["admitted_on"]).cast(pa.timestamp("us"))
    return in_china(pc.coalesce(claims["settled_at"], last))


def in_china(column: Any) -> pa.Array:
    """Times as the data write them, with their zone. In the years with summer time an hour was there twice and another
    not at all: the later moment is meant."""
    written = flat(column).cast(pa.timestamp("us"))
    return pc.assume_timezone(written, str(CHINA), ambiguous="latest", nonexistent="latest")


def visits(share: Share, rows: Rows, numbered: Numbered, at: datetime) -> pa.Table:
    """Columns of `visit`. What the hospital said of a visit is among its facts, the level too."""
    claims = share.cut["claims"]
    said = {name: quoted(claims[name]) for name in _OF_CLAIM}
    inner = listed(or_nothing(fields(said)), entries(claims["facts"]))
    count = len(claims)
    return pa.table(
        {
            "id": numbered.visit,
            "institution_id": rows.institution,
            "person_id": rows.person,
            "number": flat(claims["claim_id"]),
            "scheme": flat(claims["scheme"]),
            "kind": flat(claims["kind"]),
            "admitted": flat(claims["admitted_on"]),
            "discharged": flat(pc.coalesce(claims["discharged_on"], claims["admitted_on"])),
            "facts": joined("{", inner, "}"),
            "episode": pc.fill_null(flat(claims["episode_id"]), ""),
            "state": pa.repeat("discharged", count),
            "registered_at": pa.repeat(at, count),
        }
    )


def charges(share: Share, numbered: Numbered, at: datetime) -> pa.Table:
    """Columns of `charge`."""
    lines = share.cut["lines"]
    day = flat(lines["fee_at"])
    of = _claim_of(share)
    midnight = flat(share.cut["claims"]["admitted_on"].take(pa.array(of))).cast(pa.timestamp("us"))
    given = [flat(lines[name]) for name in GIVEN_PARTS]
    named = dict(zip(("full_self_pay", "over_limit", "first_self_pay", "in_scope"), given, strict=True))
    said = {name: quoted(lines[name]) for name in LINE_FACTS if name not in _CODES}
    own = entries(lines["facts"])
    facts = listed(or_nothing(fields(said)), own)
    return pa.table(
        {
            "id": numbered.charge,
            "visit_id": numbered.visit[of],
            "number": flat(lines["line_id"]),
            "batch": pa.repeat("", len(lines)),
            "returns_id": returned(share, numbered),
            "fee_at": in_china(pc.coalesce(day, midnight)),
            "local_code": pc.fill_null(flat(lines["hospital_code"]), ""),
            "national_code": pc.fill_null(flat(lines["national_code"]), ""),
            "name": pa.repeat("", len(lines)),
            "item": pc.fill_null(flat(lines["item"]), ""),
            "quantity": pc.coalesce(flat(lines["quantity"]), _ONE),
            "price": flat(lines["price"]),
            "fen": flat(lines["amount"]),
            "price_limit": flat(lines["price_limit"]),
            "first_pay": flat(lines["first_pay_rate"]),
            "parts": _parts(named),
            "facts": joined("{", facts, "}"),
            "charged_at": pa.repeat(at, len(lines)),
        }
    )


def _parts(given: dict[str, pa.Array]) -> pa.Array:
    """Of lines that come with their parts, those; of most there are none."""
    first = next(iter(given.values()))
    if first.null_count == len(first):
        return pa.nulls(len(first), pa.string())
    parts = objects({name: text(pc.fill_null(column, 0)) for name, column in given.items()})
    return pc.if_else(first.is_null(), pa.scalar(None, pa.string()), parts)


def returned(share: Share, numbered: Numbered) -> pa.Array:
    """The charge of which each line gives something back; empty for most. A line is returned within its own claim."""
    lines = share.cut["lines"]
    at = index_in(lines["original_line_id"], lines["line_id"])
    return pa.array(numbered.charge[at], mask=at < 0)


def claims_as_json(share: Share, rows: Rows, numbered: Numbered, pack: Pack, assumed: dict[str, str]) -> pa.Array:
    """The claim of each settlement as `stored.claim_as_json` has it: replay reads it like any other."""
    lines = lines_as_json(share.cut["lines"], numbered.charge, returned(share, numbered), numbered.first, pack)
    told = heads(
        share, rows, numbered.visit, numbered.charge[numbered.first[:-1]], stays(share, numbered), pack, assumed
    )
    return joined(told, ', "lines": ', lines, "}")


def _claim_of(share: Share) -> Numbers:
    """The settlement of each line."""
    return np.repeat(np.arange(len(share.cut["settlements"])), np.diff(share.ends("lines")))
