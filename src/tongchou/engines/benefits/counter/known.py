"""What is known of claims that look alike, and how the next of them is settled by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from tongchou.engines.benefits.claim import PARTS, Claim, Refusal, Settlement
from tongchou.engines.benefits.counter.desk import Bill, Desk
from tongchou.engines.benefits.counter.quickly import quickly
from tongchou.engines.benefits.counter.stepping import Stepper
from tongchou.engines.benefits.numbers import Use
from tongchou.engines.benefits.part import count_stay, each_of, key_of, sign_of
from tongchou.engines.benefits.periods import Dated
from tongchou.engines.benefits.reading import Reading
from tongchou.engines.benefits.split import SplitLine
from tongchou.engines.benefits.state import Key, SettledLine, State


@dataclass(slots=True)
class Arrived:
    """A claim at its desk: where it lies in time, its number among the year's stays, its lines split."""

    claim: Claim
    desk: Desk
    when: Dated
    nth: int
    bill: Bill


class KnownRefusal:
    """An article refuses claims like these."""

    def __init__(self, example: Refusal) -> None:
        self._guard, self._because, self._cite = example.guard, example.because, example.cite

    def settle(self, arrived: Arrived, state: State) -> Refusal:
        """The refusal of another such claim; the state stays as it is."""
        return Refusal(arrived.claim, self._guard, (), self._because, self._cite)


class KnownSettlement:
    """Claims like these are settled by these numbers. `stepper` makes what runs them, once a second claim comes."""

    def __init__(self, example: Settlement, filled: Sequence[int], stepper: Callable[[], Stepper]) -> None:
        notes = example.notes
        self._example: Reading = notes["reading"]
        self._guards: tuple[Use, ...] = notes["guards"]
        self._filled, self._stepper = filled, stepper
        plan, facts = self._example.plan, notes["facts"]
        self._counted = [(count, each_of(count, facts), sign_of(count)) for count in plan.counts]

    @cached_property
    def _step(self) -> Stepper:
        return self._stepper()

    def settle(self, arrived: Arrived, state: State) -> Settlement:
        """The settlement of another such claim; `state` advances."""
        claim, when, bill, plan = arrived.claim, arrived.when, arrived.bill, self._example.plan
        keys = [key_of(claim, when, count, each) for count, each, _ in self._counted]
        known = state.amounts
        before = [sign * known.get(key, 0) for key, (_, _, sign) in zip(keys, self._counted, strict=True)]
        counts = before.copy()
        trace = self._step([bill.totals[place] for place in self._filled], counts)
        delta: dict[Key, int] = {}
        if counts != before:
            for key, was, now, (_, _, sign) in zip(keys, before, counts, self._counted, strict=True):
                if now != was:
                    delta[key] = sign * (now - was)
        count_stay(arrived.desk.engine, claim, when.year, state, delta)
        state.apply(delta)
        lines = state.lines
        for line, parts in zip(claim.lines, bill.parts, strict=True):
            lines[line.id] = quickly(SettledLine, parts=parts)
        example = self._example
        reading = Reading(plan, example.cells, example.shape, example.row, example.rows, trace)
        paid = reading.paid()
        sums = dict(zip(PARTS, map(sum, zip(*bill.parts, strict=True)), strict=True))
        told = {
            "claim": claim,
            "basis_date": when.basis_date,
            "year": when.year,
            "parts": sums,
            "package_excess": 0,
            "paid": paid,
            "by_field": reading.by_field(paid),
            "basic": reading.basic(),
            "hospital": 0,
            "cash": sum(trace.pots),
            "line_parts": tuple(bill.parts),
            "cells": reading.cells,
            "state_delta": delta,
        }
        later = {
            "layers": reading.layers,
            "pots": reading.pots,
            "reads": lambda: frozenset(keys) | frozenset(delta),
            "notes": lambda: self._notes(arrived, reading, sums, before),
        }
        return Settlement.unfolding(told, later)

    def _notes(self, arrived: Arrived, reading: Reading, sums: Mapping[str, int], before: list[int]) -> dict[str, Any]:
        claim, bill = arrived.claim, arrived.bill
        amounts = {"total_fee": claim.total, **sums}
        facts = arrived.desk.facts(claim, arrived.when, arrived.nth)
        return {
            "plan": reading.plan,
            "rows": reading.rows,
            "splits": [
                quickly(SplitLine, line=line, item=rule.item, parts=parts, rules=rule.used)
                for line, rule, parts in zip(claim.lines, bill.rules, bill.parts, strict=True)
            ],
            "facts": facts.with_facts({name: Fraction(fen, 100) for name, fen in amounts.items()}),
            "guards": self._guards,
            "diverted_by": (),
            "packages": [],
            "package_cells": [0] * len(reading.cells),
            "counts": dict(zip([count.name for count in reading.plan.counts], before, strict=True)),
            "paid_cells": reading.paid_cells(),
            "trace": reading.trace,
            "reading": reading,
        }
