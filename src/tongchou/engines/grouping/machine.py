"""Which group a record belongs to: one function over whole numbers, compiled, for one record and for millions.

Codes are numbers of the scheme, 0 for one that no table has. `t` are the scheme's tables (`tables.Tables`).
"""

from __future__ import annotations

from typing import Any

from tongchou.engines.grouping.compiling import compiled
from tongchou.engines.grouping.scheme import Field, Op

Numbers = Any

NOTHING = -1
UNGROUPED, GROUPED, AMBIGUOUS = 0, 1, 2
DISCHARGE, IN_ICU = len(Field), len(Field) + 1
"""Where a record's numbers hold what no atom compares."""
WIDTH = len(Field) + 2
"""Numbers of a record."""

_ALWAYS, _NEVER = Op.ALWAYS.value, Op.NEVER.value
_PRINCIPAL_IN, _PRINCIPAL_NOT_IN = Op.PRINCIPAL_IN.value, Op.PRINCIPAL_NOT_IN.value
_ANY_DIAGNOSIS_IN, _SECONDARY_IN = Op.ANY_DIAGNOSIS_IN.value, Op.SECONDARY_IN.value
_MAIN_OPERATION_IN, _ANY_OPERATION_IN = Op.MAIN_OPERATION_IN.value, Op.ANY_OPERATION_IN.value
_OTHER_OPERATION_IN = Op.OTHER_OPERATION_IN.value
_MAIN_VALID, _ANY_VALID = Op.MAIN_OPERATION_VALID.value, Op.ANY_OPERATION_VALID.value
_MAIN_NOT_VALID, _NONE_VALID = Op.MAIN_OPERATION_NOT_VALID.value, Op.NO_OPERATION_VALID.value
_COMBINED, _REGIONS = Op.OPERATIONS_COMBINED.value, Op.REGIONS.value
_MCC, _CC, _MCC_OR_CC = Op.MCC.value, Op.CC.value, Op.MCC_OR_CC.value
_BETWEEN, _DISCHARGED, _IN_ICU = Op.BETWEEN.value, Op.DISCHARGED.value, Op.IN_ICU.value


@compiled
def has(lists: Numbers, listed: int, code: int) -> bool:
    """Whether a code is in a list: a bit for each code."""
    return bool((lists[listed, code >> 3] >> (code & 7)) & 1 == 1)


@compiled
def any_in(lists: Numbers, listed: int, codes: Numbers, first: int) -> bool:
    for k in range(first, len(codes)):
        if has(lists, listed, codes[k]):
            return True
    return False


@compiled
def any_valid(t: Any, px: Numbers) -> bool:
    for code in px:
        if t.valid[code]:
            return True
    return False


@compiled
def combined(t: Any, at: int, px: Numbers) -> bool:
    """Whether for one of the terms every list has an operation. `t.terms[at]`: how many terms; then of each how many
    lists and which."""
    terms = t.terms[at]
    at += 1
    for _ in range(terms):
        size, whole = t.terms[at], True
        for k in range(at + 1, at + 1 + size):
            if not any_in(t.px_lists, t.terms[k], px, 0):
                whole = False
        if whole:
            return True
        at += 1 + size
    return False


@compiled
def regions(t: Any, mdc: int, dx: Numbers) -> int:
    """How many regions of the body the diagnoses cover."""
    seen = 0
    for code in dx:
        if t.regions[mdc, code] > 0:
            seen |= 1 << t.regions[mdc, code]
    count = 0
    while seen > 0:
        count += seen & 1
        seen >>= 1
    return count


@compiled
def atom_holds(t: Any, atom: Numbers, record: Numbers, dx: Numbers, px: Numbers, mcc: bool, cc: bool) -> bool:
    """One atom: its operation, a list (`NOTHING` for none), and two numbers more."""
    op, listed = atom[0], atom[1]
    if op == _PRINCIPAL_IN:
        return has(t.dx_lists, listed, dx[0])
    if op == _MAIN_OPERATION_IN:
        return len(px) > 0 and has(t.px_lists, listed, px[0])
    if op == _ALWAYS:
        return True
    if op == _BETWEEN:
        return bool(atom[2] <= record[atom[1]] <= atom[3])
    if op == _MCC_OR_CC:
        return mcc or cc
    if op == _MCC:
        return mcc
    if op == _CC:
        return cc
    if op == _ANY_OPERATION_IN:
        return any_in(t.px_lists, listed, px, 0)
    if op == _OTHER_OPERATION_IN:
        return any_in(t.px_lists, listed, px, 1)
    if op == _ANY_DIAGNOSIS_IN:
        return any_in(t.dx_lists, listed, dx, 0)
    if op == _SECONDARY_IN:
        return any_in(t.dx_lists, listed, dx, 1)
    if op == _PRINCIPAL_NOT_IN:
        return not has(t.dx_lists, listed, dx[0])
    if op == _MAIN_VALID:
        return len(px) > 0 and (t.valid[px[0]] or (listed >= 0 and has(t.px_lists, listed, px[0])))
    if op == _MAIN_NOT_VALID:
        return len(px) == 0 or not t.valid[px[0]]
    if op == _ANY_VALID:
        return any_valid(t, px)
    if op == _NONE_VALID:
        return not any_valid(t, px)
    if op == _COMBINED:
        return combined(t, atom[2], px)
    if op == _REGIONS:
        return regions(t, listed, dx) >= 2
    if op == _DISCHARGED:
        return bool(record[DISCHARGE] >= 0 and (atom[2] >> record[DISCHARGE]) & 1 == 1)
    if op == _IN_ICU:
        return bool(record[IN_ICU] == 1)
    return False


@compiled
def holds(t: Any, first: int, last: int, record: Numbers, dx: Numbers, px: Numbers, mcc: bool, cc: bool) -> bool:
    """Whether every atom from `first` up to `last` holds."""
    for a in range(first, last):
        if not atom_holds(t, t.atoms[a], record, dx, px, mcc, cc):
            return False
    return True


@compiled
def complications(t: Any, dx: Numbers) -> tuple[bool, bool]:
    """Whether a secondary diagnosis counts as MCC, and as CC: one excluded by the principal diagnosis does not."""
    mcc = cc = False
    table = t.exclusion[dx[0]]
    for k in range(1, len(dx)):
        code = dx[k]
        if t.mcc[code] >= 0 and (table < 0 or t.mcc[code] != table):
            mcc = True
        if t.cc[code] >= 0 and (table < 0 or t.cc[code] != table):
            cc = True
    return mcc, cc


@compiled
def is_ambiguous(t: Any, qy: int, px: Numbers) -> bool:
    """QY: an operation that should have led to a surgical group (1: any valid one, 2: the main one)."""
    if qy == 2:
        return len(px) > 0 and t.valid[px[0]]
    return qy == 1 and any_valid(t, px)


@compiled
def group(t: Any, record: Numbers, dx: Numbers, px: Numbers, found: Numbers) -> None:
    """The first MDC, in it the first node, of it the first rule that hold."""
    found[0], found[1], found[2], found[3] = UNGROUPED, NOTHING, NOTHING, NOTHING
    if len(dx) == 0:
        return
    mcc, cc = complications(t, dx)
    for m in range(len(t.mdcs)):
        if not holds(t, t.mdcs[m, 0], t.mdcs[m, 1], record, dx, px, mcc, cc):
            continue
        for n in range(t.mdcs[m, 2], t.mdcs[m, 3] + 1):
            if n == t.mdcs[m, 5] and is_ambiguous(t, t.mdcs[m, 4], px):
                found[0], found[1] = AMBIGUOUS, m
                return
            if n == t.mdcs[m, 3]:
                break
            if not holds(t, t.nodes[n, 0], t.nodes[n, 1], record, dx, px, mcc, cc):
                continue
            for r in range(t.nodes[n, 2], t.nodes[n, 3]):
                if holds(t, t.rules[r, 0], t.rules[r, 1], record, dx, px, mcc, cc):
                    found[0], found[1], found[2], found[3] = GROUPED, m, n, r
                    return
            if not t.falls_through:
                found[0], found[1], found[2] = GROUPED, m, n
                return


@compiled
def group_all(
    t: Any,
    records: Numbers,
    dx: Numbers,
    dx_start: Numbers,
    px: Numbers,
    px_start: Numbers,
    alone: Numbers,
    found: Numbers,
) -> None:
    """Group every record: `records` (records × `WIDTH`), its diagnoses `dx[dx_start[i]:dx_start[i + 1]]`, its
    operations likewise. `found` (records × 4) receives status, MDC, node and rule by number, `NOTHING` where none.
    `alone`: room for one operation."""
    for i in range(len(records)):
        own_dx = dx[dx_start[i] : dx_start[i + 1]]
        own_px = px[px_start[i] : px_start[i + 1]]
        group(t, records[i], own_dx, own_px, found[i])
        if t.retries and found[i, 0] == UNGROUPED:
            for k in range(1, len(own_px)):
                alone[0] = own_px[k]
                group(t, records[i], own_dx, alone, found[i])
                if found[i, 0] != UNGROUPED:
                    break
