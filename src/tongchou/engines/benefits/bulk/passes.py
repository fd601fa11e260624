"""Passes over visits and their lines: plain whole numbers, compiled with the loop."""

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


def know_again(
    values: Numbers,
    placed: int,
    table: Numbers,
    rows: Numbers,
    begin: Numbers,
    mixed: Numbers,
    count: int,
    found: Numbers,
) -> int:
    """The number of each thing (`found`), the same for those alike; how many numbers there are then.

    `values` (things × columns) tell them apart. Known are `count` rows of values, of any length, from `begin` on, each
    with a number `mixed` from all of them; there is room for more. `table`, in length a power of two above what may be
    known then, has the numbers below `placed` in their places, and 0 in all others.
    """
    room, wide = len(table) - 1, values.shape[1]
    for k in range(placed, count):
        at = mixed[k] & room
        while table[at] != 0:
            at = (at + 1) & room
        table[at] = k
    for i in range(len(values)):
        mix = wide
        for s in range(wide):
            mix = ((mix ^ int(values[i, s])) * 1_540_483_477) & 0x7FFFFFFF
            mix ^= mix >> 15
        at = mix & room
        k = table[at]
        while k != 0:
            row = begin[k]
            alike = mixed[k] == mix and begin[k + 1] - row == wide
            if alike:
                for s in range(wide):
                    alike = alike and rows[row + s] == values[i, s]
            if alike:
                break
            at = (at + 1) & room
            k = table[at]
        if k == 0:
            k, row = count, begin[count]
            table[at], mixed[k] = k, mix
            for s in range(wide):
                rows[row + s] = values[i, s]
            count += 1
            begin[count] = row + wide
        found[i] = k
    return count


def pair(one: Numbers, place: Numbers, other: Numbers, kind: Numbers, wide: int, table: Numbers, found: Numbers) -> int:
    """Things told apart by two numbers, `one[place[i]]` and `other[kind[i]]`, of which the latter are below `wide`.

    `found` receives a number for each, counted up as they come; how many there are is given back. `table`, as long as
    all pairs, has -1 in every place.
    """
    count = 0
    for i in range(len(place)):
        at = one[place[i]] * wide + other[kind[i]]
        if table[at] < 0:
            table[at] = count
            count += 1
        found[i] = table[at]
    return count


def number_places(
    group: Numbers,
    specs: Numbers,
    spec_start: Numbers,
    subjects: Numbers,
    periods: Numbers,
    labels: Numbers,
    people: int,
    wide: int,
    persons: int,
    accounts: int,
    start: Numbers,
    known: Numbers,
    owner: Numbers,
    number: Numbers,
    place: Numbers,
    found: Numbers,
) -> int:
    """The place of every accumulator of every visit, in `place` from `start[v]` on; how many places there are.

    `specs[spec_start[g] : …]`: of each accumulator of group g its label, whose it is (a row of `subjects`), its period
    (a row of `periods`, where each is below `wide`) and a row of `labels` to add to the label, or -1. What has no label
    or no period (-1) has no place (-1). `subjects`, by visit: the person, the household, the owner of the account; all
    below `people` - 1. The first places are those of `accounts`, kind by kind, of each of the `persons`.

    Visits of a household stand together, and no two households count in one place: so a table of what one of them
    counts is enough. `known`, `owner` and `number` are its columns, in length a power of two above what any household
    counts, with nobody in `owner`. `found` (3 × accounts and accumulators) receives label, whose and period of each
    place behind the accounts, in the order in which they come up.
    """
    room, count = len(known) - 1, accounts
    for v in range(len(group)):
        i, home = start[v], subjects[1, v]
        for s in range(spec_start[group[v]], spec_start[group[v] + 1]):
            label, whose = specs[s, 0], subjects[specs[s, 1], v]
            if specs[s, 3] >= 0:
                label += labels[specs[s, 3], v]
            period = periods[specs[s, 2], v]
            if specs[s, 1] == 2:
                place[i] = label * persons + max(0, whose)
            elif label < 0 or period < 0:
                place[i] = -1
            else:
                key = (label * people + whose + 1) * wide + period
                at = (key ^ key >> 7 ^ key >> 19) & room
                while owner[at] == home and known[at] != key:
                    at = (at + 1) & room
                if owner[at] != home:
                    owner[at], known[at], number[at] = home, key, count
                    found[0, count], found[1, count], found[2, count] = label, whose, period
                    count += 1
                place[i] = number[at]
            i += 1
    return count
