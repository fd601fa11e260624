"""Passes over the lines of every visit: plain whole numbers, compiled with the loop."""

from __future__ import annotations

from typing import Any

Numbers = Any


def find_cells(
    span: Numbers,
    parts: Numbers,
    item: Numbers,
    groups: int,
    work: Numbers,
    masks: Numbers,
    totals: Numbers,
) -> None:
    """Which cells of every visit (every part of every item group) hold money, as the bits of `masks`.

    `span`: the lines of each visit; `parts`: four amounts a line (4 × lines); `work`: one number for every cell. A
    visit without money has one cell, in scope. `totals`: fen of the four parts of every visit.
    """
    for v in range(len(span)):
        for k in range(len(work)):
            work[k] = 0
        for part in range(4):
            for j in range(span[v, 0], span[v, 1]):
                work[part * groups + item[j]] += parts[part, j]
                totals[v, part] += parts[part, j]
        mask = 0
        for k in range(len(work)):
            if work[k] > 0:
                mask |= 1 << k
        masks[v] = mask if mask > 0 else 1 << (3 * groups)


def fill_cells(
    span: Numbers, parts: Numbers, item: Numbers, groups: int, work: Numbers, masks: Numbers, amounts: Numbers
) -> None:
    """Fen of the cells in `masks`, visit by visit; otherwise as `find_cells`."""
    at = 0
    for v in range(len(span)):
        for k in range(len(work)):
            work[k] = 0
        for part in range(4):
            for j in range(span[v, 0], span[v, 1]):
                work[part * groups + item[j]] += parts[part, j]
        for k in range(len(work)):
            if (masks[v] >> k) & 1 == 1:
                amounts[at] = work[k]
                at += 1


def tell_lines(
    first: Numbers,
    visits: Numbers,
    span: Numbers,
    place: Numbers,
    parts: Numbers,
    layers: Numbers,
    names: Numbers,
    plan: Numbers,
    shares: Numbers,
    share_start: Numbers,
    row: Numbers,
    told: Numbers,
    ends: Numbers,
    name: Numbers,
    fen: Numbers,
) -> int:
    """The lines of some claims in the order of their rows, with what was paid of each; how many payments there are.

    `first` and `visits`: the first visit of each claim, and how many it has; `place`: where every line stands. Filled
    by line: `row`, its row in the table; `told`: amount, the four parts, cash, the hospital's (7 × lines, fen); `ends`:
    the end of its payments, of which each has `name` (`names` by plan and layer) and `fen`.
    """
    out = entry = 0
    for i in range(len(first)):
        begin, last = first[i], first[i] + visits[i]
        for r in range(span[begin, 0], span[last - 1, 1]):
            p, v = place[r], begin
            while p >= span[v, 1]:
                v += 1
            at = share_start[v] + (p - span[v, 0]) * (layers[v] + 1)
            amount = paid = 0
            for part in range(4):
                amount += parts[part, p]
                told[1 + part, out] = parts[part, p]
            for layer in range(layers[v]):
                if shares[at + layer] != 0:
                    name[entry] = names[plan[v], layer]
                    fen[entry] = shares[at + layer]
                    paid += shares[at + layer]
                    entry += 1
            cut = shares[at + layers[v]]
            row[out], ends[out] = r, entry
            told[0, out], told[5, out], told[6, out] = amount, amount - paid - cut, cut
            out += 1
    return entry
