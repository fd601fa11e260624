"""Lines split in one pass: what the rules say of them, and what is left to the plain step."""

from __future__ import annotations

import numpy as np
import pytest

from tongchou.engines.benefits.bulk.lines import LineRow
from tongchou.engines.benefits.bulk.splitting import EMPTY, OWN, PLAIN_LINE, SELF_PAID, SPLIT, split_lines

NONE = (EMPTY, EMPTY, EMPTY, EMPTY)
PLAIN = ([0, 0, 0, 0], True)


def split(
    row: LineRow, fen: int, *, said: tuple[int, ...] = NONE, parts: tuple[int, ...] = NONE
) -> tuple[list[int], bool]:
    """The parts of one line, and whether it is left to the plain step. `said`: quantity, limit, ratio and price."""
    rows = np.array([[row.way, row.limit, row.rate_numerator, row.rate_denominator, row.above]])
    found, plain = np.array(parts).reshape(4, 1), np.zeros(1, dtype=bool)
    columns = [np.array([value] if value != EMPTY else [], dtype=np.int64) for value in said]
    split_lines(rows, np.zeros(1, np.int32), np.array([fen]), *columns, found, plain)
    return found[:, 0].tolist(), bool(plain[0])


@pytest.mark.parametrize(
    ("row", "said", "parts"),
    [
        (LineRow(SELF_PAID), NONE, [1001, 0, 0, 0]),
        (LineRow(SPLIT), NONE, [0, 0, 0, 1001]),
        (LineRow(SPLIT, -1, 1, 2), NONE, [0, 0, 501, 500]),
        (LineRow(SPLIT, 600, 1, 2), NONE, [0, 401, 300, 300]),
        (LineRow(SPLIT, 600, 1, 2), (15_000, EMPTY, EMPTY, EMPTY), [0, 101, 450, 450]),
        (LineRow(SPLIT, OWN, OWN, 1), (EMPTY, 1000, 100_000, EMPTY), [0, 1, 100, 900]),
        (LineRow(SPLIT, -1, 1, 2, 9_000_000), NONE, [0, 0, 51, 950]),
        (LineRow(SPLIT, -1, 1, 2, 4_000_000), (20_000, EMPTY, EMPTY, 5_005_000), [0, 0, 101, 900]),
        (LineRow(SPLIT, -1, 0, 1, 4_000_000), NONE, [0, 0, 0, 1001]),
    ],
)
def test_a_line_by_its_rules(row: LineRow, said: tuple[int, ...], parts: list[int]) -> None:
    assert split(row, 1001, said=said) == (parts, False)


def test_a_line_that_says_its_parts() -> None:
    row = LineRow(SPLIT)
    assert split(row, 1001, parts=(1, 200, 300, 500)) == ([1, 200, 300, 500], False)
    for wrong in ((1, 200, 300, 501), (1, 200, 300, 499), (-1, 202, 300, 500), (EMPTY, 200, 300, 501)):
        assert split(row, 1001, parts=wrong) == PLAIN


@pytest.mark.parametrize(
    ("row", "fen", "said"),
    [
        (LineRow(PLAIN_LINE), 1001, NONE),
        (LineRow(SPLIT), -1, NONE),
        (LineRow(SPLIT), 1001, (0, EMPTY, EMPTY, EMPTY)),
        (LineRow(SPLIT, -1, 10**9, 10**10), 10**10, NONE),
        (LineRow(SPLIT, 10**10), 1001, (10**10, EMPTY, EMPTY, EMPTY)),
        (LineRow(SPLIT, 10**10), 10**15, NONE),
        (LineRow(SPLIT, -1, 1, 2, 0), 10**12, NONE),
        (LineRow(SPLIT, -1, 1, 2, 0), 1, (10**10, EMPTY, EMPTY, 10**10)),
        (LineRow(SPLIT, -1, 1, 10**11, 0), 1, NONE),
    ],
)
def test_a_line_left_to_the_plain_step(row: LineRow, fen: int, said: tuple[int, ...]) -> None:
    """Its numbers may be too large for 64 bits, or it is a return."""
    assert split(row, fen, said=said) == PLAIN
