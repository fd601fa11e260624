"""What no record tells by itself: how many cases a group has, and who came back too soon.

A hospital that checks its own file cannot see the records of others, so these facts are published with its records.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from tongchou.engines.payment.columns import Mask, Words, words
from tongchou.engines.payment.exact import Ints
from tongchou.engines.payment.formula import figure
from tongchou.engines.payment.routes import Routed
from tongchou.engines.payment.rules import Rules
from tongchou.engines.payment.tables import ints
from tongchou.ground.region.clearing_kinds import Readmission
from tongchou.ground.region.methods import BANDED, METHODS

GROUP_CASES, READMITTED = "group_cases", "readmitted"


def with_across(rules: Rules, records: pa.Table, routed: Routed, groups: Words, institutions: Words,
                care: Words) -> pa.Table:  # fmt: skip
    """The records with both facts; those that carry them already are as they were published."""
    if GROUP_CASES in records.column_names:
        return records
    banded = np.isin(routed.methods, [METHODS.index(name) for name in BANDED])
    counts = np.bincount(groups.codes[banded], minlength=len(groups.words)).astype(np.int64)
    cases = np.where(banded, counts[groups.codes], 0) if len(counts) else np.zeros(len(records), dtype=np.int64)
    again = _readmitted(rules, records, banded, groups.codes, institutions.codes, care)
    return records.append_column(GROUP_CASES, pa.array(cases)).append_column(READMITTED, pa.array(again))


def _readmitted(rules: Rules, records: pa.Table, banded: Mask, groups: Ints, institutions: Ints, care: Words) -> Mask:
    """The earlier of two stays of a person in a group, when the second begins soon after it; the rows are in the order
    of their ids, which breaks ties."""
    again = np.zeros(len(records), dtype=bool)
    said = rules.get("readmission", Readmission)
    if said is None:
        return again
    people = words(records["person"])
    counted = banded & ~care.among(said.exempt) & ~people.among(("",))
    rows = np.flatnonzero(counted)
    within = int(figure(said.within))
    admitted, left = (
        ints(records[name].combine_chunks().fill_null(records["discharged_on"].combine_chunks()))[rows]
        for name in ("admitted_on", "discharged_on")
    )
    keys = [groups[rows], people.codes[rows]]
    if said.where == "institution":
        keys.insert(0, institutions[rows])
    order = np.lexsort([left, admitted, *keys])
    same = np.ones(max(len(order) - 1, 0), dtype=bool)
    for key in keys:
        same &= key[order][1:] == key[order][:-1]
    gap = admitted[order][1:] - left[order][:-1]
    again[rows[order[:-1][same & (gap >= 0) & (gap <= within)]]] = True
    return again
