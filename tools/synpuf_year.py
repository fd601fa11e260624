"""`make synpuf`: a catalogue built from the public DE-SynPUF stays; their year 2010 cleared, published and verified.

Every step but one is a command of `tongchou`, as the page `docs/reports/synpuf-year.md` shows it; the step between
settling and clearing puts what was settled into the tables that clearing reads. What stands between the marks of the
page is written from what the commands wrote. The files are those of `../shared/data/discharges`, or of TONGCHOU_SHARED.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv
import pyarrow.parquet as pq

from tongchou.ground.money import yuan_grouped

sys.path.insert(0, str(Path(__file__).parent.parent))

from tools.reports import MAIN, ROOT, standalone, table, written_into

PAGE = ROOT / "docs" / "reports" / "synpuf-year.md"
RULES = ROOT / "docs" / "reports" / "synpuf"
WORK = ROOT / "build" / "synpuf"
BEGIN = "<!-- report: written by `make synpuf` -->"
PICTURE = "budget"
YEAR, BUDGET = 2010, 135_000_000_00
"""The year that is cleared, and the fund's budget for it in fen: ours, as no document has one."""
FACTORS = {"一级": "0.95", "二级": "1", "三级": "1.05"}
_FILES = ("desynpuf_inpatient.csv.gz", "desynpuf_beneficiaries_2008_sample1.csv.gz")


def source() -> Path:
    return Path(os.environ.get("TONGCHOU_SHARED") or ROOT.parent / "shared") / "data" / "discharges"


@dataclass(frozen=True)
class Told:
    """What the commands said, as JSON, by name."""

    build: dict[str, Any]
    assign: dict[str, Any]
    clear: dict[str, Any]
    verify: dict[str, Any]


def commands(data: str, rules: str) -> dict[str, list[str]]:
    """The steps in order, in the folder where they are run."""
    stays = ["--inpatient", f"{data}/{_FILES[0]}", "--beneficiaries", f"{data}/{_FILES[1]}"]
    assumed = ["--assume", "third_party=无", "--assume", "登记手续=事前登记"]
    return {
        "import": ["import", "synpuf", *stays, "--out", "tables", "--place", "区内", "--item", "甲类"],
        "build": ["dip", "build", f"{rules}/dip", "--discharges", "tables", "--out", "catalogue"],
        "assign": ["dip", "assign", "catalogue", "--discharges", "year", "--out", "year-groups.parquet"],
        "settle": ["settle", "suyu-2007", "--data", "year", "--out", "settled", *assumed],
        "clear": ["clear", "run", f"{rules}/clearing", "--data", "clearing", "--out", "cleared"],
        "publish": ["clear", "publish", "cleared", "--out", "published", "--only", "LARGEST"],
        "verify": ["clear", "verify", "published/LARGEST"],
    }


def run(where: Path) -> Told:
    """Every step under the folder `where`, which is emptied first."""
    shutil.rmtree(where, ignore_errors=True)
    where.mkdir(parents=True)
    said = {}
    for name, words in commands(str(source()), str(RULES)).items():
        if name == "assign":
            of_the_year(where)
        if name == "clear":
            put_tables(where)
        if name in ("publish", "verify"):
            words = [word.replace("LARGEST", largest(where)) for word in words]
        line = [sys.executable, "-c", MAIN, *words, "--lang", "en", "--json"]
        done = subprocess.run(line, cwd=where, capture_output=True, text=True, check=False)
        if done.returncode > 1:  # 1: rows without a diagnosis are told
            raise SystemExit(f"tongchou {' '.join(words)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        said[name] = json.loads(done.stdout)
    return Told(**{name: said[name] for name in Told.__dataclass_fields__})


def of_the_year(where: Path) -> None:
    """The stays that ended in the year, with everything that is said about them."""
    (where / "year").mkdir()
    tables = {file.stem: pq.read_table(file) for file in (where / "tables").glob("*.parquet")}
    claims, stays = tables["claims"], tables["discharges"]
    tables["claims"] = claims.filter(pc.equal(pc.year(claims["discharged_on"]), YEAR))
    tables["discharges"] = stays.filter(pc.equal(pc.year(stays["discharged_on"]), YEAR))
    own = tables["claims"]["claim_id"].combine_chunks()
    tables["lines"] = tables["lines"].filter(pc.is_in(tables["lines"]["claim_id"], own))
    for name in ("persons", "spells", "claims", "lines", "discharges"):
        pq.write_table(tables[name], where / "year" / f"{name}.parquet")


def put_tables(where: Path) -> None:
    """What was settled and grouped, as clearing reads it; institutions by level, and the budget."""
    columns = ["claim_id", "provider_id", "level", "admitted_on", "discharged_on"]
    settled = pq.read_table(where / "settled" / "settlements.parquet").filter(pc.field("status") == "settled")
    names = ["claim_id", "person_id", "scheme", "medfee_sumamt", "hifp_pay", "psn_part_amt", "act_pay_dedc"]
    rows = settled.select(names).join(pq.read_table(where / "year" / "claims.parquet", columns=columns), "claim_id")
    rows = rows.sort_by("claim_id")
    days = pc.subtract(rows["discharged_on"].cast(pa.int32()), rows["admitted_on"].cast(pa.int32())).cast(pa.int64())
    own = pc.add(rows["hifp_pay"], rows["psn_part_amt"])
    settlements = pa.table(
        {
            "settlement_id": rows["claim_id"],
            "institution": rows["provider_id"],
            "scheme": rows["scheme"],
            "setting": pa.repeat("inpatient", len(rows)),
            "person": rows["person_id"],
            "admitted_on": rows["admitted_on"],
            "discharged_on": rows["discharged_on"],
            "list_on": rows["discharged_on"],
            "days": pc.max_element_wise(days, 1),
            "total_fee": rows["medfee_sumamt"],
            "fund": rows["hifp_pay"],
            "person_paid": rows["psn_part_amt"],
            "other_paid": pc.subtract(rows["medfee_sumamt"], own),
            "deductible": rows["act_pay_dedc"],
        }
    )
    level = rows.group_by("provider_id").aggregate([("level", "min")]).sort_by("provider_id")
    factor = [FACTORS[word] for word in level["level_min"].to_pylist()]
    institutions = {"institution": level["provider_id"], "level": level["level_min"], "factor": factor}
    (where / "clearing").mkdir()
    shutil.copy(where / "year-groups.parquet", where / "clearing" / "dip.parquet")
    pq.write_table(settlements, where / "clearing" / "settlements.parquet")
    pq.write_table(pa.table(institutions), where / "clearing" / "institutions.parquet")
    pv.write_csv(pa.table({"scheme": ["resident"], "amount": [BUDGET]}), where / "clearing" / "budget.csv")


def largest(where: Path) -> str:
    """The hospital with the most stays of the year; of equal ones the first by name."""
    rows = pq.read_table(where / "clearing" / "settlements.parquet", columns=["institution"])
    counted = pc.value_counts(rows["institution"]).to_pylist()
    return str(min(counted, key=lambda one: (-one["counts"], one["values"]))["values"])


def figures(where: Path, told: Told) -> str:
    """What stands between the marks of the page."""
    (balance,), (pool,) = told.clear["balances"], told.clear["pools"]
    cases = pq.read_table(where / "cleared" / "results" / "cases.parquet", columns=["path", "worth"])
    paths = pa.table({"path": cases["path"].cast(pa.string()), "worth": cases["worth"]}).group_by("path")
    by_path = paths.aggregate([("worth", "count"), ("worth", "sum")]).sort_by("path").to_pylist()
    lines = pv.read_csv(where / "cleared" / "results" / "lines.csv").to_pylist()
    counted = told.build["cases"]
    groups = [
        ["rows imported", f"{told.build['rows']:,}"],
        ["without a principal diagnosis", f"{told.build['faulty']:,}"],
        ["groups", f"{told.build['groups']:,}"],
        ["stays in core groups", f"{counted['core']:,} ({told.build['core_share']})"],
        ["stays in comprehensive groups", f"{counted['comprehensive']:,}"],
        ["stays trimmed from means", f"{counted['trimmed']:,}"],
        ["mean cost of a stay, yuan", yuan_grouped(told.build["mean"])],
        ["hash of the catalogue", f"`{told.build['hash']}`"],
    ]
    money = [[name.replace("_", " "), yuan_grouped(balance[name])] for name in
             ("budget", "paid", "deposits_kept", "reserve", "reserve_used", "retained")]  # fmt: skip
    columns = ("charged", "standard", "surplus", "kept", "overrun", "shared", "payable", "deposit", "returned", "due")
    totals = [[name, yuan_grouped(sum(line[name] for line in lines))] for name in columns]
    parts = [
        table(["catalogue of 2008 to 2010", ""], groups),
        f"Of the {sum(told.assign['discharges'].values()):,} stays of {YEAR}, "
        f"{told.assign['discharges']['grouped']:,} are in a group and {told.assign['discharges']['faulty']:,} have no "
        f"diagnosis. {len(lines):,} hospitals share one budget.",
        table(["how cases are paid", "cases", "worth, yuan"],
              [[row["path"] or "—", f"{row['worth_count']:,}", yuan_grouped(row["worth_sum"])] for row in by_path]),
        f"A point is worth {pool['price_shown']} yuan of the whole cost: "
        f"({yuan_grouped(pool['budget'])} − {yuan_grouped(pool['at_cost'])} at cost) ÷ {pool['ratio']} over "
        f"{pool['points'] // 10_000:,}.{pool['points'] % 10_000:04d} points.",
        table(["what became of the budget", "yuan"], money),
        table(["all hospitals together", "yuan"], totals),
        f"![What became of the budget](synpuf-year-{PICTURE}.svg)",
        f"Rules `{told.clear['rules']}`. The published folder of `{told.verify['institution']}`, the hospital with the "
        "most stays, was counted again from its own records and what is public of all: "
        f"{'equal' if told.verify['equal'] else 'NOT equal'}, {told.verify['rows']:,} rows.",
    ]  # fmt: skip
    return "\n\n".join(parts)


def main() -> int:
    if not (source() / _FILES[0]).is_file():
        print(f"there is no {source() / _FILES[0]}; TONGCHOU_SHARED names the folder of shared material")
        return 1
    told = run(WORK)
    PAGE.write_text(written_into(PAGE.read_text("utf-8"), figures(WORK, told), BEGIN), "utf-8")
    picture = standalone((WORK / "cleared" / "report.html").read_text("utf-8"), PICTURE)
    (PAGE.parent / f"synpuf-year-{PICTURE}.svg").write_text(picture, "utf-8")
    print(f"{PAGE.relative_to(ROOT)}: written; the whole report is {WORK / 'cleared' / 'report.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
