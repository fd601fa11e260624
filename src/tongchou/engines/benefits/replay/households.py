"""The rows of a set of tables by household: whoever ever lived together shares limits, and so is settled together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import Flags, Numbers, codes, index_in
from tongchou.engines.benefits.bulk.rows import rows_of
from tongchou.engines.benefits.from_tables import Row
from tongchou.ground.tables import TABLES, Sifted, Tables, schema
from tongchou.ground.tables.homes import homes

_OF_PERSONS = ("persons", "households", "spells", "entitlements", "accounts")
_NEEDED = ("persons", "claims", "lines")


class Households:
    """Tables to be settled some households at a time.

    `rest` are rows that were read one by one. Where the tables came as columns, `sifted` holds all others: what it
    chose is in `rest`; `numbers`: table → the number in its file of every row, where they do not simply count up from
    1. A household is named by the least person id of all who ever lived in it.
    """

    def __init__(
        self, rest: Tables, sifted: Sifted | None = None, numbers: Mapping[str, Numbers] | None = None
    ) -> None:
        self.rest, self.sifted = rest, sifted
        self._numbers = numbers or {}
        self._sound = {} if sifted is None else sifted.tables

    @cached_property
    def names(self) -> pa.ChunkedArray:
        """The household of each person, in the order of `about("persons", …)`."""
        persons = self.about("persons", ("person_id", "household_id"))
        moves = self.about("households", ("person_id", "household_id"))
        return _least_of_all(persons["person_id"], pa.concat_tables([persons, moves]))

    def about(self, name: str, columns: Sequence[str]) -> pa.Table:
        """Some columns of a canonical table: the sound rows, then those read one by one."""
        wanted = pa.schema([schema(name).field(column).with_nullable(True) for column in columns])
        arrays = [pa.array([row[field.name] for row in self.rest.rows[name]], field.type) for field in wanted]
        parts = [pa.table(arrays, schema=wanted)]
        if name in self._sound:
            parts.insert(0, self._sound[name].select(columns).filter(pa.array(self._kept(name))).cast(wanted))
        return pa.concat_tables(parts)

    def of(self, names: pa.ChunkedArray) -> tuple[dict[str, pa.Table], Tables]:
        """These households as `Replay` takes them: whole tables, and the rows that were read one by one.

        With them comes what is known of others whose account a claim draws on, but no claim of theirs.
        """
        tables = {name: schema(name).empty_table() for name in _NEEDED}
        if self.sifted is not None:
            wanted = np.zeros(len(self._known) + 1, dtype=bool)  # the last is for rows of no household
            wanted[index_in(names, self._known)] = True
            rows = {name: wanted[home] for name, home in self._home_of_rows.items()}
            numbers = self.sifted.links.numbers
            owner = np.zeros(self.sifted.links.counts["persons"] + 1, dtype=bool)
            owner[numbers["claims", "account_person_id"][rows["claims"]]] = True
            owner[-1] = False  # of claims that draw on nobody's
            for name in rows.keys() & _OF_PERSONS:
                rows[name] |= owner[numbers[name, "person_id"]]
            tables |= {name: _chosen(self._sound[name], which, self._numbers.get(name)) for name, which in rows.items()}
        return tables, self._read_of(names.to_pylist())

    def _read_of(self, names: Sequence[str]) -> Tables:
        found: dict[str, list[Row]] = {name: [] for name in TABLES}
        for household in names:
            for name, rows in self._rows_read.get(household, {}).items():
                found[name] += rows
        theirs = {row["person_id"] for row in found["persons"]}
        for owner in dict.fromkeys(row["account_person_id"] for row in found["claims"]):
            if owner is not None and owner not in theirs:
                for name in _OF_PERSONS:
                    own = self._rows_read[self._home_read[owner]].get(name, ())
                    found[name] += [row for row in own if row["person_id"] == owner]
        return Tables(found, [], self.rest.read)

    def rows(self, names: pa.ChunkedArray) -> Tables:
        """These households row by row, as the plain step takes them."""
        return together(*self.of(names))

    def of_claim(self, claim_id: str) -> Tables:
        """The rows of the household whose claim this is. Raises `KeyError` when no sound row of claims has the id."""
        claims = self.about("claims", ("claim_id", "person_id"))
        at = pc.index(claims["claim_id"], claim_id).as_py()
        if at < 0:
            raise KeyError(claim_id)
        person = index_in(claims["person_id"].slice(at, 1), self.about("persons", ("person_id",))["person_id"])
        return self.rows(self.names.take(pa.array(person)))

    @cached_property
    def _known(self) -> pa.Array:
        return self.names.unique()

    def _kept(self, name: str) -> Flags:
        """Which rows of a table were not read one by one."""
        assert self.sifted is not None
        kept = np.ones(len(self._sound[name]), dtype=bool)
        kept[self.sifted.chosen[name]] = False
        return kept

    @cached_property
    def _home_of_rows(self) -> dict[str, Numbers]:
        """The household of every row as a place in `_known`; -1 of rows read one by one: whole households are."""
        assert self.sifted is not None
        numbers, counts = self.sifted.links.numbers, self.sifted.links.counts
        persons = numbers["persons", "person_id"][self._kept("persons")]
        home = np.full(counts["persons"] + 1, -1)  # the last is of rows that name nobody
        home[persons] = index_in(self.names.slice(0, len(persons)), self._known)
        found = {name: home[numbers[name, "person_id"]] for name in (*_OF_PERSONS, "claims") if name in self._sound}
        of_claim = np.full(counts["claims"] + 1, -1)
        of_claim[numbers["claims", "claim_id"]] = found["claims"]
        of_claim[-1] = -1
        return found | {"lines": of_claim[numbers["lines", "claim_id"]]}

    @cached_property
    def _home_read(self) -> dict[str, str]:
        """Of the people who were read one by one, person → household."""
        persons = [row["person_id"] for row in self.rest.rows["persons"]]
        names = self.names.slice(len(self.names) - len(persons)).to_pylist()
        return dict(zip(persons, names, strict=True))

    @cached_property
    def _rows_read(self) -> dict[str, dict[str, list[Row]]]:
        """Household → table → its rows that were read one by one."""
        home = self._home_read
        of_claim = {row["claim_id"]: home[row["person_id"]] for row in self.rest.rows["claims"]}
        found: dict[str, dict[str, list[Row]]] = {}
        for name in (*_OF_PERSONS, "claims", "lines"):
            for row in self.rest.rows[name]:
                household = of_claim[row["claim_id"]] if name == "lines" else home[row["person_id"]]
                found.setdefault(household, {}).setdefault(name, []).append(row)
        return found


def together(tables: Mapping[str, pa.Table], rest: Tables) -> Tables:
    """Everything row by row: what stands in tables, and what was read that way."""
    some = {name: rows_of(table) for name, table in tables.items() if len(table)}
    rows = {name: [*rest.rows[name], *some.get(name, ())] for name in TABLES}
    return Tables(rows, rest.problems, rest.read)


def _chosen(table: pa.Table, rows: Flags, numbers: Numbers | None) -> pa.Table:
    """Some rows, each with its number in the file."""
    chosen = table if rows.all() else table.filter(pa.array(rows))
    return chosen.append_column("_row", pa.array(np.flatnonzero(rows) + 1 if numbers is None else numbers[rows]))


def _least_of_all(persons: pa.ChunkedArray, lived: pa.Table) -> pa.ChunkedArray:
    """Of each person the least id among all whom rows of `lived` (person_id, household_id) link with them."""
    ordered = persons.take(pc.sort_indices(persons))
    least = homes(index_in(lived["person_id"], ordered), codes(lived["household_id"]) - 1, len(ordered))
    return ordered.take(pa.array(least[index_in(persons, ordered)]))
