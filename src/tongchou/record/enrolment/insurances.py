"""Which insurances there are, whom they are for, which give way to another, and what an enrolment must bring."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from itertools import product
from typing import Any

from tongchou.engines.contributions import Payment, Spell, Standing, eligibility, entitlement, kept_apart
from tongchou.engines.contributions.cover_terms import Terms
from tongchou.ground.errors import ProblemError, fail
from tongchou.ground.region.contribution_kinds import Cover, Insurance, Levy
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.typed import typed
from tongchou.ground.region.values import value_of
from tongchou.ground.region.walk import names_asked

_SOMEBODY = "P"


def insurances(pack: Pack) -> dict[str, str]:
    """The schemes of the pack and the other insurances that it names, with their titles."""
    named = {str(fact.name): value_of(fact, Insurance).title for fact in pack.facts if fact.kind == "insurance.*"}
    return {**named, **pack.region.schemes}


def insurance(pack: Pack, name: str) -> str:
    """The name, when there is such an insurance. Raises E101."""
    known = insurances(pack)
    if name not in known:
        raise fail("E101", insurance=name, known="、".join(known))
    return name


def doubles(pack: Pack) -> list[tuple[str, str]]:
    """Pairs of insurances that nobody should have together, the one that counts, or bars the other, first."""
    pairs = {pair for _, first, rule in Terms(pack).precedences for pair in product((first,), rule.over)}
    return sorted((first, other) for first, other in pairs | set(kept_apart(pack)) if first != other)


def has_groups(pack: Pack, name: str) -> bool:
    """Whether the region says whom an insurance is for."""
    return any(fact.kind == "eligible.*" and fact.scheme == name for fact in pack.facts)


def standing(
    pack: Pack, name: str, facts: Mapping[str, Any], since: date, sex: str, born: date, held: Collection[str]
) -> Standing:
    """How somebody who has these other insurances stands to one on its first day. Raises C003, C004, C032, C033."""
    return eligibility(pack, name, since, {**facts_of(pack, facts), "sex": sex, "birth_date": born}, held)


def not_eligible(pack: Pack, name: str, found: Standing) -> ProblemError:
    """E116 where another insurance is in the way, else E115."""
    titles = insurances(pack)
    said: dict[str, object] = {"insurance": titles[name], "cite": found.cite}
    if found.held:
        return fail("E116", held="、".join(titles[one] for one in found.held), **said)
    there = titles.get(found.joins, "")
    said |= {"joins": f",应参加{there}" if there else "", "joins_en": f"; they belong in {there}" if there else ""}
    return fail("E115", **said)


def present_from(pack: Pack, name: str, today: date) -> date:
    """The first day that is not yet the past for an insurance: of the insurance year where its cover is paid by the
    year, otherwise of the month. What is older is changed by `change_past` only."""
    terms = Terms(pack).of(name)
    paid_by = {value_of(rule, Cover).paid_by for rules in terms.covers.values() for rule in rules if rule.covers(today)}
    levies = [
        f for f in pack.facts if f.scheme == name and f.kind == "levy.*" and f.name in paid_by and f.covers(today)
    ]
    if any(value_of(levy, Levy).per == "year" for levy in levies):
        return pack.year.span(pack.year.label_of(today))[0]
    return today.replace(day=1)


def facts_of(pack: Pack, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as the region's vocabulary types them. Raises C033 for an unknown one, C004 or C032 for a wrong value."""
    found = {name: typed(pack, name, value) for name, value in facts.items()}
    for name, value in found.items():
        known = pack.vocabulary.dimensions.get(name)
        words = getattr(known, "words", None)
        if words is not None and isinstance(value, str) and value not in words:
            raise fail("C004", value=value, name=name, known="、".join(words))
    return found


def asked_of_persons(pack: Pack) -> tuple[str, ...]:
    """Which of the facts that the record knows of a person itself the region's rules of entitlement look at."""
    return _of_persons(Terms(pack).asked)


def asked_at_enrolment(pack: Pack) -> tuple[str, ...]:
    """The same with the rules that say whom an insurance is for, which are asked once, at enrolment."""
    names = {name for fact in pack.facts if fact.kind == "eligible.*" for name in names_asked(fact.value)}
    return _of_persons(Terms(pack).asked.union(*(pack.vocabulary.roots(name) for name in names)))


def _of_persons(asked: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in ("sex", "birth_date") if name in asked)


def check_facts(pack: Pack, name: str, facts: Mapping[str, Any], since: date, sex: str, born: date) -> None:
    """Raises what the region's rules would say of an enrolment that lacks a fact (C003) or brings a wrong one: they are
    asked what it would entitle to if its first day were paid for."""
    spell = Spell(_SOMEBODY, name, since, None, {**facts_of(pack, facts), "sex": sex, "birth_date": born})
    covers = [rule for rules in Terms(pack).of(name).covers.values() for rule in rules]
    paid = {levy for rule in covers if (levy := value_of(rule, Cover).paid_by) is not None}
    entitlement(pack, [spell], [Payment(_SOMEBODY, name, levy, since, since, since) for levy in sorted(paid)])
