"""What an institution may say of a visit: what it alone can see. The rest the record knows itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from tongchou.engines.filings import types_on
from tongchou.ground.errors import fail
from tongchou.ground.region.model import CONTRIBUTION_KINDS
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.vocabulary import LINE_FACTS, LIST, STANDARD_FACTS, WORD, WordList
from tongchou.ground.region.walk import names_asked
from tongchou.record.base import clock
from tongchou.record.enrolment.insurances import facts_of
from tongchou.record.packs.queries import pack_of

_STANDARD = frozenset(("place", "disease", "referral", "filing", "third_party"))
"""Of the facts that every claim can carry, those that are seen at the place of care."""
_YES_OR_NO = {"是", "否"}


def check(pack: Pack, scheme: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a visit as JSON holds them.

    Raises V203 for one that is not for an institution to say: what enrolment, a filing or a category gives, what is
    reckoned from others, and what belongs to a line. Raises C033, C004, C032 as the vocabulary does.
    """
    facts_of(pack, facts)
    known = said_by_institutions(pack, scheme)
    for name in facts:
        if name not in known:
            raise fail("V203", name=name)
    return {name: list(value) if isinstance(value, tuple | list) else str(value) for name, value in facts.items()}


def said_by_institutions(pack: Pack, scheme: str) -> frozenset[str]:
    """The names of these facts: of the standard ones and the region's own lists and facts, those that nothing in the
    record gives. A fact that is 是 or 否 says what somebody is or has filed, a number what they earned or paid: both
    are the record's."""
    filed = {
        name for of in types_on(pack, scheme, clock.today()).values() for name in {**of.value.gives, **of.value.carries}
    }
    return _declared(pack.hash) - filed


@lru_cache(maxsize=8)
def _declared(pack_hash: str) -> frozenset[str]:
    pack = pack_of(pack_hash)
    vocabulary = pack.vocabulary
    lists = {
        name
        for name, one in vocabulary.dimensions.items()
        if isinstance(one, WordList) and one.of == name and set(one.words) != _YES_OR_NO
    }
    of_people = {
        root
        for fact in pack.facts
        if fact.kind in CONTRIBUTION_KINDS
        for name in names_asked(fact.value)
        for root in vocabulary.roots(name)
    }
    words = {name for name, kind in vocabulary.own_facts.items() if kind in (WORD, LIST)}
    own = (lists | words) - STANDARD_FACTS.keys()
    return frozenset((_STANDARD | own) - of_people - LINE_FACTS)
