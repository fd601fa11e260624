"""Every name and word a pack uses must be one it declares: a misspelt fact would otherwise never be true."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from tongchou.ground.errors import Place
from tongchou.ground.region import number as numbers
from tongchou.ground.region.clearing_names import check_clearing, words_of_clearing
from tongchou.ground.region.contribution_names import names_meant
from tongchou.ground.region.expression import Tree, names_in
from tongchou.ground.region.filing_kinds import FilingType
from tongchou.ground.region.filing_names import check_filing, check_otherwise
from tongchou.ground.region.interface_names import check_codes
from tongchou.ground.region.kinds import CONDITION, Misfit, kind_of, kind_of_name
from tongchou.ground.region.model import (
    EVERY,
    RECKONED,
    Allocation,
    ClaimGuard,
    Divert,
    Floor,
    QuotaNew,
    Takes,
    Unit,
    Visits,
    Waiting,
)
from tongchou.ground.region.pack import CaseEntry, Declared, Pack
from tongchou.ground.region.quota_names import MEASURE, measures, quota_names
from tongchou.ground.region.vocabulary import DATE, LINE_FACTS, LIST, NUMERIC, Classes, Dimension, Intervals, WordList
from tongchou.ground.region.walk import conditions_of, fields_of, leaves_of, numbers_of

LINE_PARTS = ("full_self_pay", "over_limit", "first_self_pay", "in_scope", "package_excess")
REMAINDERS = ("deductible_part", "own_share", "over_cap")
STATE_KEYS = ("household", "person")
ITEM_RULES = ("items.exclude.*", "items.first_pay.*", "items.price_limit.*", "items.divert.*")
SPLITS_POTS = ("own_ratio.*", "factor.*", "adjust.*", "clamp")
"""Kinds whose conditions may ask for the item: they give item groups different ratios."""

Report = Callable[..., None]
"""`report(place, code, **details)`."""

_WRITTEN_AS = {
    Unit.MONEY: ("%", "个百分点"),
    Unit.SHARE: ("元", "万", "亿", "个百分点"),
    Unit.TIMES: ("元", "万", "亿", "个百分点"),
    Unit.POINTS: ("元", "万", "亿", "%"),
    Unit.COUNT: ("元", "万", "亿", "%", "个百分点"),
    Unit.PLAIN: (),
}
"""The endings that give a literal another unit than its place has."""
_EXAMPLES = {Unit.MONEY: "500", Unit.SHARE: "50%", Unit.TIMES: "50%", Unit.POINTS: "-10", Unit.COUNT: "6"}


def check_names(pack: Pack, written: Iterable[Declared], report: Report) -> None:
    """Report every name, word, kind and unit that cannot be meant, in the vocabulary, the facts and the cases."""
    checker = _Checker(pack, report)
    checker.check_vocabulary()
    of_clearing = _Checker(replace(pack, vocabulary=words_of_clearing(pack)), report)
    written = tuple(written)
    for fact in written:
        (of_clearing if fact.scheme == EVERY else checker).check_fact(fact)
    check_otherwise(checker, written)
    for entry in pack.cases:
        checker.check_case(entry)


class _Checker:
    def __init__(self, pack: Pack, report: Report) -> None:
        self.pack, self.report, self.vocabulary = pack, report, pack.vocabulary
        self.filings = {
            s: {str(f.name) for f in pack.written if f.kind == "filing.*" and f.scheme == s}
            for s in pack.region.schemes
        }
        self.kinds = {
            s: {*v, *(f.name for f in pack.written if f.kind == "visits.*" and f.scheme == s)}
            for s, v in pack.visits.items()
        }

    def check_vocabulary(self) -> None:
        for dimension in self.vocabulary.dimensions.values():
            if isinstance(dimension, Classes):
                self.check_classes(dimension)
            elif dimension.of != dimension.name or isinstance(dimension, Intervals):
                self.check_known(dimension.place, dimension.of)
                needed = NUMERIC if isinstance(dimension, Intervals) else None
                self.check_kind(dimension.place, dimension.of, self.vocabulary.kind_of_fact(dimension.of), needed)

    def check_classes(self, classes: Classes) -> None:
        if classes.on is not None and self.check_known(classes.place, classes.on):
            self.check_kind(classes.place, classes.on, kind_of_name(classes.on, self.vocabulary), DATE)
        for _, tree, _ in classes.conditions:
            self.check_tree(classes.place, tree, CONDITION, line_allowed=True)
        if classes.name in set(self.asked_by(classes, set())):
            self.report(classes.place, "R176", value=classes.name)

    def asked_by(self, classes: Classes, seen: set[str]) -> Iterator[str]:
        """Every name that the conditions of a class come down to."""
        for _, tree, _ in classes.conditions:
            for name, _ in names_in(tree):
                yield name
                dimension = self.vocabulary.dimensions.get(name)
                if isinstance(dimension, Classes) and name not in seen:
                    yield from self.asked_by(dimension, seen | {name})

    def check_fact(self, fact: Declared) -> None:
        line_allowed = fact.kind in ITEM_RULES or fact.kind in SPLITS_POTS
        if fact.cell:
            self.check_number(fact.place, fact.value.number, line_allowed)  # type: ignore[attr-defined]  # a cell's value
            return
        for condition in conditions_of(fact.value):
            self.check_tree(fact.place, condition.tree, CONDITION, line_allowed)
        for number in numbers_of(fact.value):
            self.check_number(fact.place, number, line_allowed)
        for _, number, unit in fields_of(fact.value):
            self.check_unit(fact.place, number, unit)
        each = getattr(fact.value, "each", None)
        if each is not None and each not in STATE_KEYS:
            self.check_known(fact.place, each)
        self.check_references(fact)

    def check_number(self, place: Place, number: numbers.Number, line_allowed: bool) -> None:
        for leaf in leaves_of(number):
            if isinstance(leaf, numbers.Formula):
                self.check_tree(place, leaf.tree, NUMERIC, line_allowed)
        if isinstance(number, numbers.Highest) and self.check_known(place, number.over):
            self.check_kind(place, number.over, kind_of_name(number.over, self.vocabulary), LIST)
        for table in numbers.tables_of(number):
            self.check_table(place, table, line_allowed, in_highest=isinstance(number, numbers.Highest))

    def check_unit(self, place: Place, number: numbers.Number, unit: Unit) -> None:
        for leaf in leaves_of(number):
            if isinstance(leaf, numbers.Literal) and leaf.text.endswith(_WRITTEN_AS[unit]):
                self.report(place, "R133", value=leaf.text, example=_EXAMPLES[unit])

    def check_tree(self, place: Place, tree: Tree, needed: str, line_allowed: bool) -> None:
        for name, word in names_in(tree):
            self.check_name(place, name, word, line_allowed)
        try:
            found = kind_of(tree, self.vocabulary)
        except Misfit as error:
            self.report(place, "R187", **error.details)
        else:
            self.check_kind(place, str(tree[1]) if tree[0] == "name" else tree[0], found, needed)

    def check_kind(self, place: Place, part: str, found: str | None, needed: str | None) -> None:
        if found is not None and needed is not None and found != needed:
            self.report(place, "R187", value=part, needed=needed, found=found)

    def check_known(self, place: Place, name: str) -> bool:
        known = self.vocabulary.knows(name)
        if not known:
            self.report(place, "R180", value=name, near=near(name, self.vocabulary.names()))
        return known

    def check_name(self, place: Place, name: str, word: str | None, line_allowed: bool) -> None:
        if not self.check_known(place, name):
            return
        dimension = self.vocabulary.dimensions.get(name)
        if word is not None and dimension is not None:
            self.check_word(place, word, dimension)
        of = name if dimension is None or isinstance(dimension, Classes) else dimension.of
        if of in LINE_FACTS and not line_allowed:
            self.report(place, "R182", value=name)

    def check_word(self, place: Place, word: str, dimension: Dimension) -> None:
        if word not in dimension.words:
            self.report(place, "R181", value=word, name=dimension.name, known="、".join(dimension.words))

    def check_table(self, place: Place, table: numbers.Table, line_allowed: bool, in_highest: bool) -> None:
        self.check_name(place, table.dimension, None, line_allowed)
        dimension = self.vocabulary.dimensions.get(table.dimension)
        if dimension is None:
            if self.vocabulary.knows(table.dimension) and not in_highest:
                self.report(place, "R183", value=table.dimension)
            return
        for cell in table.cells:
            for word in () if cell.is_rest else cell.words:
                self.check_word(place, word, dimension)

    def check_references(self, fact: Declared) -> None:
        value = fact.value
        if isinstance(value, Takes):
            for take in value.terms:
                self.check_pot(fact, take.pot)
                self.check_items(fact, take.groups)
        elif isinstance(value, Allocation) and not isinstance(value.deductible, str):
            self.check_items(fact, value.deductible)
        elif isinstance(value, Floor) and value.paid_by is not None:
            self.check_layer(fact, value.paid_by)
        elif isinstance(value, Visits):
            for layer in value.layers:
                self.check_layer(fact, layer)
        elif isinstance(value, Waiting) and self.check_known(fact.place, value.after):
            self.check_kind(fact.place, value.after, kind_of_name(value.after, self.vocabulary), DATE)
        elif isinstance(value, Divert | ClaimGuard) and value.to is not None:
            known = self.kinds.get(fact.scheme, set())
            if value.to not in known:
                self.report(fact.place, "R185", value=value.to, known="、".join(sorted(map(str, known))))
        elif isinstance(value, FilingType):
            check_filing(self, fact, value)
        elif fact.scheme == EVERY:
            check_clearing(self, fact, value)
        elif isinstance(value, QuotaNew):
            for name in value.like:
                self.check_known(fact.place, name)
        else:
            check_codes(self, fact, value)

        for kind, name in (*names_meant(value), *quota_names(value)):
            declared = self.declared_names(fact.scheme, kind)
            if name not in declared:
                self.report(fact.place, "R198", value=name, kind=kind, known="、".join(sorted(declared)))

    def declared_names(self, scheme: str, kind: str) -> set[str]:
        """What a fact may name: schemes, insurances, funds of layers, measures, or facts of a kind in its scheme."""
        if kind == "scheme":
            return set(self.pack.region.schemes)
        if kind == "insurance":
            named = {str(f.name) for f in self.pack.written if f.kind == "insurance.*"}
            return named | set(self.pack.region.schemes)
        if kind == "fund":
            return {layer.fund or name for name, layer in self.pack.layers.get(scheme, {}).items()}
        if kind == MEASURE:
            return measures(self.pack.written, scheme)
        kinds = ("waiting.*", "wait.*") if kind == "waiting" else (f"{kind}.*",)
        return {str(f.name) for f in self.pack.written if f.kind in kinds and f.scheme == scheme}

    def check_layer(self, fact: Declared, layer: str) -> None:
        layers = self.pack.layers.get(fact.scheme, {})
        if layer not in layers:
            self.report(fact.place, "R184", value=layer, known="、".join(layers))

    def check_pot(self, fact: Declared, pot: str) -> None:
        layers = self.pack.layers.get(fact.scheme, {})
        layer, _, part = pot.partition(".")
        if pot not in LINE_PARTS and pot != "unpaid" and not (layer in layers and part in REMAINDERS):
            pots = [*LINE_PARTS, "unpaid", *(f"{n}.{p}" for n in layers for p in REMAINDERS)]
            self.report(fact.place, "R186", value=pot, known="、".join(pots))

    def check_items(self, fact: Declared, words: tuple[str, ...]) -> None:
        item = self.vocabulary.dimensions.get("item") or WordList("item", "item", (), fact.place)
        for word in words:
            self.check_word(fact.place, word, item)

    def check_case(self, entry: CaseEntry) -> None:
        case, place = entry.case, entry.place
        if case.scheme not in self.pack.region.schemes:
            self.report(place, "R141", value=case.scheme, known="、".join(self.pack.region.schemes))
            return
        layers = self.pack.layers.get(case.scheme, {})
        for given in (case.given, *(claim.given for claim in case.history)):
            for layer in given:
                if layer not in layers:
                    self.report(place, "R184", value=layer, known="、".join(layers))
        if case.grant is not None:
            grants = {f.name for f in self.pack.written if f.kind == "grant.*" and f.scheme == case.scheme}
            if case.grant not in grants:
                self.report(place, "R188", value=case.grant, known="、".join(sorted(map(str, grants))))
        if case.reckon is not None:
            written = [f for f in self.pack.written if f.kind in RECKONED and f.scheme == case.scheme]
            addresses = {f.address.removeprefix(f"{f.scheme}.") for f in written}
            if case.reckon.of not in addresses:
                self.report(place, "R218", value=case.reckon.of, known="、".join(sorted(addresses)))


def near(name: str, known: list[str]) -> str:
    return "、".join(difflib.get_close_matches(name, known, 3, 0.5)) or "、".join(known[:12])
