"""The documentation of the interface: a page for each transaction that is answered, and an index of them.

A page is made from the tables, from what the handler says of itself, and from an example that was recorded
(`tables/examples.json`); `tools/interface_pages.py` writes them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from inspect import getdoc
from typing import Any

from tongchou.faces.gateway.calls import DOWNLOADS, HANDLERS
from tongchou.faces.gateway.fields import TABLES, Field, Section, Transaction, transactions
from tongchou.faces.gateway.handlers import ALL

EXAMPLES = TABLES / "examples.json"
FILE = "<file>"
"""Stands in an example for the content of a file."""
_WRITTEN = "<!-- Written by `tools/interface_pages.py`; change the tables, the handler or the cases, not this page. -->"
_GROUPS: Mapping[str, str] = {
    "sign_in": "Signing in", "person": "Persons, institutions, benefits", "outpatient": "Outpatients",
    "inpatient_stay": "Stays", "inpatient_fees": "Charges and settlement of stays", "pharmacy": "Pharmacies",
    "reversal": "Undoing a message", "reconciliation": "Reconciliation and clearing", "filing": "Filings",
    "query": "Queries", "settlement_list": "Settlement lists", "grouping": "Grouping", "case_review": "Leaving a group",
    "rule_check": "Rule checks", "catalogue": "Catalogues", "mapping": "Mappings", "departments": "Departments",
    "stock": "Stock", "file": "Files",
}  # fmt: skip
"""Groups as the index tells them; whatever is not here comes after these under its own name."""
_ROWS = {"one": "one object", "many": "a list of rows", "": "an object or a list: the document does not say"}
assert ALL  # what answers is known once it was imported

_INDEX = """# Interface of designated institutions

{written}

The national interface, transaction by transaction, as this platform answers it. A message is a POST below `/fsi/api/`,
`/mbs/` or `/ebus/<account>/fsi/api/`; which transaction it is says `infno` in its body
([how to connect](../../how-to/connect-your-his.md)). A refusal has status 200, `infcode` −1 and a code of the
[messages](../messages.md). Numbers, names, fields and codes are those of the document; “required” is what it prints,
and a transaction may do with less. Codes are asked for by [1901](1901.md). Names are read in any capitals, with or
without underscores, numbers as text, one row without its list; what the answer prints is always there.

The examples were asked of `tongchou serve --sandbox`, so they can be tried; numbers that the platform gives out are
others each time.
"""


def pages() -> dict[str, str]:
    """Name of the file → Markdown."""
    examples = recorded()
    found = {"index.md": _index()}
    for infno in sorted(HANDLERS):
        found[f"{infno}.md"] = _page(transactions()[infno], examples.get(infno))
    return found


@cache
def recorded() -> Mapping[str, Mapping[str, Any]]:
    """The recorded examples: transaction → `request` and `answer`."""
    return examples_of(EXAMPLES.read_text("utf-8"))


def examples_of(text: str) -> dict[str, Any]:
    """What `written` wrote."""
    found: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return found


def written(value: Any, indent: str = "") -> str:
    """JSON in lines, with decimals as they are: 12.50 stays 12.50."""
    deeper = indent + "  "
    if isinstance(value, dict) and value:
        rows = [f"{deeper}{json.dumps(name)}: {written(one, deeper)}" for name, one in value.items()]
        return "{\n" + ",\n".join(rows) + f"\n{indent}}}"
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(deeper + written(one, deeper) for one in value) + f"\n{indent}]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def _index() -> str:
    offered = [one for one in transactions().values() if one.infno in HANDLERS]
    lines = [_INDEX.format(written=_WRITTEN)]
    for group in dict.fromkeys((*_GROUPS, *(one.group for one in offered))):
        of_group = [one for one in offered if one.group == group]
        if of_group:
            lines += [f"## {_GROUPS.get(group, group)}", "", "| number | name | in English | request | answer |"]
            lines += ["|---|---|---|---|---|"]
            lines += [
                f"| [{one.infno}]({one.infno}.md) | {_cell(one.name)} | {_cell(one.name_en)} | {_names(one.request)} "
                f"| {_answers(one)} |"
                for one in of_group
            ]
            lines.append("")
    lines += [*_not_offered(), "```{toctree}", ":hidden:", ":glob:", ":maxdepth: 1", "", "*", "```", ""]
    return "\n".join(lines)


def _not_offered() -> Iterator[str]:
    """The numbers of the tables that nobody answers; and whose they are."""
    yield "## Not offered"
    yield ""
    yield "The tables have these, too. A message with one of them that an institution sends is refused (N107)."
    yield ""
    yield "| number | name | in English | sent by |"
    yield "|---|---|---|---|"
    by = {"in": "the institution", "out": "the centre", "local": "nobody: a call on the institution's own machine"}
    for one in transactions().values():
        if one.infno not in HANDLERS:
            status = "" if one.status == "active" else f" ({one.status})"
            yield f"| {one.infno} | {_cell(one.name)} | {_cell(one.name_en)} | {by[one.direction]}{status} |"
    yield ""


def _page(of: Transaction, example: Mapping[str, Any] | None) -> str:
    lines = [f"# {of.infno} {of.name}", "", _WRITTEN, "", f"{of.name_en}.", ""]
    said = _said(of.infno)
    if said:
        lines += [said, ""]
    alike = [one for one, handler in sorted(HANDLERS.items()) if handler is HANDLERS[of.infno] and one != of.infno]
    if alike:
        lines += [f"Answered like {', '.join(f'[{one}]({one}.md)' for one in alike)}.", ""]
    lines += ["## Request", "", *_sections(of.request, "The input is empty."), "## Answer", ""]
    if of.infno in DOWNLOADS:
        lines += ["The content of the file (`application/octet-stream`); a refusal is JSON.", ""]
    else:
        told = [one for one in of.response if one.kind != "file"]
        lines += _sections(told, "`output` is null: `infcode` 0 says that it was done.")
    if of.columns:
        lines += ["## Columns of the file", "", "A line for each item, its columns parted by tabs:", ""]
        lines += ["、".join(of.columns) + "。", ""]
    odd = list(_odd(of.request))
    if odd:
        lines += ["## Read as well", "", *(f"- `{also}` for `{name}`" for name, also in odd), ""]
    lines += ["## Example", "", *_example(example)]
    return "\n".join(lines)


def _said(infno: str) -> str:
    """What the handler says of itself: where the name says all, nothing."""
    text = getdoc(HANDLERS[infno]) or ""
    return " ".join(text.partition("\n\n")[0].split())


def _sections(sections: list[Section], otherwise: str) -> list[str]:
    if not sections:
        return [otherwise, ""]
    return [line for one in sections for line in _section(one, "")]


def _section(of: Section, above: str) -> list[str]:
    path = f"{above}.{of.name}".lstrip(".")
    where = f"`{path}`" if of.name else "Without a section around it"
    lines = [f"### {where}", "", f"{_ROWS[of.rows].capitalize()}.", ""]
    if of.fields:
        lines += ["| field | label | type | length | required | codes |", "|---|---|---|---|---|---|"]
        lines += [_field(one) for one in of.fields] + [""]
    return [*lines, *(line for child in of.sections for line in _section(child, path))]


def _field(of: Field) -> str:
    cells = (f"`{of.name}`", _cell(of.label), of.type, of.length, "yes" if of.required else "", of.codes)
    return "| " + " | ".join((*cells[:5], f"`{of.codes}`" if of.codes else "")) + " |"


def _odd(sections: list[Section], above: str = "") -> Iterator[tuple[str, str]]:
    """Path of a section or a field, and another name under which it is read."""
    for one in sections:
        path = f"{above}.{one.name}".strip(".")
        yield from ((path, also) for also in one.also)
        yield from ((f"{path}.{field.name}".lstrip("."), also) for field in one.fields for also in field.also)
        yield from _odd(one.sections, path)


def _example(of: Mapping[str, Any] | None) -> list[str]:
    if of is None:
        return ["None yet: no case of the sandbox leads to an answer.", ""]
    asked = ["```json", written(of["request"]), "```", ""]
    if of["answer"] == FILE:
        return [*asked, "is answered by the file.", ""]
    if of["answer"]["infcode"] != 0:
        return [*asked, "is refused in the sandbox:", "", "```json", written(of["answer"]), "```", ""]
    return [*asked, "is answered by", "", "```json", written(of["answer"]), "```", ""]


def _names(sections: list[Section]) -> str:
    return ", ".join(f"`{one.name}`" if one.name else "fields" for one in sections) or "nothing"


def _answers(of: Transaction) -> str:
    return "a file" if of.infno in DOWNLOADS else _names([one for one in of.response if one.kind != "file"])


def _cell(text: str) -> str:
    return re.sub(r"([|*_`<\[\]{}\\])", r"\\\1", " ".join(text.split()))
