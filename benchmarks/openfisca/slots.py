"""Claims as the peer takes them: the k-th claim of a person in month k, words as numbers, money in yuan.

And its answer back, as fen by claim.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.ground.dates import age_on
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.vocabulary import Intervals

MONTHS = 12
Array = Any


@dataclass(frozen=True)
class Slots:
    """Where each claim went, and the peer's values by month and person."""

    month: Array
    person: Array
    values: dict[str, Array]

    def fen(self, yuan: Array) -> Array:
        """The peer's answer (by month and person) as whole fen of each claim, half up."""
        return np.floor(yuan[self.month, self.person].astype(np.float64) * 100 + 0.5).astype(np.int64)


def slots_of(pack: Pack, tables: dict[str, pa.Table], words: dict[str, list[str]]) -> Slots:
    """The claims of tables whose rows are in the order of settling.

    Raises `ValueError` when somebody has more claims than a year has months.
    """
    claims, persons = tables["claims"], tables["persons"]
    spells = tables["spells"].take(pa.array(_index(persons["person_id"], tables["spells"]["person_id"])))
    person = _index(claims["person_id"], persons["person_id"])
    month = _rank_within(person)
    if month.max(initial=0) >= MONTHS:
        raise ValueError(f"the peer has one claim a month, and somebody has {month.max() + 1}")
    single, rest = _in_scope(tables)
    by_claim = {name: _index(claims[name], words[name]) for name in ("place", "level", "filing", "referral")}
    by_claim |= {"age_group": _age_group(pack, claims, persons.take(pa.array(person)), words["age_group"])}
    by_claim |= {"in_scope": rest / 100, "in_scope_drug": single / 100, "stays": np.ones_like(month)}
    by_person = {
        "category": _index(spells["category"], words["category"]),
        "signed": _index(_fact(spells, "签约"), words["signed"]),
        "years_insured": _fact(spells, "连续参保年数").cast(pa.int32()).to_numpy(),
        "years_unused": _fact(spells, "零报销年数").cast(pa.int32()).to_numpy(),
    }
    shape = (int(month.max(initial=0)) + 1, len(persons))
    values = {}
    for name, found in by_claim.items():
        # Its numbers: an amount is a float32, a word an index.
        values[name] = np.zeros(shape, np.float32 if found.dtype.kind == "f" else np.int32)
        values[name][month, person] = found
    values |= {name: np.broadcast_to(found.astype(np.int32), shape).copy() for name, found in by_person.items()}
    return Slots(month, person, values)


def _rank_within(person: Array) -> Array:
    """How many rows of the same person stand before each."""
    order = np.argsort(person, kind="stable")
    first = np.searchsorted(person[order], person[order], side="left")
    rank = np.empty(len(person), dtype=np.int64)
    rank[order] = np.arange(len(person)) - first
    return rank


def _in_scope(tables: dict[str, pa.Table]) -> tuple[Array, Array]:
    """Fen in scope of each claim: of drugs paid by themselves, and of everything else."""
    lines = tables["lines"]
    claim = _index(lines["claim_id"], tables["claims"]["claim_id"])
    single = np.asarray(pc.equal(lines["item"], "单行药"))
    fen = lines["inscp_scp_amt"].to_numpy()
    size = len(tables["claims"])
    # Exact: sums of whole fen far below 2^53.
    sums = [np.bincount(claim[rows], weights=fen[rows], minlength=size) for rows in (single, ~single)]
    return sums[0], sums[1]


def _age_group(pack: Pack, claims: pa.Table, persons: pa.Table, words: list[str]) -> Array:
    groups = pack.vocabulary.dimensions["年龄段"]
    assert isinstance(groups, Intervals)
    dates = zip(persons["birth_date"].to_pylist(), claims["discharged_on"].to_pylist(), strict=True)
    ages = np.array([age_on(birth, day) for birth, day in dates], dtype=np.int64)
    known, which = np.unique(ages, return_inverse=True)
    return np.array([words.index(groups.word(Fraction(int(age)))) for age in known], dtype=np.int64)[which]


def _fact(table: pa.Table, name: str) -> pa.ChunkedArray:
    return pc.map_lookup(table["facts"], name, "first")


def _index(column: pa.ChunkedArray, among: Any) -> Array:
    values = among.combine_chunks() if isinstance(among, pa.ChunkedArray) else pa.array(among)
    return pc.index_in(column, value_set=values).to_numpy().astype(np.int64)
