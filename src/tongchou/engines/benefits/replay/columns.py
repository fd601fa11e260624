"""What a bulk run did as columns of the canonical tables, equal to the rows that `to_tables` writes one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property, reduce
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import Numbers, taken
from tongchou.engines.benefits.bulk.kinds import Kinds
from tongchou.engines.benefits.bulk.settled import Settled
from tongchou.engines.benefits.bulk.state_delta import changes, keys_of
from tongchou.engines.benefits.bulk.turns import in_turn
from tongchou.engines.benefits.engine import SEMANTICS
from tongchou.engines.benefits.national import FUNDS, MOST_RATIO
from tongchou.engines.benefits.shape import NO_LIMIT, WIDTH
from tongchou.engines.benefits.state_tables import changes_schema
from tongchou.engines.benefits.to_tables import told
from tongchou.engines.benefits.traces import trace_schema
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import schema

_EPOCH = date(1970, 1, 1).toordinal()
_PARTS = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
_TOLD = ("amount", "fulamt_ownpay_amt", "overlmt_amt", "preselfpay_amt", "inscp_scp_amt", "cash", "hospital")
"""Amounts of a line, as `telling.tell_lines` leaves them."""
_USED = "claim_id person_id scheme kind provider_id total_fee account_use settled_at".split()
_FIELDS = (*FUNDS, "acct_pay", "hosp_part_amt")
"""National fields to which layers pay."""
_TEN_THOUSANDTHS, _MILLIONTHS = 10_000, 100


class _Told(NamedTuple):
    """What `telling.tell_claims` leaves: fen by claim, and the payments of layers one after another."""

    fields: dict[str, Numbers]
    parts: Numbers
    basic: Numbers
    cash: Numbers
    hospital: Numbers
    ends: Numbers
    name: Numbers
    fen: Numbers


class Columns:
    """The claims of a bulk run in the order in which they settle.

    `claim` are their places among the claims that came, `table` their rows; `settled` is False where refused.
    """

    def __init__(self, done: Settled, pack: Pack, machine: Any) -> None:
        self.done, self.pack, self.machine = done, pack, machine
        claims, claim = done.claims, done.claim[done.first]
        ids = taken(claims.table.select(["claim_id"]), claim)["claim_id"]
        self.order = in_turn(ids, claims.basis[claim], claims.at[claim])
        self.claim, self.first = claim[self.order], done.first[self.order]
        self.visits = np.diff(done.first, append=len(done.claim))[self.order]
        self.table = taken(claims.table.select(_USED), self.claim)
        self.count = len(self.claim)
        self.day, self.at = claims.basis[self.claim], claims.at[self.claim]
        refused = np.zeros(len(done.claim), dtype=bool)
        refused[list(done.refused)] = True
        self.settled = ~refused[self.first]
        self.layers = sorted({layer.name for plan in done.plans for layer in plan.layers})
        self.event = np.arange(1, self.count + 1)

    def reasons(self) -> list[str | None]:
        """Why a claim was refused, None where it was settled."""
        texts: dict[int, str] = {}
        found: list[str | None] = [None] * self.count
        for at in np.flatnonzero(~self.settled).tolist():
            refusal = self.done.refused[int(self.first[at])]
            found[at] = texts.setdefault(id(refusal), told(refusal))
        return found

    def settlements(self) -> pa.Table:
        """The canonical settlements, numbered from 1."""
        amounts = self._amounts()
        nothing = pa.array(~self.settled)
        columns: dict[str, Any] = {
            name: self.table[name] for name in ("claim_id", "person_id", "scheme", "kind", "provider_id")
        }
        columns |= {name: pa.array(values, pa.int64(), mask=~self.settled) for name, values in amounts.items()}
        columns["medfee_sumamt"] = pc.if_else(nothing, self.table["total_fee"], columns["medfee_sumamt"])
        year = self.done.claims.year[self.claim]
        columns |= {
            "settlement_id": self.table["claim_id"],
            "event_no": pa.array(self.event),
            "basis_date": pa.array(self.day.astype(np.int32), mask=~self.settled).cast(pa.date32()),
            "year": pa.array(year, mask=~self.settled),
            "pack_hash": pa.repeat(self.pack.hash, self.count),
            "semantics": pa.repeat(str(SEMANTICS), self.count),
            "status": pc.if_else(nothing, "refused", "settled"),
            "reason": pa.array(self.reasons(), pa.string()),
            "pool_prop_selfpay": self._ratio(),
            "paid": _map(self._told.ends, self._told.name, self._told.fen, self.layers),
        }
        if self.done.balance is not None:
            columns["balc"] = pa.array(self.done.balance[self.first + self.visits - 1])
        return _conforming(columns, "settlements", self.count)

    @cached_property
    def _told(self) -> _Told:
        """What was paid of every claim."""
        done = self.done
        entries = int(done.paid_start[-1])
        told = np.zeros((len(_FIELDS) + 9, self.count), dtype=np.int64)
        ends, (name, fen) = np.empty(self.count, np.int64), np.empty((2, entries), np.int64)
        entries = self.machine.tell_claims(
            self.first, self.visits, self.settled.astype(np.int64), done.plan_of, self._of_plan("name"),
            self._of_plan("field"), done.paid, done.paid_start, done.parts, done.basic, done.cash, done.hospital,
            np.full(len(self.layers), -1), told, ends, name, fen,
        )  # fmt: skip
        fields, parts, basic, (cash, hospital) = np.split(told, np.cumsum([len(_FIELDS), 4, 3]))
        return _Told(
            dict(zip(_FIELDS, fields, strict=True)), parts, basic, cash, hospital, ends, name[:entries], fen[:entries]
        )

    def _amounts(self) -> dict[str, Numbers]:
        told = self._told
        accounts = told.fields["acct_pay"]
        relative = np.asarray(pc.fill_null(pc.equal(self.table["account_use"], "relative"), False), dtype=bool)
        funds = {name: told.fields[name] for name in FUNDS}
        return {
            "medfee_sumamt": told.parts.sum(axis=0),
            **dict(zip(_PARTS, told.parts, strict=True)),
            "act_pay_dedc": told.basic[0],
            **funds,
            "fund_pay_sumamt": np.sum([*funds.values()], axis=0),
            "psn_part_amt": accounts + told.cash,
            "acct_pay": accounts,
            "acct_mulaid_pay": np.where(relative, accounts, 0),
            "psn_cash_pay": told.cash,
            "hosp_part_amt": told.fields["hosp_part_amt"] + told.hospital,
        }

    def _entries(self) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """Every layer that served a visit, claim by claim: its claim (from 0), its visit, its place in the plan, and
        its place in what was done."""
        claim, visit = pieces(self.first, self.visits)
        start = self.done.paid_start[visit]
        piece, entry = pieces(start, np.diff(self.done.paid_start)[visit])
        return claim[piece], visit[piece], entry - start[piece], entry

    def _of_plan(self, what: str) -> Numbers:
        """The number of every layer of every plan: of its name among `layers`, or of its field."""
        known: Sequence[str] = self.layers if what == "name" else _FIELDS
        widest = max((len(plan.layers) for plan in self.done.plans), default=0)
        found = np.full((max(1, len(self.done.plans)), max(1, widest)), -1, dtype=np.int64)
        for i, plan in enumerate(self.done.plans):
            for j, layer in enumerate(plan.layers):
                found[i, j] = known.index(layer.name if what == "name" else str(layer.layer.field))
        return found

    def _ratio(self) -> pa.Array:
        """The basic fund's ratio, four decimals, half up; 0.0000 when nothing was covered."""
        _, paid, expense = self._told.basic
        used = np.maximum(expense, 1)
        value = np.where(expense > 0, (2 * paid * _TEN_THOUSANDTHS + used) // (2 * used), 0)
        value = np.minimum(value, MOST_RATIO)
        return _decimal(value * _MILLIONTHS, schema("settlements").field("pool_prop_selfpay").type, ~self.settled)

    def line_results(self) -> pa.Table:
        """The canonical line results of what was settled, claim by claim, in the order of the file."""
        done, lines = self.done, self.done.lines
        assert lines is not None
        first, visits = self.first[self.settled], self.visits[self.settled]
        size = lines.span[first + visits - 1, 1] - lines.span[first, 0]
        count, entries = int(size.sum()), np.count_nonzero(lines.shares)
        row, ends = np.empty(count, np.int64), np.empty(count, np.int64)
        told = np.empty((7, count), np.int64)
        name, fen = np.empty(entries, np.int64), np.empty(entries, np.int64)
        entries = self.machine.tell_lines(
            first,
            visits,
            lines.span,
            lines.layout.places(len(lines.table)),
            lines.parts,
            np.diff(done.paid_start),
            self._of_plan("name"),
            done.plan_of,
            lines.shares,
            lines.share_start,
            row,
            told,
            ends,
            name,
            fen,
        )  # a layer that paid nothing of a line is not named
        claim = _repeated(self.table["claim_id"].filter(pa.array(self.settled)), size)
        columns = {
            "settlement_id": claim,
            "claim_id": claim,
            "line_id": lines.table["line_id"].take(pa.array(row)),
            **{field: pa.array(amounts) for field, amounts in zip(_TOLD, told, strict=True)},
            "paid": _map(ends, name[:entries], fen[:entries], self.layers),
        }
        return _conforming(columns, "line_results", count)

    def traces(self) -> pa.Table:
        """The trace of every layer of what was settled, visit after visit, as `traces` has it row by row."""
        of, visit, layer, entry = self._entries()
        kept = self.settled[of]
        of, visit, layer, trace = of[kept], visit[kept], layer[kept], self.done.traces[entry[kept]]
        plan = self.done.plan_of[visit]
        claim = self.table["claim_id"].take(pa.array(of))
        kinds = pa.array([one.kind for one in self.done.plans], pa.string())
        columns: list[Any] = [claim, claim, kinds.take(pa.array(plan))]
        columns.append(pa.array(self.layers, pa.string()).take(pa.array(self._of_plan("name")[plan, layer])))
        open_ = trace == NO_LIMIT  # only a room can be without limit
        columns += [pa.array(trace[:, i], mask=open_[:, i]) for i in range(WIDTH)]
        return pa.table(columns, trace_schema())

    def changes(self) -> pa.Table:
        """What every settled claim looked at and added to the state, by key, as `state_tables.change_rows` has it."""
        visit, at, amount = changes(self.done)
        known = np.full(len(self.done.claims.table), -1)
        known[self.claim] = np.where(self.settled, np.arange(self.count), -1)
        of = known[self.done.claim[visit]]
        mine = of >= 0
        of, at, amount = of[mine], at[mine], amount[mine]
        place = Kinds.telling(at)
        keys = keys_of(self.done.slots, at[place.first()], self.done.claims)
        # Kinds told apart by numbers are numbered in their order.
        order = reduce(Kinds.by, [_in_order(column) for column in keys.columns])
        rows = Kinds.telling(of * order.count + order.of[place.of])
        added = np.zeros(rows.count, dtype=np.int64)
        np.add.at(added, rows.of, amount)
        first = rows.first()
        claim = self.table["claim_id"].take(pa.array(of[first]))
        found = keys.take(pa.array(place.of[first]))
        return pa.table([claim, *found.columns, pa.array(added)], schema=changes_schema())

    def events(self) -> pa.Table:
        """The canonical events, one for each claim that was judged."""
        columns = {
            "event_no": pa.array(self.event),
            "kind": pa.repeat("settle", self.count),
            "claim_id": self.table["claim_id"],
            "recorded_at": self.table["settled_at"],
            "pack_hash": pa.repeat(self.pack.hash, self.count),
            "reason": pa.array(self.reasons(), pa.string()),
        }
        return _conforming(columns, "events", self.count)


def _conforming(columns: Mapping[str, Any], table: str, count: int) -> pa.Table:
    """Columns in the order and types of a canonical table; what is not given is empty."""
    fields = schema(table)
    arrays = [columns.get(f.name, pa.nulls(count, f.type)) for f in fields]
    return pa.table([a if a.type == f.type else a.cast(f.type) for a, f in zip(arrays, fields, strict=True)], fields)


def pieces(start: Numbers, length: Numbers) -> tuple[Numbers, Numbers]:
    """Pieces of something one after another: of every entry the piece that it is in, and its place."""
    piece = np.repeat(np.arange(len(start)), length)
    return piece, np.arange(len(piece)) + np.repeat(start - (np.cumsum(length) - length), length)


def _repeated(texts: pa.ChunkedArray, times: Numbers) -> pa.Array:
    """Each text so many times, at least once."""
    ends = pa.array(np.cumsum(times).astype(np.int32))
    return pc.run_end_decode(pa.RunEndEncodedArray.from_arrays(ends, texts.combine_chunks()))


def _in_order(texts: pa.ChunkedArray) -> Kinds:
    """The texts of a column as numbers in their order."""
    coded = texts.combine_chunks().dictionary_encode()
    place = np.empty(len(coded.dictionary), dtype=np.int32)
    place[pc.sort_indices(coded.dictionary).to_numpy()] = np.arange(len(place), dtype=np.int32)
    return Kinds(place[coded.indices.to_numpy()], len(place))


def _map(ends: Numbers, name: Numbers, fen: Numbers, names: Sequence[str]) -> pa.Array:
    """Entries one after another as a map column; `ends`: of each row the end of its entries."""
    start = np.append(0, ends).astype(np.int32)
    keys = pa.array(names, pa.string()).take(pa.array(name))
    return pa.MapArray.from_arrays(pa.array(start), keys, pa.array(fen))


def _decimal(values: Numbers, kind: pa.Decimal128Type, empty: Any) -> pa.Array:
    """Whole numbers of the last place as decimals: 128 bits each, the low half first."""
    halves = np.stack([values, values >> 63], axis=1).astype(np.int64)
    whole = pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(halves.tobytes())])
    return pc.if_else(pa.array(empty), pa.scalar(None, kind), whole)
