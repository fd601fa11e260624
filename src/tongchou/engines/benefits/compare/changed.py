"""Which articles one policy has and the other has not, so that a report can say what the change is."""

from __future__ import annotations

import json
from dataclasses import dataclass

from tongchou.ground.region.pack import Declared, Pack


@dataclass(frozen=True)
class Provision:
    """An article in our words, with its document and its first day (ISO)."""

    document: str
    cite: str
    says: str
    starts: str


def changed(a: Pack, b: Pack) -> tuple[list[Provision], list[Provision]]:
    """The articles only A has, and those only B has, each once and in written order.

    What is compared is what an article sets and when; a new wording of the same rule is no change.
    """
    own = [{_content(fact) for fact in pack.written} for pack in (a, b)]
    return _only(a, own[1]), _only(b, own[0])


def _only(pack: Pack, others: set[str]) -> list[Provision]:
    facts = sorted((fact for fact in pack.written if _content(fact) not in others), key=lambda fact: fact.order)
    found = [Provision(pack.sources[f.source].title, f.cite, f.says.strip(), f.from_date.isoformat()) for f in facts]
    return list(dict.fromkeys(found))


def _content(fact: Declared) -> str:
    what = [fact.address, fact.cell, fact.raw, str(fact.from_date), str(fact.through), fact.by]
    return json.dumps(what, ensure_ascii=False, sort_keys=True, default=str)
