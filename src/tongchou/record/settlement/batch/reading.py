"""A data set and what `tongchou settle --trace` made of it, in shares of whole households."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tongchou.engines.benefits.bulk.columns import Numbers, codes, index_in
from tongchou.ground.errors import fail
from tongchou.ground.tables import load_arrow
from tongchou.ground.tables.homes import homes
from tongchou.record.settlement.batch.texts import joined

SUMMARY, CHANGES, TRACES, STATES = "summary.json", "changes", "traces", "states/state"
_OF_PEOPLE = ("persons", "households", "spells", "entitlements", "accounts")
_OF = "of"
"""The number of the settlement that a row is of, in the order in which all are dealt out."""
_UNUSED = {"settlement_id", "pack_hash", "semantics", "reason", "balc"}
"""What the results say again in each row."""
Tables = dict[str, pa.Table]


class Told:
    """What the results say of themselves as a whole (`summary`), and by what the data are known (`digest`)."""

    def __init__(self, summary: dict[str, Any], digest: str) -> None:
        self.summary, self.digest = summary, digest

    def __str__(self) -> str:
        """As the trail names it."""
        return self.digest


class Year:
    """The canonical tables of a folder, and the results of settling them."""

    def __init__(self, data: Path, results: Path) -> None:
        self.data, self.results = data, results
        found = load_arrow(self.data)
        missing = [name for name in (SUMMARY, CHANGES, TRACES) if not (self.results / name).exists()]
        if found is None or missing:
            raise fail("V501", what=str(self.data) if found is None else "、".join(missing))
        self.tables: Tables = {name: table if name == "lines" else _plain(table) for name, table in found.items()}
        files = {name: f"{name}.parquet" for name in ("settlements", "line_results")}
        files |= {name: name for name in (CHANGES, TRACES, STATES)}
        self.settled: Tables = {name: _read(self.results / file) for name, file in files.items()}

    @cached_property
    def told(self) -> Told:
        return Told(self.summary, self.digest)

    @cached_property
    def summary(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.results / SUMMARY).read_text("utf-8"))
        return found

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the data, which is what makes a batch the same one when it is posted again."""
        digest = hashlib.sha256()
        for name in sorted(self.tables):
            with (self.data / f"{name}.parquet").open("rb") as file:
                digest.update(f"{name} ".encode() + hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()

    @cached_property
    def judged(self) -> pa.Table:
        """The settlements of what was not refused, in the order in which they settled."""
        rows = self.settled["settlements"]
        return rows.filter(pc.equal(rows["status"], "settled")).sort_by("event_no")

    @cached_property
    def home(self) -> Numbers:
        """Of every row of persons a number of those who ever lived together."""
        persons = self.tables["persons"]
        links = [persons, *([self.tables["households"]] if "households" in self.tables else [])]
        who = np.concatenate([index_in(one["person_id"], persons["person_id"]) for one in links])
        named = pa.chunked_array([chunk for one in links for chunk in one["household_id"].chunks], pa.string())
        return homes(who, codes(named) - 1, len(persons))


class Shares:
    """Whole households with about so many settlements at a time; the same every time."""

    def __init__(self, year: Year, at_once: int) -> None:
        self.year = year
        who = index_in(year.judged["person_id"], year.tables["persons"]["person_id"])
        home = year.home[who]
        load = np.bincount(home, minlength=len(year.home))
        share_of_home = (np.cumsum(load) - load) // at_once
        self._of_person = np.where(np.isin(year.home, home), share_of_home[year.home], -1)
        self._of_claim = share_of_home[home]
        self.numbers: list[int] = np.unique(self._of_claim).tolist()

    def share(self, number: int) -> Share:
        return Share.of(number, {name: dealt.share(number) for name, dealt in self.dealt.items()})

    @cached_property
    def dealt(self) -> dict[str, Dealt]:
        """Each table, and of each share its rows in the order of settlements, where it has rows of them."""
        return dict(self._deal())

    def _deal(self) -> Iterator[tuple[str, Dealt]]:
        year = self.year
        persons, changes, states = year.tables["persons"], year.settled[CHANGES], year.settled[STATES]
        for name in _OF_PEOPLE:
            if name in year.tables:
                table = year.tables[name]
                share = _at(self._of_person, index_in(table["person_id"], persons["person_id"]))
                yield name, Dealt(table, share, share)
        ids = year.judged["claim_id"]
        order = np.argsort(self._of_claim, kind="stable")
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        of_change = index_in(changes["claim_id"], ids)
        of_state = index_in(*(joined(one["name"], " ", one["subject"]) for one in (states, changes)))
        share = _at(_at(self._of_claim, of_change), of_state)
        yield STATES, Dealt(states, share, share)
        tables = {"settlements": year.judged, "claims": year.tables["claims"], "lines": year.tables["lines"]}
        for name, table in {**tables, **{one: year.settled[one] for one in ("line_results", CHANGES, TRACES)}}.items():
            at = index_in(table["claim_id"], ids)
            share = _at(self._of_claim, at)
            yield name, Dealt(table if name == "claims" else numbered(table, place[at]), share, place[at])


class Dealt:
    """A table of which each share takes its rows, by place."""

    def __init__(self, table: pa.Table, share: Numbers, place: Numbers) -> None:
        self.table = table.unify_dictionaries().combine_chunks()
        kept = np.flatnonzero(share >= 0)
        self._rows = kept[np.argsort(place[kept], kind="stable")]
        numbers, first, count = np.unique(share[self._rows], return_index=True, return_counts=True)
        self._spans = dict(zip(numbers.tolist(), zip(first.tolist(), count.tolist(), strict=True), strict=True))

    def share(self, number: int) -> pa.Table:
        first, count = self._spans.get(number, (0, 0))
        return self.table.take(pa.array(self._rows[first : first + count])).combine_chunks()


def _at(share: Numbers, rows: Numbers) -> Numbers:
    """The share of each row, -1 where there is none."""
    return np.where(rows < 0, -1, share[rows])


def numbered(table: pa.Table, of: Numbers) -> pa.Table:
    """With the number of the settlement that each row is of. Of several rows of one settlement it takes the place of
    the claim's text."""
    parts = "status" not in table.column_names
    kept = [name for name in table.column_names if name != _OF and not (parts and name == "claim_id")]
    return table.select(kept).append_column(_OF, pa.array(of))


class Share:
    """`people`: the tables of some households, and the states in which they end; `cut`: their claims, lines,
    settlements, line results, changes and traces, each in the order of the settlements."""

    def __init__(self, number: int, people: Tables, cut: Tables) -> None:
        self.number, self.people, self.cut = number, people, cut

    @classmethod
    def of(cls, number: int, tables: Tables) -> Share:
        """A share of these tables by name."""
        people = {name: table for name, table in tables.items() if name in (*_OF_PEOPLE, STATES)}
        return cls(number, people, {name: table for name, table in tables.items() if name not in people})

    def __str__(self) -> str:
        """As the trail names it."""
        return f"share {self.number}"

    def ends(self, name: str) -> Numbers:
        """Where the rows of each settlement begin in a table that has several for one, and where the last end."""
        settlements = np.asarray(self.cut["settlements"][_OF])
        return np.append(np.searchsorted(np.asarray(self.cut[name][_OF]), settlements), len(self.cut[name]))


def _read(path: Path) -> pa.Table:
    """A table of the results. The words of traces stay as they are coded, and are written out once for each."""
    columns = [name for name in pq.ParquetDataset(path).schema.names if name not in _UNUSED]
    if path.name == TRACES:
        return pq.read_table(path, columns=columns, read_dictionary=["kind", "layer"])
    return _plain(pq.read_table(path, columns=columns))


def _plain(table: pa.Table) -> pa.Table:
    """With texts as themselves where they come as dictionaries."""
    for at, one in enumerate(table.schema):
        if pa.types.is_dictionary(one.type):
            table = table.set_column(at, one.name, table.column(at).cast(one.type.value_type))
    return table
