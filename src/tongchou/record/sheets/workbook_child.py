"""Unpacks one workbook, in a process of its own with little memory and little time.

What a stranger sent is given to the library here: a workbook that unpacks without end, or that says its last cell is
XFD1048576, ends this process and not the server. Run by path, alone: it imports nothing of ours. The workbook comes on
standard input; out goes a `marshal` of [(sheet, rows)], a row a list of texts; a text in a tuple was a number with more
digits than a spreadsheet keeps. Exit code 3: no workbook that can be read; 4: too many rows.
"""

from __future__ import annotations

import io
import marshal
import resource
import sys
from datetime import date, datetime, time
from decimal import Decimal

KEPT = 10**15
"""A spreadsheet keeps fifteen digits of a number; what is longer was changed before it was saved."""


def cell(value: object) -> str | tuple[str]:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float | int):
        plain = format(Decimal(repr(value)), "f") if value == value and abs(value) != float("inf") else str(value)
        plain = plain.removesuffix(".0")
        return (plain,) if abs(value) >= KEPT else plain
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return "" if value is None else str(value)


def main(memory: int, seconds: int, rows: int) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineError, CalamineWorkbook

    found = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.end is not None and sheet.end[0] >= rows:
                return 4
            found.append((name, [[cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]))
    except (CalamineError, OSError, ValueError) as error:
        sys.stderr.write(str(error)[:200])
        return 3
    sys.stdout.buffer.write(marshal.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(*(int(each) for each in sys.argv[1:])))
