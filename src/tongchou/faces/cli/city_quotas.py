"""Quotas of the demo's hospitals: a scheme's budget split as the region declares, by what three drawn years hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from datetime import date

    from tongchou.engines.payment.quotas import Served
    from tongchou.ground.region.pack import Pack

COST, VOLUME = "费用", "有效服务量"
"""Measures that can be counted from drawn claims: yuan charged, and visits."""
STAYS = ("住院", "生育住院")
"""Kinds of claims that are stays."""
_COLUMNS = ("scheme", "provider_id", "kind", "total_fee")
Key = tuple[str, str, str]
"""Setting, scheme and institution."""


def quotas(
    pack: Pack, day: date, budgets: Mapping[str, int], levels: Mapping[str, str], history: Sequence[Path]
) -> dict[Key, int]:
    """Fen of the year of `day`. `budgets`: fen by scheme; `levels`: of institutions; `history`: folders of drawn years,
    the oldest first. None of a scheme without a declared split, or with one that asks for what drawn years do not have,
    or with a part that nobody served."""
    from tongchou.engines.payment.quota_terms import quota_terms
    from tongchou.engines.payment.quotas import Institution, split
    from tongchou.ground.region.reckoning import declared_on

    years, found = [_year(folder) for folder in history], dict[Key, int]()
    for scheme, total in budgets.items():
        if declared_on(pack, scheme, "quota", day) is None:
            continue
        terms = quota_terms(pack, scheme, day)
        settings = {part.name: part.setting for part in terms.parts}
        given = []
        for code, level in levels.items():
            past = {
                name: {
                    at: year[setting, scheme, code] for at, year in enumerate(years) if (setting, scheme, code) in year
                }
                for name, setting in settings.items()
            }
            scope = tuple(name for name, served in past.items() if served)
            given.append(Institution(code, {"level": level}, scope, past))
        served = {name for one in given for name in one.scope}
        if not set(terms.measures) <= {COST, VOLUME} or served != set(settings):
            continue
        for one in split(terms, total, given).quotas:
            key = str(settings[one.part]), scheme, one.institution
            found[key] = found.get(key, 0) + one.fen
    return found


def _year(folder: Path) -> dict[tuple[str | None, str, str], Served]:
    """What each institution did of a setting and a scheme in a drawn year."""
    from tongchou.engines.payment.quotas import Served

    claims = pq.read_table(folder / "claims.parquet", columns=list(_COLUMNS))
    stays = pc.is_in(claims["kind"], pa.array(STAYS))
    claims = claims.append_column("setting", pc.if_else(stays, "inpatient", "outpatient"))
    sums = claims.group_by(["setting", "scheme", "provider_id"]).aggregate([("total_fee", "sum"), ("kind", "count")])
    rows: list[dict[str, Any]] = sums.to_pylist()
    return {
        (row["setting"], row["scheme"], row["provider_id"]): Served(
            {COST: Fraction(row["total_fee_sum"], 100), VOLUME: Fraction(row["kind_count"])}
        )
        for row in rows
    }
