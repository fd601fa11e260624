"""Claims settled one at a time, each by what was found out for the first that looked like it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from itertools import compress
from typing import TYPE_CHECKING

from tongchou.engines.benefits.bulk.machine import wanted
from tongchou.engines.benefits.claim import Claim, Refusal, Result
from tongchou.engines.benefits.counter.desk import Desk
from tongchou.engines.benefits.counter.known import KnownRefusal, KnownSettlement, Look
from tongchou.engines.benefits.counter.recent import Recent
from tongchou.engines.benefits.counter.stepping import Stepper, compiled, plainly, warm_up
from tongchou.engines.benefits.counter.straight import Straight
from tongchou.engines.benefits.counter.view import Seen
from tongchou.engines.benefits.reading import Reading
from tongchou.engines.benefits.state import State
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.headers import BASIS_FACT

if TYPE_CHECKING:
    from tongchou.engines.benefits.engine import Engine

KINDS = 2_000
"""Kinds of claims remembered, for a while twice as many; a kind takes some 15 kB, compiled 20."""
DAYS = 10_000
"""Combinations of dates, scheme and kind of visit remembered."""

Known = KnownRefusal | KnownSettlement


@dataclass(frozen=True)
class When:
    """What only the dates of a claim decide: the desk it comes to (None: the engine settles it), year and figures.

    `figures` is a number for the yearly figures in force, since hashing fractions again and again takes long.
    """

    desk: Desk | None
    basis_date: date
    year: str
    figures: int


class Counter:
    """What an engine remembers of the claims it settled. Claims that ask for more than a look are left to it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        item = engine.pack.vocabulary.dimensions.get("item")
        self._words = item.words if item is not None else (None,)
        self._desks: dict[int, Desk] = {}
        spans = {BASIS_FACT[by] for by in engine.pack.breakpoints}
        self._dated = tuple(sorted(spans | {"admitted", "discharged", "settled"}))
        self._whens: Recent[When] = Recent(DAYS)
        self._figures: dict[Seen, int] = {}
        self._known: Recent[Known] = Recent(KINDS)
        self._compiled = False

    @cached_property
    def straight(self) -> Straight:
        """What reads a claim given as a dict."""
        return Straight(self.engine.pack)

    def look(self, claim: Claim, state: State) -> Look | None:
        """What is known of claims like this one; None when the engine has to settle, or to refuse, it by itself."""
        if claim.given or not claim.lines:
            return None
        try:
            return self._look(claim, state)
        except (ProblemError, TypeError):  # a fact that cannot be a key, as a list
            return None

    def learn(self, look: Look, result: Result) -> None:
        """Remember what the engine made of a claim that was looked at, if others can be settled by it."""
        claim, desk = look.claim, look.desk
        if isinstance(result, Refusal):
            if result.claim is claim and any(result.guard == guard.address for guard in desk.plan.guards):
                self._known.put(look.key, KnownRefusal(result))
            return
        notes = result.notes
        if result.claim is claim and "parts" not in notes and not notes["packages"]:
            self._known.put(look.key, KnownSettlement(result, look.filled, partial(self._stepper, notes["reading"])))

    def compile(self) -> None:
        """Run the step as machine code from now on, where a compiler is installed and not switched off.

        Takes a minute the first time on a machine, then a second or two: the code is kept in the user's cache folder.
        """
        if wanted():
            warm_up()
            self._compiled, self._known = True, Recent(KINDS)

    def _look(self, claim: Claim, state: State) -> Look | None:
        when = self._when(claim)
        desk = when.desk
        if desk is None or desk.is_waiting(claim):
            return None
        nth = self.engine.nth(claim, state, when.year)
        seen, bill = desk.view.of(claim.facts, when, nth), desk.bill(claim, when, nth)
        if seen is None or bill is None:
            return None
        filled = tuple(compress(desk.cells, bill.totals)) or (desk.empty,)
        entitled = claim.entitlements
        periods = None if entitled is None else tuple(map(entitled.get, desk.funds))
        key = (id(desk), seen, filled, when.figures, periods, claim.account_person is None)
        return Look(claim, desk, when, nth, bill, filled, key, self._known.get(key))

    def _when(self, claim: Claim) -> When:
        key = (claim.scheme, claim.kind, *map(claim.facts.get, self._dated))
        found = self._whens.get(key)
        if found is None:
            found = self._found(claim)
            self._whens.put(key, found)
        return found

    def _found(self, claim: Claim) -> When:
        pack, facts = self.engine.pack, claim.facts
        self.engine.check_dates(claim)
        plan, years = self.engine.plan(claim.scheme, claim.kind, facts), pack.year
        day = self.engine.basis_date(facts)
        year = str(years.label_of(day))
        desk = self._desks.get(id(plan))
        if desk is None:
            desk = self._desks[id(plan)] = Desk(self.engine, plan, self._words)
        whole = pack.region.year.crossing == "whole"
        whole = whole or years.label_of(facts["admitted"]) == years.label_of(facts["discharged"])
        known_on = pack.known_on or facts["settled"]
        figures = tuple(
            found and found.value
            for found in (pack.vocabulary.indices[name].at(year, known_on) for name in desk.figures)
        )
        number = self._figures.setdefault(figures, len(self._figures))
        return When(desk if desk.regular and whole else None, day, year, number)

    def _stepper(self, reading: Reading) -> Stepper:
        machine = compiled(reading) if self._compiled else None
        return machine or plainly(reading)
