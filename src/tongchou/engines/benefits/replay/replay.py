"""Settle the claims of whole households: most by the bulk run, and those that need more by the plain step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import Numbers, codes, days, index_in, moments
from tongchou.engines.benefits.bulk.rows import rows_of
from tongchou.engines.benefits.bulk.run import Bulk
from tongchou.engines.benefits.bulk.settled import Settled
from tongchou.engines.benefits.carried import Carried
from tongchou.engines.benefits.claim import Settlement
from tongchou.engines.benefits.from_tables import Intake, Row
from tongchou.engines.benefits.replay.amounts import of_bulk
from tongchou.engines.benefits.replay.columns import Columns
from tongchou.engines.benefits.replay.numbered import Numbered, of_results
from tongchou.engines.benefits.replay.numbered import together as numbers_together
from tongchou.engines.benefits.replay.results import Results, together
from tongchou.engines.benefits.state import State
from tongchou.engines.benefits.state_tables import change_rows, changes_schema, states_to_tables
from tongchou.engines.benefits.to_tables import Outcome, change, event_row, line_rows, settle_rows, settlement_row
from tongchou.engines.benefits.traces import trace_rows, trace_schema
from tongchou.ground.region.headers import BASIS_FACT
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import TABLES, Tables, schema
from tongchou.ground.tables.homes import homes
from tongchou.ground.tables.links import Links

Whole = Callable[[], Mapping[str, pa.Table]]
_ABOUT_PERSONS = ("persons", "households", "spells", "entitlements", "accounts")


class Replay:
    """A pack made ready to settle tables of claims.

    `assume` gives facts by name (as text) to claims that lack them: then every claim goes through the plain step.
    """

    def __init__(self, pack: Pack, assume: Mapping[str, str] | None = None, compiled: bool | None = None) -> None:
        self.pack, self.assume = pack, dict(assume or {})
        self.bulk = Bulk(pack, compiled)

    def settle(
        self,
        tables: Mapping[str, pa.Table],
        rest: Tables | None = None,
        by_line: bool = True,
        before: Carried | None = None,
        traced: bool = False,
        links: Links | None = None,
    ) -> Results:
        """Settle sound tables with the canonical schemas, and `rest`: households with rows that had to be read one by
        one. No household may be in both. `_row`, where a table has it, is the number of each row in its file.

        `by_line`, `traced`: whether to keep line results, and traces with changes. `before`: what earlier runs left.
        `links`: as `Links.without` leaves them, where the names in the tables have been numbered.
        Raises `ProblemError` K109 when a claim here should have settled before one there.
        """
        done, left = self._looked_at(tables, rest, by_line, before, traced, links)
        found = [] if done is None else [self._looked_up(done, by_line, traced)]
        results = together([*found, *(self._step(one, by_line, before, traced) for one in left)])
        if before is not None:
            before.hold(results.first())
        return results

    def numbers(
        self,
        tables: Mapping[str, pa.Table],
        rest: Tables | None = None,
        by_line: bool = True,
        before: Carried | None = None,
        traced: bool = False,
        links: Links | None = None,
        whole: Whole | None = None,
    ) -> Numbered:
        """The same in numbers alone; the tables must have `_row`. Where they have only some columns (`NEEDED`), `whole`
        gives them with all, for households that need more than a look at tables."""
        done, left = self._looked_at(tables, rest, by_line, before, traced, links, whole)
        found = [] if done is None else [of_bulk(done, self.pack, self.bulk.machine)]
        found += [of_results(self._step(one, by_line, before, traced), self.pack, one) for one in left]
        numbered = numbers_together(found)
        if before is not None:
            before.hold(numbered.first())
        return numbered

    def _looked_at(
        self,
        tables: Mapping[str, pa.Table],
        rest: Tables | None,
        by_line: bool,
        before: Carried | None,
        traced: bool,
        links: Links | None,
        whole: Whole | None = None,
    ) -> tuple[Settled | None, list[Tables]]:
        """What the bulk run settled, and the households that it left to the plain step."""
        bulk = not self.assume and len(tables["claims"])
        done = self.bulk.settle(tables, by_line, before and before.state, traced, links) if bulk else None
        if done is None or done.plain.any():
            left = [_households_left(tables if whole is None else whole(), done)]
        else:
            left = []
        done = done if done is not None and len(done.claim) else None
        if rest is not None and (rest.rows["claims"] or (done is None and not left)):
            left.append(rest)
        return done, left

    def _looked_up(self, done: Settled, by_line: bool, traced: bool) -> Results:
        columns = Columns(done, self.pack, self.bulk.machine)
        refusals: dict[str, int] = {}
        for at in columns.first[~columns.settled].tolist():
            guard = str(done.refused[at].guard)
            refusals[guard] = refusals.get(guard, 0) + 1
        results = Results(
            columns.settlements(),
            columns.line_results() if by_line else schema("line_results").empty_table(),
            columns.events(),
            {},
            columns.day,
            columns.at,
            refusals,
            states=done.state_delta(),
            traces=columns.traces() if traced else trace_schema().empty_table(),
            changes=columns.changes() if traced else changes_schema().empty_table(),
        )
        results.check()
        return results

    def _step(self, tables: Tables, by_line: bool, before: Carried | None = None, traced: bool = False) -> Results:
        intake = Intake(tables, self.pack, self.assume)
        states: dict[str, State] = {}
        had = before.states(intake) if before is not None else None
        changed: dict[str, State] = {}
        outcomes = list(settle_rows(self.bulk.engine, intake, list(enumerate(intake.rows, 1)), states, had))
        for outcome in outcomes:
            change(intake, outcome, changed)
        judged = [outcome for outcome in outcomes if outcome.result is not None]
        lost = [outcome for outcome in outcomes if outcome.result is None]
        settled = [outcome.result for outcome in judged if isinstance(outcome.result, Settlement)]
        lines = [row for settlement in settled for row in line_rows(settlement)] if by_line else []
        traces = [row for settlement in settled for row in trace_rows(settlement)] if traced else []
        changed_by = [row for settlement in settled for row in change_rows(settlement)] if traced else []
        results = Results(
            _table("settlements", [settlement_row(outcome, self.pack.hash) for outcome in judged]),
            _table("line_results", lines),
            _table("events", [event_row(outcome, self.pack.hash) for outcome in judged]),
            {outcome.row["claim_id"]: outcome.problems for outcome in lost},
            *self._when([outcome.row for outcome in judged]),
            _refusals(judged),
            (len(lost), sum(outcome.row["total_fee"] for outcome in lost)),
            states_to_tables(changed)["state"],
            pa.Table.from_pylist(traces, trace_schema()),
            pa.Table.from_pylist(changed_by, changes_schema()),
        )
        results.check()
        return results

    def _when(self, rows: list[Row]) -> tuple[Numbers, Numbers]:
        """Day and time by which claims are ordered."""
        columns = {name: pa.chunked_array([pa.array([row[name] for row in rows], kind)]) for name, kind in _TIMES}
        admitted, discharged = days(columns["admitted_on"]), days(columns["discharged_on"])
        discharged = np.where(np.asarray(columns["discharged_on"].is_null()), admitted, discharged)
        empty = np.asarray(columns["settled_at"].is_null())
        at = np.where(empty, discharged * _DAY, moments(columns["settled_at"]))
        basis = BASIS_FACT[self.pack.region.year.basis]
        return {"admitted": admitted, "discharged": discharged, "settled": at // _DAY}[basis], at


_DAY = 86_400_000_000  # microseconds
_TIMES = (("admitted_on", pa.date32()), ("discharged_on", pa.date32()), ("settled_at", pa.timestamp("us")))


def _households_left(tables: Mapping[str, pa.Table], done: Settled | None) -> Tables:
    """The rows of the households that the bulk run did not settle."""
    persons = tables["persons"]
    chosen: pa.Array = persons["person_id"].combine_chunks()
    if done is not None:
        chosen = chosen.filter(_in_homes(persons, done.claims.person[done.plain], tables))
    rows: dict[str, list[Row]] = {name: [] for name in TABLES}
    rows["claims"] = rows_of(tables["claims"].filter(pc.is_in(tables["claims"]["person_id"], value_set=chosen)))
    # Who owns an account that is drawn on may live elsewhere: then a claim is turned down for what is known of them.
    owners = pa.array({row["account_person_id"] for row in rows["claims"]}, pa.string())
    known = pa.concat_arrays([chosen, owners])
    for name in _ABOUT_PERSONS:
        if name in tables:
            rows[name] = rows_of(tables[name].filter(pc.is_in(tables[name]["person_id"], value_set=known)))
    claims = pa.array([row["claim_id"] for row in rows["claims"]], pa.string())
    rows["lines"] = rows_of(tables["lines"].filter(pc.is_in(tables["lines"]["claim_id"], value_set=claims)))
    return Tables(rows, [], {name: len(table) for name, table in tables.items()})


def _in_homes(persons: pa.Table, people: Numbers, tables: Mapping[str, pa.Table]) -> pa.Array:
    """Who ever shares a household with these people (rows of `persons`)."""
    links = [persons, *([tables["households"]] if "households" in tables else [])]
    person = np.concatenate([index_in(table["person_id"], persons["person_id"]) for table in links])
    named = pa.chunked_array([chunk for table in links for chunk in table["household_id"].chunks], pa.string())
    home = homes(person, codes(named) - 1, len(persons))
    return pa.array(np.isin(home, home[people[people >= 0]]))


def _table(name: str, rows: list[Row]) -> pa.Table:
    for row in rows:
        if "paid" in TABLES[name].names:
            row["paid"] = list((row.get("paid") or {}).items())
        if row.get("pool_prop_selfpay") is not None:
            row["pool_prop_selfpay"] = Decimal(row["pool_prop_selfpay"])
    return pa.Table.from_pylist(rows, schema(name))


def _refusals(judged: list[Outcome]) -> dict[str, int]:
    found: dict[str, int] = {}
    for outcome in judged:
        refusal = outcome.result
        if refusal is not None and not isinstance(refusal, Settlement):
            why = refusal.guard or "、".join(problem.code for problem in refusal.problems)
            found[why] = found.get(why, 0) + 1
    return found
