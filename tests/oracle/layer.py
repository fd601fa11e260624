"""One layer's share of a claim, one function for each paragraph of the contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any, TypeVar

from tests.oracle.book import Key
from tests.oracle.desk import REMAINDERS, Desk, owner_of
from tests.oracle.facts import Names, Refused, exact, holds
from tests.oracle.rounding import fen_of, share_out, to_unit
from tests.oracle.scale import (
    Ratios,
    account_scale,
    expense_for,
    fund_scale,
    lengths_by_expense,
    lengths_by_payment,
)
from tests.oracle.terms import Term, Terms
from tongchou.ground.region.headers import Layer

ZERO, ONE = Fraction(0), Fraction(1)
T = TypeVar("T")


@dataclass
class Outcome:
    """What a layer did; the names are those of the engine's `LayerResult`."""

    layer: str
    base: int = 0
    entered: int = 0
    deductible_due: int = 0
    deductible: int = 0
    start: int = 0
    covered: int = 0
    target: Fraction = ZERO
    formula: int = 0
    room: int | None = None
    paid: int = 0
    used: int = 0
    own_share: int = 0
    over_cap: int = 0
    topped_up: int = 0
    paid_cells: list[int] = field(default_factory=list)
    lengths: list[Fraction | int] = field(default_factory=list)
    skipped: bool = False
    is_given: bool = False  # the amount came with the claim: there is no scale
    skipped_by: str | None = None
    top_up_by: str | None = None


class LayerRun:
    """A layer meeting a claim. Vectors have one entry for each cell of the claim."""

    def __init__(self, desk: Desk, scheme: str, name: str, layer: Layer, terms: Terms, serving: Sequence[str]) -> None:
        self.desk, self.name, self.layer, self.terms, self.serving = desk, name, layer, terms, serving
        self.owner = f"{scheme}.{name}"
        self.out = Outcome(name)
        self.none = [0] * len(desk.cells)
        self.seen: set[str] = desk.seen
        rounding = terms.one("rounding")
        self.unit, self.mode = (rounding.unit, rounding.mode) if rounding is not None else ("分", "half_up")

    def run(self) -> Outcome:
        self.given = self.desk.given.pop(self.name, 0)  # once: the first part that the layer serves has it
        if self.is_skipped():
            self.out.skipped = True
            self.out.paid_cells = self.none
            self.leave(self.none, self.none, self.none)
            return self.out
        self.base = self.take()
        self.out.base = sum(self.base)
        if self.layer.payer == "given":
            self.pay_given()
            return self.out
        entered = self.enter()
        self.charge_deductible(entered)
        self.cover([e - d for e, d in zip(entered, self.deductible, strict=True)])
        self.place_on_scale()
        self.pay()
        self.settle_remainders()
        self.top_up()
        over = [
            b - d - p - o - t
            for b, d, p, o, t in zip(
                self.base, self.deductible, self.paid_cells, self.own, self.topped_cells, strict=True
            )
        ]
        self.leave(self.deductible, self.own, over)
        self.out.paid_cells, self.out.over_cap = self.paid_cells, sum(over)
        self.out.deductible, self.out.own_share = sum(self.deductible), sum(self.own)
        self.count()
        return self.out

    def ask(self, about: Any, question: Callable[[Terms, Names, set[str]], T]) -> T:
        return self.terms.ask(about, question, self.desk.facts, self.seen)

    # 0. guards

    def is_skipped(self) -> bool:
        self.out.skipped_by = self.ask("guard", skipping)
        if self.out.skipped_by is not None:
            self.seen.add("layer skipped by a guard")
            return True
        return self.layer.payer == "account" and self.account_owner() is None

    # 1. what the layer takes

    def take(self) -> list[int]:
        takes = self.terms.one("takes")
        if takes is None:
            raise Refused(code="C026")
        base = list(self.none)
        for term, coefficient in zip(takes.terms, self.ask("takes", coefficients), strict=True):
            kind = f"takes {term.pot.split('.')[-1]}"
            for pot in self.pots_named(term.pot):
                amounts = self.desk.pots[pot]
                for cell, (origin, item) in enumerate(self.desk.cells):
                    amount = amounts[cell]
                    if amount == 0 or (term.pot == "unpaid" and origin != "in_scope"):
                        continue
                    if term.groups and (item in term.groups) == term.excluded:
                        continue
                    moved = amount if coefficient == 1 else to_unit(coefficient * amount)
                    base[cell] += moved
                    amounts[cell] -= moved
                    self.seen.add(kind)
                    if coefficient != 1:
                        self.seen.add("takes with a coefficient")
                    if term.groups:
                        self.seen.add("takes except groups" if term.excluded else "takes of groups")
        return base

    def pots_named(self, pot: str) -> list[str]:
        """`unpaid` is everything left of in-scope expense: in_scope, package_excess, what earlier layers left."""
        if pot == "unpaid":
            return [name for name in self.desk.pots if name in ("in_scope", "package_excess") or "." in name]
        return [pot] if pot in self.desk.pots else []

    # 2. limits of what enters

    def enter(self) -> list[int]:
        base = self.out.base
        rooms = self.desk.limits(self.terms, "entering", self.owner)
        self.out.entered = min([base, *(room for room, _ in rooms)])
        self.note_cuts(rooms, base)
        return share_out(self.out.entered, self.base, self.base)

    def note_cuts(self, rooms: Sequence[tuple[int, Term]], wanted: int) -> None:
        """Remember which kinds of cap really cut."""
        for room, cap in rooms:
            if room < wanted:
                self.seen.update({f"cap of {cap.of} cut", f"cap per {cap.per} cut"})
                if cap.each is not None:
                    self.seen.add(f"cap each {cap.each} cut")
                if cap.pool is not None:
                    self.seen.add("cap of a pool cut")
                if cap.tree is not None:
                    self.seen.add("cap with a condition cut")

    # 3. deductible

    def charge_deductible(self, entered: list[int]) -> None:
        rule = self.terms.one("deductible")
        self.deductible = list(self.none)
        if rule is None:
            return
        due = self.deductible_due(rule)
        self.out.deductible_due = due
        charged = min(self.out.entered, due)
        self.deductible = self.spread_deductible(charged, entered)
        if charged:
            self.seen.add(f"deductible per {rule.per}")
        if charged and charged == self.out.entered:
            self.seen.add("deductible above the expense")

    def deductible_due(self, rule: Term) -> int:
        desk = self.desk
        stated = self.ask("deductible", stated_deductible)
        if stated is None:
            return self.out.entered
        due = stated
        pool = self.owner if rule.pool is None else f"pool:{rule.pool}"
        before = desk.so_far(desk.key(pool, "charged", rule.per, rule.each))
        if before and due:
            self.seen.add("deductible charged before")
            if rule.pool is not None:
                self.seen.add("deductible of a pool charged before")
            if before < due:
                self.seen.add("deductible topped up")
        due = max(0, due - before)
        if rule.yearly_maximum is not None:
            most = self.ask("yearly maximum", yearly_maximum)
            if most is not None:
                room = max(0, most - desk.so_far(desk.key(pool, "charged", "year", None)))
                if room < due:
                    self.seen.add("deductible cut by the yearly maximum")
                due = min(due, room)
        return due

    def spread_deductible(self, charged: int, entered: list[int]) -> list[int]:
        """Groups named by an allocation first, in its order; then all others alike."""
        allocation = self.terms.one("allocation") or self.desk.scheme_terms.one("allocation")
        if allocation is None or allocation.deductible == "pro rata":
            return share_out(charged, entered, entered)
        result = list(self.none)
        left = charged
        named = [[i for i, (_, item) in enumerate(self.desk.cells) if item == word] for word in allocation.deductible]
        others = [i for i, (_, item) in enumerate(self.desk.cells) if item not in allocation.deductible]
        for group in [*named, others]:
            inside = [e if i in group else 0 for i, e in enumerate(entered)]
            part = min(left, sum(inside))
            result = [r + s for r, s in zip(result, share_out(part, inside, inside), strict=True)]
            left -= part
        if charged:
            self.seen.add("deductible by groups in order")
        return result

    # 4. limits of what is covered

    def cover(self, above: list[int]) -> None:
        amount = sum(above)
        rooms = self.desk.limits(self.terms, "covered", self.owner)
        covered = min([amount, *(room for room, _ in rooms)])
        self.note_cuts(rooms, amount)
        self.covered = share_out(covered, above, above)

    # 5. the scale

    def place_on_scale(self) -> None:
        desk, out = self.desk, self.out
        self.mix: list[int] | None = None  # how the item groups share the bands
        scale = self.ask("bands", account_scale if self.layer.payer == "account" else fund_scale)
        self.bands = scale.bands
        reduction = desk.reduction if self.layer.payer == "fund" else ONE
        self.ratios = Ratios(scale, desk.facts, reduction, self.seen)
        reached = sum(self.covered)
        table = self.terms.one("bands")
        if table is None:
            self.lengths = [reached]
        else:
            measure = {"expense": "entering", "above the deductible": "scaled", "amount paid": "paid"}[
                table.measured_on
            ]
            owner = self.owner if table.pool is None else f"pool:{table.pool}"
            out.start = desk.so_far(desk.key(owner, measure, table.over, table.each))
            if out.start and reached:
                self.seen.add("scale continued from earlier claims")
            if table.measured_on == "expense":
                out.start += sum(self.deductible)
            if table.measured_on == "amount paid":
                self.mix = list(self.covered)
                self.lengths = lengths_by_payment(self.bands, self.average(self.covered), out.start, reached)
            else:
                self.lengths = lengths_by_expense(self.bands, out.start, reached)
            if reached:
                self.seen.add(f"scale on {table.measured_on} over {table.over}")
            if sum(1 for length in self.lengths if length) > 1:
                self.seen.add(f"several bands on {table.measured_on}")
        on_scale = to_unit(sum(self.lengths))
        if on_scale < reached:
            self.seen.add("closed corridor cut")
        self.covered = share_out(on_scale, self.covered, self.covered)
        if self.mix is None:
            self.mix = self.covered
        out.covered = on_scale
        out.lengths = self.lengths

    def average(self, amounts: Sequence[int]) -> list[Fraction]:
        """The mean ratio of every band when the item groups share it like `amounts`."""
        by_group = self.by_group(amounts)
        whole = sum(by_group.values())
        if whole == 0:
            return [ZERO] * len(self.bands)
        if len(by_group) == 1:
            return self.ratios.of(*by_group)
        ratios = {group: self.ratios.of(group) for group in by_group}
        return [mean({g: r[band] for g, r in ratios.items()}, by_group) for band in range(len(self.bands))]

    def by_group(self, amounts: Sequence[int]) -> dict[str | None, int]:
        """Amounts by item group; all one group when no ratio of this layer asks for the item."""
        if not self.ratios.by_item:
            whole = sum(amounts)
            return {None: whole} if whole else {}
        found: dict[str | None, int] = {}
        for (_, item), amount in zip(self.desk.cells, amounts, strict=True):
            if amount:
                found[item] = found.get(item, 0) + amount
        return found

    # 6. what is paid

    def pay(self) -> None:
        desk, out = self.desk, self.out
        covered = out.covered
        assert self.mix is not None
        groups = self.by_group(self.mix)
        self.pays = pays = {group: self.bands_pay(group) for group in groups}
        if covered:
            out.target = mean(pays, groups)
        out.formula = min(covered, to_unit(out.target, self.unit, self.mode))
        if out.target.denominator != 1:
            self.seen.add(f"rounded {self.mode}")
        if self.unit != "分" and out.target:
            self.seen.add(f"rounded to {self.unit}")
        floor = self.floor(paid_by=False)
        payment = max(out.formula, floor)
        if payment > out.formula:
            self.seen.add("floor raised the payment")
        rooms = desk.limits(self.terms, "paid", self.owner)
        limits = [room for room, _ in rooms]
        self.note_cuts(rooms, payment)
        if self.layer.payer == "account":
            limits.append(self.balance())
            if limits[-1] < payment:
                self.seen.add("account emptied")
        out.room = min(limits) if limits else None
        out.paid = min([payment, *limits])

    def bands_pay(self, group: str | None) -> Fraction:
        """What the bands pay when all that lies in them is of one item group."""
        bands = zip(self.ratios.of(group), self.lengths, strict=True)
        paid = [ratio * length for ratio, length in bands if length]
        return paid[0] if len(paid) == 1 else sum(paid, ZERO)

    def floor(self, paid_by: bool) -> int:
        """The highest floor that holds, at most what is covered and the deductible part together.

        It is the layer's own to pay, or that of the layer which the floor names and which serves this visit.
        """
        if not self.terms.all("floor.*"):
            return 0
        rules = self.ask("floor", floors_that_hold)
        payers = [r.paid_by for r in rules if r.paid_by in self.serving]
        if not rules or bool(payers) != paid_by:
            return 0
        if payers:
            self.out.top_up_by = payers[-1]
        shares = self.ask("floor shares", floor_shares)
        amount = max(to_unit(share * self.out.base, self.unit, self.mode) for share in shares)
        return min(amount, self.out.covered + sum(self.deductible))

    # 7. what the payment leaves

    def settle_remainders(self) -> None:
        out = self.out
        used = out.covered
        if out.paid < out.formula:
            used = self.expense_paid_for()
            self.seen.add("inverse of the scale")
            if sum(1 for length in self.lengths if length) > 1:
                self.seen.add("inverse over several bands")
        self.used = share_out(used, self.covered, self.covered)
        out.used = used
        excess = max(0, out.paid - out.covered)
        into_deductible = share_out(excess, self.deductible, self.deductible)
        if excess:
            self.seen.add("floor paid into the deductible")
        self.deductible = [d - e for d, e in zip(self.deductible, into_deductible, strict=True)]
        paid = share_out(min(out.paid, used), self.payment_weights(), self.used)
        self.own = [u - p for u, p in zip(self.used, paid, strict=True)]
        self.paid_cells = [p + e for p, e in zip(paid, into_deductible, strict=True)]

    def expense_paid_for(self) -> int:
        """The inverse of the bands, all groups alike: the least expense for which they pay what was paid."""
        if self.out.paid == 0:
            return 0
        expense = expense_for(self.out.paid, self.lengths, self.average(self.covered))
        return self.out.covered if expense is None else min(to_unit(expense), self.out.covered)

    def payment_weights(self) -> list[int]:
        """Every cell's exact payment, times the common denominator of all ratios, cut to a whole number."""
        covered = self.out.covered
        if covered == 0:
            return self.none
        cells = [(item if self.ratios.by_item else None) for _, item in self.desk.cells]
        denominator = lcm(*(r.denominator for group in set(cells) for r in self.ratios.of(group)))
        weights = []
        for group, amount in zip(cells, self.covered, strict=True):
            pays = self.pays[group] if amount else ZERO
            weights.append(pays.numerator * denominator * amount // (pays.denominator * covered))
        return weights if any(weights) else self.used

    # top-up by another layer

    def top_up(self) -> None:
        """A floor guaranteed by another layer: that one pays what is missing, first of the own share."""
        out = self.out
        self.topped_cells = self.none
        missing = max(0, self.floor(paid_by=True) - out.paid)
        if missing == 0:
            return
        of_own = min(missing, sum(self.own))
        of_deductible = min(missing - of_own, sum(self.deductible))
        from_own = share_out(of_own, self.own, self.own)
        from_deductible = share_out(of_deductible, self.deductible, self.deductible)
        self.own = [o - t for o, t in zip(self.own, from_own, strict=True)]
        self.deductible = [d - t for d, t in zip(self.deductible, from_deductible, strict=True)]
        self.topped_cells = [a + b for a, b in zip(from_own, from_deductible, strict=True)]
        out.topped_up = sum(self.topped_cells)
        if out.topped_up:
            self.seen.add("floor topped up by another layer")
        if of_deductible:
            self.seen.add("top-up paid into the deductible")

    # payers other than a fund

    def pay_given(self) -> None:
        out = self.out
        out.is_given = True
        out.paid = self.given
        if out.paid > out.base:
            raise Refused(code="C009")
        out.entered = out.covered = out.used = out.base
        out.paid_cells = share_out(out.paid, self.base, self.base)
        self.own = [b - p for b, p in zip(self.base, out.paid_cells, strict=True)]
        out.own_share = sum(self.own)
        self.leave(self.none, self.own, self.none)
        if out.paid:
            self.seen.add("given payer")
        self.deductible = self.none
        self.count()

    def account_owner(self) -> str | None:
        """Whose account pays: the person's own, or that of the relative the claim names."""
        use = self.desk.facts.known.get("account_use", "own")
        return {"own": self.desk.claim.person_id, "relative": self.desk.claim.account_person}.get(use)

    def account_key(self) -> tuple[str, str]:
        owner = self.account_owner()
        assert owner is not None
        return owner, self.layer.account or self.name

    def balance(self) -> int:
        key = self.account_key()
        return self.desk.book.balances.get(key, 0) - self.desk.spent[key]

    # pots and counters

    def leave(self, deductible: list[int], own: list[int], over: list[int]) -> None:
        for part, amounts in zip(REMAINDERS, (deductible, own, over), strict=True):
            self.desk.pots[f"{self.name}.{part}"] = list(amounts)

    def count(self) -> None:
        """8. Every counter that some rule names for this layer goes on by what this claim did."""
        out = self.out
        amounts = {
            "entering": out.entered,
            "scaled": out.covered,
            "covered": max(out.used, out.paid),
            "paid": out.paid,
            "charged": out.deductible,
        }
        keys: dict[str, set[Key | None]] = {measure: set() for measure in amounts}
        for counter in self.desk.law.counters(self.name):
            keys[counter.measure].add(self.desk.key(counter.owner, counter.measure, counter.period, counter.each))
        for cap in self.ask("caps with a condition", conditional_caps):
            keys[cap.of].add(self.desk.key(owner_of(cap, self.owner), cap.of, cap.per, cap.each))
        for measure, found in keys.items():
            self.desk.count(found, amounts[measure])
        if self.layer.payer == "account" and out.paid:
            self.desk.spent[self.account_key()] += out.paid
            relative = self.account_owner() != self.desk.claim.person_id
            self.seen.add("account of a relative" if relative else "own account")


def mean(values: Mapping[str | None, Fraction], weights: Mapping[str | None, int]) -> Fraction:
    """The mean of values by group, over one denominator."""
    if len(weights) == 1:
        (group,) = weights
        return values[group]
    below = lcm(*(values[group].denominator for group in weights))
    above = sum(values[g].numerator * (below // values[g].denominator) * weight for g, weight in weights.items())
    return Fraction(above, below * sum(weights.values()))


# What a layer asks of its articles. Nothing here looks at amounts, at what went before or at another layer.


def skipping(terms: Terms, names: Names, seen: set[str]) -> str | None:
    """The guard under which a layer takes no part."""
    return next((guard.address for guard in terms.all("guard.*") if holds(guard.tree, names)), None)


def coefficients(terms: Terms, names: Names, seen: set[str]) -> list[Fraction | int]:
    found = [exact(term.coefficient, names, seen) for term in terms.one("takes").terms]
    return [1 if coefficient == 1 else coefficient for coefficient in found]


def stated_deductible(terms: Terms, names: Names, seen: set[str]) -> int | None:
    """Fen, before anything was charged; None when all that enters is."""
    amount = exact(terms.one("deductible").amount, names, seen)
    if amount is None:
        return None
    for change in terms.all("deductible.*"):
        if holds(change.tree, names):
            amount = adjusted(amount, change, names, seen)
    return max(0, fen_of(amount))


def adjusted(amount: Fraction, change: Term, names: Names, seen: set[str]) -> Fraction:
    """One adjustment; each rule makes exactly one change."""
    for kind in ("times", "plus", "minus", "set", "at_least", "at_most"):
        number = getattr(change, kind)
        if number is None:
            continue
        value = exact(number, names, seen)
        seen.add(f"deductible {kind}")
        if value is None:
            return amount
        return {
            "times": amount * value,
            "plus": amount + value,
            "minus": amount - value,
            "set": value,
            "at_least": max(amount, value),
            "at_most": min(amount, value),
        }[kind]
    raise AssertionError(change.address)


def yearly_maximum(terms: Terms, names: Names, seen: set[str]) -> int | None:
    yuan = exact(terms.one("deductible").yearly_maximum, names, seen)
    return None if yuan is None else fen_of(yuan)


def floors_that_hold(terms: Terms, names: Names, seen: set[str]) -> list[Term]:
    return [rule for rule in terms.all("floor.*") if holds(rule.tree, names)]


def floor_shares(terms: Terms, names: Names, seen: set[str]) -> list[Fraction]:
    return [exact(rule.at_least, names, seen) or ZERO for rule in floors_that_hold(terms, names, seen)]


def conditional_caps(terms: Terms, names: Names, seen: set[str]) -> list[Term]:
    return [cap for cap in terms.all("caps.*") if cap.tree is not None and holds(cap.tree, names)]
