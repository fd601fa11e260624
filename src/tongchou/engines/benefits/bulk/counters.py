"""Every accumulator that a run meets as a place in one array, so that the loop finds it without a name."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa

from tongchou.engines.benefits.bulk.accounts import owners
from tongchou.engines.benefits.bulk.columns import (
    Claims,
    Numbers,
    codes,
    factorized,
    index_in,
    months_of,
    numbers,
    pair,
)
from tongchou.engines.benefits.bulk.groups import Group
from tongchou.engines.benefits.bulk.uses import Uses
from tongchou.engines.benefits.from_tables import account_kinds
from tongchou.engines.benefits.plan import PER_CLAIM, Count, Plan, is_account
from tongchou.engines.benefits.shape import PAID
from tongchou.engines.benefits.values import value_of
from tongchou.ground.region.model import Package


@dataclass
class Slots:
    """`slots[start[i] : …]`: the places of claim i's accumulators in the order of its plan; `stay` and `stays`: where
    the number of its stay, and the number of stays of its person and year, are kept; `accounts[i]`: the accounts of its
    person. `opening`: what stands there before the first claim (an account as minus its balance, fen)."""

    slots: Numbers
    start: Numbers
    stay: Numbers
    stays: Numbers
    accounts: Numbers
    opening: Numbers


def slots_of(groups: list[Group], claims: Claims, tables: dict[str, pa.Table]) -> Slots:
    kinds = [f"account:{kind}" for kind in account_kinds(claims.pack)]
    names = {name: number for number, name in enumerate(kinds)}
    keys: list[Numbers] = []
    start = np.zeros(claims.count, dtype=np.int64)
    at = 0
    for group in groups:
        block = [_key(names, group, claims, count) for count in _counts(group.plan)]
        width = len(block)
        keys.append(np.stack(block, axis=1).reshape(-1, 4) if width else np.zeros((0, 4), dtype=np.int64))
        start[group.claims] = at + np.arange(len(group.claims)) * width
        at += len(group.claims) * width
    stay = codes(claims.table["stay_id"])
    alone = stay.max(initial=0) + 1 + np.arange(claims.count)
    person_year = [claims.person, claims.year]
    zero = np.zeros(claims.count, dtype=np.int64)
    stays = np.stack([zero - 1, *person_year, zero], axis=1)
    each_stay = np.stack([zero - 2, *person_year, np.where(stay == 0, alone, stay)], axis=1)
    own = [np.stack([zero + number, claims.person, zero, zero], axis=1) for number in range(len(kinds))]
    balances = _accounts(kinds, claims, tables)
    every = np.concatenate([*keys, stays, each_stay, *own, balances[0]])
    place = every[:, 0] - every[:, 0].min(initial=0)
    for column in every.T[1:]:
        place = factorized(pair(place, column))
    opening = np.zeros(int(place.max(initial=0)) + 1, dtype=np.int64)
    ends = at + np.arange(len(kinds) + 3) * claims.count
    stays_at, stay_at, *own_at = (place[a:b] for a, b in pairwise(ends))
    np.add.at(opening, place[ends[-1] :], -balances[1])
    accounts_at = np.stack(own_at, axis=1) if own_at else np.zeros((claims.count, 0), dtype=np.int64)
    return Slots(place[:at], start, stay_at, stays_at, accounts_at, opening)


def _counts(plan: Plan) -> list[Count]:
    """The accumulators of a plan, then those in which its packages count what they used."""
    values = [(package.address, value_of(package, Package)) for package in plan.packages]
    used = [Count(f"{at}.used", PAID, value.per, value.each) for at, value in values if value.per not in PER_CLAIM]
    return [*plan.counts, *used]


def _key(names: dict[str, int], group: Group, claims: Claims, count: Count) -> Numbers:
    """(name, whose, period, for which value) of one accumulator, for every claim of a group."""
    members = group.claims
    zero = np.zeros(len(members), dtype=np.int64)
    name = zero + names.setdefault(count.owner if is_account(count) else count.name, len(names))
    if is_account(count):
        return np.stack([name, owners(claims)[members], zero, zero], axis=1)
    whose = claims.home if count.each == "household" else claims.person
    each = zero
    if count.each not in (None, "household", "person"):
        each = claims.column(Uses({count.each or ""}), count.each or "")[members]
    return np.stack([name, whose[members], _period(claims, count.per)[members], each], axis=1)


def _period(claims: Claims, per: str) -> Numbers:
    if per == "year":
        return claims.year
    if per == "month":
        return months_of(claims.basis)[0]
    if per == "day":
        return claims.basis
    stay = codes(claims.table["stay_id"])
    stay = np.where(stay == 0, stay.max(initial=0) + 1 + np.arange(claims.count), stay)
    if per == "episode":
        episode = codes(claims.table["episode_id"])
        return np.where(episode == 0, episode.max(initial=0) + 1 + stay, episode)
    return stay if per == "stay" else np.zeros(claims.count, dtype=np.int64)


def _accounts(names: list[str], claims: Claims, tables: dict[str, pa.Table]) -> tuple[Numbers, Numbers]:
    """The keys and balances (fen) of the accounts of these names."""
    table = tables.get("accounts")
    if table is None or not names or not len(table):
        return np.zeros((0, 4), dtype=np.int64), np.zeros(0, dtype=np.int64)
    kind = index_in(table["kind"], pa.array([name.removeprefix("account:") for name in names]))
    used = kind >= 0
    zero = np.zeros(int(used.sum()), dtype=np.int64)
    person = index_in(table["person_id"], tables["persons"]["person_id"])
    keys = np.stack([kind[used], person[used], zero, zero], axis=1)
    return keys, numbers(table["balance"])[used]
