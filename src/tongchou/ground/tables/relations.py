"""Rules between rows: repeated keys, overlapping periods, references, and what a rejected row takes with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from tongchou.ground.errors import Place, Problem
from tongchou.ground.tables.canon import TABLES
from tongchou.ground.tables.checks import Row, is_refund
from tongchou.ground.tables.shape import Table

_ABOUT_PERSONS = ("households", "spells", "entitlements", "accounts")


@dataclass
class Reading:
    """Rows still sound, rows rejected (unreadable cells are `None`), and the problems found so far."""

    live: dict[str, list[Row]] = field(default_factory=dict)
    gone: dict[str, list[Row]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def note(self, table: str, row: Row, column: str | None, code: str, /, **details: object) -> None:
        """Write down what is wrong with a row."""
        self.problems.append(Problem(code, Place(table=table, row=row["_row"], column=column), details))

    def drop(self, table: str, rows: Iterable[Row]) -> None:
        """Move rows from sound to rejected."""
        numbers = {row["_row"] for row in rows}
        if numbers:
            self.gone[table] += [row for row in self.live[table] if row["_row"] in numbers]
            self.live[table] = [row for row in self.live[table] if row["_row"] not in numbers]


def relate(reading: Reading) -> None:
    """Apply every rule between rows, in an order in which each rule sees what the ones before it rejected."""
    for name in reading.live:
        _repeated(TABLES[name], reading)
        if TABLES[name].disjoint:
            _overlapping(TABLES[name], reading)
    for name in reading.live:
        _references(TABLES[name], reading)
        if name == "claims":
            _unsound_persons(reading)
        if name == "lines" and "claims" in reading.live:
            _claims_by_lines(reading)


def _repeated(table: Table, reading: Reading) -> None:
    """A word-for-word repetition is dropped and the first row stands; rows that contradict each other all fall."""
    first: dict[tuple[object, ...], Row] = {}
    repeats: list[Row] = []
    contradicted: dict[int, Row] = {}
    names = table.key
    for row in reading.live[table.name] if names else ():
        key = tuple(row[name] for name in names)
        other = first.setdefault(key, row)
        if other is row:
            continue
        if all(row[name] == other[name] for name in table.names):
            repeats.append(row)
            reading.note(table.name, row, names[0], "T140", row=other["_row"], value=key[0])
            continue
        reading.note(table.name, row, names[0], "T141", row=other["_row"], value=key[0])
        if other["_row"] not in contradicted:
            reading.note(table.name, other, names[0], "T141", row=row["_row"], value=key[0])
        contradicted |= {other["_row"]: other, row["_row"]: row}
    reading.drop(table.name, contradicted.values())
    before = len(reading.gone[table.name])
    reading.drop(table.name, repeats)
    if table.name != "lines":
        del reading.gone[table.name][before:]  # what a repetition says is still said by the first row


def _overlapping(table: Table, reading: Reading) -> None:
    """Of periods that overlap neither is believed."""
    ordered = sorted(
        reading.live[table.name],
        key=lambda row: (*(row[name] for name in table.disjoint), row["from_date"], row["_row"]),
    )
    fallen: dict[int, Row] = {}
    last: Row | None = None  # the row of the same group that reaches furthest
    for row in ordered:
        if last is None or any(row[name] != last[name] for name in table.disjoint):
            last = row
            continue
        if row["from_date"] <= _end(last):
            for one, other in ((last, row), (row, last)):
                if one["_row"] not in fallen:
                    fallen[one["_row"]] = one
                    reading.note(table.name, one, "from_date", "T144", row=other["_row"], value=one["from_date"])
        if _end(row) > _end(last):
            last = row
    reading.drop(table.name, fallen.values())


def _end(row: Row) -> date:
    through: date | None = row["through_date"]
    return through or date.max


def _references(table: Table, reading: Reading) -> None:
    """A row that names a missing or rejected row of a table at hand falls."""
    for column in table.columns:
        target = column.refers
        if target not in reading.live:
            continue
        key = TABLES[target].key[0]
        known = {row[key] for row in reading.live[target]}
        fell = {row[key] for row in reading.gone[target]}
        fallen = []
        for row in reading.live[table.name]:
            value = row[column.name]
            if value is not None and value not in known:
                code = "T143" if value in fell else "T142"
                reading.note(table.name, row, column.name, code, table=target, value=value)
                fallen.append(row)
        reading.drop(table.name, fallen)


def _unsound_persons(reading: Reading) -> None:
    """A claim falls when a row about its person, in its scheme or in none, was rejected."""
    unsound: dict[tuple[str, str | None], tuple[str, Row]] = {}
    for table in _ABOUT_PERSONS:
        for row in reading.gone.get(table, ()):
            if row["person_id"] is not None:
                unsound.setdefault((row["person_id"], row.get("scheme")), (table, row))
    fallen = []
    for claim in reading.live["claims"]:
        person = claim["person_id"]
        found = unsound.get((person, claim["scheme"])) or unsound.get((person, None))
        if found:
            reading.note("claims", claim, "person_id", "T157", table=found[0], row=found[1]["_row"], value=person)
            fallen.append(claim)
    reading.drop("claims", fallen)


def _claims_by_lines(reading: Reading) -> None:
    """Each claim has sound lines that sum to its total, and no refund of more than was charged; or it falls whole."""
    lines_of: dict[str, list[Row]] = {}
    for line in reading.live["lines"]:
        lines_of.setdefault(line["claim_id"], []).append(line)
    broken = {line["claim_id"] for line in reading.gone["lines"]}
    claims: list[Row] = []
    lines: list[Row] = []
    for claim in reading.live["claims"]:
        own = lines_of.get(claim["claim_id"], [])
        total = sum(line["amount"] for line in own)
        bad = _refunds(own, reading)
        if bad or claim["claim_id"] in broken:
            reading.note("claims", claim, None, "T156", value=claim["claim_id"])
        elif not own:
            reading.note("claims", claim, None, "T155", value=claim["claim_id"])
        elif total != claim["total_fee"]:
            reading.note("claims", claim, "total_fee", "T159", value=claim["total_fee"], sum=total)
        else:
            continue
        claims.append(claim)
        lines += bad
        for line in own:
            if line not in bad:
                reading.note("lines", line, "claim_id", "T143", table="claims", value=claim["claim_id"])
                lines.append(line)
    reading.drop("claims", claims)
    reading.drop("lines", lines)


def _refunds(lines: list[Row], reading: Reading) -> list[Row]:
    """The refunds among the lines of one claim that cannot be."""
    charged = {line["line_id"]: line for line in lines if not is_refund(line)}
    returned: dict[str, list[Row]] = {}
    bad = []
    for line in lines:
        if is_refund(line):
            returned.setdefault(line["original_line_id"], []).append(line)
    for original_id, refunds in returned.items():
        original = charged.get(original_id)
        for column in ("amount", "quantity"):
            if original is None:
                break
            back = -sum(line[column] or 0 for line in refunds)
            limit = original[column]
            if limit is not None and back > limit:
                for line in refunds:
                    details = {"returned": back, "charged": limit, "value": original_id}
                    reading.note("lines", line, column, "T149", **details)
                bad += refunds
                break
        if original is None:
            for line in refunds:
                reading.note("lines", line, "original_line_id", "T148", value=original_id)
            bad += refunds
    return bad
