"""The terms on which one group of people contributes in a month: every number that does not depend on the wage.

Terms are exact, cited and comparable, so that people with equal terms are computed together as whole columns.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tongchou.engines.contributions.due import due_on
from tongchou.ground.dates import InsuranceYear, add_months
from tongchou.ground.errors import fail
from tongchou.ground.money import MAX_FEN, UNITS, round_fraction
from tongchou.ground.region.contribution_kinds import (
    LARGEST_REMAINDER,
    Base,
    Cash,
    Cost,
    Credit,
    Deferral,
    Levy,
    Part,
    Payer,
    Shift,
)
from tongchou.ground.region.facts import Facts
from tongchou.ground.region.number import Formula
from tongchou.ground.region.pack import Declared, Pack
from tongchou.ground.region.values import finite, holds, number, ratio, value_of
from tongchou.ground.region.walk import names_asked

LEVIES, CASH, CREDITS, COSTS = "levy.*", "cash.*", "credit.*", "cost.*"


@dataclass(frozen=True)
class BaseTerms:
    """A base in fen: a column of each person's own figure or one `value` for all, within `low` and `high`."""

    name: str
    cite: str
    column: str | None
    value: Fraction
    low: int
    high: int | None
    unit: int
    mode: str


@dataclass(frozen=True)
class PartTerms:
    """One payer's part: a rate of the base, an exact amount in fen, a part of the whole, or (all None) the rest."""

    payer: str
    kind: str
    claims: str
    rate: Fraction | None
    amount: Fraction | None
    part: Fraction | None
    mode: str

    @property
    def is_rest(self) -> bool:
        return self.rate is None and self.amount is None and self.part is None


@dataclass(frozen=True)
class Wait:
    """Payers whose part is due later, with the article that allows it."""

    payers: frozenset[str]
    due: date
    cite: str


@dataclass(frozen=True)
class ShiftTerms:
    """What is moved: how much of what `sources` bear, at most so many fen, to whom."""

    name: str
    cite: str
    sources: tuple[str, ...]
    to: tuple[PartTerms, ...]
    part: Fraction
    at_most: int | None


@dataclass(frozen=True)
class LevyTerms:
    """A levy: its whole, its parts, what is shifted, and when it is due. `odd` takes the odd fen; None spreads it."""

    name: str
    address: str
    cite: str
    per: str
    base: BaseTerms | None
    rate: Fraction | None
    amount: Fraction | None
    unit: int
    mode: str
    parts: tuple[PartTerms, ...]
    odd: str | None
    shifts: tuple[ShiftTerms, ...]
    due: date | None
    waits: tuple[Wait, ...]


@dataclass(frozen=True)
class CashTerms:
    name: str
    cite: str
    payers: tuple[str, ...]
    levy: LevyTerms


@dataclass(frozen=True)
class CreditTerms:
    """What an account is credited: a rate of a base, an amount in fen, or shares of what payers bear of a levy; `levy`
    is the one with whose payment it comes."""

    name: str
    cite: str
    account: str
    base: BaseTerms | None
    rate: Fraction | None
    amount: Fraction | None
    levy: str | None
    shares: tuple[tuple[str, Fraction], ...]
    unit: int
    mode: str


@dataclass(frozen=True)
class CostTerms:
    """What an employer may count as a cost and what lies beyond, in fen."""

    name: str
    cite: str
    within: int
    beyond: int


@dataclass(frozen=True)
class Terms:
    levies: tuple[LevyTerms, ...]
    cash: tuple[CashTerms, ...]
    credits: tuple[CreditTerms, ...]
    costs: tuple[CostTerms, ...]


@dataclass(frozen=True)
class Rules:
    """The contributions of a scheme in force on a day, in written order."""

    pack: Pack
    scheme: str
    day: date
    known_on: date | None
    facts: tuple[Declared, ...]
    only: frozenset[str] | None
    columns: frozenset[str]  # facts that arrive as columns of fen

    def of(self, kind: str) -> list[Declared]:
        return [f for f in self.facts if f.kind == kind]

    def one(self, kind: str, name: str) -> Declared:
        for fact in self.facts:
            if fact.kind == f"{kind}.*" and fact.name == name:
                return fact
        raise fail("P002", address=f"{self.scheme}.{kind}.{name}", day=self.day)

    def wanted(self, kind: str) -> list[Declared]:
        return [f for f in self.of(kind) if self.only is None or f.name in self.only]


ASKED_OF_PEOPLE = ("base.*", LEVIES, "shift.*", CASH, "deferral.*", COSTS, CREDITS)


def rules_on(
    pack: Pack,
    scheme: str,
    day: date,
    *,
    known_on: date | None = None,
    only: Collection[str] | None = None,
    fen: Collection[str] | None = None,
) -> Rules:
    """The contributions in force on a day. `fen` are facts that come as columns of fen: when not given, every fact
    that is by itself a base and is asked for by nothing else.

    Raises:
        ProblemError: C007, the region has no such scheme.
    """
    if scheme not in pack.region.schemes:
        raise fail("C007", scheme=scheme, known="、".join(pack.region.schemes))
    facts = tuple(f for f in pack.facts if f.scheme == scheme and f.covers(day))
    alone = {base_fact(value_of(f, Base)) for f in facts if f.kind == "base.*"} - {None}
    columns = frozenset(name for name in (alone if fen is None else alone & set(fen)) if name is not None)
    chosen = None if only is None else frozenset(only) | _credited_from(facts, only)
    rules = Rules(pack, scheme, day, known_on, facts, chosen, columns)
    return Rules(pack, scheme, day, known_on, facts, chosen, columns - names_of_groups(rules))


def _credited_from(facts: Iterable[Declared], only: Collection[str]) -> set[str]:
    """The levies without which the credits that are asked for come to nothing."""
    asked = (value_of(f, Credit).of for f in facts if f.kind == CREDITS and f.name in only)
    return {levy for levy in asked if levy is not None}


def base_fact(base: Base) -> str | None:
    """The fact that a base is, when it is nothing but a fact."""
    of = base.of
    return str(of.tree[1]) if isinstance(of, Formula) and of.tree[0] == "name" else None


def names_of_groups(rules: Rules) -> frozenset[str]:
    """Every fact that may tell people's terms apart, with all those it may follow from."""
    asked: set[str] = set()
    for fact in rules.facts:
        if fact.kind in ASKED_OF_PEOPLE:
            alone = base_fact(fact.value) if isinstance(fact.value, Base) else None
            asked |= names_asked(fact.value) - ({alone} if alone in rules.columns else set())
    return frozenset(root for name in asked for root in rules.pack.vocabulary.roots(name))


def terms_for(rules: Rules, given: Mapping[str, Any]) -> Terms:
    """The terms of people with these facts (typed: words, Fractions in yuan, dates).

    Raises:
        ProblemError: a fact is missing (C003), a table or formula has no answer (C005, C006), a rate lies outside
            0 to 1 (C018), an amount is negative or too large (C028, C010), shares do not sum (P001).
    """
    pack, day = rules.pack, rules.day
    facts = Facts(pack, {"paid_on": day, "scheme": rules.scheme, **given}, str(pack.year.label_of(day)), day)
    levies = [f for f in rules.wanted(LEVIES) if holds(f, facts)]
    names = {f.name for f in levies}
    moving = [f for f in rules.of("shift.*") if names.intersection(value_of(f, Shift).of)]
    waiting = [f for f in rules.of("deferral.*") if names.intersection(value_of(f, Deferral).of)]
    shifts, waits = ([f for f in asked if holds(f, facts)] for asked in (moving, waiting))
    return Terms(
        levies=tuple(_levy(rules, f, facts, shifts, waits) for f in levies),
        cash=tuple(_cash(rules, f, facts) for f in rules.wanted(CASH) if holds(f, facts)),
        credits=tuple(
            _credit(rules, f, facts)
            for f in rules.wanted(CREDITS)
            if value_of(f, Credit).of in (None, *names) and holds(f, facts)
        ),
        costs=tuple(_cost(f, facts) for f in rules.wanted(COSTS)),
    )


def base_terms(rules: Rules, name: str, facts: Facts) -> BaseTerms:
    """A base with its floor and ceiling: those of the base's own year, as known when that year began."""
    declared = rules.one("base", name)
    base = value_of(declared, Base)
    year = InsuranceYear(*base.switches)
    label = year.label_of(rules.day)
    known = rules.known_on or year.span(label)[0]
    limits = facts.in_year(str(label - (base.index == "year before")), rules.day, {"settled": known})
    column = base_fact(base)
    column = column if column in rules.columns else None
    low = number(declared.address, base.at_least, limits) if base.at_least is not None else Fraction(0)
    high = number(declared.address, base.at_most, limits) if base.at_most is not None else None
    unit, mode = UNITS[base.rounding.unit], base.rounding.mode
    return BaseTerms(
        name=name,
        cite=declared.citation(),
        column=column,
        value=Fraction(0) if column is not None else _money(declared, finite(declared.address, base.of, facts)),
        low=round_fraction(_money(declared, low or Fraction(0)), unit, mode),
        high=None if high is None else round_fraction(_money(declared, high), unit, mode),
        unit=unit,
        mode=mode,
    )


def _money(declared: Declared, yuan: Fraction) -> Fraction:
    """Yuan as exact fen. Raises C028 below zero, C010 beyond all bounds."""
    if yuan < 0:
        raise fail("C028", address=declared.address)
    if yuan * 100 > MAX_FEN:
        raise fail("C010", value=round_fraction(yuan * 100))
    return yuan * 100


def _levy(rules: Rules, declared: Declared, facts: Facts, shifts: list[Declared], waits: list[Declared]) -> LevyTerms:
    levy, name = value_of(declared, Levy), str(declared.name)
    rate = None if levy.rate is None else ratio(declared.address, levy.rate, facts)
    amount = None if levy.amount is None else _money(declared, finite(declared.address, levy.amount, facts))
    parts = tuple(_part(rules, declared, part, facts) for part in levy.shares)
    terms = LevyTerms(
        name=name,
        address=declared.address,
        cite=declared.citation(),
        per=levy.per,
        base=None if levy.base is None else base_terms(rules, levy.base, facts),
        rate=rate,
        amount=amount,
        unit=UNITS[levy.rounding.unit],
        mode=levy.rounding.mode,
        parts=parts,
        odd=next((p.payer for p in parts if p.is_rest), None if levy.odd_fen == LARGEST_REMAINDER else levy.odd_fen),
        shifts=tuple(_shift(rules, f, facts) for f in shifts if name in value_of(f, Shift).of),
        due=due_on(rules.facts, name, rules.day, facts),
        waits=tuple(_wait(rules, f, name, facts) for f in waits if name in value_of(f, Deferral).of),
    )
    _check_sum(terms)
    return terms


def _check_sum(levy: LevyTerms) -> None:
    """Shares of one measure without a rest come to the whole; of several measures the odd payer takes what is left."""
    if any(part.is_rest for part in levy.parts):
        return
    for of, whole in (("rate", levy.rate), ("amount", levy.amount), ("part", Fraction(1))):
        said = [getattr(part, of) for part in levy.parts]
        if None not in said and whole is not None and sum(said) != whole:
            scale = 100 if of == "amount" else 1
            raise fail("P001", address=levy.address, found=str(sum(said) / scale), whole=str(whole / scale))


def _part(rules: Rules, declared: Declared, part: Part, facts: Facts) -> PartTerms:
    payer = value_of(rules.one("payer", part.payer), Payer)
    address = declared.address
    return PartTerms(
        payer=part.payer,
        kind=payer.is_,
        claims=payer.claims or "",
        rate=None if part.rate is None else ratio(address, part.rate, facts),
        amount=None if part.amount is None else _money(declared, finite(address, part.amount, facts)),
        part=None if part.part is None else ratio(address, part.part, facts),
        mode=part.round,
    )


def _shift(rules: Rules, declared: Declared, facts: Facts) -> ShiftTerms:
    shift = value_of(declared, Shift)
    limit = None if shift.at_most is None else number(declared.address, shift.at_most, facts)
    to = tuple(_part(rules, declared, part, facts) for part in shift.to)
    given = sum(part.part or 0 for part in to)
    if given != 1 and not any(part.is_rest for part in to):
        raise fail("P001", address=declared.address, found=str(given), whole="1")
    return ShiftTerms(
        name=str(declared.name),
        cite=declared.citation(),
        sources=shift.from_,
        to=to,
        part=Fraction(1) if shift.part is None else ratio(declared.address, shift.part, facts),
        at_most=None if limit is None else round_fraction(_money(declared, limit)),
    )


def _wait(rules: Rules, declared: Declared, levy: str, facts: Facts) -> Wait:
    deferral = value_of(declared, Deferral)
    months = int(finite(declared.address, deferral.months, facts))
    due = due_on(rules.facts, levy, rules.day, facts) or rules.day
    return Wait(frozenset(deferral.payers), add_months(due, months, "clamp"), declared.citation())


def _cash(rules: Rules, declared: Declared, facts: Facts) -> CashTerms:
    cash = value_of(declared, Cash)
    return CashTerms(
        name=str(declared.name),
        cite=declared.citation(),
        payers=cash.payers,
        levy=_levy(rules, rules.one("levy", cash.of), facts, [], []),
    )


def _credit(rules: Rules, declared: Declared, facts: Facts) -> CreditTerms:
    credit = value_of(declared, Credit)
    address = declared.address
    return CreditTerms(
        name=str(declared.name),
        cite=declared.citation(),
        account=credit.account,
        base=None if credit.base is None else base_terms(rules, credit.base, facts),
        rate=None if credit.rate is None else ratio(address, credit.rate, facts),
        amount=None if credit.amount is None else _money(declared, finite(address, credit.amount, facts)),
        levy=credit.of,
        shares=tuple((part.payer, ratio(address, part.part, facts)) for part in credit.parts or ()),
        unit=UNITS[credit.rounding.unit],
        mode=credit.rounding.mode,
    )


def _cost(declared: Declared, facts: Facts) -> CostTerms:
    cost = value_of(declared, Cost)
    paid = round_fraction(_money(declared, finite(declared.address, cost.paid, facts)))
    limit = round_fraction(_money(declared, finite(declared.address, cost.at_most, facts)))
    return CostTerms(str(declared.name), declared.citation(), min(paid, limit), max(0, paid - limit))
