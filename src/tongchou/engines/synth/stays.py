"""Stays in hospital: severity decides level, place, days and cost; a few stays are dear beyond measure."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from tongchou.engines.synth.draw import NEVER, STAYS, Calendar, Floats, Ints, Rng, pick, steps, stream
from tongchou.engines.synth.population import EMPLOYEE, People, spell_on
from tongchou.engines.synth.profile import Profile
from tongchou.engines.synth.visits import MATERNITY, STAY, Encounters, encounters, together

_AGE_BANDS = np.array([0, 7, 18, 30, 45, 60, 75])
_LONGEST = 90  # days
_MOST_LINES = 1500
_LINES_BY_DAYS = 0.7


@dataclass(frozen=True)
class Scale:
    """What brings the draws to their targets; measured once on a trial draw.

    `cost`: yuan per unit of relative cost, employees then residents. The others are factors: `days` and `lines` of a
    stay, `stays` and `visits` for those that fall away (no cover on the day, in two beds at once).
    """

    cost: tuple[float, float] = (1.0, 1.0)
    days: float = 1.0
    lines: float = 1.0
    stays: float = 1.0
    visits: float = 1.0


def measure(profile: Profile, drawn: list[tuple[People, Encounters]]) -> Scale:
    """The scale that would have given these trial stays (drawn with the unit scale) their target means."""
    cost: list[list[Floats]] = [[], []]
    days, lines = [], []
    wanted, got = 0.0, 0
    for people, found in drawn:
        stays = found.take(found.role == STAY)
        scheme = people.spells.scheme[spell_on(people, stays.person, stays.discharged)]
        employee = people.scheme == EMPLOYEE
        for which, name, members in ((0, "stays_employee", employee), (1, "stays_resident", ~employee)):
            cost[which].append(stays.cost[scheme == which])
            wanted += profile.target(name) / 100 * int(members.sum())
        days.append(stays.discharged - stays.admitted)
        lines.append(stays.lines)
        got += len(found)
    targets = (profile.target("stay_cost_employee"), profile.target("stay_cost_resident"))
    means = [float(np.concatenate(part).mean()) for part in cost]
    longer = profile.target("stay_days") / float(np.concatenate(days).mean())
    return Scale(
        cost=(targets[0] / means[0], targets[1] / means[1]),
        days=longer,
        # Longer stays have more lines by themselves.
        lines=profile.target("lines_per_stay") / float(np.concatenate(lines).mean()) / longer**_LINES_BY_DAYS,
        stays=wanted / got,
    )


def stays_of(profile: Profile, people: People, seed: int, chunk: int, calendar: Calendar, scale: Scale) -> Encounters:
    """Every stay that ends in the year, deliveries included. Nobody is in two beds at once."""
    rng = stream(seed, STAYS, chunk)
    delivered = _deliveries(rng, profile, people)
    rules = profile["stays"]
    relative = steps(rules["age"], people.age) * people.frailty**1.3
    employee = people.scheme == EMPLOYEE
    rates = np.zeros(len(people))
    for which, name in ((employee, "stays_employee"), (~employee, "stays_resident")):
        births = int(which[delivered.person].sum())
        wanted = scale.stays * profile.target(name) / 100 * int(which.sum()) - births
        total = float(relative[which].sum())
        if total > 0 and wanted > 0:
            rates[which] = relative[which] * (wanted / total)
    person = np.repeat(np.arange(len(people)), np.minimum(rng.poisson(rates), 12))
    size = len(person)
    severity = rng.standard_normal(size)
    level = _levels(rng, profile, severity, employee[person])
    away = rng.random(size) < _away(profile, severity)
    level = np.where(away & (level == 0), min(1, int(level.max(initial=0))), level)
    diagnosis, procedure, implant, dear = _diagnoses(rng, profile, people, person)
    relative_cost = np.array([float(rules["relative_cost"][word]) for word in profile["words"]["levels"]])
    sigma = rules["spread"]
    cost = relative_cost[level] * dear * np.exp(sigma * (0.7 * severity + 0.71 * rng.standard_normal(size)))
    cost *= np.where(away, rules["away_cost"], 1.0)
    tail = rng.random(size) < rules["tail"]["share"]
    heavy = np.minimum(3 * (1 + rng.pareto(rules["tail"]["shape"], size)), rules["tail"]["most"])
    cost *= np.where(tail, heavy, 1.0)
    cost *= np.where(employee[person], scale.cost[0], scale.cost[1])
    length = (
        8 * np.exp(0.5 * (0.6 * severity + 0.8 * rng.standard_normal(size))) * np.where(tail, 1.6, 1.0) * scale.days
    )
    days = np.clip(np.rint(length), 1, _LONGEST).astype(np.int64)
    lines = 120 * (days / 9.2) ** _LINES_BY_DAYS * np.exp(0.3 * rng.standard_normal(size)) * scale.lines
    discharged = calendar.days(rng, size, weekly=False)
    filing = np.where(away, pick(rng, [0.3, 0.25, 0.45], size), 0)
    stays = encounters(
        person,
        STAY,
        discharged - days,
        cost,
        np.clip(np.rint(lines), 8, _MOST_LINES).astype(np.int64),
        discharged=discharged,
        level=level,
        away=away.astype(np.int64),
        filing=filing,
        diagnosis=diagnosis,
        procedure=procedure,
        implant=implant,
    )
    return _transfers(rng, profile, _one_bed(people, together([stays, delivered])), calendar)


def _levels(rng: Rng, profile: Profile, severity: Floats, employee: Any) -> Ints:
    """The graver the case the higher the level; employees go a little higher."""
    shares = np.array([float(profile["stays"]["levels"][word]) for word in profile["words"]["levels"]])
    rank = 0.6 * severity + 0.8 * rng.standard_normal(len(severity)) + np.where(employee, 0.25, -0.09)
    edges = [NormalDist().inv_cdf(min(max(share, 1e-9), 1 - 1e-9)) for share in np.cumsum(shares)[:-1] / shares.sum()]
    return np.searchsorted(np.array(edges), rank, side="right").astype(np.int64)


def _away(profile: Profile, severity: Floats) -> Floats:
    """The chance of going outside the region doubles with each standard deviation of severity."""
    return np.minimum(profile.target("away") * np.exp(0.7 * severity - 0.245), 0.9)


def _diagnoses(rng: Rng, profile: Profile, people: People, person: Ints) -> tuple[Ints, Ints, Ints, Floats]:
    """Principal diagnosis, procedure (-1: none), whether an implant is used, and relative cost."""
    rows = profile["diagnoses"]
    band = np.searchsorted(_AGE_BANDS, people.age[person], side="right") - 1
    group = band * 2 + people.female[person]
    found = np.zeros(len(person), dtype=np.int64)
    roll = rng.random(len(person))
    for each in np.unique(group):
        at, sex = _AGE_BANDS[each // 2], "女" if each % 2 else "男"
        fit = [
            float(row["weight"])
            if row["ages"][0] <= at + 6 and at <= row["ages"][1] and row.get("sex", sex) == sex
            else 0.0
            for row in rows
        ]
        edges = np.cumsum(fit) / sum(fit)
        found[group == each] = np.searchsorted(edges, roll[group == each], side="right")
    chance = np.array([sum(row.get("procedures", {}).values()) for row in rows])
    operated = rng.random(len(person)) < chance[found]
    implants = np.array([float(row.get("implant", 0)) for row in rows])
    # Who gets an implant is operated on, where the profile knows an operation for it.
    share = np.divide(implants, chance, out=implants.copy(), where=chance > 0)
    implant = (rng.random(len(person)) < share[found]) & (operated | (chance[found] == 0))
    dear = np.array([float(row["cost"]) for row in rows])[found] * np.where(operated, 1.5, 1.0)
    return found, np.where(operated, found, -1), implant.astype(np.int64), dear


def _deliveries(rng: Rng, profile: Profile, people: People) -> Encounters:
    """One for each mother of a child of the year, when the region has such a kind of stay."""
    rule = profile["stays"]["maternity"]
    person = people.mother if profile["words"]["kinds"].get("maternity") else people.mother[:0]
    size = len(person)
    days = 2 + rng.poisson(max(rule["days"] - 2, 0), size)
    lines = 20 + rng.poisson(max(rule["lines"] - 20, 0), size)
    cost = rule["yuan"] * np.exp(0.3 * rng.standard_normal(size) - 0.045)
    level = rng.integers(0, len(profile["words"]["levels"]), size)
    # The child is born the day after admission.
    admitted = people.born[:size] - 1
    caesarean = (rng.random(size) < profile["maternity"]["caesarean"]["share"]).astype(np.int64)
    ends = admitted + days
    return encounters(person, MATERNITY, admitted, cost, lines, discharged=ends, level=level, procedure=caesarean)


def _one_bed(people: People, found: Encounters) -> Encounters:
    """Order by person and day of discharge; shorten a stay that begins before the one before it ended."""
    found = found.take(np.lexsort((found.discharged, found.person)))
    same = np.zeros(len(found), dtype=np.bool_)
    same[1:] = found.person[1:] == found.person[:-1]
    before = np.full(len(found), -NEVER)
    before[1:] = np.where(same[1:], found.discharged[:-1] + 1, -NEVER)
    found.admitted = np.maximum(found.admitted, before)
    found.admitted = np.maximum(found.admitted, people.birth[found.person])
    alive = found.discharged <= people.died_on[found.person]
    covered = spell_on(people, found.person, found.discharged) >= 0
    return found.take((found.admitted <= found.discharged) & alive & covered)


def _transfers(rng: Rng, profile: Profile, found: Encounters, calendar: Calendar) -> Encounters:
    """A few stays at the highest level began a level lower: two stays of one episode, the second transferred up."""
    top = len(profile["words"]["levels"]) - 1
    long = (found.role == STAY) & (found.level == top) & (found.away == 0) & (found.discharged - found.admitted >= 5)
    long &= found.admitted + 2 >= calendar.first  # what ends before the year is no claim of it
    rows = np.flatnonzero(long & (rng.random(len(found)) < profile["stays"]["transfer"]) & (top > 0))
    before = found.take(rows)
    moved = before.admitted + 2
    found.admitted[rows], found.up[rows], found.episode[rows] = moved, 1, np.arange(len(rows))
    found.cost[rows] *= 0.75
    found.lines[rows] = np.maximum(found.lines[rows] * 3 // 4, 1)
    before.discharged, before.level = moved, before.level - 1
    before.cost, before.lines = before.cost * 0.25, np.maximum(before.lines // 4, 1)
    before.episode = np.arange(len(rows))
    before.procedure, before.implant = np.full(len(rows), -1), np.zeros(len(rows), dtype=np.int64)
    return together([found, before])
