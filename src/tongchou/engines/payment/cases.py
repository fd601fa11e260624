"""The cleared settlements as columns, and the desk at which their payment is counted.

Everything is a column; one case is a column of one row, counted by the same lines as five millions.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.payment.across import with_across
from tongchou.engines.payment.care import held
from tongchou.engines.payment.columns import Mask, Words, cells, words
from tongchou.engines.payment.exact import Ints, ratio
from tongchou.engines.payment.routes import Routed, route
from tongchou.engines.payment.rules import Rules
from tongchou.engines.payment.table_columns import SCALE
from tongchou.engines.payment.tables import Year, ints
from tongchou.ground.region.clearing_kinds import STATUSES
from tongchou.ground.region.clearing_money import Clearing

BAND_NAMES = ("low", "normal", "high", "extremely_high")
PATHS = (
    "", *STATUSES, *BAND_NAMES, "readmission", "day_points", "per_disease", "left_standard", "per_diem", "service",
    "institution",
)  # fmt: skip
"""How a case is paid; `institution`: with all of its institution's (capitation, quota, lump)."""


@dataclass
class Cases:
    """Columns by settlement, in the order of ids. `points` in ten-thousandths; `money`: the fund's, whole fen, for what
    points do not pay. `factors`: of the institution and the auxiliary one."""

    records: pa.Table
    routed: Routed
    words: dict[str, Words]
    paths: Ints
    bands: Ints
    points: Ints
    money: Ints
    standards: Ints
    references: Ints  # what the cost was compared with, fen
    review: Mask
    pointed: Mask  # paid by points
    factors: dict[str, Ints] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.records)

    def column(self, name: str) -> Ints:
        return ints(self.records[name])


class Desk:
    """What the payment of a case is counted from, and where it is written."""

    def __init__(self, rules: Rules, year: Year) -> None:
        self.rules, records = rules, year.records
        texts = {n: words(records[n]) for n in ("institution", "scheme", "setting", "group", "care", "status")}
        listed = words(year.others["institutions"]["institution"])
        levels = words(year.others["institutions"]["level"])
        self.at = _places(texts["institution"], listed)
        texts["care"] = held(rules, records, texts["care"], texts["institution"])
        texts["level"] = Words(levels.words, levels.codes[self.at])
        self.words: dict[str, Words] = texts
        routed = route(rules, records, texts)
        records = with_across(rules, records, routed, texts["group"], texts["institution"], texts["care"])
        self.cases = Cases(records, routed, texts, *_nothing(len(records)))
        self.cells = cells(texts["scheme"], texts["level"])
        self.others = year.others
        self.rounding = rules.need("clearing", Clearing).rounding
        self.cost = self.cases.column("total_fee")
        reviewed = year.others["special_cases"]["settlement_id"].combine_chunks()
        self.special: Mask = np.asarray(pc.is_in(records["settlement_id"], reviewed))

    def put(self, rows: Mask, path: str, money: Ints | None = None) -> None:
        """The path of some rows, and what the fund pays them where points do not."""
        self.cases.paths[rows] = PATHS.index(path)
        if money is not None:
            self.cases.money[rows] = money

    def example(self, rows: Mask) -> str:
        """The first of some rows by its id, for a message."""
        return str(self.cases.records["settlement_id"][int(np.flatnonzero(rows)[0])].as_py())

    def put_fund(self, rows: Mask, standard: Ints, kind: str) -> None:
        """The fund's part of a standard, never less than nothing."""
        cases = self.cases
        cases.standards[rows] = standard
        if kind == "all":
            part = standard
        elif kind == "minus":
            part = np.maximum(standard - cases.column("person_paid")[rows] - cases.column("other_paid")[rows], 0)
        else:
            own = sum(cases.column(name)[rows] for name in ("full_self_pay", "first_self_pay", "deductible"))
            share = cases.column("fund_ratio")[rows]
            part = ratio([np.maximum(standard - own, 0), share], [SCALE], int(rows.sum()), self.rounding)
        cases.money[rows] = part


def _nothing(rows: int) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints, Mask, Mask]:
    """The columns of `Cases` before anything is counted."""
    paths, bands, points, money, standards, references = (np.zeros(rows, dtype=np.int64) for _ in range(6))
    review, pointed = (np.zeros(rows, dtype=bool) for _ in range(2))
    return paths, bands, points, money, standards, references, review, pointed


def _places(found: Words, listed: Words) -> Ints:
    """Of each row the row of its institution; institutions stand in the order of their words."""
    place = {word: i for i, word in enumerate(listed.words)}
    at = np.array([place[word] for word in found.words], dtype=np.int64)
    return at[found.codes] if len(at) else np.zeros(0, dtype=np.int64)
