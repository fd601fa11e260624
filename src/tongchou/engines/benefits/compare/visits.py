"""What the canonical tables say about each visit that is compared: whose it is, when, and its words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import NOT_THERE, Numbers, codes, days, index_in
from tongchou.engines.benefits.compare.bands import age_bands
from tongchou.engines.benefits.compare.pairs import DIMENSIONS, VISITS
from tongchou.ground.dates import InsuranceYear


def visits_of(tables: Mapping[str, pa.Table], households: pa.ChunkedArray, year: InsuranceYear, basis: str) -> pa.Table:
    """`VISITS` of every claim, households together in the order of their first claims, each in settlement order.

    `tables` are canonical persons, spells and claims; `households` names whoever shares state with each row of persons.
    `year` and `basis` (admission, discharge or settlement) are those of the first policy.
    """
    claims, persons = tables["claims"], tables["persons"]
    when = _when(claims, basis)
    order = pc.sort_indices(when, sort_keys=[(name, "ascending") for name in when.column_names]).to_numpy()
    person = index_in(claims["person_id"], persons["person_id"])
    first_come = codes(households.take(pa.array(person[order])))
    order = order[np.argsort(first_come, kind="stable")]
    claims, person, day = claims.take(pa.array(order)), person[order], days(when["day"])[order]
    person_rows = pa.array(person)
    spells = tables["spells"]
    spell = _covering(spells, index_in(spells["person_id"], persons["person_id"]), claims, person, day)
    words = {
        "age": age_bands(days(persons["birth_date"])[person], day),
        "sex": persons["sex"].take(person_rows),
        "category": spells["category"].take(spell),
        "status": spells["status"].take(spell),
        "scheme": claims["scheme"],
        "kind": claims["kind"],
        "level": claims["level"],
        "place": claims["place"],
        "disease": pc.coalesce(claims["disease"], _first(claims["diseases"])),
    }
    whose = [claims["claim_id"], claims["person_id"], households.take(person_rows), years_of(day, year)]
    groups = [pc.fill_null(words[name], "") for name in DIMENSIONS]
    return pa.table([*whose, *groups, claims["total_fee"], np.zeros(len(day), dtype=bool)], schema=VISITS)


def _when(claims: pa.Table, basis: str) -> pa.Table:
    """The day that places a claim in an insurance year, and what decides between claims of one day.

    A visit without discharge ends on the day it began; a claim without time of settlement is settled at its end.
    """
    discharged = pc.coalesce(claims["discharged_on"], claims["admitted_on"])
    at = pc.coalesce(claims["settled_at"], discharged.cast(pa.timestamp("us")))
    day = {"admission": claims["admitted_on"], "discharge": discharged, "settlement": at.cast(pa.date32())}[basis]
    return pa.table({"day": day, "at": at, "claim_id": claims["claim_id"]})


def years_of(day: Numbers, year: InsuranceYear) -> Numbers:
    """The insurance year of each day."""
    seen, at = np.unique(day, return_inverse=True)
    labels = [year.label_of(one) for one in seen.astype("datetime64[D]").tolist()]
    return np.array(labels, dtype=np.int64)[at]


def _covering(spells: pa.Table, insured: Numbers, claims: pa.Table, person: Numbers, day: Numbers) -> pa.Array:
    """The row of the first spell of a claim's person and scheme that covers the day; null where none does."""
    schemes = claims["scheme"].unique()
    have, want = (
        whose * (len(schemes) + 1) + index_in(rows["scheme"], schemes)  # a scheme of no claim is the last of them all
        for whose, rows in ((insured, spells), (person, claims))
    )
    start, through = days(spells["from_date"]), days(spells["through_date"])
    through = np.where(through == NOT_THERE, np.iinfo(np.int64).max, through)
    order = np.argsort(have, kind="stable")
    at, end = (np.searchsorted(have[order], want, side=side) for side in ("left", "right"))
    found = np.full(len(day), -1)
    for nth in range(int((end - at).max(initial=0))):
        row = order[np.minimum(at + nth, len(order) - 1)]
        covers = (at + nth < end) & (start[row] <= day) & (day <= through[row])
        found = np.where((found < 0) & covers, row, found)
    return pa.array(found, mask=found < 0)


def _first(lists: pa.ChunkedArray) -> pa.Array:
    """The first word of each list; null of an empty one."""
    every = lists.combine_chunks()
    starts, ends = (np.asarray(side) for side in (every.offsets[:-1], every.offsets[1:]))
    return every.values.take(pa.array(starts, mask=starts == ends))
