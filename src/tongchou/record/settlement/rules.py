"""What settles: engines of stored packs, each made once."""

from __future__ import annotations

from functools import lru_cache, partial

from tongchou.engines.benefits.engine import Engine
from tongchou.engines.contributions.cover_terms import Terms
from tongchou.engines.filings import types_on
from tongchou.ground.region.contribution_kinds import Cover
from tongchou.ground.region.values import value_of
from tongchou.ground.region.vocabulary import WordList
from tongchou.record.packs.queries import pack_of

_YES_NO = {"是", "否"}


class Rules:
    """A stored pack made ready, with what the record asks of it again and again: `filing_types` by scheme and day,
    `covered_funds` by scheme, and `yes_or_no`, the facts that are 是 or 否, such as 公务员."""

    def __init__(self, pack_hash: str) -> None:
        self.hash, self.pack = pack_hash, pack_of(pack_hash)
        self.engine = Engine(self.pack)
        self.terms = Terms(self.pack)
        self.filing_types = lru_cache(maxsize=1_000)(partial(types_on, self.pack))
        self.covered_funds = lru_cache(maxsize=100)(self._covered_funds)
        self.yes_or_no = [name for name, one in self.pack.vocabulary.dimensions.items() if set(one.words) == _YES_NO]

    def _covered_funds(self, scheme: str) -> frozenset[str]:
        """The funds that contributions open; the others ask for no period. None at all where no cover is declared."""
        covers = [rule for rules in self.terms.of(scheme).covers.values() for rule in rules]
        return frozenset(fund for rule in covers for fund in value_of(rule, Cover).funds)

    def words(self, name: str) -> tuple[str, ...]:
        """The closed list of a fact; none where any word will do."""
        found = self.pack.vocabulary.dimensions.get(name)
        return found.words if isinstance(found, WordList) else ()

    def accounts(self, scheme: str, kind: str) -> list[str]:
        """The kinds of account that layers of a visit may draw on."""
        layers = self.pack.layers[scheme]
        drawn = (layers[name].account or name for name in self.layers(scheme, kind) if layers[name].payer == "account")
        return sorted(set(drawn))

    def layers(self, scheme: str, kind: str) -> tuple[str, ...]:
        return self.pack.visits.get(scheme, {}).get(kind, ())


@lru_cache(maxsize=8)
def rules_of(pack_hash: str) -> Rules:
    """By hash: what is stored never changes, so it may be remembered."""
    return Rules(pack_hash)
