"""The documentation page of the canonical tables, written from their definition."""

from __future__ import annotations

from tongchou.ground.tables.canon import SETTLING, TABLES
from tongchou.ground.tables.shape import Column, Table

_HEAD = """# The canonical tables

<!-- Written by `tongchou.ground.tables.document`; change the definitions there, not this page. -->

Everything that settles, pays, counts or watches meets in these tables. A table is a file `<name>.parquet`,
`<name>.csv` or `<name>.jsonl` in one folder, one of the three. To settle, {settling} are needed; the others
are read when they are there.

- **Money is whole fen** (分): 12.34 yuan is `1234`. A decimal point in a fen column is an error. Only `price` is in
  yuan. No amount exceeds 10 000 000 000 yuan either way.
- Quantities, prices and ratios are exact decimals; a floating-point number is refused. A ratio of 5 % is `0.05`.
- Dates are `YYYY-MM-DD` of the years 1900 to 2199, times `YYYY-MM-DD HH:MM:SS` in Beijing time without zone. Periods
  include both their days; an empty `through_date` is open.
- CSV and JSON Lines are UTF-8. In CSV, lists and maps are JSON text: `["E11", "I10"]`, `{{"大病": 1200}}`. An empty
  cell is no value.
- A column that is not listed is an error. *Required* columns must be there and filled.
- `rejects` receives each row that could not be used, with its row number (the first row of data is 1), column and
  code. A word-for-word repetition is dropped and the first row stands; rows with the same key that differ, and
  periods that overlap, all fall. A claim falls with any of its lines, with its person, and with any rejected spell,
  entitlement, household or account row of that person.
"""


def page() -> str:
    """The page as Markdown."""
    settling = ", ".join(f"`{name}`" for name in SETTLING)
    return _HEAD.format(settling=settling) + "".join(_table(table) for table in TABLES.values())


def _table(table: Table) -> str:
    lines = [f"\n## {table.name}", "", f"{table.doc_zh}。{table.doc_en}."]
    if table.disjoint:
        lines += ["", f"Periods with the same {_names(table.disjoint)} do not overlap."]
    lines += ["", "| column | type | unit | national field | 说明 | meaning |", "|---|---|---|---|---|---|"]
    lines += [_row(column) for column in table.columns]
    return "\n".join(lines) + "\n"


def _row(column: Column) -> str:
    marks = ["key"] * column.key + ["required"] * (column.required and not column.key)
    name = f"`{column.name}`" + "".join(f" *({mark})*" for mark in marks)
    meaning = column.doc_en
    if column.values:
        meaning += f" — {' / '.join(column.values)}"
    if column.refers:
        meaning += f" → `{column.refers}`"
    national = f"`{column.national}`" if column.national else ""
    return f"| {name} | `{column.type}` | {column.unit} | {national} | {column.doc_zh} | {meaning} |"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)
