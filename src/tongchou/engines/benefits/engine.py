"""Settle one claim: choose what is in force, guard, split, run the step, and say what became of every fen."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from tongchou.engines.benefits.claim import Claim, Refusal, Result
from tongchou.engines.benefits.counter.counter import Counter
from tongchou.engines.benefits.facts import Facts
from tongchou.engines.benefits.guards import Turn, check_guards
from tongchou.engines.benefits.part import settle_part
from tongchou.engines.benefits.parts import check_given, combine, split_into_parts
from tongchou.engines.benefits.plan import Plan, build_plan
from tongchou.engines.benefits.split import Parts, split_lines
from tongchou.engines.benefits.state import State
from tongchou.engines.benefits.values import value_of
from tongchou.ground.errors import ProblemError, fail
from tongchou.ground.region.headers import BASIS_FACT
from tongchou.ground.region.model import Visits
from tongchou.ground.region.pack import Declared, Pack

SEMANTICS = 1
"""Version of the meaning of a declaration; a settlement keeps it, so that it can be re-run to the fen."""

ACCOUNT_USES = ("own", "relative", "none")
LAST_YEAR = 9000
"""Dates from here on are placeholders of other systems, not days on which anybody is treated."""


class Engine:
    """A pack made ready to settle. Cheap to keep, safe to share: it holds no state of persons.

    What was looked up for a claim is remembered for those like it, unless `remembering` is off.
    """

    def __init__(self, pack: Pack, remembering: bool = True) -> None:
        self.pack = pack
        self._plans: dict[tuple[Any, ...], Plan] = {}
        self._spans = [(BASIS_FACT[by], points) for by, points in sorted(pack.breakpoints.items())]
        self.remembering, self.counter = remembering, Counter(self)

    def settle(self, claim: Claim, state: State) -> Result:
        """Settle a claim against the state of its household; `state` advances only when the claim is settled.

        A claim an article refuses, or that cannot be settled, comes back as a `Refusal`; nothing is raised for bad
        data and a refused claim leaves no trace in the state.
        """
        try:
            look = self.counter.look(claim, state) if self.remembering else None
            if look is not None and look.known is not None:
                return look.known.settle(look, state)
            result, after = self._settle(claim, state)
        except ProblemError as error:
            return Refusal(claim, None, tuple(error.problems))
        if not isinstance(result, Refusal):
            state.amounts, state.lines = after.amounts, after.lines
        if look is not None:
            self.counter.learn(look, result)
        return result

    def trial(self, claim: Claim, state: State) -> Result:
        """The result a settlement would have; records nothing."""
        return self.settle(claim, state.copy())

    def split(self, claim: Claim, state: State) -> tuple[Parts, ...]:
        """The four parts of each line (fen) by the item rules, as an institution is told when it charges them; nothing
        is settled. Raises ProblemError where these facts do not say it."""
        self._check(claim)
        facts = self.facts_of(claim, state)
        plan = self.plan(claim.scheme, claim.kind, claim.facts)
        return tuple(one.parts for one in split_lines(plan.items, facts, claim.lines, state.lines))

    def facts_of(self, claim: Claim, state: State) -> Facts:
        """The facts of a claim on its basis date, with its number among the year's stays."""
        day = self.basis_date(claim.facts)
        year = str(self.pack.year.label_of(day))
        return self.facts_numbered(claim, year, day, self.nth(claim, state, year))

    def facts_numbered(self, claim: Claim, year: str, day: date, nth: int) -> Facts:
        """The same for a claim of which year, basis date and number are known."""
        given = {"nth": nth, **claim.facts, "scheme": claim.scheme, "kind": claim.kind}
        given["total_fee"] = Fraction(claim.total, 100)
        return Facts(self.pack, given, year, day)

    def plan(self, scheme: str, kind: str, facts: Mapping[str, Any]) -> Plan:
        """The plan in force for a kind of visit on these dates (cached for each span between two changes)."""
        key = (scheme, kind, *(bisect_right(points, facts.get(name) or date.min) for name, points in self._spans))
        if key not in self._plans:
            in_force = self.in_force(facts)
            names = self._layers_of(scheme, kind, in_force)
            self._plans[key] = build_plan(scheme, kind, names, self.pack, in_force)
        return self._plans[key]

    def in_force(self, facts: Mapping[str, Any]) -> list[Declared]:
        return list(self.pack.in_force(self._dates(facts)))

    def _settle(self, claim: Claim, state: State) -> tuple[Result, State]:
        self._check(claim)
        facts = self.facts_of(claim, state)
        turn = check_guards(self, claim, facts)
        if isinstance(turn, Refusal):
            return turn, state
        return self._settle_parts(turn, state)

    def _settle_parts(self, turn: Turn, state: State) -> tuple[Result, State]:
        """Settle every part of the claim in order on one copy of the state."""
        after = state.copy()
        parts = split_into_parts(self, turn, after)
        check_given(self, turn.claim, parts)
        results = [settle_part(self, part, after) for part in parts]
        return combine(turn.claim, results), after

    def _check(self, claim: Claim) -> None:
        if claim.scheme not in self.pack.region.schemes:
            raise fail("C007", scheme=claim.scheme, known="、".join(self.pack.region.schemes))
        if not claim.lines:
            raise fail("C024")
        if len({line.id for line in claim.lines}) < len(claim.lines):
            raise fail("C036")
        if min(claim.given.values(), default=0) < 0:
            raise fail("C010", value=min(claim.given.values()))
        use = claim.facts.get("account_use", "own")
        if use not in ACCOUNT_USES:
            raise fail("C004", name="account_use", value=use, known="、".join(ACCOUNT_USES))
        self.check_dates(claim)

    def check_dates(self, claim: Claim) -> None:
        """Raises C003, C004 or C002 where a date is missing, a placeholder, or none the region answers for."""
        for name in ("admitted", "discharged", "settled"):
            day = claim.facts.get(name)
            if not isinstance(day, date):
                raise fail("C003", name=name)
            if day.year >= LAST_YEAR:
                raise fail("C004", name=name, value=day, known=f"< {LAST_YEAR}")
        supports, day = self.pack.region.supports, self.basis_date(claim.facts)
        if supports is not None and (day < supports.from_ or (supports.through is not None and day > supports.through)):
            raise fail("C002", day=day, span=f"{supports.from_} – {supports.through or '…'}")

    def basis_date(self, facts: Mapping[str, Any]) -> date:
        """The date that places a claim in an insurance year. Raises C003 when the claim does not have it."""
        day = facts.get(BASIS_FACT[self.pack.region.year.basis])
        if not isinstance(day, date):
            raise fail("C003", name=BASIS_FACT[self.pack.region.year.basis])
        return day

    @staticmethod
    def _dates(facts: Mapping[str, Any]) -> dict[str, date]:
        return {by: facts[name] for by, name in BASIS_FACT.items() if isinstance(facts.get(name), date)}

    def _layers_of(self, scheme: str, kind: str, in_force: list[Declared]) -> tuple[str, ...]:
        for fact in reversed(in_force):
            if fact.scheme == scheme and fact.kind == "visits.*" and fact.name == kind:
                names = value_of(fact, Visits).layers
                break
        else:
            visits = self.pack.visits.get(scheme, {})
            if kind not in visits:
                raise fail("C001", scheme=scheme, kind=kind, known="、".join(visits))
            names = visits[kind]
        at_claim = tuple(n for n in names if self.pack.layers[scheme][n].runs == "claim")
        return at_claim or names

    def nth(self, claim: Claim, state: State, year: str) -> int:
        """1 + the number of different earlier stays of the insurance year; a further bill keeps its number."""
        stay = claim.stay_id or claim.id
        person, known = claim.person_id, state.get
        return known(("stay", person, year, stay)) or known(("stays", person, year, "")) + 1
