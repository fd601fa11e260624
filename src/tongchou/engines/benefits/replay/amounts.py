"""The numbers of a bulk run: what was paid of every claim and line, as whole columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import Numbers
from tongchou.engines.benefits.bulk.kinds import Small
from tongchou.engines.benefits.bulk.settled import Settled
from tongchou.engines.benefits.carried import Seen
from tongchou.engines.benefits.from_tables import Turn
from tongchou.engines.benefits.national import FUNDS
from tongchou.engines.benefits.replay.numbered import AMOUNTS, LINE_AMOUNTS, Numbered, layers_of, schemas
from tongchou.engines.benefits.shape import COLUMNS, NO_LIMIT
from tongchou.engines.benefits.to_tables import Totals, told
from tongchou.ground.errors import Place, fail
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables.parquet import ROW

_CASH, _EXCESS = AMOUNTS.index("psn_cash_pay"), AMOUNTS.index("package_excess")
_EPOCH = date(1970, 1, 1)
_PIECE = 1 << 16
"""Lines told at once: so few that what is let go of serves those that come next."""


def of_bulk(done: Settled, pack: Pack, machine: Any) -> Numbered:
    """The numbers of a bulk run, lines and traces where it kept them. Raises T160 where a claim does not add up."""
    found = _Claims(done, pack, machine)
    found.tell()
    tables = {"amounts": found.amounts(), "lines": found.lines(), "traces": found.traces()}
    return Numbered(tables, done.state_delta(), found.totals(), found.turn(False), found.seen())


class _Claims:
    """Claims as they stand in a bulk run; `told`: their amounts, row by row as `telling.tell_amounts` leaves them."""

    told: Numbers
    paid: Numbers

    def __init__(self, done: Settled, pack: Pack, machine: Any) -> None:
        self.done, self.layers, self.form, self.machine = done, layers_of(pack), schemas(pack), machine
        self.claim = done.claim[done.first]
        self.visits = np.diff(done.first, append=len(done.claim))
        refused = np.zeros(len(done.claim), dtype=bool)
        refused[list(done.refused)] = True
        self.settled = ~refused[done.first]
        self.row = _taken(done.claims.table[ROW], self.claim)
        names = [[self.layers.index(layer.name) for layer in plan.layers] for plan in done.plans]
        self.names = np.array(_rectangle(names), dtype=np.int64)

    def tell(self) -> None:
        """Raises T160 where the parts of a claim are not its payments, its cash and what packages left."""
        done = self.done
        self.told = np.zeros((len(AMOUNTS) + len(self.layers), len(self.claim)), dtype=np.int64)
        self.paid = np.zeros(self.names.shape, dtype=np.int64)  # by plan and layer
        wrong = self.machine.tell_amounts(
            done.first, self.visits, self.settled.astype(np.int64), done.plan_of, self.names, done.paid,
            done.paid_start, done.parts, done.basic, done.cash, done.hospital, self.told, self.paid,
        )  # fmt: skip
        if wrong >= 0:
            value = int(self.told[:4, wrong].sum())
            identity = " = ".join((" + ".join(AMOUNTS[:4]), " + ".join((*AMOUNTS[_CASH:], "paid"))))
            raise fail("T160", Place(table="amounts", column="psn_cash_pay"), identity=identity, value=value)

    def amounts(self) -> pa.Table:
        """The table `amounts`."""
        reasons = self._reasons()
        status = _words((~self.settled).astype(np.int32), ("settled", "refused"))
        return pa.table([self.row, status, reasons, *map(pa.array, self.told)], self.form["amounts"])

    def _reasons(self) -> pa.Array:
        """Why claims were refused."""
        numbers: dict[str, int] = {}
        refused = np.flatnonzero(~self.settled)
        of = np.zeros(len(self.claim), dtype=np.int32)
        for at in refused.tolist():
            why = told(self.done.refused[int(self.done.first[at])])
            of[at] = numbers.setdefault(why, len(numbers))
        return pa.DictionaryArray.from_arrays(pa.array(of, mask=self.settled), pa.array([*numbers], pa.string()))

    def lines(self) -> pa.Table:
        """The table `lines`."""
        done, lines = self.done, self.done.lines
        if lines is None:
            return self.form["lines"].empty_table()
        first, visits = done.first[self.settled], self.visits[self.settled]
        ends = np.cumsum(lines.span[first + visits - 1, 1] - lines.span[first, 0])
        place, layers = lines.layout.places(len(lines.table)), np.diff(done.paid_start)
        pieces, begin = [self.form["lines"].empty_table()], 0
        while begin < len(first):
            before = int(ends[begin - 1]) if begin else 0
            end = max(begin + 1, int(np.searchsorted(ends, before + _PIECE, side="right")))
            count = int(ends[end - 1]) - before
            row = np.empty(count, np.int64)
            told = np.zeros((len(LINE_AMOUNTS) + len(self.layers), count), np.int64)
            self.machine.tell_line_amounts(
                first[begin:end], visits[begin:end], lines.span, place, lines.parts, layers, self.names, done.plan_of,
                lines.shares, lines.share_start, row, told,
            )  # fmt: skip
            pieces.append(pa.table([_taken(lines.table[ROW], row), *map(pa.array, told)], self.form["lines"]))
            begin = end
        return pa.concat_tables(pieces)

    def traces(self) -> pa.Table:
        """The table `traces`."""
        done, form = self.done, self.form["traces"]
        if not len(done.traces):
            return form.empty_table()
        last = done.first + self.visits
        count = int((done.paid_start[last] - done.paid_start[done.first])[self.settled].sum())
        of, plan, layer = np.empty((3, count), dtype=np.int32)
        told = np.empty((len(COLUMNS), count), dtype=np.int64)
        self.machine.tell_traces(
            done.first, self.visits, self.settled.astype(np.int64), done.plan_of, self.names, done.paid_start,
            done.traces, of, plan, layer, told,
        )  # fmt: skip
        kinds = list(dict.fromkeys(one.kind for one in done.plans))
        kind = np.array([kinds.index(one.kind) for one in done.plans], dtype=np.int32)[plan]
        columns = [
            pa.array(column, mask=column == NO_LIMIT if name == "room" else None)
            for name, column in zip(COLUMNS, told, strict=True)
        ]
        words = [_words(kind, kinds), _words(layer, self.layers)]
        return pa.table([self.row.take(pa.array(of)), *words, *columns], form)

    def totals(self) -> Totals:
        """Claims, fees and payments (fen) of all."""
        done, totals = self.done, Totals()
        refused = _taken(done.claims.table["total_fee"], self.claim[~self.settled])
        totals.claims["settled"], totals.claims["refused"] = int(self.settled.sum()), len(refused)
        totals.fees["settled"], totals.fees["refused"] = int(self.told[:4].sum()), pc.sum(refused).as_py() or 0
        totals.payers["psn_cash_pay"], totals.payers["hosp_part_amt"] = map(
            int, self.told[[_CASH, _EXCESS]].sum(axis=1)
        )
        met = np.bincount(done.plan_of[np.repeat(self.settled, self.visits)], minlength=len(done.plans))
        for number, plan in enumerate(done.plans):
            for at, layer in enumerate(plan.layers if met[number] else ()):
                name, field = f"{plan.scheme}.{layer.name}", str(layer.layer.field)
                paid = int(self.paid[number, at])
                totals.layers[name] = totals.layers.get(name, 0) + paid
                totals.payers["fund_pay_sumamt" if field in FUNDS else field] += paid
        for at in done.first[~self.settled].tolist():
            guard = str(done.refused[at].guard)
            totals.refusals[guard] = totals.refusals.get(guard, 0) + 1
        return totals

    def turn(self, last: bool) -> Turn:
        """The claim that settles first, or last."""
        claims, far = self.done.claims, np.max if last else np.min
        rows = self.claim[claims.basis[self.claim] == far(claims.basis[self.claim])]
        rows = rows[claims.at[rows] == far(claims.at[rows])]
        ids = sorted(_taken(claims.table["claim_id"], rows).to_pylist())
        return _EPOCH + timedelta(days=int(claims.basis[rows[0]])), _moment(claims.at[rows[0]]), ids[-1 if last else 0]

    def seen(self) -> Seen:
        """How far the claims reach."""
        at = self.done.claims.at[self.claim]
        return Seen(self.turn(True), _moment(at.min()).date(), _moment(at.max()).date())


def _moment(at: np.int64) -> datetime:
    return datetime.combine(_EPOCH, time()) + timedelta(microseconds=int(at))


def _words(of: Small, words: Sequence[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(of), pa.array(words, pa.string()))


def _taken(column: pa.ChunkedArray, rows: Numbers) -> pa.Array:
    whole = len(rows) == len(column) and (rows[1:] > rows[:-1]).all()
    return column.combine_chunks() if whole else column.combine_chunks().take(pa.array(rows))


def _rectangle(rows: Sequence[Sequence[int]]) -> list[list[int]]:
    """Rows of numbers, as long as the longest."""
    width = max((len(row) for row in rows), default=0)
    return [[*row, *[0] * (width - len(row))] for row in rows]
