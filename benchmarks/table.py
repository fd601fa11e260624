"""The JSON lines of `make bench` as the table of the page about speed.

    make bench | tee benchmarks/measured.jsonl
    python benchmarks/table.py

Rewrites what stands between the two marks of the page, and nothing else.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
MEASURED = ROOT / "benchmarks" / "measured.jsonl"
PAGE = ROOT / "docs" / "explanation" / "speed.md"
BEGIN = "<!-- measured: written by `python benchmarks/table.py` -->"
END = "<!-- measured: end -->"
HEAD = ("what", "measured", "to reach", "beside it", "ratio")


def rows_in(text: str) -> list[dict]:
    """The rows of a run; lines that are no JSON objects, as `make` and its setup print them, are passed over."""
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def table_of(rows: list[dict]) -> str:
    """A Markdown table, the notes to its rows, and the machine."""
    notes = list(dict.fromkeys(row["note"] for row in rows if row.get("note")))
    cells = [HEAD, ("---",) * len(HEAD), *(_cells(row, notes) for row in rows)]
    lines = [f"| {' | '.join(line)} |" for line in cells]
    lines += ["", *(f"{number}. {note}" for number, note in enumerate(notes, 1))] if notes else []
    machines = dict.fromkeys(row["machine"] for row in rows)
    return "\n".join([*lines, "", f"Machine: {'; '.join(machines)}."])


def _cells(row: dict, notes: list[str]) -> tuple[str, ...]:
    if "skipped" in row:
        return row["name"], f"not measured: {row['skipped']}".replace("|", "/"), "—", "—", "—"
    note = f" ({notes.index(row['note']) + 1})" if row.get("note") else ""
    limits = [
        f"{sign} {_number(row[name])}" for sign, name in (("≥", "at_least"), ("≤", "at_most")) if row[name] is not None
    ]
    verdict = {True: " — reached", False: " — **not reached**", None: ""}[row["reached"]]
    peer = f"{row['peer']}: {_number(row['peer_value'])}" if row["peer"] else "—"
    ratio = "—" if row["ratio"] is None else f"{row['ratio']:.3g}"
    return (
        row["name"] + note,
        f"{_number(row['value'])} {row['unit']}",
        (", ".join(limits) or "—") + verdict,
        peer,
        ratio,
    )


def _number(value: float) -> str:
    return f"{value:,}"


def written_into(page: str, table: str) -> str:
    """The page with this table between its marks. `ValueError` when it does not have both, in order."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page has no place for the table, from {BEGIN} to {END}")
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


def main(arguments: list[str]) -> int:
    measured, page = (Path(given) for given in (*arguments, *(MEASURED, PAGE)[len(arguments) :]))
    rows = rows_in(measured.read_text("utf-8"))
    if not rows:
        print(f"table: {measured} holds no measurement", file=sys.stderr)
        return 1
    page.write_text(written_into(page.read_text("utf-8"), table_of(rows)), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
