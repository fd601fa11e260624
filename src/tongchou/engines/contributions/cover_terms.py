"""The rules that entitlement asks for, picked out of a pack once for all people."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from tongchou.engines.contributions.precedence import precedences
from tongchou.ground.region.pack import Declared, Pack
from tongchou.ground.region.walk import names_asked

_WAITS = ("waiting.*", "wait.*")
_ASKING = ("cover.*", *_WAITS)


class SchemeTerms:
    """Of one scheme: its rules of cover by name, of waiting, of connection, and of when levies are due."""

    def __init__(self, pack: Pack, scheme: str, facts: list[Declared]) -> None:
        self.pack, self.scheme = pack, scheme
        self.covers: dict[str, list[Declared]] = {}
        for fact in sorted((f for f in facts if f.kind == "cover.*"), key=lambda f: str(f.name)):
            self.covers.setdefault(str(fact.name), []).append(fact)
        self.waits = [f for f in facts if f.kind in _WAITS]
        self.connections = [f for f in facts if f.kind == "connection.*"]
        self.dues = [f for f in facts if f.kind == "due.*"]


class Terms:
    """Of all schemes, and which insurance comes before which."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.precedences = precedences(pack)
        self._facts: defaultdict[str, list[Declared]] = defaultdict(list)
        for fact in pack.facts:
            self._facts[fact.scheme].append(fact)
        self._schemes: dict[str, SchemeTerms] = {}

    @cached_property
    def asked(self) -> frozenset[str]:
        """Every fact that some rule of cover or waiting may look at, with all those it may follow from."""
        rules = [fact for facts in self._facts.values() for fact in facts if fact.kind in _ASKING]
        names = {name for rule in rules for name in names_asked(rule.value)}
        return frozenset(root for name in names for root in self.pack.vocabulary.roots(name))

    def of(self, scheme: str) -> SchemeTerms:
        """The rules of a scheme; none for an insurance that is no scheme."""
        if scheme not in self._schemes:
            self._schemes[scheme] = SchemeTerms(self.pack, scheme, self._facts.get(scheme, []))
        return self._schemes[scheme]
