"""A town whose hospitals are paid in every way at once, out of one budget."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from shutil import copytree
from typing import Any

from psycopg.types.range import DateRange

from tests.engines.dip.stage import case, declared, read_of
from tests.record.clearing.stage import DECEMBER, SPRING, listed, month
from tests.record.contributions.stage import put_pack_in_force
from tests.record.ledger.stage import user
from tests.record.manual.stage import at_the_desk, claimed
from tests.record.payment.stage import JUNE, budget, city, closed
from tests.record.settlement.stage import hospital, retired, treated
from tongchou.engines.dip.building import build
from tongchou.engines.dip.writing import write_catalogue
from tongchou.ground.region.dip.load import load_dip
from tongchou.ground.region.load import load_region
from tongchou.ground.shipped import regions_dir
from tongchou.record.base import clock
from tongchou.record.base.actor import acting
from tongchou.record.filings.commands import decide
from tongchou.record.lists.leaving import apply_exit, decide_exit
from tongchou.record.manual.commands import settle as settle_by_hand
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.models import Category
from tongchou.record.providers.models import Institution
from tongchou.record.settlement.models import Event
from tongchou.record.settlement.settling import settle
from tongchou.record.settlement.supplementing import approve_supplement, open_supplement

MIND, SIGNED, VISIT = "精神住院", "签约门诊", "普通门诊"
"""Kinds of visit: two of this region's own, whose word is what a route calls `care`."""
EYE = {"diag_code": "H25.901", "diag_name": "白内障"}
LUNG = {"diag_code": "J18.900", "diag_name": "肺炎"}
STONE = {"diag_code": "K80.200", "diag_name": "胆囊结石"}
AILMENT = {"diag_code": "F20.900", "diag_name": "精神分裂症"}
NAMES = ("big", "other", "points", "second", "rate", "member", "partner", "absent", "quota", "clinic", "idle")
"""Hospitals, each by how it is paid; `absent` and `idle` charge nothing all year."""
RULES = """
source: ninghe-2025-40
effective: {{from: 2025-01-01, through: 2025-12-31, by: discharge}}
articles:
  - cite: 一
    says: 一个预算，各种付费方式并用
    sets:
      clearing: {{year: 2025, lists_by: 2026-03-31, feedback: 5}}
      routes:
        - {{method: lump, setting: inpatient, institutions: [{member}, {partner}]}}
        - {{method: quota, setting: inpatient, institutions: [{quota}]}}
        - {{method: drg_rate, setting: inpatient, institutions: [{rate}]}}
        - {{method: per_diem, setting: inpatient, care: [精神住院]}}
        - {{method: per_disease, setting: inpatient, groups: ["H25.9:"]}}
        - {{method: drg_points, setting: inpatient, levels: [二级]}}
        - {{method: dip, setting: inpatient}}
        - {{method: capitation, setting: outpatient, care: [签约门诊]}}
        - {{method: service, setting: outpatient}}
      split.inpatient:
        {{share: 80%, reserve: 5%, first: [lump, quota, drg_rate, per_diem, per_disease], methods: {{drg_points: 30%}}}}
      split.outpatient: {{share: 20%, first: [capitation]}}
      price.dip: {{form: settlement, scope: [scheme], basis: fund}}
      price.drg_points: {{form: settlement, scope: [scheme], basis: fund}}
      bands.drg_points: [{{status: normal, factor: 1}}]
      bands.drg_rate: [{{status: normal, factor: 1}}]
      rate: {{price: 3600元, fund: ratio}}
      standard.白内障: {{groups: ["H25.9:"], standard: 7200元, fund: minus, leaves_below: 40%, leaves_above: 200%}}
      per_diem.精神住院: {{phases: [{{upto: 30, price: 200元}}, {{price: 180元}}], fund: all}}
      capitation.家庭医生: {{fee: 15元, package: [{{item: [甲类]}}]}}
      lump.丰乡: {{fee: 900元}}
      hospital_factor: {{combine: given, decimals: 4}}
      special_cases.dip: {{at_most: 50%}}
      sharing.dip:
        surplus: [{{upto: 10%, pays: 100%}}, {{pays: 50%}}]
        overrun: [{{upto: 10%, pays: 70%}}, {{pays: 0%}}]
      sharing.drg_points:
        surplus: [{{upto: 10%, pays: 100%}}, {{pays: 50%}}]
        overrun: [{{upto: 10%, pays: 70%}}, {{pays: 0%}}]
      sharing.quota:
        {{surplus: [{{pays: 30%}}], surplus_at_most: 3%, overrun: [{{upto: 20%, pays: 50%}}, {{pays: 0%}}]}}
      sharing.lump: {{surplus: [{{pays: 100%}}], overrun: [{{upto: 5%, pays: 50%}}, {{pays: 0%}}]}}
      sharing.capitation: {{surplus: [{{pays: 100%}}], overrun: [{{pays: 0%}}]}}
      assessment: {{returns: [{{at_least: 90, returns: 100%}}, {{at_least: 80, returns: 90%}}], unassessed: 100%}}
"""


@dataclass
class Several:
    """`cases`: the settlements that a hospital charged, with how each is paid; `deducted` of them, in fen."""

    where: Organisation
    hospitals: dict[str, Institution]
    cases: list[tuple[str, str, Event]] = field(default_factory=list)
    deducted: dict[int, int] = field(default_factory=dict)
    poor: Event | None = None
    """Settled anew since: its patient turned out to be entitled to more."""
    by_hand: Event | None = None


def in_force(folder: Path, hospitals: dict[str, Institution]) -> None:
    """Ninghe with two kinds of visit more, were its year cleared in all these ways."""
    copytree(regions_dir() / "ninghe", folder)
    layers = folder / "layers.yaml"
    text, pool, door = layers.read_text("utf-8"), "    住院: [drug, pool, large", "    普通门诊: [outpatient, account]"
    assert pool in text
    assert door in text
    text = text.replace(pool, f"    {MIND}: [drug, pool, large, civil, assistance, account]\n{pool}", 1)
    layers.write_text(text.replace(door, f"    {SIGNED}: [outpatient, account]\n{door}", 1), "utf-8")
    codes = {name: one.code for name, one in hospitals.items()}
    (folder / "payment" / "clearing" / "clearing.yaml").write_text(RULES.format(**codes), "utf-8")
    put_pack_in_force(load_region(folder))


def catalogue(folder: Path) -> dict[str, str]:
    """Gall bladders out, lungs, and eyes: three groups of different worth."""
    said = load_dip(declared(folder / "said"))
    kinds = [("K80.101", ["51.2300"], 1_000_000), ("J18.900", [], 500_000), ("H25.901", [], 800_000)]
    rows = [
        case(n, dx, px, fee + n % 7 * 1000, year=2023 + n % 3, level=("三级", "二级")[n % 2])
        for n, (dx, px, fee) in enumerate(kinds * 60)
    ]
    (folder / "made").mkdir()
    write_catalogue(build(said, read_of(rows).cases), folder / "made")
    return {
        str(file.relative_to(folder / "made")): file.read_text("utf-8")
        for file in sorted((folder / "made").rglob("*"))
        if file.is_file() and file.suffix != ".parquet"
    }


def drg() -> dict[str, str]:
    """Ninghe's grouper with its weights, in force a year earlier."""
    folder = regions_dir() / "ninghe" / "payment" / "drg"
    files = {file.name: file.read_text("utf-8") for file in folder.iterdir()}
    files["drg_weight.csv"] = files["drg_weight.csv"].replace("2026-01-01", "2025-01-01")
    return files


def town(folder: Path) -> Several:
    """A year in which everybody is paid in another way. Of two institutions May is prepaid, after a deduction each."""
    where = city()
    levels = dict.fromkeys(NAMES, "一级") | {"big": "三级", "other": "三级", "points": "二级", "second": "二级"}
    made = Several(where, {name: hospital(where, level) for name, level in levels.items()})
    in_force(folder, made.hospitals)
    for name in ("big", "clinic"):
        budget(made.hospitals[name], 12 * 60_000_00)
    first = stay(made, "big", "dip", 8_000_01)
    for fen, diagnosis in ((8_500_03, None), (6_000_07, LUNG)):
        stay(made, "big", "dip", fen, diagnosis)
    made.poor = stay(made, "big", "dip", 9_000_00)
    stay(made, "other", "dip", 8_100_00)
    stay(made, "second", "drg_points", 9_300_00, STONE)
    stay(made, "big", "per_disease", 7_700_00, EYE)
    stay(made, "big", "per_disease", 20_000_00, EYE)  # leaves its standard
    stay(made, "big", "per_diem", 6_000_00, AILMENT, MIND, days=35)
    for name, method in (("points", "drg_points"), ("rate", "drg_rate")):
        stay(made, name, method, 7_000_09, LUNG)
        stay(made, name, method, 9_100_00, STONE)
    for name, method in (("member", "lump"), ("partner", "lump"), ("partner", "lump"), ("quota", "quota")):
        stay(made, name, method, 5_300_11)
    signed = [visit(made, SIGNED, "capitation", fen) for fen in (900_00, 700_00)]
    for fen in (1_000_03, 1_200_00):
        visit(made, VISIT, "service", fen)
    made.by_hand = by_hand(made)
    closed()
    for at, *minus in (("big", (first, 100_01), (made.poor, 50_00)), ("clinic", (signed[0], 20_00))):
        made.deducted |= {event.pk: fen for event, fen in minus}
        month(made.hospitals[at], *minus)
    settled_anew(made)
    with clock.at(SPRING):
        for last in (JUNE, date(2025, 7, 1), DECEMBER):
            closed(last)
    return made


def stay(
    made: Several, name: str, method: str, fen: int, diagnosis: dict[str, Any] | None = None, kind: str = "住院",
    days: int = 5,
) -> Event:  # fmt: skip
    """A stay of a person of their own, settled in May, with its list."""
    with clock.at(date(2025, 5, 20)):
        came = date.fromordinal(date(2025, 5, 15).toordinal() - days)
        seen = treated(made.hospitals[name], retired(made.where), came, fen, kind)
        seen.discharged, seen.discharged_at = date(2025, 5, 15), clock.now()
        seen.save()
        event = settle(visit_id=seen.pk)
    listed(event, diagnosis=diagnosis, adm_time=datetime.combine(came, time(9)))
    made.cases.append((name, method, event))
    return event


def visit(made: Several, kind: str, method: str, fen: int) -> Event:
    """Somebody at the clinic, for a day."""
    with clock.at(date(2025, 5, 20)):
        event = settle(visit_id=treated(made.hospitals["clinic"], retired(made.where), date(2025, 5, 20), fen, kind).pk)
    made.cases.append(("clinic", method, event))
    return event


def by_hand(made: Several) -> Event:
    """Somebody paid the big hospital beforehand and claimed it back: the fund owes the person, the hospital nothing."""
    with clock.at(date(2025, 5, 23)), at_the_desk(made.where):
        claim = claimed(made.hospitals["big"], retired(made.where))
        decide(filing_id=claim.filing_id, approve=True, reason="属实")
        return settle_by_hand(claim_id=claim.pk)


def settled_anew(made: Several) -> None:
    """A stay that left its group by approval; then 低保 since the beginning of the year becomes known: the funds pay
    the person more, the hospital nothing."""
    assert made.poor is not None
    with acting(user(5)):
        left = apply_exit(event_id=made.poor.pk, kind="费用极高", why="多学科联合诊疗", said={})
    with acting(user(6)):
        decide_exit(application_id=left.pk, approve=True, reason="同意")
    Category.objects.create(person=made.poor.person, name="低保", during=DateRange(date(2025, 1, 1), None))
    with clock.at(date(2025, 7, 10)):
        found = open_supplement(
            person_id=made.poor.person_id, why="facts", since=date(2025, 1, 1), reason="低保身份追认"
        )
        with acting(user(2)):
            approve_supplement(supplement_id=found.pk, reason="属实")
