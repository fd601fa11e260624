"""The factors of a case: its institution's and the auxiliary one."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pyarrow as pa

from tongchou.engines.payment.columns import Words
from tongchou.engines.payment.exact import Ints, ratio
from tongchou.engines.payment.formula import figure
from tongchou.engines.payment.rules import Rules
from tongchou.engines.payment.table_columns import SCALE
from tongchou.engines.payment.tables import ints
from tongchou.ground.errors import Place, fail
from tongchou.ground.money import round_fraction
from tongchou.ground.region.clearing_kinds import Adjustment, Auxiliary, HospitalFactor


def basic_factor(level_mean: int, region_mean: int, decimals: int = 4) -> Fraction:
    """The basic part of an institution's factor: weighted mean cost of its level or type ÷ that of the region."""
    step = 10**decimals
    return Fraction(round_fraction(Fraction(level_mean * step, region_mean)), step)


def factor_of(said: HospitalFactor, parts: dict[str, Fraction]) -> Fraction:
    """The factor of an institution from its parts: weighted, or added up; rounded half up, within its limits."""
    weights = {name: figure(weight) for name, weight in said.parts.items()}
    value = sum((parts[name] * weight for name, weight in weights.items()), Fraction(0))
    if said.combine == "weighted":
        value /= sum(weights.values())
    step = 10 ** int(figure(said.decimals))
    value = Fraction(round_fraction(value * step), step)
    if said.at_least is not None:
        value = max(value, figure(said.at_least))
    return value if said.at_most is None else min(value, figure(said.at_most))


def institution_factors(rules: Rules, institutions: pa.Table, groups: Words, at: Ints, given: Ints) -> Ints:
    """Of each case, in ten-thousandths: what stands with its group (`difference`) where that is given, 1 in groups
    that cost the same everywhere, else the factor of its institution. `at`: the case's row of `institutions`."""
    said = rules.get("hospital_factor", HospitalFactor)
    own = ints(institutions["factor"])
    if said is not None and said.combine != "given":
        columns = {name: ints(_part(institutions, name)) for name in said.parts}
        own = np.array(
            [
                int(factor_of(said, {n: Fraction(int(column[row]), SCALE) for n, column in columns.items()}) * SCALE)
                for row in range(len(institutions))
            ],
            dtype=np.int64,
        )
    found = own[at] if len(own) else np.zeros(len(at), dtype=np.int64)
    if said is not None and said.same_price:
        found[groups.among(said.same_price)] = SCALE
    return np.where(given > 0, given, found)


def _part(institutions: pa.Table, name: str) -> pa.ChunkedArray:
    column = f"factor_{name}"
    if column not in institutions.column_names:
        raise fail("Y202", Place(table="institutions"), table="institutions", column=column)
    return institutions[column]


def adjustments(rules: Rules, institutions: pa.Table, at: Ints) -> list[Ints]:
    """Further factors of each case's institution, in ten-thousandths: 1 + what supports it, and its assessment."""
    said = rules.get("adjustment", Adjustment)
    found = []
    if said is not None and said.plus is not None:
        found.append(SCALE + ints(_part(institutions, said.plus))[at])
    if said is not None and said.times is not None:
        found.append(ints(_part(institutions, said.times))[at])
    return found


def auxiliary(rules: Rules, records: pa.Table) -> Ints:
    """Of each case, in ten-thousandths: the largest of the declared factors that apply, or their product. One that
    does not apply is not written (0); where none applies the factor is that of column `auxiliary`."""
    given = ints(records["auxiliary"])
    said = rules.get("auxiliary", Auxiliary)
    columns = [f"auxiliary_{name}" for name in said.names] if said is not None else []
    found = [ints(records[name]) for name in columns if name in records.column_names]
    if not found or said is None:
        return given
    if said.combine == "largest":
        largest = np.maximum.reduce(found)
        return np.where(largest > 0, largest, given)
    product = ratio([np.where(column > 0, column, SCALE) for column in found], [SCALE] * (len(found) - 1), len(given))
    return np.where(np.maximum.reduce(found) > 0, product, given)
