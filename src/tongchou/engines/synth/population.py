"""Persons in households, with their schemes, employers, categories, frailty and chronic diseases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tongchou.engines.synth.draw import (
    NEVER,
    PEOPLE,
    Bools,
    Calendar,
    Floats,
    Ints,
    Rng,
    pick,
    share_out,
    stream,
)
from tongchou.engines.synth.households import households
from tongchou.engines.synth.profile import Profile

EMPLOYEE, RESIDENT = 0, 1
ACTIVE, RETIRED, NO_STATUS = 0, 1, -1
YEAR_DAYS = 365.2425
_LARGE_EMPLOYERS = 20


@dataclass
class Spells:
    """Enrolment spells, at most two a person; `person` is the index within the chunk. Days count from 1970-01-01."""

    person: Ints
    scheme: Ints
    status: Ints
    employer: Ints  # -1: none
    start: Ints
    through: Ints  # NEVER: open
    paid: Ints  # -1: no date of payment
    missed: Bools  # resumed after a break
    months: Ints  # of continuous enrolment at the start
    firsts: int  # so many rows are first spells; the second ones follow


@dataclass
class People:
    """The persons of one chunk, index by index."""

    first: int  # number of the first person in the region
    birth: Ints
    age: Ints  # whole years on 1 January; 0 for those born in the year
    female: Bools
    home: Ints  # household within the chunk
    homes: int
    retired_on: Ints  # NEVER: not
    died_on: Ints  # NEVER: not
    mother: Ints  # of each birth of the year: index of the mother
    born: Ints  # and the day
    scheme: Ints  # on 1 January
    category: Ints  # index into the words of `category_words`
    frailty: Floats  # mean 1
    chronic: Bools  # persons × diseases
    balance: Ints  # fen on the personal account; -1: no account
    spells: Spells

    def __len__(self) -> int:
        return len(self.birth)


def category_words(profile: Profile) -> list[str]:
    """The words of the assistance categories; the first is for everybody else."""
    words = profile["categories"]
    return [words["ordinary"], words["minimum_living"], words["destitute"], *words["households"]]


def people_of(profile: Profile, seed: int, chunk: int, first: int, size: int, calendar: Calendar) -> People:
    """Draw the persons of one chunk."""
    rng = stream(seed, PEOPLE, chunk)
    bands = profile["pyramid"]
    band = pick(rng, [row[2] for row in bands], size)
    low, high = (np.array([row[i] for row in bands])[band] for i in (0, 1))
    age = (low + np.floor(rng.random(size) * (high - low))).astype(np.int64)
    female = rng.random(size) >= profile.target("male")
    birth = calendar.first - np.floor((age + rng.random(size)) * YEAR_DAYS).astype(np.int64) - 1
    infants = np.flatnonzero(age < 5)
    newborn = infants[
        rng.random(len(infants)) < share_out(np.ones(len(infants)), profile.target("births") / 1000 * size)
    ]
    age[newborn] = 0
    birth[newborn] = calendar.days(rng, len(newborn), weekly=False)
    home, homes = households(rng, age, female, profile.target("household_size"))
    mother, born = _mothers(newborn, birth, age, female, home)
    died = _deaths(rng, profile, age, birth, calendar)
    scheme, status, retired_on, spells = _enrol(
        rng, profile, first, size, age, birth, female, home, homes, died, calendar
    )
    shape = profile["people"]["frailty_shape"]
    frailty = rng.gamma(shape, 1 / shape, size)
    diseases = list(profile["chronic"].values())
    weight = np.clip(age - 30, 1, 45) * (0.6 + 0.4 * frailty)
    chronic = np.zeros((size, len(diseases)), dtype=np.bool_)
    for at, disease in enumerate(diseases):
        fit = np.where(age >= disease["from_age"], weight, 0.0)
        chronic[:, at] = rng.random(size) < share_out(fit, disease["share"] * size)
    account = profile["people"]["account_yuan"]
    mean = np.where(status == RETIRED, account["retired"], account["active"])
    balance = np.floor(mean * 100 * np.exp(0.8 * rng.standard_normal(size) - 0.32)).astype(np.int64)
    owners = np.zeros(size, dtype=np.bool_)
    owners[spells.person[spells.scheme == EMPLOYEE]] = True
    balance[~owners] = -1
    return People(
        first=first,
        birth=birth,
        age=age,
        female=female,
        home=home,
        homes=homes,
        retired_on=retired_on,
        died_on=died,
        mother=mother,
        born=born,
        scheme=scheme,
        category=_categories(rng, profile, age, home, homes),
        frailty=frailty,
        chronic=chronic,
        balance=balance,
        spells=spells,
    )


def _mothers(newborn: Ints, birth: Ints, age: Ints, female: Bools, home: Ints) -> tuple[Ints, Ints]:
    """The woman of child-bearing age in the household of each newborn, where there is one."""
    able = np.flatnonzero(female & (age >= 20) & (age <= 45))
    able = able[np.argsort(home[able], kind="stable")]
    at = np.searchsorted(home[able], home[newborn])
    found = at < len(able)
    found[found] = home[able[at[found]]] == home[newborn[found]]
    mothers, first = np.unique(able[at[found]], return_index=True)  # twins are one delivery
    return mothers.astype(np.int64), birth[newborn[found]][first]


def _deaths(rng: Rng, profile: Profile, age: Ints, birth: Ints, calendar: Calendar) -> Ints:
    """Deaths rise by a tenth for each year of age, and come on a day of the year after the birth."""
    chance = share_out(np.exp(age * 0.095), profile.target("deaths") / 1000 * len(age))
    dies = (rng.random(len(age)) < chance) & (birth < calendar.first)
    return np.where(dies, calendar.days(rng, len(age), weekly=False), NEVER)


def _categories(rng: Rng, profile: Profile, age: Ints, home: Ints, homes: int) -> Ints:
    """The allowance and the like belong to whole households, destitution to single elders."""
    households_ = [float(share) for share in profile["categories"]["households"].values()]
    allowance = profile.target("minimum_living")
    of_home = pick(rng, [1 - allowance - sum(households_), allowance, 0.0, *households_], homes)
    category = of_home[home]
    alone = np.bincount(home, minlength=homes)[home] == 1
    fit = np.where((age >= 60) & alone, 1.0, 0.0)
    wanted = allowance * profile.target("destitute_per_minimum_living") * len(age)
    return np.where(rng.random(len(age)) < share_out(fit, wanted), 2, category)


def _enrol(
    rng: Rng,
    profile: Profile,
    first: int,
    size: int,
    age: Ints,
    birth: Ints,
    female: Bools,
    home: Ints,
    homes: int,
    died: Ints,
    calendar: Calendar,
) -> tuple[Ints, Ints, Ints, Spells]:
    """Scheme and status on 1 January, dates of retirement, and the spells of the year with their changes."""
    people = profile["people"]
    retires = np.where(female, people["retires"]["female"], people["retires"]["male"])
    sixty = birth + np.ceil(retires * YEAR_DAYS).astype(np.int64)  # the birthday of retirement, to the day or two
    town = np.where(rng.random(homes) < 0.45, 2.5, 1.0)[home]  # members of one household work alike
    ratio, employees = profile.target("active_per_retired"), profile.target("employee_share") * size
    old = sixty <= calendar.last
    pensioner = rng.random(size) < share_out(np.where(old, town, 0.0), employees / (1 + ratio))
    able = ~old & (age >= people["works_from"])
    worker = rng.random(size) < share_out(np.where(able, town, 0.0), employees * ratio / (1 + ratio))
    retired_on = np.where(pensioner & (sixty < died), sixty, NEVER)
    in_year = pensioner & (sixty > calendar.first)
    scheme = np.where(pensioner | worker, EMPLOYEE, RESIDENT)
    status = np.where(worker | in_year, ACTIVE, np.where(pensioner, RETIRED, NO_STATUS))

    start = np.maximum(calendar.first - rng.integers(30, 3000, size), birth)
    changes = people["changes"]
    roll, turn = rng.random(size), calendar.days(rng, size, weekly=False)
    edges = np.cumsum([changes["employer"], changes["to_resident"]])
    new_employer = worker & (roll < edges[0])
    leaves = worker & ~new_employer & (roll < edges[1])
    resident = (scheme == RESIDENT) & (birth < calendar.first)
    joins = resident & able & (roll < changes["to_employee"])
    missed = resident & ~joins & (age >= 2) & (roll < changes["to_employee"] + changes["missed"])
    late = ~missed & (birth < calendar.first) & ~in_year & ~joins & (rng.random(size) < changes["late"])
    start = np.where(missed | late, turn, start)
    second = (in_year | new_employer | leaves | joins) & ~late
    change = np.where(in_year, sixty, np.maximum(turn, calendar.first + 1))
    second &= (change <= calendar.last) & (change < died) & (change > start)
    gap = np.where(leaves | joins, rng.integers(0, 45, size), 0)
    employer = _employers(rng, first, people["persons_per_employer"], size)
    months = rng.integers(0, 240, size)

    one = np.flatnonzero(start <= np.minimum(calendar.last, died))
    two = np.flatnonzero(second)
    end = np.where(second, change - 1 - gap, died)
    end = np.where(end < start, start, end)
    later_scheme = np.where(leaves, RESIDENT, EMPLOYEE)
    later_status = np.where(in_year, RETIRED, np.where(leaves, NO_STATUS, ACTIVE))
    spells = Spells(
        person=np.concatenate([one, two]),
        scheme=np.concatenate([scheme[one], later_scheme[two]]),
        status=np.concatenate([status[one], later_status[two]]),
        employer=np.concatenate([employer[0][one], np.where(new_employer | joins, employer[1], employer[0])[two]]),
        start=np.concatenate([start[one], change[two]]),
        through=np.concatenate([end[one], died[two]]),
        paid=np.concatenate([np.where(missed, start, -1)[one], np.full(len(two), -1)]),
        missed=np.concatenate([missed[one], np.zeros(len(two), dtype=np.bool_)]),
        months=np.concatenate([np.where(missed | late, 0, months)[one], np.where(gap > 31, 0, months + 6)[two]]),
        firsts=len(one),
    )
    spells.employer[spells.status != ACTIVE] = -1
    return scheme, status, retired_on, spells


def _employers(rng: Rng, first: int, persons_per_employer: float, size: int) -> Ints:
    """Two employers for everybody, of now and after a change: a fifth work for one of a few that the region shares."""
    near = int(first // persons_per_employer)
    number = max(1, int(size // persons_per_employer))
    # Few employers are large: ranks are drawn by a power law.
    rank = rng.random((2, size)) ** 2.5
    shared = rng.random((2, size)) < 0.2
    large = np.floor(_LARGE_EMPLOYERS * rank).astype(np.int64)
    small = _LARGE_EMPLOYERS + near + np.floor(number * rank).astype(np.int64)
    return np.where(shared, large, small)


def spell_on(people: People, person: Ints, day: Ints) -> Ints:
    """The spell of each person on a day, as an index into the spells; -1 where there is none."""
    spells, size = people.spells, len(people)
    found = np.full(len(person), -1, dtype=np.int64)
    for rows in (np.arange(spells.firsts), np.arange(spells.firsts, len(spells.person))):
        of = np.full(size, -1, dtype=np.int64)
        of[spells.person[rows]] = rows
        at = of[person]
        fits = (at >= 0) & (spells.start[at] <= day) & (day <= spells.through[at])
        found = np.where(fits, at, found)
    return found
