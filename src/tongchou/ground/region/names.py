"""Every name and word a pack uses must be one it declares: a misspelt fact would otherwise never be true."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from tongchou.ground.errors import Problem
from tongchou.ground.region import number as numbers
from tongchou.ground.region.expression import names_in
from tongchou.ground.region.model import Allocation, Condition, Divert, Floor, Takes, Visits
from tongchou.ground.region.pack import Declared, Pack
from tongchou.ground.region.text import Document
from tongchou.ground.region.vocabulary import LINE_FACTS, Classes, Intervals, WordList

LINE_PARTS = ("full_self_pay", "over_limit", "first_self_pay", "in_scope", "package_excess")
REMAINDERS = ("deductible_part", "own_share", "over_cap")
STATE_KEYS = ("household", "person")
ITEM_RULES = ("items.exclude.*", "items.first_pay.*", "items.price_limit.*", "items.divert.*")
SPLITS_POTS = ("own_ratio.*", "factor.*", "adjust.*", "clamp")
"""Kinds whose conditions may ask for the item: they give item groups different ratios."""


def numbers_of(value: Any) -> Iterator[numbers.Number]:
    """Every number of policy inside a declared value, nested models included."""
    if isinstance(value, numbers.Literal | numbers.Formula | numbers.Table | numbers.Highest):
        yield value
    elif isinstance(value, BaseModel):
        for field in type(value).model_fields:
            yield from numbers_of(getattr(value, field))
    elif isinstance(value, tuple):
        for item in value:
            yield from numbers_of(item)


def conditions_of(value: Any) -> Iterator[Condition]:
    """Every condition inside a declared value."""
    if isinstance(value, Condition):
        yield value
    elif isinstance(value, BaseModel):
        for field in type(value).model_fields:
            yield from conditions_of(getattr(value, field))


def check_names(pack: Pack, documents: list[Document]) -> None:
    checker = _Checker(pack, {d.file: d for d in documents})
    checker.check_vocabulary(documents)
    checker.check_layers(documents)
    for fact in pack.facts:
        checker.check_fact(fact)


class _Checker:
    def __init__(self, pack: Pack, documents: dict[str, Document]) -> None:
        self.pack, self.documents = pack, documents

    def report(self, fact: Declared, code: str, **details: object) -> None:
        assert fact.place.file is not None
        problem = Problem(code, fact.place, details)
        if problem not in self.documents[fact.place.file].problems:
            self.documents[fact.place.file].problems.append(problem)

    def check_vocabulary(self, documents: list[Document]) -> None:
        for dimension in self.pack.vocabulary.dimensions.values():
            asked = [dimension.of] if isinstance(dimension, WordList | Intervals) else []
            if isinstance(dimension, Classes):
                asked = [name for _, tree, _ in dimension.conditions for name, _ in names_in(tree)]
            for name in asked:
                if not self.pack.vocabulary.knows(name):
                    document = self.documents[dimension.place.file or ""]
                    details = {"value": name, "near": self.near(name, self.pack.vocabulary.names())}
                    document.problems.append(Problem("R180", dimension.place, details))

    def check_layers(self, documents: list[Document]) -> None:
        for scheme, visits in self.pack.visits.items():
            for kind, layers in visits.items():
                for layer in layers:
                    if layer not in self.pack.layers[scheme]:
                        document = next(d for d in documents if d.file.endswith("layers.yaml"))
                        known = "、".join(self.pack.layers[scheme])
                        document.report("R184", scheme, "visits", kind, value=layer, known=known)

    def check_fact(self, fact: Declared) -> None:
        line_allowed = fact.kind in ITEM_RULES or fact.kind in SPLITS_POTS
        for condition in conditions_of(fact.value):
            for name, word in names_in(condition.tree):
                self.check_name(fact, name, word, line_allowed)
        for number in numbers_of(fact.value):
            for name, word in numbers.names_of(number):
                self.check_name(fact, name, word, line_allowed)
            for table in numbers.tables_of(number):
                self.check_table(fact, table)
        each = getattr(fact.value, "each", None)
        if each is not None and each not in STATE_KEYS and not self.pack.vocabulary.knows(each):
            self.report(fact, "R180", value=each, near=self.near(each, self.pack.vocabulary.names()))
        self.check_references(fact)

    def check_name(self, fact: Declared, name: str, word: str | None, line_allowed: bool) -> None:
        vocabulary = self.pack.vocabulary
        if not vocabulary.knows(name):
            self.report(fact, "R180", value=name, near=self.near(name, vocabulary.names()))
            return
        dimension = vocabulary.dimensions.get(name)
        if word is not None and dimension is not None and word not in dimension.words:
            self.report(fact, "R181", value=word, name=name, known="、".join(dimension.words))
        of = dimension.of if isinstance(dimension, WordList | Intervals) else name
        if of in LINE_FACTS and not line_allowed:
            self.report(fact, "R182", value=name)

    def check_table(self, fact: Declared, table: numbers.Table) -> None:
        vocabulary = self.pack.vocabulary
        dimension = vocabulary.dimensions.get(table.dimension)
        if dimension is None:
            if vocabulary.kind_of_fact(table.dimension) is None:
                return  # reported as an unknown name already
            if not _is_list(vocabulary.kind_of_fact(table.dimension)):
                self.report(fact, "R183", value=table.dimension)
            return
        for cell in table.cells:
            for word in cell.words:
                if word not in dimension.words and word not in numbers.OTHERS:
                    self.report(fact, "R181", value=word, name=table.dimension, known="、".join(dimension.words))

    def check_references(self, fact: Declared) -> None:
        layers, visits = self.pack.layers.get(fact.scheme, {}), self.pack.visits.get(fact.scheme, {})
        value = fact.value
        if isinstance(value, Takes):
            self.check_takes(fact, value)
        elif isinstance(value, Allocation) and not isinstance(value.deductible, str):
            self.check_items(fact, value.deductible)
        elif isinstance(value, Floor) and value.paid_by is not None and value.paid_by not in layers:
            self.report(fact, "R184", value=value.paid_by, known="、".join(layers))
        elif isinstance(value, Visits):
            for layer in value.layers:
                if layer not in layers:
                    self.report(fact, "R184", value=layer, known="、".join(layers))
        declared = {f.name for f in self.pack.facts if f.kind == "visits.*" and f.scheme == fact.scheme}
        target = value.to if isinstance(value, Divert) else getattr(value, "to", None) if fact.kind == "claim.guard.*" else None
        if target is not None and target not in {*visits, *declared}:
            self.report(fact, "R185", value=target, known="、".join(visits))

    def check_takes(self, fact: Declared, takes: Takes) -> None:
        layers = self.pack.layers.get(fact.scheme, {})
        for take in takes.terms:
            layer, _, part = take.pot.partition(".")
            simple = take.pot in LINE_PARTS or take.pot == "unpaid"
            if not simple and not (layer in layers and part in REMAINDERS):
                pots = [*LINE_PARTS, "unpaid", *(f"{n}.{p}" for n in layers for p in REMAINDERS)]
                self.report(fact, "R186", value=take.pot, known="、".join(pots))
            self.check_items(fact, take.groups)

    def check_items(self, fact: Declared, words: tuple[str, ...]) -> None:
        item = self.pack.vocabulary.dimensions.get("item")
        known = item.words if item is not None else ()
        for word in words:
            if word not in known:
                self.report(fact, "R181", value=word, name="item", known="、".join(known))

    @staticmethod
    def near(name: str, known: list[str]) -> str:
        return "、".join(difflib.get_close_matches(name, known, 3, 0.5)) or "、".join(known[:12])


def _is_list(kind: str | None) -> bool:
    return kind == "list"
