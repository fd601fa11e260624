"""What a bulk run did as columns of the canonical tables, equal to the rows that `to_tables` writes one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import Numbers
from tongchou.engines.benefits.bulk.settled import Settled, sums
from tongchou.engines.benefits.engine import SEMANTICS
from tongchou.engines.benefits.national import FUNDS
from tongchou.engines.benefits.shape import NO_LIMIT, WIDTH
from tongchou.engines.benefits.to_tables import told
from tongchou.engines.benefits.traces import trace_schema
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import schema

_EPOCH = date(1970, 1, 1).toordinal()
_PARTS = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
_LINE_PARTS = ("fulamt_ownpay_amt", "overlmt_amt", "preselfpay_amt", "inscp_scp_amt")
_TEN_THOUSANDTHS, _MILLIONTHS = 10_000, 100


class Columns:
    """The claims of a bulk run, by claim, in the order in which they settle within their household.

    `claim` are their places among the claims that came, `table` their rows; `settled` is False where refused.
    """

    def __init__(self, done: Settled, pack: Pack) -> None:
        self.done, self.pack = done, pack
        self.claim = done.claim[done.first]
        self.table = done.claims.table.take(pa.array(self.claim))
        self.count = len(self.claim)
        self.of_visit = np.cumsum(np.diff(done.claim, prepend=-1) != 0) - 1
        refused = np.zeros(len(done.claim), dtype=bool)
        refused[list(done.refused)] = True
        self.settled = ~refused[done.first]
        self.layers = sorted({layer.name for plan in done.plans for layer in plan.layers})

    def reasons(self) -> list[str | None]:
        """Why a claim was refused, None where it was settled."""
        texts: dict[int, str] = {}
        found: list[str | None] = [None] * self.count
        for at in np.flatnonzero(~self.settled).tolist():
            refusal = self.done.refused[int(self.done.first[at])]
            found[at] = texts.setdefault(id(refusal), told(refusal))
        return found

    def settlements(self, event: Numbers) -> pa.Table:
        """The canonical settlements; `event` numbers them."""
        amounts = self._amounts()
        nothing = pa.array(~self.settled)
        columns: dict[str, Any] = {
            name: self.table[name] for name in ("claim_id", "person_id", "scheme", "kind", "provider_id")
        }
        columns |= {name: pa.array(values, pa.int64(), mask=~self.settled) for name, values in amounts.items()}
        columns["medfee_sumamt"] = pc.if_else(nothing, self.table["total_fee"], columns["medfee_sumamt"])
        days, year = self.done.claims.basis[self.claim], self.done.claims.year[self.claim]
        columns |= {
            "settlement_id": self.table["claim_id"],
            "event_no": pa.array(event),
            "basis_date": pa.array(days.astype(np.int32), mask=~self.settled).cast(pa.date32()),
            "year": pa.array(year, mask=~self.settled),
            "pack_hash": pa.repeat(self.pack.hash, self.count),
            "semantics": pa.repeat(str(SEMANTICS), self.count),
            "status": pc.if_else(nothing, "refused", "settled"),
            "reason": pa.array(self.reasons(), pa.string()),
            "pool_prop_selfpay": self._ratio(),
            "paid": self._paid(),
        }
        if self.done.balance is not None:
            last = np.append(self.done.first[1:], len(self.done.claim)) - 1
            columns["balc"] = pa.array(self.done.balance[last])
        return _conforming(columns, "settlements", self.count)

    def _amounts(self) -> dict[str, Numbers]:
        parts = self.done.by_claim(self.done.parts)
        basic = self.done.by_claim(self.done.basic)
        fields = self._by_field()
        accounts = fields.pop("acct_pay")
        relative = np.asarray(pc.fill_null(pc.equal(self.table["account_use"], "relative"), False), dtype=bool)
        cash = self.done.by_claim(self.done.cash)
        funds = {name: fields[name] for name in FUNDS}
        return {
            "medfee_sumamt": parts.sum(axis=1),
            **{name: parts[:, i] for i, name in enumerate(_PARTS)},
            "act_pay_dedc": basic[:, 0],
            **funds,
            "fund_pay_sumamt": np.sum([*funds.values()], axis=0),
            "psn_part_amt": accounts + cash,
            "acct_pay": accounts,
            "acct_mulaid_pay": np.where(relative, accounts, 0),
            "psn_cash_pay": cash,
            "hosp_part_amt": fields["hosp_part_amt"] + self.done.by_claim(self.done.hospital),
        }

    def _by_field(self) -> dict[str, Numbers]:
        """National field → fen by claim."""
        claim, _, field, fen = self._payments()
        found = {}
        for number, name in enumerate((*FUNDS, "acct_pay", "hosp_part_amt")):
            own = field == number
            total = np.zeros(self.count, dtype=np.int64)
            np.add.at(total, claim[own], fen[own])
            found[name] = total
        return found

    def _payments(self) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """Every payment of a layer: its claim (from 0), its layer (of `layers`), its national field, fen."""
        names, fields = self._of_plan("name"), self._of_plan("field")
        width = np.diff(self.done.paid_start)
        visit = np.repeat(np.arange(len(width)), width)
        within = np.arange(len(visit)) - self.done.paid_start[visit]
        plan = self.done.plan_of[visit]
        return self.of_visit[visit], names[plan, within], fields[plan, within], self.done.paid

    def _of_plan(self, what: str) -> Numbers:
        """The number of every layer of every plan: of its name among `layers`, or of its field."""
        known = self.layers if what == "name" else [*FUNDS, "acct_pay", "hosp_part_amt"]
        widest = max((len(plan.layers) for plan in self.done.plans), default=0)
        found = np.full((max(1, len(self.done.plans)), max(1, widest)), -1, dtype=np.int64)
        for i, plan in enumerate(self.done.plans):
            for j, layer in enumerate(plan.layers):
                found[i, j] = known.index(layer.name if what == "name" else str(layer.layer.field))
        return found

    def _paid(self) -> pa.Array:
        """Layer → fen, every layer that serves the visit; nothing for a refused claim."""
        claim, layer, _, fen = self._payments()
        settled = self.settled[claim]
        claim, layer, fen = claim[settled], layer[settled], fen[settled]
        key = claim * max(1, len(self.layers)) + layer
        if len(self.claim) < len(self.done.claim):  # in two parts: a layer may have paid in both
            key, first, into = np.unique(key, return_index=True, return_inverse=True)
            total = np.zeros(len(key), dtype=np.int64)
            np.add.at(total, into, fen)
            order = np.argsort(first)  # as the layers follow each other, whatever they are called
            key, fen = key[order], total[order]
            claim, layer = key // max(1, len(self.layers)), key % max(1, len(self.layers))
        return _map(claim, layer, fen, self.layers, self.count)

    def _ratio(self) -> pa.Array:
        """The basic fund's ratio, four decimals, half up; 0.0000 when nothing was covered."""
        basic = self.done.by_claim(self.done.basic)
        paid, used = basic[:, 1], np.maximum(basic[:, 2], 1)
        value = np.where(basic[:, 2] > 0, (2 * paid * _TEN_THOUSANDTHS + used) // (2 * used), 0)
        return _decimal(value * _MILLIONTHS, schema("settlements").field("pool_prop_selfpay").type, ~self.settled)

    def line_results(self) -> pa.Table:
        """The canonical line results of what was settled, claim by claim, in the order of the file."""
        lines = self.done.lines
        of = self.of_visit[lines.visit]
        order = np.lexsort((lines.row, of))
        order = order[self.settled[of[order]]]
        where = np.empty(len(lines.row), dtype=np.int64)
        where[order] = np.arange(len(order))
        assert lines.table is not None
        rows = pa.array(lines.row[order])
        amount = lines.parts[order].sum(axis=1)
        names = self._of_plan("name")
        width = np.diff(self.done.paid_start)[lines.visit] + 1
        start = sums(width)[:-1]
        cut = np.zeros(len(order), dtype=np.int64)
        cut[where[order]] = lines.shares[start + width - 1][order]
        entry = np.flatnonzero(lines.shares)  # a layer that paid nothing of a line is not named
        at = np.searchsorted(start, entry, side="right") - 1
        layers = entry - start[at] < width[at] - 1  # the last place is the hospital's
        entry, at = entry[layers], at[layers]
        layer = names[self.done.plan_of[lines.visit[at]], entry - start[at]]
        fen, line = lines.shares[entry], where[at]
        by_line = np.argsort(line, kind="stable")
        paid = np.zeros(len(order), dtype=np.int64)
        np.add.at(paid, line, fen)
        columns = {
            "settlement_id": lines.table["claim_id"].take(rows),
            "claim_id": lines.table["claim_id"].take(rows),
            "line_id": lines.table["line_id"].take(rows),
            "amount": pa.array(amount),
            **{name: pa.array(lines.parts[order, i]) for i, name in enumerate(_LINE_PARTS)},
            "paid": _map(line[by_line], layer[by_line], fen[by_line], self.layers, len(order)),
            "cash": pa.array(amount - paid - cut),
            "hospital": pa.array(cut),
        }
        return _conforming(columns, "line_results", len(order))

    def traces(self) -> pa.Table:
        """The trace of every layer of what was settled, visit after visit, as `traces` has it row by row."""
        visit = np.repeat(np.arange(len(self.done.claim)), np.diff(self.done.paid_start))
        kept = np.flatnonzero(self.settled[self.of_visit[visit]])
        visit, trace = visit[kept], self.done.traces[kept]
        plan, layer = self.done.plan_of[visit], kept - self.done.paid_start[visit]
        names = self._of_plan("name")[plan, layer]
        claim = self.done.claims.table["claim_id"].take(pa.array(self.done.claim[visit]))
        kinds = pa.array([one.kind for one in self.done.plans], pa.string())
        columns: list[Any] = [claim, claim, kinds.take(pa.array(plan))]
        columns.append(pa.array(self.layers, pa.string()).take(pa.array(names)))
        open_ = trace == NO_LIMIT  # only a room can be without limit
        columns += [pa.array(trace[:, i], mask=open_[:, i]) for i in range(WIDTH)]
        return pa.table(columns, trace_schema())

    def events(self, event: Numbers) -> pa.Table:
        """The canonical events, one for each claim that was judged."""
        columns = {
            "event_no": pa.array(event),
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


def _map(of: Numbers, name: Numbers, fen: Numbers, names: Sequence[str], count: int) -> pa.Array:
    """Entries in the order of their rows (`of`) as a map column of `count` rows."""
    start = np.searchsorted(of, np.arange(count + 1), side="left").astype(np.int32)
    keys = pa.array(names, pa.string()).take(pa.array(name))
    return pa.MapArray.from_arrays(pa.array(start), keys, pa.array(fen))


def _decimal(values: Numbers, kind: pa.Decimal128Type, empty: Any) -> pa.Array:
    """Whole numbers of the last place as decimals: 128 bits each, the low half first."""
    halves = np.stack([values, values >> 63], axis=1).astype(np.int64)
    whole = pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(halves.tobytes())])
    return pc.if_else(pa.array(empty), pa.scalar(None, kind), whole)
