"""The counter: claims of the year as visits of one day, registered, charged and settled by those who treat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tongchou.faces.cli.speak import say, tell
from tongchou.faces.cli.town.town import Town, at_counter

CLAIMS = 1_000
KIND, PLACE = "普通门诊", "市内"


def come_to_the_counter(data: Path, town: Town, day: date, who: Mapping[str, Any]) -> dict[str, int]:
    """Claims of the families that come themselves, settled one by one; `who` sits at the desk of each level."""
    from tongchou.ground.errors import ProblemError
    from tongchou.record.base.actor import acting

    settled = refused = lines = 0
    for claim, charged in _treated(data, town):
        if settled == CLAIMS:
            break
        with acting(who[claim["level"]]):
            try:
                _settle(claim, charged, town, day)
            except ProblemError:
                refused += 1
            else:
                settled, lines = settled + 1, lines + len(charged)
    tell(
        say(
            f"窗口结算 {settled:,} 笔、明细 {lines:,} 行；不予支付 {refused:,} 笔",
            f"settled at the counter: {settled:,}, {lines:,} lines; {refused:,} refused",
        )
    )
    return {"settlements": settled, "refused": refused}


def _settle(claim: Mapping[str, Any], lines: list[dict[str, Any]], town: Town, day: date) -> None:
    """A visit of one day by the card that lies on the desk, its lines, and its settlement."""
    from tongchou.record.people.identity import RESIDENT_CARD
    from tongchou.record.settlement.asking import Asked
    from tongchou.record.settlement.settling import settle
    from tongchou.record.visits.charging import charge
    from tongchou.record.visits.registering import register

    visit = register(
        institution_id=town.hospitals[claim["level"]].institution,
        number=f"{claim['claim_id']}-{day:%Y%m%d}",
        scheme=claim["scheme"],
        kind=claim["kind"],
        admitted=day,
        certificate=(RESIDENT_CARD, town.persons[claim["person_id"]].card),
        facts_of_visit={name: claim[name] for name in ("place", "referral") if claim[name] is not None},
    ).pk
    charge(visit_id=visit, lines=[_line(line, day) for line in lines])
    settle(visit_id=visit, asked=Asked(f"T{visit}", {"visit": visit}))


def _line(line: Mapping[str, Any], day: date) -> Any:
    from datetime import datetime, time
    from decimal import Decimal

    from tongchou.record.base import clock
    from tongchou.record.visits.lines import Line

    said = {
        "price": line["price"],
        "item": line["item"],
        "national_code": line["national_code"],
        "pay_class": line["class"],
        "fee_kind": line["fee_kind"],
        "first_pay": line["first_pay_rate"],
        "price_limit": line["price_limit"],
    }
    return Line(
        number=line["line_id"],
        fee_at=datetime.combine(day, time(10), clock.CHINA),
        fen=line["amount"],
        quantity=Decimal(1) if line["quantity"] is None else line["quantity"],
        **{name: value for name, value in said.items() if value is not None},
    )


def _treated(data: Path, town: Town) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Claims with their lines."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    claims = pq.read_table(data / "claims.parquet")
    who = pa.array(sorted(at_counter(data, town)))
    chosen = pc.and_(pc.is_in(claims["person_id"], value_set=who), pc.equal(claims["kind"], KIND))
    claims = claims.filter(pc.and_(chosen, pc.equal(claims["place"], PLACE)))
    lines = pq.read_table(data / "lines.parquet")
    lines = lines.filter(pc.is_in(lines["claim_id"], value_set=claims["claim_id"].combine_chunks()))
    of: dict[str, list[dict[str, Any]]] = {}
    for line in lines.to_pylist():
        of.setdefault(line["claim_id"], []).append(line)
    for claim in claims.to_pylist():
        yield claim, of[claim["claim_id"]]
