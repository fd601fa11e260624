"""What is known of claims that look alike, and how the next of them is settled by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from tongchou.engines.benefits.claim import PARTS, Claim, Refusal, Settlement
from tongchou.engines.benefits.counter.desk import Bill, Desk
from tongchou.engines.benefits.counter.quickly import quickly
from tongchou.engines.benefits.counter.stepping import Stepped, Stepper
from tongchou.engines.benefits.counter.view import Seen
from tongchou.engines.benefits.numbers import Use
from tongchou.engines.benefits.part import count_stay, each_of, key_of, sign_of
from tongchou.engines.benefits.periods import Dated
from tongchou.engines.benefits.reading import Reading
from tongchou.engines.benefits.split import SplitLine
from tongchou.engines.benefits.state import Key, SettledLine, State


class Look(NamedTuple):
    """A claim that was looked at, at its desk: where it lies in time, its number among the year's stays, its lines
    split, the cells they fill; by which `key` it is known again, and what is known of such claims."""

    claim: Claim
    desk: Desk
    when: Dated
    nth: int
    bill: Bill
    filled: tuple[int, ...]
    key: Seen
    known: KnownRefusal | KnownSettlement | None


class KnownRefusal:
    """An article refuses claims like these."""

    def __init__(self, example: Refusal) -> None:
        self._guard, self._because, self._cite = example.guard, example.because, example.cite

    def settle(self, look: Look, state: State) -> Refusal:
        """The refusal of another such claim; the state stays as it is."""
        return Refusal(look.claim, self._guard, (), self._because, self._cite)


class KnownSettlement:
    """Claims like these are settled by these numbers. `stepper` makes what runs them, once a second claim comes."""

    def __init__(self, example: Settlement, filled: Sequence[int], stepper: Callable[[], Stepper]) -> None:
        notes = example.notes
        self.example: Reading = notes["reading"]
        self.guards: tuple[Use, ...] = notes["guards"]
        self._filled, self._stepper = filled, stepper
        plan, facts = self.example.plan, notes["facts"]
        self._names = [layer.name for layer in plan.layers]
        self._counted = [(count, each_of(count, facts)) for count in plan.counts]
        self._signs = [sign_of(count) for count in plan.counts]

    @cached_property
    def _step(self) -> Stepper:
        return self._stepper()

    def settle(self, look: Look, state: State) -> Settlement:
        """The settlement of another such claim; `state` advances."""
        claim, when, bill, signs = look.claim, look.when, look.bill, self._signs
        keys = [key_of(claim, when, count, each) for count, each in self._counted]
        known = state.amounts.get
        before = [sign * known(key, 0) for sign, key in zip(signs, keys, strict=True)]
        stepped = self._step([bill.totals[place] for place in self._filled], before)
        delta: dict[Key, int] = {}
        if stepped.counts != before:
            for key, was, now, sign in zip(keys, before, stepped.counts, signs, strict=True):
                if now != was:
                    delta[key] = sign * (now - was)
        count_stay(look.desk.engine, claim, when.year, state, delta)
        state.apply(delta)
        lines = state.lines
        for line, parts in zip(claim.lines, bill.parts, strict=True):
            lines[line.id] = SettledLine(parts)
        paid = dict(zip(self._names, stepped.paid, strict=True))
        sums = dict(zip(PARTS, map(sum, zip(*bill.parts, strict=True)), strict=True))
        told = {
            "claim": claim,
            "basis_date": when.basis_date,
            "year": when.year,
            "parts": sums,
            "package_excess": 0,
            "paid": paid,
            "by_field": self.example.by_field(paid),
            "basic": stepped.basic,
            "hospital": 0,
            "cash": stepped.cash,
            "line_parts": tuple(bill.parts),
            "cells": self.example.cells,
            "state_delta": delta,
        }
        return Settlement.unfolding(told, _Rest(self, look, stepped, keys, before, told))


@dataclass
class _Rest:
    """The fields of a settlement that few ask for, each computed for whoever does."""

    known: KnownSettlement
    look: Look
    stepped: Stepped
    keys: list[Key]
    before: list[int]
    told: Mapping[str, Any]

    def layers(self) -> Any:
        return self._reading.layers()

    def pots(self) -> Any:
        return self._reading.pots()

    def reads(self) -> frozenset[Key]:
        return frozenset(self.keys) | frozenset(self.told["state_delta"])

    def notes(self) -> dict[str, Any]:
        claim, bill, reading, sums = self.look.claim, self.look.bill, self._reading, self.told["parts"]
        amounts = {"total_fee": claim.total, **sums}
        facts = self.look.desk.facts(claim, self.look.when, self.look.nth)
        return {
            "plan": reading.plan,
            "rows": reading.rows,
            "splits": [
                quickly(SplitLine, line=line, item=rule.item, parts=parts, rules=rule.used)
                for line, rule, parts in zip(claim.lines, bill.rules, bill.parts, strict=True)
            ],
            "facts": facts.with_facts({name: Fraction(fen, 100) for name, fen in amounts.items()}),
            "guards": self.known.guards,
            "diverted_by": (),
            "packages": [],
            "package_cells": [0] * len(reading.cells),
            "counts": dict(zip([count.name for count in reading.plan.counts], self.before, strict=True)),
            "paid_cells": reading.paid_cells(),
            "trace": reading.trace,
            "reading": reading,
        }

    @cached_property
    def _reading(self) -> Reading:
        return self.known.example.of(self.stepped.trace())
