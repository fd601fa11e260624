"""What a bulk run did, visit by visit; a claim settled in two parts is two visits, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from tongchou.engines.benefits.bulk.columns import Claims, Flags, Numbers
from tongchou.engines.benefits.bulk.counters import Slots
from tongchou.engines.benefits.bulk.kinds import Small
from tongchou.engines.benefits.bulk.layout import Layout
from tongchou.engines.benefits.bulk.state_delta import state_delta
from tongchou.engines.benefits.claim import Refusal
from tongchou.engines.benefits.plan import Plan


@dataclass
class LineShares:
    """The lines of `table` place by place as `layout` says: their parts (4 × places) and item group, by visit `span`.

    `shares[share_start[v] + j × (layers of v + 1) + layer]`: fen that a layer paid of the j-th line of visit v; in the
    last place what packages left to the hospital.
    """

    table: pa.Table
    layout: Layout
    span: Numbers
    parts: Numbers
    item: Small
    share_start: Numbers
    shares: Numbers


@dataclass
class Changes:
    """What each visit looked at and added to the state: of visit v, `added[start[v] + c]` to its c-th place of
    `Slots.slots` (nothing is there unless traces were asked for). `number[v]`: the number that its stay got by it, or
    0."""

    start: Numbers
    count: Numbers
    added: Numbers
    number: Numbers


@dataclass
class Settled:
    """`claims` are all that came, households together, each in the order in which it settles.

    By visit: `claim` (its place among `claims`), `plan_of` (a place in `plans`), `parts` (fen: full self-pay, over
    limit, first self-pay, in scope), `cash` (fen left to the person), `hospital` (fen that packages cut off), `basic`
    (fen of the basic fund's layers: deductible, payment, expense paid for), `balance` (fen of the person's accounts
    afterwards, None where the region draws on none), `paid[paid_start[v] : …]` (fen by layer). `refused`: visit → why.
    `state`: what stands in every place of `slots` afterwards (its amount, or an account as minus its balance);
    `traces[paid_start[v] + layer]`: the columns of the trace, where they were asked for.
    Claims of households left to the plain step have no visit.
    """

    claims: Claims
    claim: Numbers
    plans: list[Plan]
    plan_of: Numbers
    parts: Numbers
    cash: Numbers
    hospital: Numbers
    basic: Numbers
    balance: Numbers | None
    paid: Numbers
    paid_start: Numbers
    refused: dict[int, Refusal]
    lines: LineShares | None
    slots: Slots
    state: Numbers
    traces: Numbers
    changes: Changes

    @cached_property
    def plain(self) -> Flags:
        """Claims left to the plain step."""
        plain = np.ones(self.claims.count, dtype=bool)
        plain[self.claim] = False
        return plain

    @cached_property
    def first(self) -> Numbers:
        """The first visit of every claim that has one."""
        return np.flatnonzero(np.diff(self.claim, prepend=-1))

    def state_delta(self) -> pa.Table:
        """What the claims added to the states of their households: the table `state` of `state_tables`."""
        return state_delta(self.slots, self.state, self.claims)
