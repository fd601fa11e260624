"""Claims that a look at tables does not settle, and that stand for no others."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from tongchou.engines.benefits.bulk.accounts import odd_accounts
from tongchou.engines.benefits.bulk.columns import Claims, Flags
from tongchou.engines.benefits.bulk.lines import Lines
from tongchou.engines.benefits.bulk.words import odd_words
from tongchou.engines.benefits.claim import PARTS
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.plan import Items

_MOST_CELLS = 62
"""Cells whose being filled can be told by the bits of one number; a region with more is left to the plain step."""


def odd_claims(engine: Engine, tables: dict[str, pa.Table], claims: Claims, lines: Lines) -> Flags:
    """Claims of which more has to be known, or that cannot be built: refused, or turned down, by the plain step."""
    table, region = claims.table, engine.pack.region
    odd = odd_accounts(claims, tables, engine.pack)
    odd |= _has_entries(table["given"]) | (claims.person < 0)
    for name in ("entitlement", "nth"):
        odd |= (claims.own.facts.words(name).kinds.of > 0)[claims.own_kind]
    odd |= odd_words(claims, lines, engine.pack)
    odd |= np.minimum(claims.admitted, claims.settled) < claims.born
    if region.year.crossing != "whole":
        odd |= claims.year_of(claims.admitted) != claims.year_of(claims.discharged)
    if claims.spells is not None:
        odd |= claims.spell < 0
    if too_many(items_of(engine)) or region.entitlement != "assumed" or "entitlements" in tables:
        odd[:] = True
    if "households" in tables:
        odd |= claims.moved(tables["households"])
    if region.supports is not None:
        odd |= claims.outside(region.supports.from_, region.supports.through)
    return odd


def items_of(engine: Engine) -> Items:
    """The item groups of a region; none is one."""
    item = engine.pack.vocabulary.dimensions.get("item")
    return item.words if item is not None else (None,)


def too_many(items: Items) -> bool:
    """Whether there are more cells than can be told."""
    return len(PARTS) * len(items) > _MOST_CELLS


def _has_entries(column: pa.ChunkedArray) -> Flags:
    lengths = [np.diff(np.asarray(chunk.offsets)) for chunk in column.chunks]
    return np.concatenate(lengths) > 0 if lengths else np.zeros(0, dtype=bool)
