"""Recording what institutions report of their stock (3501–3506)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from zlib import crc32

from cryptography.hazmat.primitives import hashes

from tongchou.ground.errors import ProblemError, fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.fields import finder
from tongchou.record.base.lock import lock
from tongchou.record.providers.models import Institution
from tongchou.record.providers.queries import institution
from tongchou.record.settlement.models import Event
from tongchou.record.stock.models import SALE, TAKEN_BACK, Entry, Trace
from tongchou.record.stock.queries import sold_now


@dataclass(frozen=True)
class Reported:
    """An entry as it is reported; `quantity` in the smallest priced package, `price` in yuan a package."""

    kind: str
    batch: str
    local_code: str
    national_code: str
    name: str
    quantity: Decimal
    at: datetime
    price: Decimal | None = None
    change: str = ""
    split: bool = False
    traces: tuple[str, ...] = ()
    person: int | None = None
    certificate: str = ""
    visit: str = ""
    settlement: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> bytes:
        sm3 = hashes.Hash(hashes.SM3())
        said = [self.kind, self.batch, self.local_code, f"{self.quantity.normalize():f}", self.at.isoformat()]
        text = json.dumps([*said, sorted(self.traces), dict(self.details)], ensure_ascii=False, sort_keys=True)
        sm3.update(text.encode("utf-8", "replace"))
        return sm3.finalize()


class Rows:
    """Many entries; in the trail stands how many of which batches, for each of them is a row that is kept."""

    def __init__(self, entries: Iterable[Reported]) -> None:
        self.entries = tuple(entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Reported]:
        return iter(self.entries)

    def __str__(self) -> str:
        return f"{len(self.entries)}: {', '.join(sorted({one.batch for one in self.entries}))[:500]}"


@command("stock.record", needs="settlement.write")
def record(
    *, institution_id: int, entries: Rows, each: bool = False, refuse_twice: bool = False
) -> list[Entry | ProblemError]:
    """Record entries, all of them or none; with `each`, those that can be, and for another why not.

    What was reported word for word before, and not withdrawn, is that entry. `refuse_twice`: the region refuses the
    sale of a package that is sold; otherwise that is a finding for supervision (`queries.sold_twice`). Raises A114,
    N331 for a settlement that is none of the institution's, N332 for a package that is sold.
    """
    where = institution(institution_id)
    lock(*{of_batch(where.pk, one.batch) for one in entries}, *_packages(entries, refuse_twice))
    settlements = {one.settlement for one in entries if one.settlement is not None}
    known = set(Event.objects.filter(id__in=settlements, institution=where).values_list("id", flat=True))
    digests = {one.digest for one in entries}
    rows = Entry.objects.filter(institution=where, digest__in=digests, withdrawn=None)
    before = {bytes(one.digest): one for one in rows.filter(batch__in={one.batch for one in entries})}
    sold = sold_now({code for one in entries for code in one.traces}) if refuse_twice else set()
    found: list[Entry | ProblemError] = []
    for one in entries:
        try:
            made = before.get(one.digest) or _recorded(where, one, known, sold)
        except ProblemError as error:
            if not each:
                raise
            found.append(error)
            continue
        found.append(made)
        before[one.digest] = made
        if refuse_twice and not one.split:
            sold = _sold(sold, one)
    return found


def of_batch(institution_id: int, batch: str) -> tuple[str, object]:
    """What is locked for a batch: one of some hundred shares of an institution's, for a message may name thousands."""
    return "stock batch", f"{institution_id} {_share(batch)}"


def _packages(entries: Rows, refuse_twice: bool) -> set[tuple[str, object]]:
    """Two sales of one package wait for each other where the second is refused."""
    return {("stock package", _share(code)) for one in entries for code in one.traces} if refuse_twice else set()


def _share(text: str) -> int:
    return crc32(text.encode()) % 256


def _sold(sold: set[str], one: Reported) -> set[str]:
    """What is sold after an entry."""
    if one.kind == SALE:
        return sold | set(one.traces)
    return sold - set(one.traces) if one.kind == TAKEN_BACK else sold


def _recorded(where: Institution, one: Reported, known: set[int], sold: set[str]) -> Entry:
    if one.settlement is not None and one.settlement not in known:
        raise fail("N331", settlement=one.details.get("setl_id", one.settlement))
    if one.kind == SALE and not one.split and (twice := sorted(sold & set(one.traces))):
        raise fail("N332", package=twice[0])
    made = Entry.objects.create(
        institution=where,
        kind=one.kind,
        batch=one.batch,
        local_code=one.local_code,
        national_code=one.national_code,
        name=one.name,
        change=one.change,
        quantity=one.quantity,
        price=one.price,
        split=one.split,
        at=one.at,
        person=one.person,
        certificate_finder=finder_of(one.certificate),
        visit=one.visit,
        settlement=one.settlement,
        details=json.dumps(dict(one.details), ensure_ascii=False, sort_keys=True),
        digest=one.digest,
        recorded_at=clock.now(),
    )
    Trace.objects.bulk_create(Trace(entry=made, code=code, split=one.split) for code in dict.fromkeys(one.traces))
    return made


def finder_of(number: str) -> bytes | None:
    """What a certificate's number is found by, as it was sent."""
    return finder(number.strip().upper(), "certificate") if number.strip() else None
