"""The indicators of `ninghe` once more, each by itself and in plain Python over rows: what the columns must come to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

DRUGS = ("西药费", "中药饮片费", "中成药费")
Row = dict[str, Any]
Parts = tuple[int, int]


def operated(row: Row) -> bool:
    return any(0 <= int(code[:2]) <= 86 for code in row["procedures"])


def severe(row: Row) -> bool:
    return (
        row["outcome"] == "5"
        or any(code.startswith(("96.7", "39.65")) for code in row["procedures"])
        or (row["principal_diagnosis"] or "").startswith(("R57", "A41", "J96.0"))
    )


def returned(row: Row, rows: Sequence[Row]) -> bool:
    """Whether the visit right before it, of the same person and institution, was at most 14 days ago."""
    own = [one for one in rows if (one["person"], one["institution"]) == (row["person"], row["institution"])]
    before = [one for one in own if (one["first"], one["last"], one["id"]) < (row["first"], row["last"], row["id"])]
    if not before:
        return False
    last = max(before, key=lambda one: (one["first"], one["last"], one["id"]))
    return bool((row["first"] - last["last"]).days <= 14)


def drug_lines(row: Row, classes: Sequence[str] = ("甲", "乙", "丙")) -> int:
    return sum(amount for kind, cls, code, amount in row["lines"] if kind in DRUGS and cls in classes)


def coded(row: Row, *begins: str) -> bool:
    return sum(amount for _, _, code, amount in row["lines"] if code and code.startswith(begins)) > 0


def parts(rows: Sequence[Row], everybody: Sequence[Row]) -> dict[str, Parts]:
    """Above and below of every indicator, of these cases; `everybody`: those of other years too, who came before."""
    stays = [row for row in rows if row["kind"] == "住院"]
    visits = [row for row in rows if row["kind"] == "普通门诊"]
    all_visits = [row for row in everybody if row["kind"] == "普通门诊"]
    cut = [row for row in stays if operated(row)]

    def total(of: Sequence[Row], figure: Callable[[Row], Any]) -> int:
        return int(sum(figure(row) for row in of))

    fee = total(stays, lambda row: row["fee"])
    return {
        "次均费用增长率": (fee, len(stays)),
        "总费用增长率": (total(rows, lambda row: row["fee"]), 1),
        "平均住院床日": (total(stays, lambda row: row["days"]), len(stays)),
        "药占比": (total(stays, drug_lines), fee),
        "抗生素使用率": (total(stays, lambda row: coded(row, "XJ01")), total(stays, lambda row: coded(row, "X", "Z"))),
        "目录使用率": (total(stays, lambda row: drug_lines(row, ("甲", "乙"))), total(stays, drug_lines)),
        "自费药品控制率": (total(stays, lambda row: drug_lines(row, ("丙",))), total(stays, drug_lines)),
        "次均费用": (fee, len(stays)),
        "复诊率": (total(visits, lambda row: returned(row, all_visits)), len(visits)),
        "住院率": (len(stays), len(visits)),
        "人次人头比": (len(stays), len({row["person"] for row in stays})),
        "参保人员负担水平": (total(stays, lambda row: row["own"]), fee),
        "转诊转院率": (total(stays, lambda row: row["outcome"] in ("2", "3")), len(stays)),
        "手术率": (len(cut), len(stays)),
        "择期手术率": (total(cut, lambda row: row["way"] == "普通"), total(cut, lambda row: row["way"] is not None)),
        "重症病人比例": (total(stays, severe), len(stays)),
    }


def period(day: date, months: int) -> str:
    if months == 12:
        return str(day.year)
    return f"{day.year}-{day.month:02d}" if months == 1 else f"{day.year}-Q{(day.month + 2) // 3}"


def growth(now: Parts, before: Parts) -> Fraction | None:
    if 0 in (now[1], *before):
        return None
    return Fraction(*now) / Fraction(*before) - 1
