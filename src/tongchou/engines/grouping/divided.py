"""Which groups of an ADRG are those of cases with complications: a table for whoever compares how often they occur."""

from __future__ import annotations

import pyarrow as pa

from tongchou.engines.grouping.scheme import Op, Scheme

_COMPLICATED = frozenset({Op.MCC, Op.CC, Op.MCC_OR_CC})


def divided(scheme: Scheme) -> pa.Table:
    """`drg`, `adrg` and whether its rule asks for a complication (`complicated`): the groups of those ADRGs that are
    divided by complications, so that a case may fall into either kind. A code that several rules lead to counts by the
    first of them."""
    found: dict[str, tuple[str, bool]] = {}
    for mdc in scheme.mdcs:
        for node in mdc.nodes:
            for rule in node.rules:
                found.setdefault(rule.drg, (node.adrg, any(atom.op in _COMPLICATED for atom in rule.atoms)))
    kinds = {adrg: {kind for other, kind in found.values() if other == adrg} for adrg, _ in found.values()}
    rows = [(drg, adrg, kind) for drg, (adrg, kind) in sorted(found.items()) if len(kinds[adrg]) > 1]
    columns = {name: [row[at] for row in rows] for at, name in enumerate(("drg", "adrg", "complicated"))}
    schema = pa.schema([("drg", pa.string()), ("adrg", pa.string()), ("complicated", pa.bool_())])
    return pa.table(columns, schema)
