"""Two hospitals with a year of stays and their lists, months prepaid from closed books, and a region that declares how
the year is cleared."""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

from tests.engines.dip.stage import case, declared, read_of
from tests.record.contributions.stage import put_pack_in_force
from tests.record.lists.stage import DIAGNOSIS, OPERATION, paid, sheet
from tests.record.payment.stage import JUNE, TODAY, budget, city, closed, deducted, final, opened, reviewed
from tests.record.payment.stage import declared as month_declared
from tests.record.settlement.stage import hospital, retired, treated
from tongchou.engines.dip.building import build
from tongchou.engines.dip.writing import write_catalogue
from tongchou.ground.region.dip.load import load_dip
from tongchou.ground.region.load import load_region
from tongchou.ground.region.pack import Pack
from tongchou.ground.shipped import regions_dir
from tongchou.record.base import clock
from tongchou.record.clearing.clearing import clear_year
from tongchou.record.clearing.finishing import finalise
from tongchou.record.clearing.giving import give
from tongchou.record.clearing.grouping import group, publish_groups
from tongchou.record.clearing.models import Cleared, ClearingYear
from tongchou.record.clearing.opening import open_year
from tongchou.record.clearing.schemes import keep_scheme
from tongchou.record.lists.uploading import upload
from tongchou.record.orgs.models import Organisation
from tongchou.record.payment.prepaying import prepay
from tongchou.record.providers.models import Institution
from tongchou.record.settlement.models import Event
from tongchou.record.settlement.settling import settle

DECEMBER = date(2025, 12, 1)
SPRING = date(2026, 4, 7)
"""When the year is opened and its groups are told; feedback lasts five working days."""
FEEDBACK_ENDS = date(2026, 4, 14)
LATER = date(2026, 4, 20)
FUND = "住院统筹"
PAID = (6_264_00, 6_825_00)
"""What the fund pays of a stay of 8,000 yuan at each hospital."""
RULES = """
source: ninghe-2025-40
effective: {from: 2025-01-01, through: 2025-12-31, by: discharge}
articles:
  - cite: 一
    says: 2025 年度，次年三月三十一日前上传清单，反馈 5 个工作日
    sets:
      clearing: {year: 2025, lists_by: 2026-03-31, feedback: 5}
      routes: [{method: dip, setting: inpatient}, {method: service, setting: outpatient}]
      split.inpatient: {share: 80%, reserve: 5%}
      split.outpatient: {share: 20%}
      price.dip: {form: settlement, scope: [scheme], basis: fund}
      hospital_factor: {combine: given, decimals: 4}
      special_cases.dip: {at_most: 50%}
      sharing.dip:
        surplus: [{upto: 10%, pays: 100%}, {pays: 50%}]
        overrun: [{upto: 10%, pays: 70%}, {pays: 0%}]
      assessment: {returns: [{at_least: 90, returns: 100%}, {at_least: 80, returns: 90%}], unassessed: 100%}
"""
LUNG = {"diag_code": "J18.900", "diag_name": "肺炎"}


@dataclass
class Town:
    """`stays`: the settlements of each hospital."""

    where: Organisation
    hospitals: list[Institution]
    stays: list[list[Event]] = field(default_factory=list)


@lru_cache
def ninghe(text: str = RULES) -> Pack:
    """Ninghe, were its year cleared by these rules."""
    with TemporaryDirectory() as name:
        folder = Path(name) / "ninghe"
        copytree(regions_dir() / "ninghe", folder)
        (folder / "payment" / "clearing" / "clearing.yaml").write_text(text, "utf-8")
        return load_region(folder)


def put_in_force(text: str = RULES) -> Pack:
    return put_pack_in_force(ninghe(text))


def catalogue(folder: Path, *more: tuple[str, list[str], int], said: str = "") -> dict[str, str]:
    """A small catalogue of three years, as the texts of its files: gall bladders out, lungs, and `more`: diagnosis,
    operations, and what they cost in fen. `said`: what it declares besides."""
    of = load_dip(declared(folder / "said", said))
    kinds = [("K80.101", ["51.2300"], 1_000_000), ("J18.900", [], 500_000), *more]
    rows = [
        case(n, dx, px, fee + n % 7 * 1000, year=2023 + n % 3, level=("三级", "二级")[n % 2])
        for n, (dx, px, fee) in enumerate(kinds * 60)
    ]
    (folder / "made").mkdir()
    write_catalogue(build(of, read_of(rows).cases), folder / "made")
    return {
        str(file.relative_to(folder / "made")): file.read_text("utf-8")
        for file in sorted((folder / "made").rglob("*"))
        if file.is_file() and file.suffix != ".parquet"
    }


def stay(at: Institution, where: Organisation, fen: int = 8_000_00) -> Event:
    """Somebody's stay from the 10th to the 15th of May, settled on the 20th."""
    with clock.at(date(2025, 5, 20)):
        visit = treated(at, retired(where), date(2025, 5, 10), fen)
        visit.discharged_at = clock.now()
        visit.save()
        return settle(visit_id=visit.pk)


def listed(event: Event, day: date = TODAY, diagnosis: dict[str, Any] | None = None, **info: Any) -> None:
    """The settlement's list: a gall bladder, or another diagnosis without an operation."""
    funds = {"310100": event.total - event.cash}
    rows: dict[str, Any] = {"payinfo": paid(funds), "diseinfo": [DIAGNOSIS | (diagnosis or {})]}
    rows["oprninfo"] = [] if diagnosis else [OPERATION]
    with clock.at(day):
        upload(event_id=event.pk, sheet=sheet(rows=rows, **info), funds=funds)


def month(at: Institution, *deductions: tuple[Event, int]) -> None:
    """May, from its statement to what is prepaid."""
    found = month_declared(opened(at))
    for event, fen in deductions:
        deducted(event, fen)
    reviewed(found)
    final(found, date(2025, 6, 30))
    with clock.at(date(2025, 6, 30)):
        prepay(statement_id=found.pk)


def town() -> Town:
    """Three stays at one hospital and two at the other, all but the last one with a list; of the first 100 yuan were
    deducted. May is prepaid, and the books are closed through the year."""
    where = city()
    made = Town(where, [hospital(where, "三级"), hospital(where, "二级")])
    for at in made.hospitals:
        budget(at, 12 * 20_000_00)
    first, second = made.hospitals
    made.stays = [[stay(first, where) for _ in range(3)], [stay(second, where) for _ in range(2)]]
    for event in [*made.stays[0], made.stays[1][0]]:
        listed(event)
    closed()
    month(first, (made.stays[0][0], 100_00))
    month(second)
    with clock.at(SPRING):
        closed(JUNE)  # what was prepaid of May stands there
        closed(DECEMBER)
    return made


def began(made: Town, files: dict[str, str], fen: int = 40_000_00) -> ClearingYear:
    """The year opened and grouped, with a budget and a score for the first hospital."""
    year = open_year(agency=made.where.pk, scheme="employee", year=2025, reason="年终清算")
    kept = keep_scheme(kind="dip", files=files, reason="2025 年目录")
    give(year_id=year.pk, name="budget", rows=[{"amount": fen}], reason="预算")
    scores = [{"institution": made.hospitals[0].code, "score": 85}]
    give(year_id=year.pk, name="assessments", rows=scores, reason="考核")
    group(year_id=year.pk, schemes={"dip": kept.hash}, reason="预分组")
    return year


def told(year: ClearingYear) -> None:
    publish_groups(year_id=year.pk, reason="下发")


def cleared(year: ClearingYear) -> Cleared:
    """Final and cleared, after feedback."""
    finalise(year_id=year.pk, reason="终分组")
    return clear_year(year_id=year.pk, reason="清算")
