"""The two tables of a split as CSV: institutions with their facts, and three years of what they did.

Institutions: `institution`, `parts` (empty: all), and a column for each fact that the rules ask for. History:
`institution`, `part`, `year`, `months` (empty: 12), and a column for each measure; money in yuan.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from tongchou.engines.payment.quota_cases import needed, scope_of
from tongchou.engines.payment.quota_terms import YEARS, QuotaTerms
from tongchou.engines.payment.quotas import MONTHS, Institution, Served
from tongchou.ground.errors import fail
from tongchou.ground.region.reckoning import read_plain, refuse_others
from tongchou.ground.region.typed import typed

WORDS = {"机构": "institution", "部分": "part", "范围": "parts", "年度": "year", "月数": "months"}
"""Columns as an office writes them."""
Row = Mapping[str, str]


def read_rows(text: str) -> list[dict[str, str]]:
    """The rows of a CSV file by column; cells without blanks around them, a row without any cell left out.

    Raises I114 for a row that is longer or shorter than the head.
    """
    found = []
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    head = [WORDS.get(name.strip(), name.strip()) for name in next(reader, [])]
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(head) or len(set(head)) != len(head):
            raise fail("I114", name=cells[0], why="、".join(head))
        found.append({name: cell.strip() for name, cell in zip(head, cells, strict=True)})
    return found


def read_institutions(
    terms: QuotaTerms, year: int, institutions: Iterable[Row], history: Iterable[Row]
) -> list[Institution]:
    """Who is to have a quota of `year`, with the history of the three years before it.

    Raises:
        ProblemError: a column that nothing asks for or that is missing (I103, I101), a cell that is no number (I102),
            an institution, year or part that cannot be, or that stands twice (I114).
    """
    past: dict[str, dict[str, dict[int, Served]]] = {}
    for row in history:
        refuse_others(row, ("institution", "part", "year", "months", *terms.measures))
        name, part, at, served = _year(terms, year, row)
        of = past.setdefault(name, {}).setdefault(part, {})
        if at in of:
            raise fail("I114", name=name, why=f"{part} {row['year']} ×2")
        of[at] = served
    found: dict[str, Institution] = {}
    for row in institutions:
        refuse_others(row, ("institution", "parts", *terms.facts))
        name = _cell(row, "institution")
        if name in found:
            raise fail("I114", name=name, why="×2")
        facts = {one: typed(terms.pack, one, row[one]) for one in terms.facts if row.get(one)}
        found[name] = Institution(name, facts, scope_of(terms, name, row.get("parts", "")), past.pop(name, {}))
    if past:
        raise fail("I114", name="、".join(sorted(past)), why="institutions")
    return list(found.values())


def _year(terms: QuotaTerms, year: int, row: Row) -> tuple[str, str, int, Served]:
    name, part, written = (_cell(row, one) for one in ("institution", "part", "year"))
    scope_of(terms, name, part)
    at = int(written) - year + YEARS if written.isdecimal() and len(written) <= 4 else -1
    months = row.get("months") or str(MONTHS)
    if not 0 <= at < YEARS:
        raise fail("I114", name=name, why=written)
    if not months.isdecimal() or not 1 <= int(months) <= MONTHS:
        raise fail("I114", name=name, why=months)
    measures = {one: read_plain(f"{name} {part} {one}", _cell(row, one)) for one in needed(terms, part)}
    return name, part, at, Served(measures, int(months))


def _cell(row: Row, column: str) -> str:
    if not row.get(column):
        raise fail("I101", name=column)
    return row[column]
