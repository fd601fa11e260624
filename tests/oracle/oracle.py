"""The oracle: settles a claim straight from the declared facts, slowly, in exact fractions.

It is written from the contract and shares nothing with the engine but the dataclasses of a claim. What a region
declares is read by the common parser; everything a settlement decides is decided here once more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction

from tests.oracle.book import Book, Spans
from tests.oracle.desk import Cell, Desk, cells_for
from tests.oracle.facts import Facts, Names, Refused, Rests, exact, holds
from tests.oracle.layer import LayerRun, Outcome
from tests.oracle.lines import Parts, line_facts, split_lines
from tests.oracle.rounding import fen_of, share_out
from tests.oracle.terms import Law, Term, Terms, Version
from tests.oracle.years import split_by_year, year_label
from tongchou.engines.benefits.claim import PARTS, Claim, Line
from tongchou.ground.dates import add_months
from tongchou.ground.money import MAX_FEN
from tongchou.ground.region.headers import BASIS_FACT
from tongchou.ground.region.pack import Pack


@dataclass
class Verdict:
    """A settled claim, or why not: `guard` or `code` is set for a refusal."""

    guard: str | None = None
    code: str | None = None
    year: int = 0
    parts: Mapping[str, int] = field(default_factory=dict)
    line_parts: list[Parts] = field(default_factory=list)
    package_excess: int = 0
    layers: list[Outcome] = field(default_factory=list)
    paid: Mapping[str, int] = field(default_factory=dict)
    hospital: int = 0
    cash: int = 0
    cells: list[Cell] = field(default_factory=list)
    pots: Mapping[str, list[int]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    several: list[Verdict] = field(default_factory=list)  # the parts of a claim that was split

    @property
    def refused(self) -> bool:
        return self.guard is not None or self.code is not None


@dataclass
class PartPlan:
    """Lines of one insurance year and one kind of visit, before anything of them is settled."""

    claim: Claim
    version: Version
    facts: Facts
    spans: Spans
    reduction: Fraction

    def desk(self, oracle: Oracle, book: Book, given: dict[str, int], seen: set[str]) -> Desk:
        law, terms = oracle.laws[self.claim.scheme], self.version.of(None)
        self.facts.learn(kind=self.claim.kind, total_fee=self.claim.total)
        return Desk(
            oracle.pack,
            law,
            terms,
            self.claim,
            self.facts,
            self.spans,
            book,
            given,
            reduction=self.reduction,
            seen=seen,
        )


class Oracle:
    """Settles claims of one pack."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.laws = {scheme: Law(pack, scheme) for scheme in pack.region.schemes}
        self.all_cells = cells_for(pack)
        self.rests: Rests = {}

    def settle(self, claim: Claim, book: Book) -> Verdict:
        """The verdict on a claim; the book goes on only when every part of it is settled."""
        seen: set[str] = set()
        try:
            self.check_form(claim)
            kind, reduction = self.pass_the_door(claim, book, seen)
            years = split_by_year(self.pack, claim)
            note_split(self.pack, years, seen)
            plans = [plan for year in years for plan in self.plan_year(year, kind, reduction, book, seen)]
            self.check_given(claim, plans)
            fresh, given = Book(below=book), dict(claim.given)
            verdicts = [self.settle_part(plan.desk(self, fresh, given, seen), plan.version) for plan in plans]
        except Refused as refusal:
            return Verdict(guard=refusal.guard, code=refusal.code, seen=seen)
        book.take_over(fresh)
        return verdicts[0] if len(verdicts) == 1 else added_up(verdicts, seen)

    def pass_the_door(self, claim: Claim, book: Book, seen: set[str]) -> tuple[str, Fraction]:
        """The guards and the waiting period look at the visit as it arrived, before a stay is split by year."""
        version, facts, _ = self.look_at(claim, book, seen)
        kind, reduction = self.pass_guards(claim, version, facts, seen)
        self.check_waiting(claim, version, facts, seen)
        return kind, reduction

    def look_at(self, claim: Claim, book: Book, seen: set[str]) -> tuple[Version, Facts, Spans]:
        """What is in force for a visit, or for one year of it, with its facts and the periods it falls into."""
        law = self.laws[claim.scheme]
        basis_date = claim.facts[BASIS_FACT[self.pack.region.year.basis]]
        self.check_support(basis_date)
        version = law.in_force(claim.facts)
        year = year_label(self.pack, basis_date)
        stay = claim.stay_id or claim.id
        spans = Spans(basis_date, year, stay, claim.episode_id or stay)
        facts = Facts(
            self.pack, {**claim.facts, "scheme": claim.scheme, "kind": claim.kind}, basis_date, year, seen, self.rests
        )
        stays = book.stays.get((claim.person_id, year), ())
        nth = 1 + (stays.index(stay) if stay in stays else len(stays))
        facts.learn(nth=nth, total_fee=claim.total)
        note_visit(claim, nth, stay in stays, seen)
        seen |= version.notes
        if year != basis_date.year:
            seen.add("year that is not the calendar's")
        return version, facts, spans

    def plan_year(self, claim: Claim, kind: str, reduction: Fraction, book: Book, seen: set[str]) -> list[PartPlan]:
        """A visit within one insurance year: its own lines and those that are diverted."""
        version, facts, spans = self.look_at(claim, book, seen)
        facts.learn(kind=kind)
        law = self.laws[claim.scheme]
        return [
            PartPlan(part_of(claim, part_kind, lines), version, facts, spans, reduction)
            for part_kind, lines in self.divert(claim, kind, law, version, facts, seen)
        ]

    def settle_part(self, desk: Desk, version: Version) -> Verdict:
        """Lines of one kind of visit: split, packages, layers, and the book goes on."""
        claim, facts = desk.claim, desk.facts
        names = self.layers_for(claim.scheme, claim.kind, version)
        line_parts, left = split_lines(
            claim, facts, lambda line: self.version_for(line, claim, version, desk.seen), desk.book.lines, desk.seen
        )
        parts = {part: sum(p[i] for p in line_parts) for i, part in enumerate(PARTS)}
        facts.learn(**parts)
        self.fill_pots(desk, claim.lines, line_parts)
        hospital = self.cut_packages(desk, version)
        package_excess = sum(desk.pots["package_excess"])

        outcomes = []
        paid: Counter[str] = Counter()
        for name in names:
            layer = self.pack.layers[claim.scheme][name]
            self.look_up_entitlement(claim, layer.fund or name, facts, desk.seen)
            outcome = LayerRun(desk, claim.scheme, name, layer, version.of(name), names).run()
            outcomes.append(outcome)
            paid[name] += outcome.paid
            if name == "single" and outcome.paid:
                desk.see("single-line drugs paid")
            if outcome.top_up_by is not None:
                paid[outcome.top_up_by] += outcome.topped_up
        self.record(desk, left)
        return Verdict(
            year=desk.spans.year,
            parts=parts,
            line_parts=line_parts,
            package_excess=package_excess,
            layers=outcomes,
            paid=paid,
            hospital=hospital,
            cash=sum(sum(pot) for pot in desk.pots.values()),
            cells=desk.cells,
            pots=desk.pots,
            seen=desk.seen,
        )

    # before the layers

    def check_form(self, claim: Claim) -> None:
        """What no rule could settle."""
        if claim.scheme not in self.laws:
            raise Refused(code="C007")
        if not claim.lines:
            raise Refused(code="C024")
        if len({line.id for line in claim.lines}) < len(claim.lines):
            raise Refused(code="C036")
        amounts = [abs(line.amount) for line in claim.lines] + list(claim.given.values())
        if any(not 0 <= fen <= MAX_FEN for fen in amounts):
            raise Refused(code="C010")
        if claim.facts.get("account_use", "own") not in ("own", "relative", "none"):
            raise Refused(code="C004")

    def check_given(self, claim: Claim, plans: list[PartPlan]) -> None:
        """An amount that comes with the claim must be for a layer that serves some part of it."""
        layers = {n for plan in plans for n in self.layers_for(claim.scheme, plan.claim.kind, plan.version)}
        if any(name not in layers for name in claim.given):
            raise Refused(code="C035")

    def check_support(self, day: date) -> None:
        supports = self.pack.region.supports
        if supports is not None and (day < supports.from_ or (supports.through is not None and day > supports.through)):
            raise Refused(code="C002")

    def check_waiting(self, claim: Claim, version: Version, facts: Facts, seen: set[str]) -> None:
        """Cover begins so long after a date, of several rules the latest; the stay must not begin before."""
        if claim.entitlements is not None:
            return
        latest: tuple[date, str] | None = None
        for rule in version.of(None).all("waiting.*"):
            if claim.facts.get(rule.after) is None or not holds(rule.tree, facts):
                continue
            begins = cover_begins(rule, facts)
            if latest is None or begins > latest[0]:
                latest = begins, rule.address
        if latest is not None:
            seen.add("waiting period looked at")
        if latest is not None and claim.facts["admitted"] < latest[0]:
            seen.add("refused during the waiting period")
            raise Refused(guard=latest[1])

    def is_not_entitled(self, facts: Facts) -> bool:
        """No period of the fund that pays first, or one that says none; looked at after the guards."""
        return facts("entitlement") == "none"

    def look_up_entitlement(self, claim: Claim, fund: str, facts: Facts, seen: set[str]) -> None:
        """What the person is entitled to of a fund; without entitlement periods what the claim says, else all."""
        if claim.entitlements is None and self.pack.region.entitlement == "assumed":
            status, reason = claim.facts.get("entitlement", "full"), claim.facts.get("entitlement_reason", "")
        elif claim.entitlements is None:
            status, reason = "none", ""
        else:
            status, reason = claim.entitlements.get(fund, ("none", ""))
        if status != "full":
            seen.add(f"entitlement {status}")
        if facts.known.get("entitlement") != status:
            facts.learn(entitlement=status, entitlement_reason=reason)

    def pass_guards(self, claim: Claim, version: Version, facts: Facts, seen: set[str]) -> tuple[str, Fraction]:
        """Refuse, send to another kind of visit, or reduce; a redirected claim meets the guards again."""
        been = [claim.kind]
        while True:
            layers = self.pack.layers[claim.scheme]
            serving = [n for n in self.layers_for(claim.scheme, been[-1], version) if layers[n].payer == "fund"]
            if serving:
                self.look_up_entitlement(claim, layers[serving[0]].fund or serving[0], facts, seen)
            else:  # no fund is asked for anything
                facts.learn(entitlement=claim.facts.get("entitlement", "full"))
            refused_by, target, reduction = version.of(None).ask("claim guards", past_guards, facts, seen)
            if refused_by is not None:
                seen.add("claim refused by a guard")
                raise Refused(guard=refused_by)
            if target is None:
                if self.pack.region.entitlement == "required" and serving and self.is_not_entitled(facts):
                    raise Refused(code="C008")
                if reduction != 1:
                    seen.add("claim reduced by a guard")
                return been[-1], reduction
            if target in been:
                raise Refused(code="C027")
            been.append(target)
            facts.learn(kind=target)
            seen.add("claim redirected by a guard")

    def layers_for(self, scheme: str, kind: str, version: Version) -> tuple[str, ...]:
        """The layers of a kind of visit: as an article in force sets them, else as the layer file says."""
        for term in version.of(None).all("visits.*"):
            if term.name == kind:
                return tuple(term.layers)
        if kind not in self.pack.visits[scheme]:
            raise Refused(code="C001")
        return self.pack.visits[scheme][kind]

    def version_for(self, line: Line, claim: Claim, version: Version, seen: set[str]) -> Version:
        """The articles a line is read by: some are dated by the day of the fee."""
        law = self.laws[claim.scheme]
        if not law.dated_by_fee:
            return version
        if "fee_date" not in line.facts:
            raise Refused(code="C023")
        seen.add("line read by the article of its fee date")
        return law.in_force(claim.facts, line.facts["fee_date"])

    def divert(
        self, claim: Claim, kind: str, law: Law, version: Version, facts: Facts, seen: set[str]
    ) -> Iterator[tuple[str, tuple[Line, ...]]]:
        """The lines by the kind of visit that serves them: the visit's own first, then as they appear."""
        by_kind: dict[str, list[Line]] = {kind: []}
        for line in claim.lines:
            terms = self.version_for(line, claim, version, seen).of(None)
            target = kind
            if terms.all("items.divert.*"):
                target = terms.ask("divert", diverted_to, facts.for_line(line_facts(line)), seen) or kind
            by_kind.setdefault(target, []).append(line)
        if len(by_kind) > 1:
            seen.add("lines diverted to another kind of visit")
        for target, lines in by_kind.items():
            if lines:
                yield target, tuple(lines)

    def fill_pots(self, desk: Desk, lines: tuple[Line, ...], line_parts: list[Parts]) -> None:
        """The claim's money by part and item group; only cells that hold some are kept."""
        amounts = dict.fromkeys(self.all_cells, 0)
        for line, parts in zip(lines, line_parts, strict=True):
            item = line.item if self.has_items else None
            for part, fen in zip(PARTS, parts, strict=True):
                if (part, item) not in amounts:
                    raise Refused(code="C003" if item is None else "C004")
                amounts[part, item] += fen
        if any(fen < 0 for fen in amounts.values()):
            raise Refused(code="C012")
        desk.cells = [cell for cell, fen in amounts.items() if fen]
        for part in PARTS:
            desk.pots[part] = [amounts[cell] if cell[0] == part else 0 for cell in desk.cells]
        desk.pots["package_excess"] = [0] * len(desk.cells)

    @property
    def has_items(self) -> bool:
        return "item" in self.pack.vocabulary.dimensions

    def cut_packages(self, desk: Desk, version: Version) -> int:
        """What is in scope beyond a package's price is the hospital's (returned) or the person's (package_excess)."""
        hospital = 0
        for package in version.of(None).all("items.package.*"):
            if not holds(package.tree, desk.facts):
                continue
            price = exact(package.price, desk.facts, desk.seen)
            if price is None:
                continue
            key = desk.key(package.address, "used", package.per, package.each)
            in_scope = desk.pots["in_scope"]
            whole = sum(in_scope)
            within = min(whole, max(0, fen_of(price) - desk.so_far(key)))
            desk.count({key}, within)
            excess = share_out(whole - within, in_scope, in_scope)
            desk.pots["in_scope"] = [i - e for i, e in zip(in_scope, excess, strict=True)]
            if within < whole:
                desk.see(f"package excess to the {package.excess}", f"package per {package.per}")
            if package.excess == "hospital":
                hospital += whole - within
            else:
                desk.pots["package_excess"] = [a + b for a, b in zip(desk.pots["package_excess"], excess, strict=True)]
        return hospital

    # after the layers

    def record(self, desk: Desk, left: dict[str, Parts]) -> None:
        """The book goes on: counters, balances, what refunds left, and the stay when its kind is counted."""
        book = desk.book
        for key, fen in desk.counted.items():
            book.amounts[key] = book.amounts.get(key, 0) + fen
        for account, fen in desk.spent.items():
            book.balances[account] = book.balances.get(account, 0) - fen
        for line, parts in left.items():
            book.lines[line] = parts
        counted_kinds = self.pack.region.nth.kinds if self.pack.region.nth is not None else ("住院",)
        if desk.claim.kind in counted_kinds:
            year = (desk.claim.person_id, desk.spans.year)
            stays = book.stays.get(year, ())
            if desk.spans.stay not in stays:
                book.stays[year] = (*stays, desk.spans.stay)


def part_of(claim: Claim, kind: str, lines: tuple[Line, ...]) -> Claim:
    whole = kind == claim.kind and len(lines) == len(claim.lines)
    return claim if whole else replace(claim, kind=kind, lines=lines)


def past_guards(terms: Terms, names: Names, seen: set[str]) -> tuple[str | None, str | None, Fraction]:
    """The guard that refuses a claim, the kind of visit that one sends it to, and what the others leave of it."""
    reduction = Fraction(1)
    for guard in terms.all("claim.guard.*"):
        if not holds(guard.tree, names):
            continue
        if guard.do == "refuse":
            return guard.address, None, reduction
        if guard.do == "redirect":
            return None, guard.to, reduction
        reduction *= exact(guard.pay, names) or Fraction(0)
    return None, None, reduction


def diverted_to(terms: Terms, names: Names, seen: set[str]) -> str | None:
    return next((rule.to for rule in terms.all("items.divert.*") if holds(rule.tree, names)), None)


def cover_begins(rule: Term, facts: Facts) -> date:
    """The first day of cover after a date of the spell; `starts: month` takes the first of the month reached."""
    start = facts(rule.after)
    if rule.months is not None:
        begins = add_months(start, int(exact(rule.months, facts) or 0), rule.end_of_month)
    else:
        begins = start + timedelta(days=int(exact(rule.days, facts) or 0))
    return begins.replace(day=1) if rule.starts == "month" else begins


def note_split(pack: Pack, years: list[Claim], seen: set[str]) -> None:
    if len(years) > 1:
        seen.add("stay split at the year end")
        if pack.region.year.crossing == "option":
            seen.add("patient chose to split")


def note_visit(claim: Claim, nth: int, further_bill: bool, seen: set[str]) -> None:
    if nth > 1:
        seen.add("second or later stay")
    if further_bill:
        seen.add("further bill of a stay")
    if claim.facts["admitted"].year < claim.facts["discharged"].year:
        seen.add("stay across a calendar year")


def added_up(verdicts: list[Verdict], seen: set[str]) -> Verdict:
    """Several parts of one claim as one verdict; `several` keeps them apart."""
    paid: Counter[str] = Counter()
    parts: Counter[str] = Counter()
    for verdict in verdicts:
        paid.update(verdict.paid)
        parts.update(verdict.parts)
    return Verdict(
        year=verdicts[-1].year,
        parts=parts,
        package_excess=sum(v.package_excess for v in verdicts),
        layers=[outcome for v in verdicts for outcome in v.layers],
        paid=paid,
        hospital=sum(v.hospital for v in verdicts),
        cash=sum(v.cash for v in verdicts),
        seen=seen,
        several=verdicts,
    )
