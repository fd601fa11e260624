"""The head of an explanation: whose claim it is, where and when, and under which rules it was settled."""

from __future__ import annotations

from datetime import date

from tongchou.engines.benefits.claim import Claim
from tongchou.engines.benefits.explain.model import Text
from tongchou.engines.benefits.explain.words import same
from tongchou.ground.region.pack import Pack

_PLACE = {
    "provider": Text("医疗机构", "hospital"),
    "level": Text("级别", "level"),
    "place": Text("就医地", "place"),
}

Head = tuple[tuple[Text, Text], ...]


def claim_head(claim: Claim, pack: Pack, day: date | None, year: str | None) -> Head:
    """Visit, person, scheme and kind, what is known of the hospital, the dates; a refusal has no basis date."""
    head = [
        (Text("就诊", "visit"), same(claim.id)),
        (Text("参保人", "person"), same(claim.person_id)),
        (Text("险种", "scheme"), same(pack.region.schemes.get(claim.scheme, claim.scheme))),
        (Text("类别", "kind"), same(claim.kind)),
    ]
    head += [(label, same(str(claim.facts[name]))) for name, label in _PLACE.items() if claim.facts.get(name)]
    head += _stay(claim)
    if day is not None:
        head.append((Text("待遇日期", "basis date"), day_of(day)))
    if year is not None:
        head.append((Text("保险年度", "insurance year"), same(year)))
    return tuple(head)


def _stay(claim: Claim) -> list[tuple[Text, Text]]:
    """First and last day; one date when they are the same, none that is not known."""
    first, last = claim.facts.get("admitted"), claim.facts.get("discharged")
    if first == last:
        return [(Text("就诊日", "day of the visit"), day_of(first))] if isinstance(first, date) else []
    days = {Text("入院日", "admitted"): first, Text("出院日", "discharged"): last}
    return [(label, day_of(day)) for label, day in days.items() if isinstance(day, date)]


def day_of(day: date) -> Text:
    return same(day.isoformat())
