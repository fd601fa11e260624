"""From spells and payments to entitlement periods: waiting, arrears, repair, death. Rules WAIT-01 … WAIT-05.

Read for one person, scheme and cover rule, in the order of the periods paid for:

- a payment is in time when made by the due date of its period (its month's end when nothing is declared);
- a late payment *mends* the gap when made within `repair` months of the first day that was unpaid until then;
- a run is an unbroken row of periods paid in time or mended; what is not mended begins a new run on the day of payment;
- the first payment of a run starts the waiting period, unless the person comes from a connected scheme;
- unpaid days keep the entitlement for `keeps` months; a gap no longer than that does not break the run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tongchou.engines.contributions.cover_terms import SchemeTerms, Terms
from tongchou.engines.contributions.due import due_on
from tongchou.engines.contributions.histories import (
    ARREARS,
    FREE,
    FULL,
    KEPT,
    MENDED,
    NONE,
    PAID,
    SUSPENDED,
    WAITING,
    Held,
    Payment,
    Period,
    Spell,
    Stretch,
)
from tongchou.engines.contributions.precedence import give_way
from tongchou.ground.dates import add_months
from tongchou.ground.errors import fail
from tongchou.ground.region.contribution_kinds import Connection, Cover
from tongchou.ground.region.facts import Facts
from tongchou.ground.region.pack import Declared, Pack
from tongchou.ground.region.values import holds, number, value_of
from tongchou.ground.region.waiting import cover_start

_DAY = timedelta(days=1)
_EVER = date.max


@dataclass(frozen=True)
class Block:
    """Days of a spell that one payment covers, or that nobody paid for."""

    first: date
    through: date
    spell: Spell
    payment: Payment | None


@dataclass(frozen=True)
class Run:
    """An unbroken row of days from `first` (after `until` while only bygone days were paid), entitled from `starts`."""

    starts: date
    waiting: str
    first: date
    until: date


def entitlement(
    rules: Pack | Terms, spells: Iterable[Spell], payments: Iterable[Payment], deaths: Mapping[str, date] | None = None
) -> list[Period]:
    """The entitlement periods of everybody, per fund, by person, scheme, fund and day; `rules` are a pack, or its terms
    where they are kept for many calls.

    Days outside every period are without entitlement for want of an enrolment. `deaths` are days of death: the last
    day on which anybody is entitled. People with the same history are derived once.

    Raises:
        ProblemError: spells of one person and scheme overlap (P008), or a rule asks for a fact a spell lacks (C003).
    """
    histories: defaultdict[str, tuple[list[Spell], list[Payment]]] = defaultdict(lambda: ([], []))
    for spell in spells:
        histories[spell.person_id][0].append(spell)
    for payment in payments:
        histories[payment.person_id][1].append(payment)
    terms = rules if isinstance(rules, Terms) else Terms(rules)
    known: dict[Any, list[Held]] = {}
    found: list[Period] = []
    for person in sorted(histories):
        own_spells, own_payments = histories[person]
        died = (deaths or {}).get(person)
        key = _shape(own_spells, own_payments, died)
        if key not in known:
            known[key] = held_by(terms, own_spells, own_payments, died)
        found += [period for held in known[key] for period in _periods(person, held)]
    return found


def _periods(person: str, held: Held) -> Iterator[Period]:
    for s in held.stretches:
        through = None if s.through == _EVER else s.through
        yield Period(person, held.scheme, held.fund, s.first, through, s.level, s.reason, s.cite)


def _shape(spells: list[Spell], payments: list[Payment], died: date | None) -> Any:
    """A history without the name of the person."""
    return (
        died,
        tuple((s.scheme, s.from_date, s.through_date, s.suspended, tuple(sorted(s.facts.items()))) for s in spells),
        tuple((p.scheme, p.levy, p.from_date, p.through_date, p.paid_on) for p in payments),
    )


def held_by(terms: Terms, spells: list[Spell], payments: list[Payment], died: date | None) -> list[Held]:
    """What one person is entitled to, by scheme and fund. Raises as `entitlement`."""
    by_scheme = {
        scheme: sorted((s for s in spells if s.scheme == scheme), key=lambda s: s.from_date)
        for scheme in sorted({spell.scheme for spell in spells})
    }
    for own in by_scheme.values():
        _check_apart(own)
    elsewhere = {s: _insured(terms.of(s), own, payments) for s, own in by_scheme.items()} if len(by_scheme) > 1 else {}
    found = {
        (scheme, name): _History(terms.of(scheme), name, own, payments, elsewhere).stretches(died or _EVER)
        for scheme, own in by_scheme.items()
        for name in terms.of(scheme).covers
    }
    held = []
    for (scheme, _), stretches in give_way(terms.precedences, by_scheme, found).items():
        merged: dict[tuple[Stretch, ...], list[Stretch]] = {}  # mostly all funds are opened and closed together
        for fund in sorted({fund for s in stretches for fund in s.funds}):
            own_stretches = tuple(s for s in stretches if fund in s.funds)
            key = own_stretches if len(own_stretches) < len(stretches) else ()
            if key not in merged:
                merged[key] = _merged(own_stretches)
            held.append(Held(scheme, fund, merged[key]))
    return held


def _insured(terms: SchemeTerms, spells: list[Spell], payments: list[Payment]) -> list[tuple[date, date]]:
    """The days on which somebody is insured in a scheme, waiting or entitled; where nothing is declared, the spells."""
    if not terms.covers:
        return [(s.from_date, s.through_date or _EVER) for s in spells if not s.suspended]
    found = [s for name in terms.covers for s in _History(terms, name, spells, payments, {}).stretches(_EVER)]
    return [(s.first, s.through) for s in found if s.reason not in (ARREARS, SUSPENDED)]


def _check_apart(spells: list[Spell]) -> None:
    for earlier, later in pairwise(spells):
        if earlier.through_date is None or earlier.through_date >= later.from_date:
            raise fail("P008", spell=f"{later.person_id} {later.from_date}")


class _History:
    """One person's payments under one cover rule, folded in the order of the days they are for."""

    def __init__(
        self,
        terms: SchemeTerms,
        name: str,
        spells: list[Spell],
        payments: list[Payment],
        elsewhere: Mapping[str, list[tuple[date, date]]],
    ) -> None:
        self.terms, self.pack, self.spells = terms, terms.pack, spells
        self.rules = terms.covers[name]
        levies = {value_of(f, Cover).paid_by for f in self.rules}
        self.payments = sorted((p for p in payments if p.scheme == terms.scheme and p.levy in levies), key=_by_day)
        self.elsewhere = elsewhere
        self.found: list[Stretch] = []
        self.run: Run | None = None
        self.ran = False  # whether there was a run before
        self.chain: list[tuple[date, date]] = []  # (first day, day of payment) of the paid blocks that just went by
        self.found_until = date.min  # the last day of the paid block read last
        self.arrears_since: date | None = None  # the first of the unpaid days the run is in

    def stretches(self, last: date) -> list[Stretch]:
        """What holds on the days of the spells, in order; nothing after the `last` day of life."""
        for block in self._blocks():
            rule = next((f for f in self.rules if f.covers(block.first)), None)
            facts = self._facts(block)
            if rule is None or not holds(rule, facts):
                self.run = None
            elif block.spell.suspended:
                self.run = None
                self._add(rule, block.first, block.through, NONE, SUSPENDED, rule.citation())
            elif value_of(rule, Cover).paid_by is None:
                self.run = None
                self._add(rule, block.first, block.through, FULL, FREE, rule.citation())
            elif block.payment is None:
                self._unpaid(rule, facts, block.first, block.through)
            else:
                self._paid(rule, facts, block, block.payment)
        if last == _EVER:
            return self.found
        return [replace(s, through=min(s.through, last)) for s in self.found if s.first <= last]

    def _blocks(self) -> Iterator[Block]:
        """The days of every spell in order, cut at payments; of two payments for a day the earlier counts."""
        until = date.min  # the last day that is read; `ends: month` can carry a spell into a suspension
        for spell in self.spells:
            since, until = max(spell.from_date, _after(until)), self._end(spell)
            pieces: list[Block] = []
            free = [(since, until)] if since <= until else []
            if spell.suspended:
                yield from (Block(first, through, spell, None) for first, through in free)
                continue
            for payment in self.payments:
                left: list[tuple[date, date]] = []
                for first, through in free:
                    a, b = max(first, payment.from_date), min(through, payment.through_date)
                    if a > b:
                        left.append((first, through))
                        continue
                    pieces.append(Block(a, b, spell, payment))
                    left += [(first, a - _DAY)] if first < a else []
                    left += [(_after(b), through)] if b < through else []
                free = left
            yield from sorted([*pieces, *(Block(x, y, spell, None) for x, y in free)], key=lambda b: b.first)

    def _end(self, spell: Spell) -> date:
        """Its last day; with `ends: month` the end of that month, unless the person is enrolled anew before."""
        if spell.through_date is None:
            return _EVER
        by_month = any(value_of(f, Cover).ends == "month" for f in self.rules if f.covers(spell.through_date))
        if not by_month or spell.suspended:
            return spell.through_date
        later = (s.from_date for s in self.spells if s.from_date > spell.from_date and not s.suspended)
        return min(_month_end(spell.through_date), min(later, default=_EVER) - _DAY)

    def _facts(self, block: Block, **more: Any) -> Facts:
        day = block.payment.paid_on if block.payment is not None else block.first
        given = {"scheme": self.terms.scheme, "enrolled_on": block.spell.from_date, "paid_on": day, "resumed": "否"}
        return Facts(self.pack, {**given, **block.spell.facts, **more}, str(self.pack.year.label_of(day)), day)

    def _goes_on(self, first: date) -> bool:
        return self.run is not None and _after(self.run.until) == first

    def _unpaid(self, rule: Declared, facts: Facts, first: date, through: date) -> None:
        """Days nobody paid for in time: after a run they are kept for a while; beyond that the run is broken."""
        kept = first - _DAY
        if self.run is not None and self._goes_on(first) and self.run.first <= self.run.until:
            self.arrears_since = since = self.arrears_since or first
            kept = max(kept, min(through, _months_on(rule, value_of(rule, Cover).keeps, since, facts)))
            self._entitled(rule, self.run, first, kept, KEPT)
            self.run = replace(self.run, until=kept) if kept == through else None
        if kept < through:
            self._add(rule, _after(kept), through, NONE, ARREARS, rule.citation())

    def _paid(self, rule: Declared, facts: Facts, block: Block, payment: Payment) -> None:
        """A period paid for: in time or mended it goes on with the run, else it begins a run of its own."""
        cover, first = value_of(rule, Cover), block.first
        goes_on = self._goes_on(first)
        unpaid_since = self._unpaid_since(block, payment)
        dues = [f for f in self.terms.dues if f.covers(payment.from_date)]
        due = due_on(dues, payment.levy, payment.from_date, facts) or _month_end(payment.from_date)
        in_time = payment.paid_on <= due
        mended = not in_time and payment.paid_on <= _months_on(rule, cover.repair, unpaid_since, facts)
        if self.run is not None and goes_on and (in_time or mended):
            run, reason = self.run, PAID if in_time else MENDED
            if mended and cover.repaired == "from payment" and payment.paid_on > first:
                first = min(payment.paid_on, _after(block.through))
                self._unpaid(rule, facts, block.first, first - _DAY)
            if run.first > run.until:  # so far only bygone days were paid
                run = replace(run, first=first)
        else:
            reason = PAID
            if not in_time and payment.paid_on > first:
                first = min(payment.paid_on, _after(block.through))
                self._unpaid(rule, facts, block.first, first - _DAY)
            run = self._begins(cover, block, first)
        self.run, self.ran, self.arrears_since = replace(run, until=block.through), True, None
        self._entitled(rule, run, first, block.through, reason)

    def _unpaid_since(self, block: Block, payment: Payment) -> date:
        """The first day that was still unpaid, without a break up to this block, on the day this was paid."""
        last = self.found_until
        self.found_until = block.through
        if _after(last) != block.first:
            self.chain.clear()
        since = block.first
        for first, paid_on in reversed(self.chain):
            if paid_on < payment.paid_on:
                break
            since = first
        self.chain.append((block.first, payment.paid_on))
        return since

    def _begins(self, cover: Cover, block: Block, first: date) -> Run:
        """A new run: whoever comes from a connected scheme does not wait."""
        if self._connected(first):
            return Run(date.min, "", first, first)
        asked = self.terms.waits
        if cover.waiting is not None:
            asked = [f for f in asked if f.name in cover.waiting]
        assert block.payment is not None
        asked = [f for f in asked if f.covers(block.payment.paid_on)]
        broke = self.ran or self._came_late(first)
        waits = cover_start(asked, self._facts(block, **({"resumed": "是"} if broke else {})))
        return Run(date.min, "", first, first) if waits is None else Run(waits[0], waits[1].citation(), first, first)

    def _connected(self, first: date) -> bool:
        for rule in (f for f in self.terms.connections if f.covers(first)):
            connection = value_of(rule, Connection)
            facts = Facts(self.pack, {}, str(self.pack.year.label_of(first)), first)
            for since, until in self.elsewhere.get(connection.scheme, ()):
                if since < first <= _after(_months_on(rule, connection.within, _after(until), facts)):
                    return True
        return False

    def _came_late(self, first: date) -> bool:
        """Whether the person was in a scheme that is connected, but too long ago, and that is declared a break."""
        late = (value_of(f, Connection) for f in self.terms.connections if f.covers(first))
        return any(until < first for c in late if c.later == "break" for _, until in self.elsewhere.get(c.scheme, ()))

    def _entitled(self, rule: Declared, run: Run, first: date, through: date, reason: str) -> None:
        """Days of a run: waiting until it starts, entitled from then."""
        if run.starts > first:
            self._add(rule, first, min(through, run.starts - _DAY), NONE, WAITING, run.waiting)
        self._add(rule, max(first, run.starts), through, FULL, reason, rule.citation())

    def _add(self, rule: Declared, first: date, through: date, level: str, reason: str, cite: str) -> None:
        if first <= through:
            self.found.append(Stretch(first, through, level, reason, cite, value_of(rule, Cover).funds))


def _merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Adjacent days on which the same holds, as one stretch."""
    found: list[Stretch] = []
    for s in sorted(stretches, key=lambda s: s.first):
        last = found[-1] if found else None
        if last is not None and _after(last.through) == s.first and _same(last, s):
            found[-1] = replace(last, through=s.through)
        else:
            found.append(s)
    return found


def _same(one: Stretch, other: Stretch) -> bool:
    return (one.level, one.reason, one.cite) == (other.level, other.reason, other.cite)


def _by_day(payment: Payment) -> Any:
    """As they were made; of one day in the order of what they are for."""
    return payment.paid_on, payment.from_date, payment.through_date


def _after(day: date) -> date:
    return day if day == _EVER else day + _DAY


def _month_end(day: date) -> date:
    return add_months(day.replace(day=1), 1, "clamp") - _DAY


def _months_on(rule: Declared, months: Any, first: date, facts: Facts) -> date:
    """The last of so many months from `first`; without limit `date.max`, not written the day before `first`."""
    count = Fraction(0) if months is None else number(rule.address, months, facts)
    if count is None or first == _EVER:
        return _EVER
    return add_months(first, int(count), "clamp") - _DAY
