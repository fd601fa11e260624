"""Payments at year end as pairs: they belong to a person and a year; they have no hospital and no disease."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import codes, days
from tongchou.engines.benefits.compare.pairs import AMOUNTS, OF_PERSON, PAIRS, SETTLED, Settled
from tongchou.engines.benefits.compare.visits import years_of
from tongchou.ground.dates import InsuranceYear


def with_year_ends(pairs: pa.Table, a: Settled, b: Settled, year: InsuranceYear) -> pa.Table:
    """The pairs, and after those of each household its payments at year end. `year` is that of the first policy.

    A side that refuses such a payment, or does not know it, takes nothing off what the year left to the person.
    """
    either = pa.concat_tables([a.year_end, b.year_end])
    if not either.num_rows:
        return pairs
    helped = either.take(pa.array(np.unique(codes(either["claim_id"]), return_index=True)[1]))
    years = years_of(days(helped["basis_date"]), year)
    last = pairs.take(_last_visits(pairs, helped, years))
    columns = {
        **{name: helped[name] for name in ("claim_id", "person_id", "scheme", "kind")},
        **{name: last[name] for name in ("household", *OF_PERSON)},
        **dict.fromkeys(("level", "place", "disease"), pa.repeat("", len(years))),
        "year": years,
        "fee": np.zeros(len(years), dtype=np.int64),
        "year_end": pa.repeat(True, len(years)),
        **_side(helped, a, "a"),
        **_side(helped, b, "b"),
    }
    both = pa.concat_tables([pairs, pa.table([columns[name] for name in PAIRS.names], schema=PAIRS)])
    return both.take(pa.array(np.argsort(codes(both["household"]), kind="stable")))


def _last_visits(pairs: pa.Table, helped: pa.Table, years: np.ndarray) -> pa.Array:
    """The row of each person's last visit under the scheme: of that year, or of any when the year had none."""
    last: dict[tuple[object, ...], int] = {}
    for row, key in enumerate(zip(*(pairs[name].to_pylist() for name in ("person_id", "scheme", "year")), strict=True)):
        last[key] = last[key[:2]] = row
    wanted = zip(helped["person_id"].to_pylist(), helped["scheme"].to_pylist(), years.tolist(), strict=True)
    return pa.array([last.get(key, last[key[:2]]) for key in wanted])


def _side(helped: pa.Table, made: Settled, side: str) -> dict[str, pa.Array]:
    rows = made.year_end.take(pc.index_in(helped["claim_id"], value_set=made.year_end["claim_id"].combine_chunks()))
    return {
        f"status_{side}": pa.repeat(SETTLED, len(rows)),
        **{f"{name}_{side}": pc.fill_null(rows[name], 0) for name in AMOUNTS},
        f"paid_{side}": rows["paid"],
        f"reason_{side}": pa.nulls(len(rows), pa.string()),
    }
