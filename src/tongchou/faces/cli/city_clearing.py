"""The cleared year of `tongchou demo`: a catalogue from three earlier years, the stays of the next year in its groups,
its hospitals prepaid month by month, the year cleared and published, and one hospital's file counted again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tongchou.faces.cli import synth
from tongchou.faces.cli.city_quotas import STAYS, quotas
from tongchou.faces.cli.clear import PAGE, page
from tongchou.faces.cli.settle import settle_folder
from tongchou.faces.cli.speak import language, refuse, say, tell
from tongchou.faces.cli.table import show
from tongchou.faces.cli.where import load
from tongchou.ground.folders import replacing
from tongchou.ground.money import yuan_grouped
from tongchou.ground.shipped import regions_dir

if TYPE_CHECKING:
    from tongchou.engines.benefits.explain.model import Lang
    from tongchou.engines.payment import Cleared, Rules, Year

REGION = "ninghe"
DRAWN, CLEARED = 2025, 2026
"""The year of the city, which is the last of the three, and the one that is cleared."""
EARLIER = {2023: 3, 2024: 2}
"""Drawn as the city's year from seeds of their own, and dated back."""
MOST_PERSONS = 30_000
GROWTH = 103
"""The year's budget in hundredths of what the fund was charged: no document of the fictional city says it."""
FACTORS = {"一级": "0.95", "二级": "1", "三级": "1.05"}
SCORES = ("75", "80", "85", "90", "95", "100")
"""Factors by level and scores of assessment in turn, as invented as the city is."""
_HERE = "市内"
MARK = "of-the-demo"
"""A file that says that a folder may be replaced."""
_PAID = (
    *("settlement_id", "claim_id", "person_id", "scheme", "kind", "provider_id", "medfee_sumamt", "hosp_part_amt"),
    *("hifp_pay", "psn_part_amt", "fulamt_ownpay_amt", "preselfpay_amt", "act_pay_dedc"),
)


@dataclass(frozen=True)
class Folders:
    """Where it is written."""

    years: Path
    settled: Path
    catalogue: Path
    tables: Path
    cleared: Path
    published: Path

    @classmethod
    def under(cls, out: Path) -> Folders:
        return cls(*(out / "clearing" / one.name for one in fields(cls)))


def check_clearing(out: Path) -> None:
    """End the run where `clearing` under `out` is there and not of an earlier demo: it would be replaced."""
    folder = out / "clearing"
    if folder.exists() and not (folder / MARK).is_file():
        refuse(f"{folder} 不是演示写的,不替换", f"{folder} was not written by the demo and is not replaced")


def run_clearing(persons: int, city: Path, out: Path) -> dict[str, Any]:
    """Clear a year of a city whose year before lies in `city`; print what comes of it, and where it is."""
    from tongchou.engines.payment import load_rules

    folders, began, persons = Folders.under(out), perf_counter(), min(persons, MOST_PERSONS)
    tell()
    title = (
        f"{CLEARED} 年的医院付费：入组、预付、清算、公开",
        f"Hospitals of {CLEARED}: grouped, prepaid, cleared, published",
    )
    tell(say(*title))
    folders.years.mkdir(parents=True, exist_ok=True)
    (folders.years.parent / MARK).touch()
    history = _histories(persons, city, folders)
    drawn = _drawn(persons, CLEARED, 1, folders.years / str(CLEARED))
    with replacing(folders.settled) as folder:
        settle_folder(load(REGION), drawn, folder, "parquet")
    groups, counted = _grouped(history, drawn / "discharges.parquet", folders)
    rules = load_rules(regions_dir() / REGION / "payment" / "clearing")
    cleared = _clear(rules, _tables(groups, drawn, history, rules, folders), folders)
    proof = _prove(folders)
    seconds, report = perf_counter() - began, folders.cleared / PAGE
    groups_of, published, checked = counted["catalogue"], proof["institutions"], proof["checked"]
    tell(
        say(
            f"目录 {groups_of:,} 组，入组 {counted['grouped']:,} 例；公布 {published} 家；"
            f"{checked} 重算自己的 {proof['rows']:,} 行：{'一致' if proof['equal'] else '不一致'}",
            f"{groups_of:,} groups, {counted['grouped']:,} stays in them; {published} institutions published;"
            f" {checked} counted its {proof['rows']:,} rows again: {'equal' if proof['equal'] else 'NOT equal'}",
        )
    )
    tell(say(f"清算报告：{report}（{seconds:.1f} 秒）", f"the report: {report} ({seconds:.1f} s)"))
    return {
        **counted,
        "settlements": {reason or "cleared": count for reason, count in sorted(cleared.reasons.items())},
        "proof": proof,
        "report": str(report),
        "seconds": round(seconds, 1),
        "whole": all(one.holds for one in cleared.balances) and proof["equal"],
    }


def _histories(persons: int, city: Path, folders: Folders) -> list[Path]:
    """The discharges of the three years before, the oldest first."""
    earlier = []
    for year, seed in EARLIER.items():
        drawn = _drawn(persons, DRAWN, seed, folders.years / str(year))
        earlier.append(_dated_back(drawn / "discharges.parquet", DRAWN - year))
    return [*earlier, city / "discharges.parquet"]


def _drawn(persons: int, year: int, seed: int, out: Path) -> Path:
    pack = load(REGION)
    with replacing(out) as folder:
        synth.draw(pack, synth.profile_of(pack, REGION, None), persons, year, seed, folder)
    return out


def _dated_back(file: Path, years: int) -> Path:
    """Discharges as if they had been so many years earlier, with numbers of their own."""
    table = pq.read_table(file)
    for name in ("admitted_on", "discharged_on"):
        days = np.asarray(table[name].cast(pa.int32())) - 365 * years
        table = table.set_column(table.schema.get_field_index(name), name, pa.array(days, pa.int32()).cast(pa.date32()))
    of = pc.binary_join_element_wise(table["discharge_id"], str(years), "-")
    pq.write_table(table.set_column(table.schema.get_field_index("discharge_id"), "discharge_id", of), file)
    return file


def _grouped(history: Sequence[Path], stays: Path, folders: Folders) -> tuple[pa.Table, dict[str, int]]:
    """A catalogue of three years, and a year's stays in its groups."""
    from tongchou.engines.dip.assigning import Assigner
    from tongchou.engines.dip.building import build
    from tongchou.engines.dip.catalogue import read_catalogue
    from tongchou.engines.dip.reading import read_files
    from tongchou.engines.dip.writing import write_catalogue
    from tongchou.faces.report.dip import to_html
    from tongchou.ground.region.dip.load import load_dip

    built = build(load_dip(regions_dir() / REGION / "payment" / "dip"), read_files(history).cases)
    with replacing(folders.catalogue) as folder:
        manifest = write_catalogue(built, folder)
        (folder / "report.html").write_text(to_html(built, [], manifest["hash"], _spoken()), "utf-8")
    catalogue = read_catalogue(folders.catalogue)
    assigned = Assigner(catalogue).assign(read_files([stays]))
    return assigned.table, {"catalogue": len(catalogue.rows), **assigned.counted}


def _spoken() -> Lang:
    return "en" if language() == "en" else "zh"


def _tables(groups: pa.Table, drawn: Path, history: Sequence[Path], rules: Rules, folders: Folders) -> Year:
    """The tables of the year as files, and read again."""
    from tongchou.engines.payment import read_tables

    settlements, institutions = _settlements(drawn, folders.settled)
    budget = _budget(settlements)
    scores = [SCORES[n % len(SCORES)] for n in range(len(institutions))]
    made = {
        "settlements": settlements,
        "dip": _assigned(groups, settlements, drawn),
        "institutions": institutions,
        "budget": budget,
        "prepaid": _prepaid(rules, settlements, budget, institutions, history),
        "assessments": pa.table({"institution": institutions["institution"], "score": scores}),
    }
    with replacing(folders.tables) as folder:
        for name, table in made.items():
            pq.write_table(table, folder / f"{name}.parquet")
    return read_tables(folders.tables)


def _settlements(drawn: Path, results: Path) -> tuple[pa.Table, pa.Table]:
    """What was settled in the city's own institutions, as clearing takes it, and these institutions."""
    about = ["claim_id", "level", "place", "admitted_on", "discharged_on"]
    claims = pq.read_table(drawn / "claims.parquet", columns=about)
    settled = pq.read_table(results / "settlements.parquet", columns=[*_PAID, "status"])
    rows = settled.filter(pc.equal(settled["status"], "settled")).join(claims, "claim_id")
    rows = rows.filter(pc.equal(rows["place"], _HERE)).sort_by("settlement_id")
    left = pc.coalesce(rows["discharged_on"], rows["admitted_on"])
    total = pc.subtract(rows["medfee_sumamt"], rows["hosp_part_amt"])  # what packages leave to the hospital is its own
    stays = pc.is_in(rows["kind"], pa.array(STAYS))
    days = pc.subtract(left.cast(pa.int32()), rows["admitted_on"].cast(pa.int32())).cast(pa.int64())
    settlements = pa.table(
        {
            "settlement_id": rows["settlement_id"],
            "institution": rows["provider_id"],
            "scheme": rows["scheme"],
            "setting": pc.if_else(stays, "inpatient", "outpatient"),
            "person": rows["person_id"],
            "admitted_on": rows["admitted_on"],
            "discharged_on": left,
            "list_on": left,
            "days": pc.max_element_wise(days, 1),
            "total_fee": total,
            "fund": rows["hifp_pay"],
            "person_paid": rows["psn_part_amt"],
            "other_paid": pc.subtract(pc.subtract(total, rows["hifp_pay"]), rows["psn_part_amt"]),
            "full_self_pay": rows["fulamt_ownpay_amt"],
            "first_self_pay": rows["preselfpay_amt"],
            "deductible": rows["act_pay_dedc"],
        }
    )
    by = rows.group_by("provider_id").aggregate([("level", "min")]).sort_by("provider_id")
    names = by["provider_id"].combine_chunks()
    levels = pc.fill_null(by["level_min"].combine_chunks(), "")  # a pharmacy has none
    factor = pa.array([FACTORS.get(level, "1") for level in levels.to_pylist()])
    parts = {f"factor_{name}": factor for name in ("level", "history", "cmi")}
    return settlements, pa.table({"institution": names, "level": levels, **parts})


def _assigned(groups: pa.Table, settlements: pa.Table, drawn: Path) -> pa.Table:
    """What assignment wrote of each stay, under the settlement it was paid in."""
    stays = pq.read_table(drawn / "discharges.parquet", columns=["discharge_id", "claim_id"])
    rows = groups.join(stays, "discharge_id")
    rows = rows.filter(pc.is_in(rows["claim_id"], settlements["settlement_id"].combine_chunks()))
    return rows.drop_columns("discharge_id").rename_columns({"claim_id": "discharge_id"})


def _budget(settlements: pa.Table) -> pa.Table:
    charged = settlements.group_by("scheme").aggregate([("fund", "sum")]).sort_by("scheme")
    amounts = [fund * GROWTH // 100 for fund in charged["fund_sum"].to_pylist()]
    return pa.table({"scheme": charged["scheme"], "amount": amounts})


def _prepaid(
    rules: Rules, settlements: pa.Table, budget: pa.Table, institutions: pa.Table, history: Sequence[Path]
) -> pa.Table:
    """What each institution was paid month by month: within its quota of the month, where there is one."""
    from tongchou.engines.payment.months import month_limits, prepay

    budgets = {row["scheme"]: row["amount"] for row in budget.to_pylist()}
    levels = {row["institution"]: row["level"] for row in institutions.to_pylist() if row["level"]}
    found = quotas(load(REGION), date(CLEARED, 12, 31), budgets, levels, [file.parent for file in history])
    limits = {key: month_limits(rules, fen)[1] for key, fen in found.items()}
    months = settlements.append_column("month", pc.strftime(settlements["discharged_on"], "%Y-%m"))
    by = ["institution", "scheme", "setting", "month"]
    earned = months.group_by(by).aggregate([("fund", "sum")]).sort_by([(name, "ascending") for name in by])
    rows = []
    for row in earned.to_pylist():
        fen = row.pop("fund_sum")
        twelve = limits.get((row["setting"], row["scheme"], row["institution"]))
        room = fen if twelve is None else twelve[int(row["month"][-2:]) - 1]
        method = "dip" if row["setting"] == "inpatient" else "service"
        rows.append({**row, "method": method, "amount": prepay(rules, fen, room).paid})
    return pa.Table.from_pylist([row for row in rows if row["amount"]])


def _clear(rules: Rules, year: Year, folders: Folders) -> Cleared:
    from tongchou.engines.payment import clear
    from tongchou.engines.payment.folder import write

    cleared = clear(rules, year)
    with replacing(folders.cleared) as folder:
        page(folder, rules, write(cleared, year, folder), "", cleared)
    headers = (
        *(say("险种", "scheme"), say("类别", "setting"), say("预算", "budget"), say("支付", "paid")),
        *(say("扣留保证金", "deposits kept"), say("调节金余额", "reserve left"), say("基金留存", "retained")),
    )
    rows = [
        [one.scheme, one.setting, *map(yuan_grouped, (one.budget, one.paid, one.deposits_kept)),
         yuan_grouped(one.reserve - one.reserve_used), yuan_grouped(one.retained)]
        for one in cleared.balances
    ]  # fmt: skip
    show(headers, rows)
    return cleared


def _prove(folders: Folders) -> dict[str, Any]:
    """Publish the year, and let the hospital with the most rows count its own again."""
    from tongchou.engines.payment.folder import publish, read
    from tongchou.engines.payment.verify import verify

    with replacing(folders.published) as folder:
        names = publish(read(folders.cleared), folder)
    largest = max(names, key=lambda name: (folders.published / name / "data" / "records.parquet").stat().st_size)
    proof = verify(read(folders.published / largest), 1)
    return {"institutions": len(names), "checked": largest, "rows": proof.rows, "equal": proof.equal}
