"""Measured weights as a folder: `drg_weight.csv` as a scheme has it, how each came about, and what it was made from."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tongchou.engines.grouping.files import COLUMNS
from tongchou.engines.grouping.scheme import Scheme
from tongchou.engines.grouping.weighing import CV_DECIMALS, STAY_DECIMALS, Weights
from tongchou.engines.grouping.weighting import FILE
from tongchou.engines.grouping.weights import weight_of
from tongchou.ground.sums import decimal

TABLE, REPORT, MANIFEST = "drg_weight.csv", "weighing.csv", "manifest.json"
FORM = 1
_REPORT = (
    "drg", "adrg", "name", "cases", "by_year", "kept", "how", "mean", "cv", "stay", "weight", "before", "difference",
)  # fmt: skip


def write_weights(made: Weights, scheme: Scheme, folder: Path) -> dict[str, Any]:
    """Write the folder; the manifest as it was written. A group that is weighed by nothing has no row among the
    weights. `before`: the scheme's weight so far, of all levels."""
    said, decimals = made.declared.said, made.declared.said.decimals
    starts = said.valid_from.isoformat() if isinstance(said.valid_from, date) else ""
    before = weight_of(scheme.weights)
    weighed = [one for one in made.groups if one.how]
    rows = []
    for one in weighed:
        mean = decimal(one.mean, 2) if one.mean else ""
        rows.append((one.drg, decimal(one.weight, decimals), mean, _stay(one.stay), "", starts))
    _write(folder / TABLE, COLUMNS["drg_weight"], rows)
    told: list[Sequence[object]] = []
    for one in made.groups:
        weight = decimal(one.weight, decimals) if one.how else ""
        was = before[one.drg].weight if one.drg in before else ""
        cv, stay, per_year = decimal(one.cv, CV_DECIMALS), _stay(one.stay), "|".join(map(str, one.cases))
        told.append(
            (
                one.drg, one.adrg, scheme.names.get(one.drg, ""), sum(one.cases), per_year, one.kept, one.how, one.mean,
                cv, stay, weight, was, _less(weight, was),
            )
        )  # fmt: skip
    _write(folder / REPORT, _REPORT, told)
    (folder / FILE).write_bytes(made.declared.content)
    manifest = {
        "form": FORM,
        "scheme": scheme.id,
        "scheme_hash": scheme.hash,
        "declaration": made.declared.hash,
        "title": said.title,
        "years": list(said.years),
        "groups": len(made.groups),
        "weighed": len(weighed),
        "mean": made.mean,
        "cases": made.counted,
        "summed": {"cases": made.cases, "weights": decimal(made.summed, decimals)},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return manifest


def _stay(hundredths: int) -> str:
    return "" if hundredths < 0 else decimal(hundredths, STAY_DECIMALS)


def _less(now: str, before: str) -> str:
    """The difference of two decimals, exactly; nothing where one is missing."""
    if not now or not before:
        return ""
    places = max(len(text.partition(".")[2]) for text in (now, before))
    one, other = (_units(text, places) for text in (now, before))
    return decimal(one - other, places)


def _units(text: str, places: int) -> int:
    whole, _, part = text.partition(".")
    return int(whole + part.ljust(places, "0"))


def _write(file: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    file.write_text(out.getvalue(), "utf-8")
