"""Which rows must be read together, and so lie in one bucket.

They are those whose people ever share a household, for that is what state belongs to. And two kinds more, so that a
bucket by itself is judged as it would be in the year as a whole: the people whose accounts claims draw on, and rows
that are called the same, for a name that occurs twice is a fault of both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa

from tongchou.engines.lake.links import Groups, Links
from tongchou.engines.lake.names import MISSING, Names, among, in_order, names
from tongchou.engines.lake.repeated import repeated
from tongchou.engines.lake.source import Source
from tongchou.ground.tables import Table
from tongchou.ground.tables.shape import TEXT

_BUCKET_BITS = np.uint64(16)
PERSON, CLAIM = "person_id", "claim_id"


def people(batch: pa.RecordBatch, column: str = PERSON) -> Names:
    return names(batch[column], "persons")


def claims(batch: pa.RecordBatch) -> Names:
    """The numbers of claims have 48 bits and sixteen noughts, in which the bucket is kept."""
    number = names(batch[CLAIM], "claims")
    return np.where(number == MISSING, MISSING, np.maximum(number >> _BUCKET_BITS, np.uint64(1)) << _BUCKET_BITS)


def has_household(table: Table) -> bool:
    """Whether the rows of a table belong to somebody's household, by person or by claim."""
    return PERSON in table.names or CLAIM in table.names


def tied(sources: Mapping[str, Source], folder: Path) -> Groups:
    """The groups of people and claims that must lie in one bucket. Writes and removes files in `folder`."""
    links = Links()
    known = []
    for batch in sources["persons"].batches(_there(sources["persons"], PERSON, "household_id")):
        known.append(people(batch))
        _tie_household(links, batch)
    for batch in sources["households"].batches((PERSON, "household_id")) if "households" in sources else ():
        _tie_household(links, batch)
    _tie_relatives(links, sources["claims"], in_order(known))
    _tie_namesakes(links, sources, folder)
    return links.groups()


def _there(source: Source, *columns: str) -> list[str]:
    return [name for name in columns if name in source.schema.names]


def _tie_household(links: Links, batch: pa.RecordBatch) -> None:
    if "household_id" in batch.schema.names:
        links.tie(people(batch), names(batch["household_id"], "households"))


def _tie_relatives(links: Links, source: Source, known: Names) -> None:
    """Somebody unknown is no relative: what stands for “nobody” in careless data would tie everybody to everybody."""
    if "account_person_id" not in source.schema.names:
        return
    for batch in source.batches((PERSON, "account_person_id")):
        owner = people(batch, "account_person_id")
        drawing = np.flatnonzero(owner)
        drawing = drawing[among(owner[drawing], known)]
        links.tie(people(batch.take(pa.array(drawing))), owner[drawing])


def _tie_namesakes(links: Links, sources: Mapping[str, Source], folder: Path) -> None:
    """Rows with one name lie with their claims and people; claims come last, for what others say of them."""
    asked = np.zeros(0, np.uint64)
    for source in sorted(sources.values(), key=lambda source: source.table.name == "claims"):
        key = _only_name(source.table)
        if key is None:
            continue
        twice = repeated(_keys(source, key), source.rows, folder)
        if source.table.name == "claims":
            twice = np.union1d(twice, asked)
        if not len(twice):
            continue
        owners = [name for name in (CLAIM, PERSON) if name in source.schema.names]
        for batch in source.batches(list(dict.fromkeys((key, *owners)))):
            number = _key(source.table, batch, key)
            number = np.where(among(number, twice), number, MISSING)
            if PERSON in owners:
                links.tie(number, people(batch))
            if CLAIM in owners and key != CLAIM:
                claim = claims(batch)
                links.tie(number, claim)
                asked = np.union1d(asked, claim[number != MISSING])


def _only_name(table: Table) -> str | None:
    """The text that alone names a row of a table with households; people are tied by their names as it is."""
    if not has_household(table) or len(table.key) != 1 or table.column(table.key[0]).type != TEXT:
        return None
    return None if table.key[0] == PERSON else table.key[0]


def _keys(source: Source, key: str) -> Iterator[Names]:
    for batch in source.batches((key,)):
        number = _key(source.table, batch, key)
        yield number[number != MISSING]


def _key(table: Table, batch: pa.RecordBatch, key: str) -> Names:
    return claims(batch) if key == CLAIM else names(batch[key], table.name)
