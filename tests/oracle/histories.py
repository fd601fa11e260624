"""Random histories: households whose members are ill for about two years, with amounts aimed at every edge."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.oracle.drafting import WORDS
from tests.oracle.packs import World
from tongchou.engines.benefits.claim import Claim, Line

FIRST = date(2023, 6, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(1200)]
LIVES, VISITS = 4, 12
"""Of a world: few enough that the engine meets the same facts again and settles by what it remembers."""
UNHEARD = 0.15
"""So many of the visits are like no other."""
FRACTIONS = {(a, b): Fraction(a, b) for a in range(1, 40) for b in (1, 2, 3, 10)}


@dataclass(frozen=True)
class Charge:
    """What decides the rules of a line; it may bring its parts (`given`), a price limit, a rate of its own."""

    item: str | None
    facts: dict[str, Any]
    given: bool
    limited: bool
    rated: bool


@dataclass(frozen=True)
class Visit:
    """A way of falling ill: everything but who, when and for how much. Days it lasts, days until it is settled."""

    kind: str
    facts: dict[str, Any]
    days: int
    delay: int
    charges: tuple[Charge, ...]
    entitlements: dict[str, tuple[str, str]] | None


@dataclass
class Person:
    id: str
    household: str
    facts: dict[str, Any]
    last: Claim | None = None
    lines: list[Line] = field(default_factory=list)  # that may still be returned
    balances: dict[str, int] = field(default_factory=dict)


@dataclass
class History:
    """People with their opening balances, and the claims in the order in which they are settled."""

    people: list[Person]
    claims: list[Claim]
    changed: dict[str, bool] = field(default_factory=dict)  # claims at which a person's class changed


def random_history(world: World, seed: int, count: int) -> History:
    """People of the world's own kinds fall ill in its usual ways; who, when and for how much is new every time."""
    known = random.Random(world.seed)
    lives = [random_life(known) for _ in range(LIVES)]
    visits = [random_visit(known, world) for _ in range(VISITS)]
    rng = random.Random(f"{world.seed}/{seed}")
    people = [random_person(rng, world, number, rng.choice(lives)) for number in range(rng.choice([1, 2, 4, 6]))]
    history = History(people, [])
    history.claims += _claims(rng, world, people, visits, count, history.changed)
    return history


def random_life(rng: random.Random) -> dict[str, Any]:
    facts = {
        "birth_date": date(2023, 1, 1) - timedelta(days=rng.choice([30, 3000, 6500, 9000, 16000, 21800, 25000, 30000])),
        "retired_on": rng.choice([date(1999, 5, 1), date(2000, 12, 31), date(2001, 1, 1), date(2015, 3, 3)]),
        "status": rng.choice(WORDS["status"]),
        "category": rng.choice(WORDS["category"]),
        "months": Fraction(rng.choice([0, 3, 5, 6, 12, 23, 24, 100])),
        "sex": rng.choice(["男", "女"]),
    }
    if rng.random() < 0.4:
        facts["paid_on"] = facts["enrolled_on"] = rng.choice(DAYS[:400])
    return facts


def random_person(rng: random.Random, world: World, number: int, life: dict[str, Any]) -> Person:
    person = Person(f"p{number}", f"h{number // 2}", life)
    for kind in world.account_kinds:
        person.balances[kind] = rng.choice([0, 1, 5000, 100_000, 1_000_000])
    return person


def _claims(
    rng: random.Random, world: World, people: list[Person], visits: list[Visit], count: int, changed: dict[str, bool]
) -> Iterator[Claim]:
    step = max(1, 760 // count)
    day = 0
    for number in range(count):
        day = min(day + rng.randint(0, 2 * step), 1000)
        person = rng.choice(people)
        if rng.random() < 0.05:
            person.facts = {**person.facts, "category": rng.choice(WORDS["category"])}
            changed[f"c{number}"] = True
        visit = random_visit(rng, world) if rng.random() < UNHEARD else rng.choice(visits)
        claim = random_claim(rng, world, person, people, visit, f"c{number}", day)
        person.last = claim
        yield claim
        if rng.random() < 0.02:
            yield replace(claim, id=f"c{number}b", lines=tuple(replace(x, id=f"{x.id}b") for x in claim.lines))


def random_claim(
    rng: random.Random, world: World, person: Person, people: list[Person], visit: Visit, name: str, day: int
) -> Claim:
    last, chance = person.last, rng.random()
    stay = episode = None
    kind = visit.kind
    discharged = DAYS[day + visit.days]
    dates = {"admitted": DAYS[day], "discharged": discharged, "settled": discharged + timedelta(days=visit.delay)}
    facts: dict[str, Any] = {**person.facts, **visit.facts, **dates}
    if last is not None and chance < 0.2:  # a further bill of the same stay
        stay, episode, kind = last.stay_id, last.episode_id, last.kind
        kept = ("place", "level", "disease", "diseases", "filing", "admitted")
        facts |= {k: last.facts[k] for k in kept}
        facts["discharged"] = max(facts["discharged"], last.facts["discharged"])
        facts["settled"] = max(facts["settled"], facts["discharged"])
    elif kind != "门诊" or chance > 0.9:
        stay = f"s{name}"
        if last is not None and chance < 0.3:  # a transfer within the same episode
            episode = last.episode_id or last.stay_id
    lines = tuple(random_lines(rng, world, person, visit.charges, name, facts))
    total = max(0, sum(line.amount for line in lines))
    return Claim(
        id=name,
        person_id=person.id,
        scheme="resident",
        kind=kind,
        facts=facts,
        lines=lines,
        given=given_amounts(rng, world, kind, total),
        household_id=person.household,
        stay_id=stay,
        episode_id=episode,
        account_person=rng.choice(people).id if facts["account_use"] == "relative" and rng.random() < 0.9 else None,
        entitlements=visit.entitlements,
    )


def given_amounts(rng: random.Random, world: World, kind: str, total: int) -> dict[str, int]:
    """Amounts that come with a claim, now and then more than the layer can bear or for a layer that does not serve."""
    serving = world.pack.visits["resident"][kind]
    return {
        layer: rng.choice([0, 1, total // 50, total // 9])
        for layer in world.given
        if rng.random() < (0.4 if layer in serving else 0.02)
    }


def entitlements(rng: random.Random, world: World) -> dict[str, tuple[str, str]]:
    """A period for every fund, mostly full."""
    statuses = (("full", ""), ("full", ""), ("full", ""), ("reduced", "补缴等待"), ("none", "欠费"))
    return {fund: rng.choice(statuses) for fund in world.pack.layers["resident"] if rng.random() < 0.97}


def random_visit(rng: random.Random, world: World) -> Visit:
    """Where, why and for what somebody is treated; a few such visits come again and again."""
    disease = rng.choice(WORDS["disease"])
    others = rng.sample(WORDS["disease"][1:], rng.choice((0, 0, 1, 2)))
    kind = rng.choice(("住院", "住院", "门诊", "特病"))
    facts = {
        "place": rng.choice(WORDS["place"]),
        "level": rng.choice(WORDS["level"]),
        "disease": disease,
        "diseases": tuple(dict.fromkeys([disease, *others])),
        "filing": rng.choice(WORDS["filing"]),
        "third_party": "是" if rng.random() < 0.03 else "否",
        "account_use": rng.choice(("own", "own", "own", "none", "relative")),
        "option": rng.choice(("split", "whole")),
    }
    return Visit(
        kind=kind,
        facts=facts,
        days=0 if kind == "门诊" else rng.choice((0, 1, 5, 9, 14, 29, 30, 31, 95)),
        delay=rng.choice((0, 0, 1, 20)),
        charges=tuple(random_charge(rng, world) for _ in range(rng.choice((1, 1, 1, 2, 3)))),
        entitlements=entitlements(rng, world) if world.entitled and rng.random() < 0.95 else None,
    )


def random_charge(rng: random.Random, world: World) -> Charge:
    facts: dict[str, Any] = {
        "class": rng.choice(CLASSES),
        "fee_kind": rng.choice(KINDS_OF_FEE),
        "in_disease_scope": "否" if rng.random() < 0.1 else "是",
    }
    if rng.random() < 0.1:
        facts["limited_use"], facts["approved"] = rng.choice((("1", "1"), ("1", "2"), ("1", "0"), ("0", "0")))
    item = rng.choice(world.items) if world.items else None
    return Charge(item, facts, rng.random() < 0.04, rng.random() < 0.1, rng.random() < 0.2)


def random_amount(rng: random.Random, world: World) -> int:
    """Fen: on an edge of the articles or beside it, tiny, ordinary, or huge."""
    chance = rng.random()
    if chance < 0.35:
        return max(0, rng.choice(world.edges) + rng.choice((-1, 0, 0, 1)))
    if chance < 0.45:
        return max(0, rng.choice(world.edges) + rng.choice(world.edges) + rng.choice((-1, 0, 1)))
    if chance < 0.5:
        return rng.choice((0, 1, 2, 3, 7, 99, 100, 101))
    if chance < 0.52:
        return rng.choice((10**11, 10**11 - 1, 99_999_999_999, rng.randint(10**8, 10**11)))
    if chance < 0.65:
        return rng.randint(1, 60) * 10_000
    return int(10 ** rng.uniform(2, 7.3))


KINDS_OF_FEE = ("药品", "药品", "检查", "床位", "材料", "自费")
CLASSES = ("甲", "甲", "甲", "乙", "乙", "丙")


def random_lines(
    rng: random.Random,
    world: World,
    person: Person,
    charges: tuple[Charge, ...],
    claim: str,
    facts: dict[str, Any],
) -> Iterator[Line]:
    days = (facts["discharged"] - facts["admitted"]).days
    for number, charge in enumerate(charges):
        day = facts["admitted"] + timedelta(days=rng.randint(0, days))
        line = random_line(rng, world, charge, f"{claim}.{number}", day)
        yield line
        chance = rng.random()
        if line.amount > 0 and chance < 0.04:
            yield refund(line, f"{line.id}r", rng.choice((line.amount, (line.amount + 1) // 2, 1)))
            if chance < 0.02:
                yield refund(line, f"{line.id}q", 1)
        elif line.amount > 0 and chance < 0.07 and len(person.lines) < 20:
            person.lines.append(line)
    if person.lines and rng.random() < 0.1:
        earlier = person.lines.pop(rng.randrange(len(person.lines)))
        more = replace(earlier, id=f"{claim}.m", amount=earlier.amount * 2, given_parts=None)
        yield more
        yield refund(earlier, f"{claim}.e", rng.choice((earlier.amount, max(1, earlier.amount // 3))))


def random_line(rng: random.Random, world: World, charge: Charge, name: str, day: date) -> Line:
    amount = random_amount(rng, world)
    quantity = FRACTIONS[rng.randint(1, 39), rng.choice((1, 1, 1, 2, 10))]
    given = None
    if charge.given:
        a, b, c = sorted(rng.randint(0, amount) for _ in range(3))
        given = (a, b - a, c - b, amount - c)
    return Line(
        id=name,
        amount=amount,
        item=charge.item,
        quantity=quantity,
        unit_price=Fraction(amount, 100) / quantity,
        price_limit=rng.randint(1, 10**5) if charge.limited else None,
        first_pay_rate=Fraction(rng.randint(0, 20), 100) if charge.rated else None,
        given_parts=given,
        facts={**charge.facts, "fee_date": day},
    )


def refund(line: Line, name: str, amount: int) -> Line:
    return replace(line, id=name, amount=-amount, original=line.id, given_parts=None, quantity=-line.quantity)
