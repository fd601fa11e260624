"""One chunk drawn whole: persons, their claims in order, and the lines with the fees they add up to."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tongchou.engines.synth.draw import FACTS, NEVER, Bools, Calendar, Ints, stream
from tongchou.engines.synth.lines import Lines, lines_of, totals
from tongchou.engines.synth.population import EMPLOYEE, People, people_of, spell_on
from tongchou.engines.synth.profile import Profile
from tongchou.engines.synth.stays import Scale, measure, stays_of
from tongchou.engines.synth.visits import MATERNITY, ROLES, SPECIAL, STAY, VISIT, Encounters, together, visits_of

CHUNK = 4_000
"""Persons drawn together. It is part of what a seed means: another size is another region."""

_TRIAL_CHUNKS = 4
_TRIAL_LIVES = 12
_TRIAL_SEED = 20_180_531  # of the trial draw only, so that scales do not depend on the seed of a region
NO_ACCOUNT, OWN, RELATIVE = 0, 1, 2


@dataclass
class Bills:
    """The claims of one chunk by person and day, and their lines. Fees in fen."""

    people: People
    found: Encounters
    spell: Ints  # of each claim
    fee: Ints
    settled: Ints  # seconds since 1970
    account_use: Ints
    account_owner: Ints  # -1: nobody else
    provider: Ints
    lines: Lines

    @property
    def scheme(self) -> Ints:
        return self.people.spells.scheme[self.spell]


def trial_scale(profile: Profile, calendar: Calendar) -> Scale:
    """The scale of visits and stays, measured on a trial draw of its own seed."""
    drawn, visits, persons = [], 0, 0
    for chunk in range(_TRIAL_CHUNKS):
        people = people_of(profile, _TRIAL_SEED, chunk, 0, CHUNK, calendar)
        # Stays are few and their cost is wild: each trial person lives several lives.
        lives = [stays_of(profile, people, _TRIAL_SEED + at, chunk, calendar, Scale()) for at in range(_TRIAL_LIVES)]
        drawn += [(people, life) for life in lives]
        found = _not_in_bed(visits_of(profile, people, _TRIAL_SEED, chunk, calendar, 1.0), lives[0])
        visits += int(np.isin(found.role, (VISIT, SPECIAL)).sum())
        persons += len(people)
    return replace(measure(profile, drawn), visits=profile.target("visits") * persons / max(visits, 1))


def bills_of(profile: Profile, seed: int, chunk: int, first: int, size: int, calendar: Calendar, scale: Scale) -> Bills:
    """Draw one chunk."""
    people = people_of(profile, seed, chunk, first, size, calendar)
    stays = stays_of(profile, people, seed, chunk, calendar, scale)
    visits = _not_in_bed(visits_of(profile, people, seed, chunk, calendar, scale.visits), stays)
    found = together([visits, stays])
    found = found.take(np.lexsort((found.role, found.discharged, found.person)))
    rng = stream(seed, FACTS, chunk)
    opened = rng.integers(8 * 3600, 17 * 3600, len(found))
    inpatient = np.isin(found.role, (STAY, MATERNITY))
    closed = np.where(inpatient, np.maximum(opened, 20 * 3600 + 600), opened + 60 * found.lines + 300)
    lines = lines_of(profile, found, opened, seed, chunk)
    spell = spell_on(people, found.person, found.discharged)
    use, owner = _accounts(profile, people, found, spell, rng.random(len(found)))
    # Some dozen houses of each level for a hundred thousand persons, a few of them with most of the patients.
    provider = np.floor(40 * rng.random(len(found)) ** 2.2).astype(np.int64)
    settled = found.discharged * 86_400 + np.minimum(closed, 86_399)
    return Bills(people, found, spell, totals(lines, len(found)), settled, use, owner, provider, lines)


def _not_in_bed(visits: Encounters, stays: Encounters) -> Encounters:
    """Leave out visits on the days of a stay of the same person."""
    if not len(stays):
        return visits
    order = np.lexsort((stays.discharged, stays.person))
    ends = stays.person[order] * NEVER + stays.discharged[order]
    at = np.searchsorted(ends, visits.person * NEVER + visits.discharged)
    near = order[np.minimum(at, len(order) - 1)]
    inside = (at < len(order)) & (stays.person[near] == visits.person) & (stays.admitted[near] <= visits.discharged)
    return visits.take(~inside)


def _accounts(profile: Profile, people: People, found: Encounters, spell: Ints, roll: object) -> tuple[Ints, Ints]:
    """Whose account each claim may use: one's own, that of a member of the household, or none."""
    rules = profile["visits"]["account_use"]
    rolled = np.asarray(roll)
    if not profile["words"].get("account"):
        none = np.zeros(len(found), dtype=np.int64)
        return none, none - 1
    employee = people.spells.scheme[spell] == EMPLOYEE
    chance = np.array([float(rules.get(name, 0)) for name in ROLES])[found.role]
    own = employee & (people.balance[found.person] >= 0) & (rolled < chance)
    owners = np.flatnonzero(people.balance >= 0)
    holder = np.full(people.homes, -1, dtype=np.int64)
    holder[people.home[owners][::-1]] = owners[::-1]  # the first of each household
    owner = holder[people.home[found.person]]
    relative = ~employee & (owner >= 0) & (owner != found.person) & (rolled < rules["relative"])
    relative &= (people.died_on[owner] > found.discharged) & (people.birth[owner] < found.discharged)
    return np.where(own, OWN, np.where(relative, RELATIVE, NO_ACCOUNT)), np.where(relative, owner, -1)


def diseases_of(bills: Bills) -> Bools:
    """For each claim, the chronic diseases of its person; none but for special visits."""
    found: Bools = bills.people.chronic[bills.found.person] & (bills.found.role == SPECIAL)[:, None]
    return found
