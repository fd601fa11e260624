"""Where what a year is cleared from comes from: published in the record, in its pack, kept, or given by hand."""

from __future__ import annotations

from dataclasses import dataclass

from tongchou.record.base.actor import actor
from tongchou.record.clearing.giving import TABLES
from tongchou.record.clearing.grouping import schemes_of
from tongchou.record.clearing.models import GivenTable
from tongchou.record.clearing.quotas import published
from tongchou.record.clearing.schemes import in_pack
from tongchou.record.clearing.steps import the


@dataclass(frozen=True)
class Source:
    """Of a table or a scheme (`dip`, `drg`): it was `published` (`of`: the negotiations), is in the `pack` or was
    `kept` (`of`: its hash), or was `given` (`of`: the number of the table); how many rows; fen where they are one
    amount."""

    name: str
    origin: str
    of: str
    rows: int | None = None
    fen: int | None = None


def sources(*, year_id: int) -> list[Source]:
    """By the scheme it was grouped by last, the quotas and tables as they are now. Raises A114."""
    actor().needs("clearing.read")
    year = the(year_id)
    ours = in_pack(year)
    found = [
        Source(kind, "pack" if ours.get(kind) == hash_ else "kept", hash_)
        for kind, hash_ in sorted(schemes_of(year).items())
    ]
    quotas = published(year)
    if quotas.amounts:
        of = "、".join(map(str, quotas.negotiations))
        found.append(Source("quotas", "published", of, len(quotas.amounts), sum(quotas.amounts.values())))
    for name in TABLES:
        last = GivenTable.objects.filter(year=year, name=name).order_by("id").last()
        if last is not None:
            fen = sum(int(row["amount"]) for row in last.rows) if all("amount" in row for row in last.rows) else None
            found.append(Source(name, "given", str(last.pk), len(last.rows), fen))
    return found
