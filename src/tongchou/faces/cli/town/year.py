"""A year in the town: that of most families was settled in bulk and is posted, and the books are closed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from tongchou.faces.cli.speak import say, tell
from tongchou.faces.cli.town.town import Town, at_counter, levels_of, people_of

TABLES = ("persons", "households", "spells", "accounts", "claims", "lines")


def move_together(data: Path, town: Town, since: date) -> None:
    """Families live together in the record as they do in the data."""
    from tongchou.record.people.commands import move
    from tongchou.record.people.models import Membership

    own = dict(Membership.objects.values_list("person", "household"))
    heads: dict[str, int] = {}
    for row in people_of(data, town).to_pylist():
        number, home = town.persons[row["person_id"]].number, row["household_id"]
        if home not in heads:
            heads[home] = own[number]
        else:
            move(person_id=number, since=since, reason="同一户", household=heads[home])


def post_year(data: Path, town: Town, work: Path) -> dict[str, Any]:
    """Settle the year of the families that do not come to the counter, and post it."""
    from tongchou.faces.cli.settle import settle_folder
    from tongchou.faces.cli.where import load
    from tongchou.record.settlement.batch import Known, post_batch

    own, results = work / "data", work / "results"
    own.mkdir()
    results.mkdir()
    _write(data, town, own)
    reconciliation, _ = settle_folder(load("ninghe"), own, results, "parquet", jobs=1, trace=True)
    anywhere = next(iter(town.hospitals.values()))  # a pharmacy has no level
    places = {name: town.hospitals.get(level or "", anywhere).institution for name, level in levels_of(data).items()}
    known = Known({name: one.number for name, one in town.persons.items()}, places)
    posted = post_batch(data=own, results=results, known=known)
    tell(
        say(
            f"批量结算的一年已载入：结算 {posted.settlements:,} 笔、明细 {posted.lines:,} 行",
            f"the year settled in bulk is posted: {posted.settlements:,} settlements, {posted.lines:,} lines",
        )
    )
    return {"settlements": posted.settlements, "lines": posted.lines, "reconciled": reconciliation.holds}


def close_months(until: date) -> list[str]:
    """Close every month of the business book from its first entry until a day."""
    from tongchou.ground.dates import add_months
    from tongchou.record.ledger.chart import BUSINESS
    from tongchou.record.ledger.models import Entry
    from tongchou.record.ledger.months import close_month

    month = Entry.objects.filter(book=BUSINESS).earliest("day").day.replace(day=1)
    closed = []
    while month < until:
        close_month(book=BUSINESS, month=month)
        closed.append(f"{month:%Y-%m}")
        month = add_months(month, 1, "clamp")
    tell(say(f"业务账已月结 {closed[0]} 至 {closed[-1]}", f"closed in the books: {closed[0]} to {closed[-1]}"))
    return closed


def _write(data: Path, town: Town, out: Path) -> None:
    """The tables of the families whose year is posted."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    own = pa.array(sorted(set(town.persons) - at_counter(data, town)))
    claims = None
    for name in TABLES:
        table = pq.read_table(data / f"{name}.parquet")
        if name == "lines":
            table = table.filter(pc.is_in(table["claim_id"], value_set=claims))
        else:
            table = table.filter(pc.is_in(table["person_id"], value_set=own))
        if name == "claims":
            relatives = pc.fill_null(pc.is_in(table["account_person_id"], value_set=own), False)
            table = table.filter(pc.or_(table["account_person_id"].is_null(), relatives))
            claims = table["claim_id"].combine_chunks()
        pq.write_table(table, out / f"{name}.parquet")
