"""Tables for people: drawn on a terminal, plain aligned text anywhere else."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence

from tongchou.faces.cli.speak import as_json, tell

NUMBERS = set("0123456789.,-+% ")


def show(headers: Sequence[str], rows: Sequence[Sequence[object]], title: str = "") -> None:
    """Print a table. Columns of numbers stand to the right."""
    cells = [[str(cell) for cell in row] for row in rows]
    right = [_is_number([row[i] for row in cells]) for i in range(len(headers))]
    if as_json():
        return
    if sys.stdout.isatty():
        _draw(headers, cells, right, title)
        return
    if title:
        tell(title)
    widths = [max(width(row[i]) for row in [list(headers), *cells]) for i in range(len(headers))]
    for row in [list(headers), *cells]:
        padded = [_pad(cell, widths[i], right[i]) for i, cell in enumerate(row)]
        tell("  ".join(padded).rstrip())


def _is_number(column: Sequence[str]) -> bool:
    return any(column) and all(set(cell) <= NUMBERS for cell in column)


def width(text: str) -> int:
    """Columns a text takes; a Chinese character takes two."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _pad(text: str, size: int, right: bool) -> str:
    blanks = " " * (size - width(text))
    return blanks + text if right else text + blanks


def _draw(headers: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool], title: str) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left")
    for i, header in enumerate(headers):
        table.add_column(header, justify="right" if right[i] else "left")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)
