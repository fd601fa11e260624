"""Outpatient visits, visits for special diseases, and purchases: who, when, where and for how much."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from tongchou.engines.synth.draw import VISITS, Calendar, Floats, Ints, Rng, pick, steps, stream
from tongchou.engines.synth.population import EMPLOYEE, People, spell_on
from tongchou.engines.synth.profile import Profile

VISIT, SPECIAL, PHARMACY, DRUG, STAY, MATERNITY = range(6)
ROLES = ("visit", "special", "pharmacy", "drug", "stay", "maternity")
"""The names of the kinds of visit in a profile, in the order of their numbers."""


_NOTHING = (np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0, dtype=np.int64))


@dataclass
class Encounters:
    """Visits and stays, one for each claim. -1 is "none" throughout; days count from 1970-01-01."""

    person: Ints
    role: Ints
    admitted: Ints
    discharged: Ints
    level: Ints
    away: Ints  # 1: outside the region
    filing: Ints  # index into the words of filing
    up: Ints  # 1: transferred from a lower hospital
    episode: Ints
    cost: Floats  # yuan to aim at
    lines: Ints
    disease: Ints  # of a special visit
    diagnosis: Ints
    implant: Ints  # 1: with an implant
    procedure: Ints  # index into the diagnoses of the one it treats; of a delivery 1 for a caesarean, else 0

    def __len__(self) -> int:
        return len(self.person)

    def take(self, rows: Any) -> Encounters:
        """These rows: an index or a mask."""
        return Encounters(*(getattr(self, field.name)[rows] for field in fields(self)))


def encounters(person: Ints, role: int, admitted: Ints, cost: Floats, lines: Ints, **given: Ints) -> Encounters:
    """Encounters of one role with what they have; the rest is "none"."""
    blank = np.full(len(person), -1, dtype=np.int64)
    columns: dict[str, Any] = {field.name: blank for field in fields(Encounters)}
    zero = np.zeros(len(person), dtype=np.int64)
    columns |= {"away": zero, "filing": zero, "up": zero, "implant": zero, "discharged": admitted}
    columns |= {"person": person, "role": np.full(len(person), role), "admitted": admitted}
    return Encounters(**columns | {"cost": cost, "lines": lines} | given)


def together(parts: list[Encounters]) -> Encounters:
    """Encounters one after another."""
    return Encounters(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Encounters)))


def visits_of(profile: Profile, people: People, seed: int, chunk: int, calendar: Calendar, scale: float) -> Encounters:
    """Every visit that is no stay. Those on a day without cover, before birth or after death are left out.

    `scale`: the factor on the target number of visits that makes up for them.
    """
    rng = stream(seed, VISITS, chunk)
    rules, size = profile["visits"], len(people)
    relative = steps(rules["age"], people.age) * people.frailty
    relative *= np.where(people.scheme == EMPLOYEE, rules["employee_per_resident"], 1.0)
    chronic = people.chronic * np.array([float(row["visits"]) for row in profile["chronic"].values()])
    kinds = profile["words"]["kinds"]
    special = float(chronic.sum()) / size if kinds.get("special") else 0.0
    wanted = max(0.0, scale * profile.target("visits") - special)
    parts = [encounters(np.zeros(0, dtype=np.int64), VISIT, *_NOTHING)]
    if kinds.get("visit"):
        parts.append(_ordinary(rng, profile, _times(rng, relative, wanted), calendar))
    if kinds.get("special"):
        parts += _special(rng, profile, people, calendar)
    employees = np.where(people.balance >= 0, relative, 0.0)
    for role, name in ((PHARMACY, "pharmacy"), (DRUG, "drug")):
        if kinds.get(name):
            rule = rules[name]
            rate = rule["per_employee"] * float((people.balance >= 0).mean())
            person = _times(rng, employees, rate)
            lines = 1 + rng.poisson(rule["lines"] - 1, len(person))
            cost = rule["yuan"] * _spread(rng, rules["spread"], len(person))
            parts.append(encounters(person, role, calendar.days(rng, len(person)), cost, lines))
    found = together(parts)
    spell = spell_on(people, found.person, found.discharged)
    # Pharmacies and single-line drugs are for employees of that day.
    purchase = np.isin(found.role, (PHARMACY, DRUG))
    return found.take((spell >= 0) & (~purchase | (people.spells.scheme[spell] == EMPLOYEE)))


def _times(rng: Rng, relative: Floats, mean: float) -> Ints:
    """Each person as often as it comes: a Poisson number in proportion to `relative`, `mean` on average over all."""
    total = float(relative.sum())
    if total <= 0 or mean <= 0:
        return np.zeros(0, dtype=np.int64)
    return np.repeat(np.arange(len(relative)), rng.poisson(relative * (mean * len(relative) / total)))


def _spread(rng: Rng, sigma: float, size: int) -> Floats:
    """Lognormal with mean 1."""
    return np.exp(sigma * rng.standard_normal(size) - sigma * sigma / 2)


def _lines(rng: Rng, mean: float, cost: Floats) -> Ints:
    """At least one line, `mean` on average, and more on the dearer bills."""
    relative = np.sqrt(cost / max(float(cost.mean()), 1.0)) if len(cost) else cost
    relative = relative / max(float(relative.mean()), 0.01) if len(cost) else relative
    return 1 + rng.poisson((mean - 1) * relative)


def _ordinary(rng: Rng, profile: Profile, person: Ints, calendar: Calendar) -> Encounters:
    rules, levels = profile["visits"], profile["words"]["levels"]
    shares = np.array([float(rules["levels"][word]) for word in levels])
    relative = np.array([float(rules["relative_cost"].get(word, 1.0)) for word in levels])
    # Levels above the first are hospitals: their mean is the published one.
    hospital = float((shares[1:] * relative[1:]).sum() / shares[1:].sum()) if len(levels) > 1 else 1.0
    yuan = relative * (profile.target("visit_cost_hospital") / hospital)
    yuan[0] = profile.target("visit_cost_primary")
    level = pick(rng, shares, len(person))
    cost = yuan[level] * _spread(rng, rules["spread"], len(person))
    lines = _lines(rng, profile.target("lines_per_visit"), cost)
    return encounters(person, VISIT, calendar.days(rng, len(person)), cost, lines, level=level)


def _special(rng: Rng, profile: Profile, people: People, calendar: Calendar) -> list[Encounters]:
    found = []
    levels = len(profile["words"]["levels"])
    for at, disease in enumerate(profile["chronic"].values()):
        ill = np.flatnonzero(people.chronic[:, at])
        person = np.repeat(ill, rng.poisson(disease["visits"], len(ill)))
        cost = disease["yuan"] * _spread(rng, profile["visits"]["spread"] / 2, len(person))
        # The common diseases are looked after near home, the grave ones in large hospitals.
        grave = disease["yuan"] > profile.target("visit_cost_hospital")
        level = np.minimum(pick(rng, [1, 2, 6] if grave else [6, 3, 1], len(person)), levels - 1)
        lines = 1 + rng.poisson(profile.target("lines_per_visit") - 1, len(person))
        days = calendar.days(rng, len(person))
        found.append(encounters(person, SPECIAL, days, cost, lines, level=level, disease=np.full(len(person), at)))
    return found
