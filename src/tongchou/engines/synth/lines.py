"""The lines of every bill: a bill's cost split over lines whose mix of items is that of its kind of visit.

Amounts become whole fen here, quantity × price exactly; the fee of a claim is then the sum of its lines.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tongchou.engines.synth.draw import LINES, Floats, Ints, Rng, pick, stream
from tongchou.engines.synth.form import LINE_ROLES
from tongchou.engines.synth.profile import Profile
from tongchou.engines.synth.visits import DRUG, MATERNITY, PHARMACY, SPECIAL, STAY, VISIT, Encounters

_MIX = {
    VISIT: "visit",
    SPECIAL: "special",
    PHARMACY: "pharmacy",
    DRUG: "drug_purchase",
    STAY: "stay",
    MATERNITY: "stay",
}
_SPREAD = 0.6
_SECONDS = 86_400
_OUT_OF_SCOPE = 0.06  # of the lines of a special visit


@dataclass
class Lines:
    """Lines in the order of their claims. `amount` = `quantity` × `price`, in fen; `at`: seconds since 1970."""

    claim: Ints  # index into the encounters
    number: Ints  # within the claim, from 0
    kind: Ints  # index into the kinds of line
    code: Ints  # index into the codes of all kinds
    quantity: Ints
    price: Ints  # fen
    amount: Ints  # fen
    at: Ints
    in_scope: Ints  # 1 yes, 0 no, -1 not a special visit


def code_words(profile: Profile) -> list[str]:
    """The made-up catalogue codes: kind of line by kind of line."""
    kinds = profile["line_kinds"].values()
    return [f"SYN{at:02d}-{n:04d}" for at, kind in enumerate(kinds) for n in range(int(kind["codes"]))]


def lines_of(profile: Profile, found: Encounters, opened: Ints, seed: int, chunk: int) -> Lines:
    """The lines of these encounters. `opened`: the second of the day at which each visit began."""
    rng = stream(seed, LINES, chunk)
    count = found.lines
    claim = np.repeat(np.arange(len(found)), count)
    start = np.cumsum(count) - count
    number = np.arange(len(claim)) - start[claim]
    kind, weight = _kinds(rng, profile, found.role, claim)
    _implants(rng, profile, found, start, kind, weight)
    quantity = _quantities(rng, len(claim))
    beds, bed_price = _beds(rng, profile, found)
    first = start[beds]
    fixed = np.zeros(len(found))
    if len(beds):
        kind[first], weight[first] = _bed_kind(profile), 0.0
        days_in = np.maximum(found.discharged - found.admitted, 1)[beds]
        fixed[beds] = bed_price * days_in
    price, quantity = priced(found.cost * 100, fixed, weight, quantity, start, claim)
    if len(beds):
        price[first], quantity[first] = bed_price, days_in

    codes = np.array([int(row["codes"]) for row in profile["line_kinds"].values()])
    # Within a kind a few items make most of the lines.
    code = (np.cumsum(codes) - codes)[kind] + np.floor(codes[kind] * rng.random(len(claim)) ** 2).astype(np.int64)
    days = found.discharged - found.admitted
    hour = np.where(days[claim] > 0, rng.integers(7 * 3600, 20 * 3600, len(claim)), opened[claim] + 60 * number)
    day = found.admitted[claim] + (number * (days[claim] + 1)) // count[claim]
    at = day * _SECONDS + np.minimum(hour, _SECONDS - 1)
    special = found.role[claim] == SPECIAL
    scope = np.where(special, (rng.random(len(claim)) >= _OUT_OF_SCOPE).astype(np.int64), -1)
    return Lines(claim, number, kind, code, quantity, price, quantity * price, at, scope)


def priced(cost: Floats, fixed: Floats, weight: Floats, quantity: Ints, start: Ints, claim: Ints) -> tuple[Ints, Ints]:
    """Price of one unit in whole fen, and quantity, of each line.

    `cost` (fen) of a claim less what is `fixed` (at least 30 % of the cost) is split by weight; the price is that
    part over the quantity, rounded to the even neighbour, and at least 1 fen. A quantity never brings the part of
    one unit below 1 yuan, unless it is one.
    """
    left = np.maximum(cost - fixed, cost * 0.3)
    amount = weight * (left / np.maximum(_sums(weight, start), 1e-9))[claim]
    quantity = np.minimum(quantity, np.maximum(amount // 100, 1).astype(np.int64))
    return np.maximum(np.rint(amount / quantity), 1.0).astype(np.int64), quantity


def _implants(rng: Rng, profile: Profile, found: Encounters, start: Ints, kind: Ints, weight: Floats) -> None:
    """The last line of a bill with an implant becomes the implant, and takes its part of the whole."""
    rule = profile["stays"]["implant"]
    extras = [(at, float(rule[name])) for at, name in enumerate(profile["line_kinds"]) if name in rule]
    implanted = np.flatnonzero((found.implant == 1) & (found.lines > 2))
    if not extras or not len(implanted):
        return
    last = start[implanted] + found.lines[implanted] - 1
    kind[last] = np.array([at for at, _ in extras])[pick(rng, [share for _, share in extras], len(last))]
    weight[last] = 0.0
    part = float(rule["share_of_fee"])
    weight[last] = _sums(weight, start)[implanted] * part / (1 - part) * np.exp(0.2 * rng.standard_normal(len(last)))


def _bed_kind(profile: Profile) -> int:
    """The kind of line that is a bed; -1 when the profile has none."""
    return next((at for at, row in enumerate(profile["line_kinds"].values()) if "bed" in row), -1)


def _beds(rng: Rng, profile: Profile, found: Encounters) -> tuple[Ints, Ints]:
    """The stays whose first line is the bed, and its price a day in fen, which does not depend on the rest."""
    at = _bed_kind(profile)
    if at < 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    stays = np.flatnonzero(np.isin(found.role, (STAY, MATERNITY)) & (found.lines > 1))
    low, high = list(profile["line_kinds"].values())[at]["bed"]
    return stays, rng.integers(low, high, len(stays)) * 100


def totals(lines: Lines, claims: int) -> Ints:
    """The fee of each claim in fen: the sum of its lines."""
    sums = np.zeros(claims, dtype=np.int64)
    if len(lines.claim):
        start = np.flatnonzero(np.diff(lines.claim, prepend=-1))
        sums[lines.claim[start]] = np.add.reduceat(lines.amount, start)
    return sums


def _kinds(rng: Rng, profile: Profile, role: Ints, claim: Ints) -> tuple[Ints, Floats]:
    """Kind of line by the mix of its bill, and a weight that brings the kind to its part of the fees."""
    kind = np.zeros(len(claim), dtype=np.int64)
    weight = np.exp(_SPREAD * rng.standard_normal(len(claim), dtype=np.float32)).astype(np.float64)
    roll = rng.random(len(claim))
    mix_of_role = np.array([LINE_ROLES.index(_MIX[number]) for number in range(len(_MIX))], dtype=np.int8)
    of_line = mix_of_role[role][claim]
    mixes = mix(profile)
    for at, name in enumerate(LINE_ROLES):
        rows = np.flatnonzero(of_line == at)
        lines, fees = mixes[name]
        found = np.searchsorted(np.cumsum(lines) / lines.sum(), roll[rows], side="right")
        kind[rows] = found
        weight[rows] *= np.divide(fees, lines, out=np.zeros_like(fees), where=lines > 0)[found]
    return kind, weight


def mix(profile: Profile) -> dict[str, tuple[Floats, Floats]]:
    """Of each kind of bill, the parts of lines and of fees by kind of line, in per cent as the profile gives them."""
    kinds = profile["line_kinds"].values()
    return {
        name: (
            np.array([float(kind.get(name, (0, 0))[0]) for kind in kinds]),
            np.array([float(kind.get(name, (0, 0))[1]) for kind in kinds]),
        )
        for name in LINE_ROLES
    }


def _quantities(rng: Rng, size: int) -> Ints:
    """Mostly one; small numbers more often than large ones."""
    table: NDArray[np.int64] = np.array([1] * 10 + [2] * 4 + [3] * 2 + [5, 6, 7, 10])
    return table[rng.integers(0, len(table), size)]


def _sums(values: Floats, start: Ints) -> Floats:
    """The sum within each claim; every claim has a line."""
    return np.add.reduceat(values, start) if len(start) else np.zeros(0)
