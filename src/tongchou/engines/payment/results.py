"""A cleared year as tables: cases with their evidence, lines, pools, cells, standards and balances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from tongchou.engines.payment.cases import BAND_NAMES, PATHS
from tongchou.engines.payment.clear import Cleared
from tongchou.engines.payment.columns import Words
from tongchou.engines.payment.exact import Ints
from tongchou.engines.payment.pools import Pool
from tongchou.engines.payment.routes import REASONS
from tongchou.engines.payment.statement import FIELDS, Line
from tongchou.engines.payment.table_columns import SCALE
from tongchou.engines.payment.tables import exacts
from tongchou.ground.money import round_fraction
from tongchou.ground.region.clearing_kinds import STATUSES
from tongchou.ground.region.methods import METHODS

KEYS: dict[str, tuple[str, ...]] = {
    "cases": ("settlement_id",),
    "lines": ("setting", "scheme", "method", "institution"),
    "pools": ("setting", "method", "scheme", "part"),
    "cells": ("setting", "method", "part", "scheme", "institution"),
    "standards": ("setting", "scheme", "method", "institution"),
    "balances": ("scheme", "setting"),
}
"""By which columns a row of each table is known."""
_FACTORS = ("institution_factor", "auxiliary_factor")
"""Of cases that points pay; 1 of all others."""
_CELL = ("cases", "points", "at_cost", "total_fee", "fund", "others")


def tables(cleared: Cleared) -> dict[str, pa.Table]:
    """All tables; money in whole fen, points with four decimals."""
    return {
        "cases": cases(cleared),
        "lines": lines(cleared.lines),
        "pools": pools(cleared.pools),
        "cells": _rows(
            "cells",
            _CELL,
            [
                (setting, method, *cell, *(getattr(one, name) for name in _CELL))
                for (setting, method), cells in cleared.aggregates.items()
                for cell, one in cells.items()
            ],
        ),
        "standards": _rows("standards", ("standard",), [(*key, fen) for key, fen in cleared.standards.items()]),
        "balances": _rows(
            "balances",
            ("budget", "paid", "deposits_kept", "reserve", "reserve_used", "retained"),
            [tuple(asdict(one).values()) for one in cleared.balances],
        ),
    }


def cases(cleared: Cleared) -> pa.Table:
    """One row for each settlement: in or out and why, its path, the rule, the numbers it was decided by."""
    found, w = cleared.cases, cleared.cases.words
    rows = len(found)
    one = np.full(rows, SCALE, dtype=np.int64)
    rules = [_rule(METHODS[m] if m >= 0 else "", path) for m in range(-1, len(METHODS)) for path in PATHS]
    rule = (found.routed.methods + 1) * len(PATHS) + found.paths
    return pa.table(
        {
            "settlement_id": found.records["settlement_id"],
            **{name: _words(w[name]) for name in ("institution", "scheme", "setting", "group")},
            "reason": _named(REASONS, found.routed.reasons),
            "method": _named(("", *METHODS), found.routed.methods + 1),
            "path": _named(PATHS, found.paths),
            "band": _named(("", *BAND_NAMES), found.bands),
            "rule": _named(rules, rule),
            "cost": found.records["total_fee"],
            "reference": pa.array(found.references),
            "base_points": found.records["base_points"],
            **{name: exacts(np.where(found.pointed, found.factors.get(name, one), one)) for name in _FACTORS},
            "points": exacts(found.points),
            "standard": pa.array(found.standards),
            "worth": pa.array(cleared.worth),
            "review": pa.array(found.review),
        }
    )


def _rule(method: str, path: str) -> str:
    """The address of the declaration that a path follows."""
    if not method or not path:
        return ""
    fixed = {
        "readmission": "readmission", "per_disease": "standard", "left_standard": "standard", "per_diem": "per_diem",
        "day_points": "day_points", "service": "routes", "institution": f"sharing.{method}",
    }  # fmt: skip
    return fixed.get(path) or (f"path.{path}" if path in STATUSES else f"bands.{method}")


def _words(column: Words) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(column.codes, pa.int32()), pa.array(column.words, pa.string()))


def _named(names: Sequence[str], codes: Ints) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(names, pa.string()))


def lines(made: Sequence[Line]) -> pa.Table:
    return _rows("lines", [name for name, *_ in FIELDS], [(*x.key, *(getattr(x, n) for n, *_ in FIELDS)) for x in made])


def pools(made: Sequence[Pool]) -> pa.Table:
    """Prices as exact fractions of yuan and, for people, with six decimals."""
    found = [
        (
            p.setting, p.method, p.scheme, p.part, p.basis, p.budget, p.at_cost, p.points, p.total,
            _fraction(p.ratio), _fraction(p.price), decimals(p.price, 6), sum(p.shares.values()), sum(p.funds.values()),
        )
        for p in made
    ]  # fmt: skip
    names = (
        "basis", "budget", "at_cost", "points", "total", "ratio", "price", "price_shown", "given", "fund",
    )  # fmt: skip
    return _rows("pools", names, found)


def _fraction(value: Fraction | None) -> str:
    return "" if value is None else str(value)


def decimals(value: Fraction | None, places: int) -> str:
    """A figure for people, half up; nothing for none."""
    if value is None:
        return ""
    whole = round_fraction(value * 10**places)
    sign, whole = "-" if whole < 0 else "", abs(whole)
    return f"{sign}{whole // 10**places}.{whole % 10**places:0{places}d}" if places else f"{sign}{whole}"


def _rows(table: str, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    texts = {*KEYS[table], "basis", "ratio", "price", "price_shown"}
    columns = [*KEYS[table], *names]
    rows = sorted(rows, key=lambda row: row[: len(KEYS[table])])
    return pa.table(
        {
            name: pa.array([row[i] for row in rows], pa.string() if name in texts else pa.int64())
            for i, name in enumerate(columns)
        }
    )
