"""1901 字典表查询: the national tables, and what of them the region knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tongchou.faces.gateway.calls import Call, Said, handles
from tongchou.faces.gateway.fields import codes
from tongchou.ground.errors import fail

VALID, INVALID = "1", "0"


@handles("1901")
def code_tables(call: Call) -> Said:
    """One table, or all of them when none is named. Of a table for which the region declares codes those are valid that
    it declares, and it may have more than the national one. Raises N313 for a table that there is not."""
    given = call.section()
    wanted, valid = given.text("type"), given.text("Vali_Flag")
    tables = _tables(call)
    if wanted and wanted not in tables:
        raise fail("N313", table=wanted[:30])
    names = [wanted] if wanted else sorted(tables)
    return {"list": [row for name in names for row in _rows(name, tables[name]) if valid in ("", row["valiFlag"])]}


def _tables(call: Call) -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """Table → code → label and whether it is valid."""
    declared = call.codes.declared()
    found = {
        table: {code: (label, VALID if known is None or code in known else INVALID) for code, label in rows.items()}
        for table, rows in codes().items()
        for known in (declared.get(table),)
    }
    for table, rows in declared.items():
        own = found.setdefault(table, {})
        for code, label in rows.items():
            own.setdefault(code, (label or code, VALID))
    return found


def _rows(table: str, rows: Mapping[str, tuple[str, str]]) -> Iterator[dict[str, Any]]:
    for place, (code, (label, valid)) in enumerate(rows.items(), start=1):
        yield {"type": table, "label": label, "value": code, "sort": place, "valiFlag": valid, "version": 1}
