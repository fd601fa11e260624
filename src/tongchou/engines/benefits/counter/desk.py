"""Where claims of one kind arrive that meet one plan: what its rules see of a claim and of its lines.

Found out once, from the declaration, for all claims that arrive here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tongchou.engines.benefits.bulk.uses import Uses, uses_of
from tongchou.engines.benefits.claim import PARTS, Claim, Line
from tongchou.engines.benefits.counter.recent import Recent
from tongchou.engines.benefits.counter.view import Seen, View
from tongchou.engines.benefits.facts import Facts
from tongchou.engines.benefits.guards import basic_fund, with_entitlement
from tongchou.engines.benefits.periods import Dated
from tongchou.engines.benefits.plan import Items, Plan
from tongchou.engines.benefits.split import LineRule, Parts, concerns, counted, line_facts, rule_of
from tongchou.engines.benefits.values import value_of
from tongchou.engines.benefits.waiting import longest
from tongchou.ground.errors import ProblemError
from tongchou.ground.money import MAX_FEN
from tongchou.ground.region.model import Waiting
from tongchou.ground.region.vocabulary import LINE_FACTS, Vocabulary

if TYPE_CHECKING:
    from tongchou.engines.benefits.engine import Engine

ALWAYS = frozenset(("account_use", "entitlement", "entitlement_reason"))
"""Facts of a claim that the engine asks for by itself."""
LINES = 4_000
"""Kinds of lines remembered at a desk."""
SPLITTING = frozenset(("class", "limited_use", "approved"))
"""Facts of a line that the split asks for by itself."""
LEFT = LineRule(None, -1)
"""Stands for lines that the engine has to split."""


@dataclass(slots=True)
class Bill:
    """The lines of a claim: the rule and the four parts of each, and the fen of every cell, part by part."""

    rules: list[LineRule]
    parts: list[Parts]
    totals: list[int]


class Desk:
    """`regular`: whether anything can be remembered here; not where rules are formulas over the claim's own amounts.
    `figures`: the yearly figures that rules ask for. `cells`: the places of all cells. `empty`: that of a claim that
    comes to nothing.
    """

    def __init__(self, engine: Engine, plan: Plan, words: Items) -> None:
        vocabulary = engine.pack.vocabulary
        self.engine, self.plan = engine, plan
        door = [*plan.guards, *plan.waiting, *plan.packages]
        rules = [*plan.items.exclude, *plan.items.first_pay, *plan.items.price_limit, *plan.diverts]
        uses = uses_of([*door, *(fact for layer in plan.layers for fact in layer.declared())], vocabulary)
        uses.whole |= ALWAYS.union(*(vocabulary.roots(c.each) for c in plan.counts if c.each is not None))
        of_lines = uses_of(rules, vocabulary)
        self.regular = not (uses.amounts or of_lines.amounts)
        self.figures = sorted(name[6:] for name in uses.whole | of_lines.whole if name.startswith("index:"))
        self.view = View(uses)
        self._of_lines = View(Uses(of_lines.whole - LINE_FACTS, of_lines.edges.copy()))
        by_fee = {"fee_date"} if any(rule.by == "fee" for rule in rules) else set()
        self._names = tuple(sorted(_names_of(of_lines, vocabulary) | by_fee))
        self._by_price = "unit_price" in self._names
        self.funds = tuple(layer.layer.fund or layer.name for layer in plan.layers)
        self.waiting = [(value_of(rule, Waiting).after, longest(rule)) for rule in plan.waiting]
        width = len(words)
        self.cells = range(width * len(PARTS))
        self._places = {word: tuple(part * width + i for part in range(len(PARTS))) for i, word in enumerate(words)}
        self.empty = self._places[words[0]][PARTS.index("in_scope")]
        self._rules: Recent[LineRule] = Recent(LINES)

    def is_waiting(self, claim: Claim) -> bool:
        """Whether some waiting period may not be over; then the day on which it ends decides."""
        if claim.entitlements is not None:
            return False
        admitted: date = claim.facts["admitted"]
        for after, days in self.waiting:
            since = claim.facts.get(after)
            if since is not None and not (type(since) is date and (admitted - since).days > days):
                return True
        return False

    def facts(self, claim: Claim, when: Dated, nth: int) -> Facts:
        """The facts of a claim past its guards, as the engine has them."""
        facts = self.engine.facts_numbered(claim, when.year, when.basis_date, nth)
        return with_entitlement(self.engine, claim, facts, basic_fund(self.engine, claim))

    def bill(self, claim: Claim, when: Dated, nth: int) -> Bill | None:
        """The lines of a claim split; None where one of them is a return, diverted, or cannot be split.

        Raises ProblemError where the fen of a line do not add up.
        """
        seen = self._of_lines.of(claim.facts, when, nth)
        if seen is None:
            return None
        rounding, places, totals = self.plan.items.rounding, self._places, [0] * len(self.cells)
        rules, split = [], []
        for line in claim.lines:
            rule = self._rule(claim, when, nth, seen, line) if 0 <= line.amount <= MAX_FEN else LEFT
            if rule is LEFT:
                return None
            parts = counted(rule, rounding, line)
            at = places[rule.item]
            for part in (3, 2, 1, 0) if parts[3] != line.amount else (3,):
                totals[at[part]] += parts[part]
            rules.append(rule)
            split.append(parts)
        alone = len({line.id for line in claim.lines}) == len(split)
        return Bill(rules, split, totals) if alone and sum(totals) <= MAX_FEN else None

    def _rule(self, claim: Claim, when: Dated, nth: int, seen: Seen, line: Line) -> LineRule:
        get = line.facts.get
        given = line.given_parts is None, line.price_limit is None, line.first_pay_rate is None
        price = line.unit_price if self._by_price else None
        key = (seen, line.item, price, given, *map(get, self._names))
        rule = self._rules.get(key)
        if rule is None:
            rule = self._look(self.facts(claim, when, nth), line)
            self._rules.put(key, rule)
        return rule

    def _look(self, facts: Facts, line: Line) -> LineRule:
        """What the item rules say of a line, LEFT where the engine has to say it."""
        try:
            own = line_facts(facts, line)
            if any(concerns(rule, own) for rule in self.plan.diverts):
                return LEFT
            return rule_of(self.plan.items, facts, line)
        except ProblemError:
            return LEFT


def _names_of(uses: Uses, vocabulary: Vocabulary) -> frozenset[str]:
    """Every name under which a line can give what is asked for, and what is always asked for."""
    bare = {part for name in uses.names for part in name.removeprefix("index:").split("@")}
    return SPLITTING.union(*(vocabulary.roots(name) for name in bare))
