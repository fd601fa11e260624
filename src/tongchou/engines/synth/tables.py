"""A drawn chunk as canonical tables: exactly the Arrow schemas that every reader of this project expects."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from tongchou.engines.synth import columns as c
from tongchou.engines.synth.bills import RELATIVE, Bills, diseases_of
from tongchou.engines.synth.draw import FACTS, NEVER, Bools, Calendar, Ints, Rng, pick, stream
from tongchou.engines.synth.lines import code_words
from tongchou.engines.synth.population import EMPLOYEE, RESIDENT, People, category_words
from tongchou.engines.synth.profile import Profile
from tongchou.engines.synth.visits import DRUG, MATERNITY, PHARMACY, ROLES, STAY
from tongchou.ground.tables import schema

NAMES = ("persons", "households", "spells", "accounts", "claims", "lines", "discharges")
"""The tables that are written."""

NEWBORN, LIGHTEST, HEAVIEST = 28, 500, 6_000
"""Days since birth through which a weight is told, and grams between which it is."""
_CLAIMS = 1_000_000  # of one chunk at most
_LINES = 10_000_000
_HOMES = 10_000


def tables_of(profile: Profile, bills: Bills, chunk: int, seed: int, calendar: Calendar) -> dict[str, Any]:
    """Every table of one chunk. Ids are letters and fixed digits, unique over all chunks."""
    rng = stream(seed, FACTS, chunk + 500_000)  # facts of spells and claims, apart from those of the draw
    people = bills.people
    number = people.first + np.arange(len(people)) + 1
    person = c.ids("P", 9, number)
    home = c.ids("H", 9, chunk * _HOMES + people.home + 1)
    return {
        "persons": _table(
            "persons",
            len(people),
            person_id=person,
            household_id=home,
            birth_date=c.days(people.birth),
            sex=c.words(["男", "女"], people.female.astype(np.int64)),
            retired_on=c.days(people.retired_on),
            died_on=c.days(people.died_on),
        ),
        "households": _table(
            "households",
            len(people),
            household_id=home,
            person_id=person,
            from_date=c.days(np.maximum(people.birth, calendar.first - 400)),
        ),
        "spells": _spells(rng, profile, people, person),
        "accounts": _accounts(profile, people, person, calendar),
        "claims": _claims(rng, profile, bills, chunk, person),
        "lines": _lines(profile, bills, chunk),
        "discharges": _discharges(rng, profile, bills, chunk, person),
    }


def _table(name: str, size: int, **columns: Any) -> Any:
    """The table with these columns; the others are empty. Words stay dictionaries, which are written faster."""
    fields, found = [], []
    for field in schema(name):
        column = columns.pop(field.name, None)
        found.append(pa.nulls(size, field.type) if column is None else column)
        fields.append(field.with_type(found[-1].type))
    assert not columns, sorted(columns)
    return pa.Table.from_arrays(found, schema=pa.schema(fields))


def _draw(rng: Rng, rule: dict[str, Any], size: int, delivery: Ints | None) -> Any:
    """A fact by its rule: words by share, the kind of delivery, or a count as text."""
    if "delivery" in rule and delivery is not None:
        return c.words(list(rule["delivery"]), np.clip(delivery, 0, 1))
    if "shares" in rule:
        return c.words(list(rule["shares"]), pick(rng, list(rule["shares"].values()), size))
    least = int(rule.get("least", 0))
    return c.numbers_as_text(np.clip(rng.poisson(rule["count"], size), least, int(rule["most"])).astype(np.int64))


def _facts(rng: Rng, groups: list[tuple[dict[str, Any], Bools]], size: int, delivery: Ints | None = None) -> Any:
    rules = [(name, rule, rows) for group, rows in groups for name, rule in group.items()]
    return c.maps([(name, _draw(rng, rule, size, delivery), rows) for name, rule, rows in rules], size)


def _spells(rng: Rng, profile: Profile, people: People, person: Any) -> Any:
    spells, words = people.spells, profile["words"]
    size = len(spells.person)
    number = people.first + spells.person + 1
    second = np.arange(size) >= spells.firsts
    groups = [
        (profile["facts"].get("employee", {}), spells.scheme == EMPLOYEE),
        (profile["facts"].get("resident", {}), spells.scheme == RESIDENT),
        (profile["facts"].get("missed", {}), spells.missed),
    ]
    order = np.lexsort((second, spells.person))
    table = _table(
        "spells",
        size,
        spell_id=c.ids("S", 10, number * 10 + second + 1),
        person_id=person.take(pa.array(spells.person)),
        scheme=c.words([words["schemes"]["employee"], words["schemes"]["resident"]], spells.scheme),
        insured_place=c.words([profile.region], np.zeros(size, dtype=np.int64)),
        from_date=c.days(spells.start),
        through_date=c.days(spells.through),
        status=c.words([words["status"]["active"], words["status"]["retired"]], spells.status),
        category=c.words(category_words(profile), people.category[spells.person]),
        employer_id=c.ids("E", 8, np.maximum(spells.employer, 0) + 1, spells.employer < 0),
        paid_on=c.days(np.where(spells.paid < 0, NEVER, spells.paid)),
        resumed=c.words(["否", "是"], spells.missed.astype(np.int64)),
        months=pa.array(spells.months),
        facts=_facts(rng, groups, size),
    )
    return table.take(pa.array(order))


def _accounts(profile: Profile, people: People, person: Any, calendar: Calendar) -> Any:
    kind = profile["words"].get("account")
    rows = np.flatnonzero(people.balance >= 0) if kind else np.zeros(0, dtype=np.int64)
    return _table(
        "accounts",
        len(rows),
        account_id=c.ids("A", 9, people.first + rows + 1),
        person_id=person.take(pa.array(rows)),
        kind=c.words([kind or ""], np.zeros(len(rows), dtype=np.int64)),
        balance=pa.array(people.balance[rows]),
        as_of=c.days(np.full(len(rows), calendar.first - 1)),
    )


def _provider(bills: Bills, rows: Ints) -> Any:
    """Houses are told by level, place and number; pharmacies stand apart."""
    found = bills.found
    apart = np.isin(found.role, (PHARMACY, DRUG))
    group = np.where(apart, 9, np.where(found.away == 1, 5, 0) + np.maximum(found.level, 0) + 1)
    return c.ids("F", 4, (group * 100 + bills.provider + 1)[rows])


def _stay_number(bills: Bills, chunk: int) -> Ints:
    return chunk * _CLAIMS + np.arange(len(bills.found)) + 1


def _claims(rng: Rng, profile: Profile, bills: Bills, chunk: int, person: Any) -> Any:
    found, words = bills.found, profile["words"]
    size = len(found)
    number = _stay_number(bills, chunk)
    inpatient = np.isin(found.role, (STAY, MATERNITY))
    no_level = np.isin(found.role, (PHARMACY, DRUG))
    kinds = [words["kinds"].get(name) or "" for name in ROLES]
    diseases = list(profile["chronic"])
    owner = bills.account_owner
    groups = [
        (profile["claim_facts"].get(name, {}), found.role == role)
        for role, name in enumerate(ROLES)
        if profile["claim_facts"].get(name)
    ]
    filing = words["filing"]
    return _table(
        "claims",
        size,
        claim_id=c.ids("C", 11, number),
        person_id=person.take(pa.array(found.person)),
        scheme=c.words([words["schemes"]["employee"], words["schemes"]["resident"]], bills.scheme),
        kind=c.words(kinds, found.role),
        provider_id=_provider(bills, np.arange(size)),
        level=c.words(list(words["levels"]), np.where(no_level, -1, found.level)),
        place=c.words([words["places"]["home"], words["places"]["away"]], found.away),
        admitted_on=c.days(found.admitted),
        discharged_on=c.days(np.where(inpatient, found.discharged, NEVER)),
        settled_at=c.times(bills.settled),
        stay_id=c.ids("M", 11, number, ~inpatient),
        episode_id=c.ids("T", 11, chunk * _CLAIMS + found.episode + 1, found.episode < 0),
        disease=c.words(diseases, found.disease),
        diseases=c.lists(diseases, diseases_of(bills)),
        referral=c.words([words["referral"]["none"], words["referral"]["up"]], np.where(inpatient, found.up, -1)),
        filing=c.words([filing["none"], filing["resident"], filing["referred"]], np.where(inpatient, found.filing, -1)),
        account_use=c.words(["none", "own", "relative"], bills.account_use),
        account_person_id=c.ids("P", 9, bills.people.first + np.maximum(owner, 0) + 1, bills.account_use != RELATIVE),
        total_fee=pa.array(bills.fee),
        facts=_facts(rng, groups, size, found.procedure),
    )


def _lines(profile: Profile, bills: Bills, chunk: int) -> Any:
    lines = bills.lines
    size = len(lines.claim)
    kinds = list(profile["line_kinds"].values())
    rate = np.array([round(kind["first_pay"] * 10**6) if "first_pay" in kind else -1 for kind in kinds])
    return _table(
        "lines",
        size,
        line_id=c.ids("L", 12, chunk * _LINES + np.arange(size) + 1),
        claim_id=c.ids("C", 11, _stay_number(bills, chunk)).take(pa.array(lines.claim)),
        fee_at=c.times(lines.at),
        item=c.words([kind.get("item") or "" for kind in kinds], lines.kind),
        **{"class": c.words([kind["class"] for kind in kinds], lines.kind)},
        fee_kind=c.words([kind["fee_kind"] for kind in kinds], lines.kind),
        national_code=c.words(code_words(profile), lines.code),
        quantity=c.decimals(lines.quantity * 10**4, 18, 4),
        price=c.decimals(lines.price * 10**4, 18, 6),
        amount=pa.array(lines.amount),
        first_pay_rate=c.decimals(np.maximum(rate, 0)[lines.kind], 9, 6, (rate < 0)[lines.kind]),
        in_disease_scope=c.words(list(reversed(profile["words"]["in_scope"])), lines.in_scope),
    )


def _discharges(rng: Rng, profile: Profile, bills: Bills, chunk: int, person: Any) -> Any:
    found, people = bills.found, bills.people
    rows = np.flatnonzero(np.isin(found.role, (STAY, MATERNITY)))
    who = found.person[rows]
    number = _stay_number(bills, chunk)[rows]
    diagnoses, birth = profile["diagnoses"], profile["maternity"]
    codes = [row["code"] for row in diagnoses] + [birth["normal"]["code"], birth["caesarean"]["code"]]
    operations = [next(iter(row.get("procedures", {"": 0}))) for row in diagnoses]
    operations += [birth["normal"]["procedure"], birth["caesarean"]["procedure"]]
    delivery = found.role[rows] == MATERNITY
    born = len(diagnoses) + found.procedure[rows]
    principal = np.where(delivery, born, found.diagnosis[rows])
    operated = np.where(delivery, born, found.procedure[rows])
    others = list(profile["stays"]["comorbidities"])
    chance = np.clip((people.age[who] - 30) / 100, 0.02, 0.5)
    ill = rng.random((len(rows), len(others))) < np.where(delivery, 0.02, chance)[:, None]
    ill &= np.array(codes)[principal][:, None] != np.array(others)[None, :]
    did = np.zeros((len(rows), len(operations)), dtype=np.bool_)
    did[np.flatnonzero(operated >= 0), operated[operated >= 0]] = True
    words = profile["words"]["outcome"]
    dies = people.died_on[who] == found.discharged[rows]
    moved = np.zeros(len(found), dtype=np.bool_)
    moved[:-1] = (found.episode[:-1] >= 0) & (found.episode[:-1] == found.episode[1:])
    outcome = np.where(dies, 2, np.where(moved[rows], 1, 0))
    lived = np.maximum(found.admitted[rows] - people.birth[who], 0)
    age = lived / 365.2425
    care, weighs = profile["stays"]["intensive"], profile["newborn"]
    cared = rng.random(len(rows)) < care["share"]
    hours = np.ceil(rng.exponential(care["hours"], len(rows)))
    stay = np.maximum(found.discharged - found.admitted, 1)[rows]
    grams = np.clip(rng.normal(weighs["grams"], weighs["spread"], len(rows)), LIGHTEST, HEAVIEST)
    return _table(
        "discharges",
        len(rows),
        discharge_id=c.ids("D", 11, number),
        claim_id=c.ids("C", 11, number),
        person_id=person.take(pa.array(who)),
        provider_id=_provider(bills, rows),
        admitted_on=c.days(found.admitted[rows]),
        discharged_on=c.days(found.discharged[rows]),
        level=c.words(list(profile["words"]["levels"]), found.level[rows]),
        age=pa.array(np.floor(age).astype(np.int64)),
        age_days=c.blank(pa.array(lived), np.floor(age) > 0),
        weight=c.blank(pa.array(grams.astype(np.int64)), lived > NEWBORN),
        sex=c.words(["男", "女"], people.female[who].astype(np.int64)),
        principal_diagnosis=c.words(codes, principal),
        other_diagnoses=c.lists(others, ill),
        procedures=c.lists(operations, did),
        days=pa.array(stay),
        icu_hours=pa.array(np.where(cared, np.minimum(hours, 24 * stay), 0).astype(np.int64)),
        outcome=c.words([words["home"], words["transferred"], words["dead"]], outcome),
        total_fee=pa.array(bills.fee[rows]),
    )
