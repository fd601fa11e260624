"""`make reports`: the reform reports of the documentation, drawn and compared anew.

Each page shows two commands; they are run as shown, and what stands between the marks of the page is written from what
they wrote: sentences, articles, tables, and the pictures as SVG beside the page. The same seed gives the same page.

Beside the figures of a city stand those of a village, which the tests can afford to draw again.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongchou.faces.report.style import STYLE
from tongchou.faces.report.words import signed, word
from tongchou.ground.money import yuan_grouped

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "docs" / "reports"
WORK = ROOT / "build" / "reports"
BEGIN, END = "<!-- report: written by `make reports` -->", "<!-- report: end -->"
MAIN = "from tongchou.faces.cli import main; main()"
VILLAGE = 300
"""Persons of the run that the tests repeat."""

WIDTH = 720
MOST = 12
"""Rows of a table on the page; the report has them all."""


@dataclass(frozen=True)
class Reform:
    """A reform of a shipped region, and the city on which it is tried. `pictures`: those of the report to be shown."""

    region: str
    patch: str
    year: int
    persons: int
    pictures: tuple[str, ...]

    def commands(self, persons: int, folder: str) -> list[list[str]]:
        """What the page says to run: draw the city, compare the two policies."""
        data = f"{folder}/data"
        return [
            ["synth", self.region, "--persons", str(persons), "--year", str(self.year), "--out", data],
            ["compare", self.region, self.patch, "--data", data, "--out", f"{folder}/report"],
        ]

    @property
    def page(self) -> Path:
        return PAGES / f"{self.patch}.md"


REFORMS = (
    Reform("ninghe", "ninghe-hospital", 2025, 100_000, ("layers", "changes", "by-age", "by-category", "by-level")),
    Reform("jiangmen-2012", "jiangmen-caps-2013", 2012, 100_000, ("layers", "changes", "by-age", "by-disease")),
)
CAPTIONS = {
    "layers": "Change of what the funds pay, layer by layer",
    "changes": "People by change of their yearly cash",
    "by-age": "Better and worse off by age",
    "by-category": "Better and worse off by assistance category",
    "by-level": "Better and worse off by level of hospital",
    "by-disease": "Better and worse off by disease",
}


def run(reform: Reform, persons: int, where: Path) -> Path:
    """Run the commands of the page under the folder `where`; the folder of the report."""
    for words in reform.commands(persons, "trial"):
        line = [sys.executable, "-c", MAIN, *words, "--force", "--lang", "en"]
        where.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(line, cwd=where, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"tongchou {' '.join(words)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return where / "trial" / "report"


def summary_of(report: Path) -> dict[str, Any]:
    """What the report says, in numbers."""
    found: dict[str, Any] = json.loads((report / "summary.json").read_text("utf-8"))
    return found


def village(summary: dict[str, Any]) -> str:
    """The lines that the tests draw again: one for each bearer, one for people."""
    tables = summary["tables"]
    everybody = next((row for row in tables["groups"] if row["dimension"] == "all"), None)
    people = (
        [f"people: {everybody['better']} better off, {everybody['worse']} worse off, of {everybody['people']}"]
        if everybody
        else []
    )
    rows = [
        f"{word(row['bearer'], 'en')}: {yuan_grouped(row['paid_a'])} → {yuan_grouped(row['paid_b'])}"
        for row in tables["payers"]
    ]
    return "\n".join(["```text village", f"claims: {summary['compared']:,}", *rows, *people, "```"])


def table(heads: list[str], rows: list[list[str]]) -> str:
    """A Markdown table whose columns but the first are numbers."""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def figures(reform: Reform, summary: dict[str, Any], small: dict[str, Any]) -> str:
    """What stands between the marks of a page."""
    tables = summary["tables"]
    payers = [
        [
            word(row["bearer"], "en"),
            yuan_grouped(row["paid_a"]),
            yuan_grouped(row["paid_b"]),
            signed(row["paid_change"]),
            row["paid_percent"],
        ]
        for row in tables["payers"]
    ]
    layers = [
        [
            f"{row['scheme']} · {row['layer_name'] or row['layer']}",
            yuan_grouped(row["paid_a"]),
            yuan_grouped(row["paid_b"]),
            signed(row["paid_change"]),
            row["paid_percent"],
        ]
        for row in sorted(tables["layers"], key=lambda row: -abs(row["paid_change"]))
        if row["paid_change"] and row["fund"] == "yes"
    ]
    groups = [
        [
            f"{word(row['dimension'], 'en')}: {row['group'] or 'not stated'}",
            f"{row['people']:,}",
            f"{row['better']:,}",
            f"{row['worse']:,}",
            signed(row["mean"]),
            signed(row["fund_change"]),
        ]
        for row in tables["groups"]
        if row["dimension"] in ("age", "category", "disease") and (row["better"] or row["worse"]) and row["group"]
    ]
    heavy = [
        [
            str(row["limit"]) if not str(row["limit"]).isdigit() else f"{int(row['limit']):,} yuan",
            f"{row['people_a']:,}",
            f"{row['people_b']:,}",
            f"{row['entered']:,}",
            f"{row['left']:,}",
        ]
        for row in tables["heavy"]
    ]
    commands = "\n".join(f"$ tongchou {' '.join(words)}" for words in reform.commands(reform.persons, reform.patch))
    parts = [
        f"```console outside\n{commands}\n```",
        f"A `{summary['a']['pack_hash']}` · B `{summary['b']['pack_hash']}`",
        "## What it says",
        "\n".join(f"- {text}" for text in (*summary["warnings"]["en"], *summary["summary"]["en"])),
        "\n".join(f"- {text}" for text in (*summary["warnings"]["zh"], *summary["summary"]["zh"])),
        f"{summary['compared']:,} claims of {yuan_grouped(summary['compared_fee'])} yuan were settled under both; "
        f"{summary['refused_by_both']:,} both refuse, "
        f"{summary['not_comparable'] + summary['unread']:,} cannot be settled.",
        "## What changes",
        "\n".join(f"- {one['says']} —《{one['document']}》{one['cite']}" for one in summary["b"]["only_here"]),
        "## Who pays",
        table(["yuan", "A", "B", "change", "%"], payers),
        "By layer of the funds, where something changes:",
        table(["yuan", "A", "B", "change", "%"], layers[:MOST]),
        picture(reform, "layers"),
        "## Who is better or worse off",
        picture(reform, "changes"),
        table(["group", "people", "better", "worse", "mean change of cash", "change of the funds"], groups),
        *(picture(reform, name) for name in reform.pictures if name not in ("layers", "changes")),
        "## Heavy spending",
        "People whose cash of the year is above a limit:",
        table(["limit", "under A", "under B", "newly", "no longer"], heavy),
        f"## The same with {VILLAGE:,} people",
        "What a test draws and compares again:",
        village(small),
    ]
    return "\n\n".join(part for part in parts if part)


def picture(reform: Reform, name: str) -> str:
    return f"![{CAPTIONS[name]}]({reform.patch}-{name}.svg)" if name in reform.pictures else ""


def standalone(page: str, name: str) -> str:
    """A picture of the HTML report as an SVG file of its own, its look inside. `ValueError` if it is not there."""
    found = re.search(
        rf'<svg width="100%" height="(\d+)" role="img" aria-labelledby="{name}-title[^>]*>(.*?)</svg>', page
    )
    if found is None:
        raise ValueError(f"the report has no picture {name}")
    height, inside = found.groups()
    light = re.search(r":root\{.*?\}", STYLE, re.DOTALL)
    bars = re.findall(r"^(?:\.more|\.same).*$", STYLE, re.MULTILINE)
    assert light is not None
    look = "\n".join(
        [
            light[0].replace("color-scheme:light dark;", ""),
            'text{font:14px system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;fill:var(--ink)}',
            ".end{text-anchor:end}.track{fill:var(--track)}.axis{stroke:var(--soft);stroke-width:1}",
            *bars,
        ]
    )
    # Bars are placed in per cent of the width; a margin keeps the text off the edge.
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{int(height) + 16}" '
        f'viewBox="-12 -8 {WIDTH + 24} {int(height) + 16}" role="img" aria-labelledby="{name}-title {name}-desc">\n'
        f"<style>{look}</style>\n"
        f'<rect x="-12" y="-8" width="{WIDTH + 24}" height="{int(height) + 16}" fill="#fff"/>\n'
        f'<svg width="{WIDTH}" height="{height}">{inside}</svg>\n</svg>\n'
    )


def written_into(page: str, text: str, mark: str = BEGIN) -> str:
    """The page with this text between its marks. `ValueError` when it does not have both, in order."""
    head, begin, rest = page.partition(mark)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page lacks {mark} or {END}")
    return f"{head}{mark}\n\n{text}\n\n{END}{tail}"


def main(wanted: list[str]) -> int:
    """Write the pages of the named reforms, or of all."""
    for reform in REFORMS:
        if wanted and reform.patch not in wanted:
            continue
        small = summary_of(run(reform, VILLAGE, WORK / reform.patch / "village"))
        report = run(reform, reform.persons, WORK / reform.patch)
        text = figures(reform, summary_of(report), small)
        reform.page.write_text(written_into(reform.page.read_text("utf-8"), text), "utf-8")
        html = (report / "report.html").read_text("utf-8")
        for name in reform.pictures:
            (PAGES / f"{reform.patch}-{name}.svg").write_text(standalone(html, name), "utf-8")
        print(f"{reform.page.relative_to(ROOT)}: written; the whole report is {report / 'report.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
