"""Passes that tell what was paid of claims, of their lines and by their layers: plain whole numbers, compiled with the
loop."""

from __future__ import annotations

from typing import Any

Numbers = Any


def tell_claims(
    first: Numbers,
    visits: Numbers,
    settled: Numbers,
    plan: Numbers,
    names: Numbers,
    fields: Numbers,
    paid: Numbers,
    paid_start: Numbers,
    parts: Numbers,
    basic: Numbers,
    cash: Numbers,
    hospital: Numbers,
    at: Numbers,
    told: Numbers,
    ends: Numbers,
    name: Numbers,
    fen: Numbers,
) -> int:
    """What was paid of some claims, and by which layers; how many payments there are. All amounts are fen.

    `first` and `visits`: the first visit of each claim, and how many it has; `names` and `fields`, by plan and layer,
    tell which layer it is by name, and to which row of `told` it pays. Filled by claim: `told`, the fields, then the
    four parts, what the basic fund's layers have (deductible, payment, expense), cash and what packages cut off;
    `ends`, the end of its payments, of which each has a `name` and `fen`, a layer that paid in several visits once. Of
    a claim that is not `settled` there are none. `at`: a number for every name.
    """
    entry, before = 0, len(told) - 9
    for i in range(len(first)):
        begin = entry
        for v in range(first[i], first[i] + visits[i]):
            for k in range(4):
                told[before + k, i] += parts[v, k]
            for k in range(3):
                told[before + 4 + k, i] += basic[v, k]
            told[before + 7, i] += cash[v]
            told[before + 8, i] += hospital[v]
            for j in range(paid_start[v], paid_start[v + 1]):
                layer = j - paid_start[v]
                told[fields[plan[v], layer], i] += paid[j]
                if settled[i] != 0:
                    which = names[plan[v], layer]
                    if at[which] < begin:
                        at[which], name[entry], fen[entry] = entry, which, 0
                        entry += 1
                    fen[at[which]] += paid[j]
        ends[i] = entry
    return entry


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


def tell_amounts(
    first: Numbers,
    visits: Numbers,
    settled: Numbers,
    plan: Numbers,
    names: Numbers,
    paid: Numbers,
    paid_start: Numbers,
    parts: Numbers,
    basic: Numbers,
    cash: Numbers,
    hospital: Numbers,
    told: Numbers,
    sums: Numbers,
) -> int:
    """What became of the money of some claims (fen). Filled by claim: `told`, its four parts, the basic fund's
    deductible, cash, what packages cut off, then what was paid by each layer (`names` by plan and layer); by plan and
    layer: `sums`. Of a claim that is not `settled` there is nothing. `first` and `visits`: the first visit of each
    claim, and how many it has. Gives the first claim whose parts are not what was paid, cash and what was cut off; -1
    for none.
    """
    wrong = -1
    for i in range(len(first)):
        rest = 0
        if settled[i] != 0:
            for v in range(first[i], first[i] + visits[i]):
                for k in range(4):
                    told[k, i] += parts[v, k]
                    rest += parts[v, k]
                told[4, i] += basic[v, 0]
                told[5, i] += cash[v]
                told[6, i] += hospital[v]
                rest -= cash[v] + hospital[v]
                for j in range(paid_start[v], paid_start[v + 1]):
                    if paid[j] != 0:
                        layer = j - paid_start[v]
                        told[7 + names[plan[v], layer], i] += paid[j]
                        sums[plan[v], layer] += paid[j]
                        rest -= paid[j]
        if rest != 0 and wrong < 0:
            wrong = i
    return wrong


def tell_line_amounts(
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
) -> None:
    """The same of the lines of some claims, in the order of their rows. Filled by line: `row`, its row in the table;
    `told`, its four parts, cash, the hospital's, then what was paid by each layer. Otherwise as `tell_lines`.
    """
    out = 0
    for i in range(len(first)):
        begin, last = first[i], first[i] + visits[i]
        for r in range(span[begin, 0], span[last - 1, 1]):
            p, v = place[r], begin
            while p >= span[v, 1]:
                v += 1
            at = share_start[v] + (p - span[v, 0]) * (layers[v] + 1)
            rest = 0
            for part in range(4):
                rest += parts[part, p]
                told[part, out] = parts[part, p]
            for layer in range(layers[v]):
                if shares[at + layer] != 0:
                    rest -= shares[at + layer]
                    told[6 + names[plan[v], layer], out] += shares[at + layer]
            row[out], told[5, out] = r, shares[at + layers[v]]
            told[4, out] = rest - told[5, out]
            out += 1


def tell_traces(
    first: Numbers,
    visits: Numbers,
    settled: Numbers,
    plan: Numbers,
    names: Numbers,
    paid_start: Numbers,
    traces: Numbers,
    of: Numbers,
    plans: Numbers,
    layers: Numbers,
    told: Numbers,
) -> None:
    """The traces of the layers of some claims, visit after visit. Filled by layer: `of`, the place of its claim among
    these, `plans` its plan, `layers` its name (`names` by plan and layer), `told` the columns of `traces` (layer ×
    columns). Otherwise as `tell_amounts`."""
    out = 0
    for i in range(len(first)):
        if settled[i] != 0:
            for v in range(first[i], first[i] + visits[i]):
                for j in range(paid_start[v], paid_start[v + 1]):
                    of[out], plans[out], layers[out] = i, plan[v], names[plan[v], j - paid_start[v]]
                    for k in range(traces.shape[1]):
                        told[k, out] = traces[j, k]
                    out += 1
