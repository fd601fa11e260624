"""The rules of a row by itself, as `checks` has them, over whole columns: which rows break one, or might.

Exact wherever 64 bits hold the numbers; a row for which they may not is not vouched for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.ground.money import MAX_FEN
from tongchou.ground.tables.checks import IDENTITIES
from tongchou.ground.tables.shape import Table
from tongchou.ground.tables.vectors import Flags, Ints, given, numbers
from tongchou.ground.tables.visits import PARTS

MANY = 2**62 // MAX_FEN
"""So many amounts sum to a 64-bit number, whatever they are."""
_LARGE = 2**62
_PIECE = 1 << 20


def odd_rows(table: Table, content: pa.Table) -> Flags:
    """Rows of a conformed table that may break a rule of a row; of rows with a faulty cell it says nothing."""
    odd = [np.zeros(0, dtype=np.bool_)]
    rule = _RULES.get(table.name)
    for batch in content.to_batches(max_chunksize=_PIECE):
        found = np.zeros(len(batch), dtype=np.bool_)
        for earlier, later in table.in_order:
            (start, started), (end, ended) = numbers(batch[earlier]), numbers(batch[later])
            found |= started & ended & (end < start)
        odd.append(found | rule(batch) if rule else found)
    return np.concatenate(odd)


def _claim(rows: pa.RecordBatch) -> Flags:
    return _is(rows["account_use"], "relative") ^ given(rows["account_person_id"])


def _is(cells: pa.Array, word: str) -> Flags:
    return np.asarray(pc.equal(cells, word).fill_null(False), dtype=np.bool_)


def _line(rows: pa.RecordBatch) -> Flags:
    amount, _ = numbers(rows["amount"])
    quantity, counted = numbers(rows["quantity"])
    price, priced = numbers(rows["price"])
    crossed = counted & (((quantity < 0) & (amount > 0)) | ((amount < 0) & (quantity >= 0)))
    apart = counted & priced & ~_agree(quantity, price, amount)
    refund = (amount < 0) | (quantity < 0)
    return crossed | apart | (refund ^ given(rows["original_line_id"])) | _parts(rows, amount)


def _agree(quantity: Ints, price: Ints, amount: Ints) -> Flags:
    """Whether quantity (10⁻⁴) × price (10⁻⁶ yuan) is surely the amount (fen) within 1 fen, in 10⁻¹⁰ yuan."""
    fen = 10**8
    fits: Flags = (np.abs(amount) <= _LARGE // fen) & (np.abs(quantity) <= _LARGE // np.maximum(np.abs(price), 1))
    fits &= np.abs(quantity * price - amount * fen) <= fen
    return fits


def _parts(rows: pa.RecordBatch, amount: Ints) -> Flags:
    """Parts of a line that are neither all empty nor all given, of its sign, and its sum."""
    count, total = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
    odd = np.zeros(len(rows), dtype=np.bool_)
    for name in PARTS:
        if rows[name].null_count < len(rows):
            part, filled = numbers(rows[name])
            count += filled
            total += part
            odd |= (part != 0) & (np.sign(part) != np.sign(amount))
    odd |= (count < len(PARTS)) | (total != amount)
    return odd & (count > 0)


def _settlement(rows: pa.RecordBatch) -> Flags:
    odd = np.zeros(len(rows), dtype=np.bool_)
    for whole, parts in IDENTITIES:
        rest, filled = numbers(rows[whole])
        odd |= ~filled
        for name in parts:
            part, filled = numbers(rows[name])
            rest = rest - part
            odd |= ~filled
        odd |= rest != 0
    return odd & ~_is(rows["status"], "refused")


def _line_result(rows: pa.RecordBatch) -> Flags:
    return _not_paid(rows, ("cash", "hospital")) | _parts(rows, numbers(rows["amount"])[0])


def _year_end(rows: pa.RecordBatch) -> Flags:
    return _not_paid(rows, ("cash",))


def _not_paid(rows: pa.RecordBatch, others: Sequence[str]) -> Flags:
    """Rows whose payments by layer and others do not sum to the amount."""
    paid, rest = rows["paid"], numbers(rows["amount"])[0]
    ends = paid.offsets.to_numpy().astype(np.int64)
    items, _ = numbers(paid.items[ends[0] : ends[-1]])
    # Running sums may leave 64 bits and come back: differences of them are right all the same.
    running = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(items)])
    rest = rest - np.diff(running[ends - ends[0]])
    for name in others:
        rest = rest - numbers(rows[name])[0]
    odd: Flags = (rest != 0) | (np.diff(ends) > MANY - 4)
    return odd


_RULES: dict[str, Callable[[pa.RecordBatch], Flags]] = {
    "claims": _claim,
    "lines": _line,
    "settlements": _settlement,
    "line_results": _line_result,
    "year_end": _year_end,
}
