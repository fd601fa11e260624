"""Posting a year that was settled in bulk: share by share, each whole or not at all, and none twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import pyarrow.compute as pc
from django.db import connection

from tongchou.engines.benefits.bulk.columns import Numbers
from tongchou.engines.benefits.engine import SEMANTICS
from tongchou.ground.dates import add_months
from tongchou.ground.errors import fail
from tongchou.record.accounts import entries as accounts
from tongchou.record.accounts.models import Entry as AccountEntry
from tongchou.record.audit.command import command
from tongchou.record.base import clock, collecting
from tongchou.record.base.actor import actor
from tongchou.record.base.columns import as_array, numbers, write
from tongchou.record.base.lock import lock
from tongchou.record.ledger.chart import BUSINESS
from tongchou.record.ledger.models import Entry, Posting
from tongchou.record.ledger.queries import last_close
from tongchou.record.packs.models import StoredPack
from tongchou.record.packs.queries import pack_of
from tongchou.record.settlement import state
from tongchou.record.settlement.batch import claims, results
from tongchou.record.settlement.batch.accounts import check_accounts, insurance_of_accounts, open_accounts
from tongchou.record.settlement.batch.checking import check_share, check_whole, told_by
from tongchou.record.settlement.batch.known import Known, Rows, check, rows_of
from tongchou.record.settlement.batch.reading import Share, Shares, Told, Year
from tongchou.record.settlement.batch.spreading import Spread, spread
from tongchou.record.settlement.batch.texts import texts_as_array
from tongchou.record.settlement.models import Batch, BatchShare, Event, LineResult
from tongchou.record.visits.models import Charge, Visit

AT_ONCE = 2_000
"""Settlements of a share, about: its locks must fit into the memory that a server keeps for them."""


@dataclass(frozen=True)
class Posted:
    """What a batch came to: settlements and lines posted now, and settlements that were there before."""

    batch: Batch
    settlements: int
    lines: int
    before: int


def post_batch(*, data: Path, results: Path, known: Known, at_once: int = AT_ONCE) -> Posted:
    """Post what `tongchou settle --trace` made of a folder of tables: visits, charges, settlements, lines, state,
    accounts and postings, under the constraints of the counter.

    Each share of whole households is one durable transaction; whatever ends the run in between, the same call goes on
    where it ended, in shares as it was begun. Claims that were refused are not posted. Raises V501 for folders that
    cannot be posted, V502 for results that are not of these data or this record, V503 and V504 for people and
    institutions that the record does not know as the data do, V505 and V506 about accounts.
    """
    run = Run(Year(data, results), known, at_once)
    for number in run.due():
        run.post(number)
    return run.end()


class Run:
    """The posting of a batch in steps, so that processes can share it: one checks and knows which shares are due, and
    lays them out for the others; each posts some (`Part`); in the end one holds the whole against the results."""

    def __init__(self, year: Year, known: Known, at_once: int = AT_ONCE) -> None:
        self.year, self.known, self._at_once = year, known, at_once
        self._before: set[int] = set()

    @cached_property
    def batch(self) -> Batch:
        return begin(year=self.year.told, at_once=self._at_once)

    @cached_property
    def _shares(self) -> Shares:
        return Shares(self.year, self.batch.at_once)

    def due(self) -> list[int]:
        """The numbers of the shares that are not posted yet. Raises V502 and V503."""
        check(self.year, self.known)
        done = set(BatchShare.objects.filter(batch=self.batch).values_list("number", flat=True))
        self._before = done
        return [number for number in self._shares.numbers if number not in done]

    def spread(self, numbers: Iterable[int], folder: Path) -> Iterator[int]:
        """Lay out these shares in a folder, for a `Part` in any process, and say of each when it is there."""
        return spread(self._shares, numbers, folder)

    def post(self, number: int) -> BatchShare:
        """Post a share. Raises as `post_batch`."""
        return _post(self.batch.pk, self._shares.share(number), self.known, self.year.told)

    def end(self) -> Posted:
        """What came of it since `due`. Raises V502 where the shares do not add up to the batch."""
        check_whole(self.batch, self.year.told)
        made = [one for one in BatchShare.objects.filter(batch=self.batch) if one.number not in self._before]
        now = sum(one.settlements for one in made)
        return Posted(self.batch, now, sum(one.lines for one in made), self.batch.settlements - now)


class Part:
    """What one process does of a run: it posts shares that were laid out in a folder."""

    def __init__(self, batch_id: int, folder: Path, known: Known) -> None:
        self._batch, self._shares, self._known = batch_id, Spread(folder), known

    def post(self, number: int) -> BatchShare:
        """Post a share. Raises as `post_batch`."""
        return _post(self._batch, self._shares.share(number), self._known, self._shares.told)


def _post(batch_id: int, share: Share, known: Known, told: Told) -> BatchShare:
    with collecting.put_off():
        return post_share(batch_id=batch_id, share=share, known=known, year=told)


@command("settlement.begin_batch", needs="settlement.post_batch")
def begin(*, year: Told, at_once: int) -> Batch:
    """The batch of these data and this pack, new or begun before, and then in the shares of that time.

    Raises V502 for a pack or engine that is not the record's, or a year end, which the record does not keep.
    """
    summary = year.summary
    digest, pack = year.digest, summary["pack_hash"]
    stored = StoredPack.objects.filter(hash=pack).exists()
    if not stored or summary["semantics"] != SEMANTICS or summary["year_end_paid"]:
        raise fail("V502", what="summary")
    lock(("batch", digest))
    settlements, total = told_by(year)
    found, _ = Batch.objects.get_or_create(
        digest=digest,
        pack=pack,
        defaults={
            "at_once": at_once,
            "settlements": settlements,
            "total": total,
            "by": actor().user,
            "at": clock.now(),
        },
    )
    return found


@command("settlement.post_share", needs="settlement.post_batch")
def post_share(*, batch_id: int, share: Share, known: Known, year: Told) -> BatchShare:
    """Post some households of a batch; a share that another process posted meanwhile stays as it is. Raises as
    `post_batch`."""
    pack, at = pack_of(year.summary["pack_hash"]), clock.now()
    _by_index()
    rows = rows_of(share, known)
    people = _people(share, rows, known)
    lock(("batch share", f"{batch_id} {share.number}"), *_lock_keys(people, rows), shared=accounts.lock_keys(people))
    there = BatchShare.objects.filter(batch=batch_id, number=share.number).first()
    if there is not None:
        return there
    insurance, source = insurance_of_accounts(pack), f"batch {batch_id} share {share.number}"
    numbered, keys = _named(share, rows)
    number = numbers(Event, len(share.cut["settlements"]))
    open_accounts(share, known, insurance, pack, source, at)
    told = claims.claims_as_json(share, rows, numbered, pack, year.summary["assumed"])
    write(Visit, claims.visits(share, rows, numbered, at))
    write(Charge, claims.charges(share, numbered, at))
    write(Event, results.events(share, rows, numbered, keys, told, number, pack, insurance))
    write(LineResult, results.lines(share, numbered.charge, numbered.first, number))
    _add(keys)
    drawn = results.account_entries(keys, share, number, insurance, at)
    write(AccountEntry, drawn)
    check_accounts(drawn)
    entries, postings = results.entries(share, rows, number, pack, _open_since(), at, insurance)
    write(Entry, entries)
    write(Posting, postings)
    check_share(share, number, numbered, keys)
    return _keep(batch_id, share, number)


_BY_INDEX = """
SET LOCAL enable_seqscan = off;
SET LOCAL enable_mergejoin = off;
SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL work_mem = '48MB'
"""


def _by_index() -> None:
    """A share is little of what is there, and is looked up by index. The tables grow with every share before the
    database counts them: planned by what it knows, each share would read all that was posted before it, in parallel.
    What a statement wrote stays in memory for its triggers, which else read half the share from files."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_INDEX)


def _named(share: Share, rows: Rows) -> tuple[claims.Numbered, results.Keys]:
    numbered = claims.number(share)
    return numbered, results.keys_of(share, rows, numbered)


def _people(share: Share, rows: Rows, known: Known) -> set[int]:
    """Everybody of the share, whether treated or not: of them accounts are opened, too."""
    named = share.people["persons"]["person_id"].to_pylist()
    there = {known.persons[one] for one in named if one in known.persons}
    return (there | {*rows.person.tolist(), *rows.payer.tolist()}) - {-1}


def _lock_keys(people: Iterable[int], rows: Rows) -> set[tuple[str, object]]:
    """The same as a settlement locks, for everybody in the share.

    Accounts are locked by groups of people, of which a share has all. Shares have no person in common, so that each may
    hold the groups shared: whoever else moves an account waits for them, and they do not wait for each other.
    """
    homes = set(rows.household.tolist()) - {-1}
    return {*(("settling", one) for one in people), *(("household", one) for one in homes)}


def _add(keys: results.Keys) -> None:
    """The fold of the share's settlements."""
    found = keys.touched().filter(pc.field("fen_sum") != 0).sort_by([(name, "ascending") for name in results.KEY])
    state.add_columns(*(texts_as_array(found[name]) for name in results.KEY), as_array(found["fen_sum"].to_pylist()))


def _open_since() -> date:
    """The first day of the first month that takes entries."""
    last = last_close(BUSINESS)
    return date.min if last is None else add_months(last.month, 1, "clamp")


def _keep(batch_id: int, share: Share, number: Numbers) -> BatchShare:
    return BatchShare.objects.create(
        batch_id=batch_id,
        number=share.number,
        first=int(number[0]),
        last=int(number[-1]),
        settlements=len(number),
        lines=len(share.cut["line_results"]),
        total=pc.sum(share.cut["settlements"]["medfee_sumamt"]).as_py(),
        at=clock.now(),
    )
