"""The city of the tables, brought into an empty record by the commands that an agency uses.

Whoever checks a hospital's software needs the same people, institutions and items every time; the tables beside this
file say who they are, and so does the documentation.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tongchou.record.base.actor import Actor

SHIPPED = Path(__file__).parent / "tables"
Row = Mapping[str, str]
_PROVIDER_KINDS = {"hospital": ("住院", "普通门诊", "门诊慢特病"), "pharmacy": ("药店购药",)}
_CATALOGUES = {"drug": "药品", "service": "项目", "consumable": "耗材"}
_PAYDAY = 15
_FIRM = "示例单位"
_RESIDENT = {"新生儿": "否", "连续参保年数": "4", "零报销年数": "0"}


@dataclass(frozen=True)
class City:
    """Numbers in the record: the agency, institutions by code, people by the number of their card."""

    agency: int
    institutions: Mapping[str, int]
    people: Mapping[str, int]


def build(tables: Path, pack: Path, code: str, today: date) -> City:
    """Open the city as on the second day of the year, with all that was owed until `today` paid. Raises what a command
    refuses."""
    from tongchou.record.base import clock
    from tongchou.record.base.actor import acting

    opening = date(today.year, 1, 2)
    with clock.at(opening):
        agency, maker, checker = _office(pack, code)
        city = _City(tables, agency, maker, checker, opening)
        with acting(maker):
            institutions = {row["code"]: city.institution(row) for row in city.rows("institutions")}
            items = list(city.rows("items"))
            city.catalogues(items)
            for number in institutions.values():
                city.map(items, number)
            people = {row["card"]: city.person(row) for row in city.rows("people")}
    for month in range(1, today.month + 1):
        with clock.at(min(today, date(today.year, month, _PAYDAY))), acting(maker):
            _contribute(date(today.year, month, 1))
    hospital = next(number for given, number in institutions.items() if given.startswith("H"))
    with clock.at(today - timedelta(days=1)), acting(maker):
        city.file(hospital)
    return City(agency, institutions, people)


def _office(pack: Path, code: str) -> tuple[int, Actor, Actor]:
    """The agency under the pack, and the two who work in it: whatever one proposes the other decides."""
    from tongchou.record.base.actor import Actor, acting
    from tongchou.record.base.scope import system
    from tongchou.record.orgs import commands
    from tongchou.record.orgs.permissions import PERMISSIONS
    from tongchou.record.packs import commands as packs

    founder = Actor("sandbox", system("the sandbox is filled"), frozenset(PERMISSIONS))
    with acting(founder):
        packs.activate(hash=packs.propose(folder=str(pack), reason="试用").hash, reason="试用")
        agency = commands.open_organisation(kind="agency", code=code, name="试用统筹区医保中心").pk
        commands.open_organisation(kind="employer", code=_FIRM, name="示例单位", parent=agency)
        users = [
            commands.add_user(username=name, name=name, organisation_id=agency, password=token_urlsafe(12)).pk
            for name in ("试用经办", "试用复核")
        ]
    maker, checker = (replace(founder, user=one, organisation=agency) for one in users)
    return agency, maker, checker


@dataclass(frozen=True)
class _City:
    """What is brought in under the clock of the opening; `maker` acts, `checker` decides."""

    tables: Path
    agency: int
    maker: Actor
    checker: Actor
    since: date

    def rows(self, name: str) -> Iterator[Row]:
        with (self.tables / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            yield from csv.DictReader(stream)

    def institution(self, row: Row) -> int:
        """An institution with signed agreements for all it does."""
        from tongchou.record.orgs import commands
        from tongchou.record.providers.codes import check_character
        from tongchou.record.providers.institutions import register, set_level

        made = commands.open_organisation(
            kind="provider",
            code=row["code"],
            name=row["name"],
            parent=self.agency,
        )
        credit = f"91{row['code'][1:7]}00000{row['code'][-4:]}"
        found = register(
            organisation_id=made.pk,
            code=row["code"],
            kind=row["kind"],
            ownership="public",
            credit_code=credit + check_character(credit),
            opened=self.since,
        )
        if row["level"]:
            set_level(institution_id=found.pk, level=row["level"], grade=row["grade"], since=self.since, reason="试用")
        for kind in _PROVIDER_KINDS[row["kind"]]:
            self._agree(found.pk, kind, f"XY-{row['code']}-{kind}")
        return found.pk

    def _agree(self, institution: int, kind: str, number: str) -> None:
        from tongchou.record.base.actor import acting
        from tongchou.record.providers.agreements import apply, decide_step, propose_step

        period = {"number": number, "first": self.since, "last": self.since.replace(month=12, day=31)}
        deal = apply(institution_id=institution, kind=kind, reason="试用").pk
        steps: tuple[tuple[str, dict[str, Any]], ...] = (
            ("evaluate", {}),
            ("negotiate", {"terms": {"结算": "按月"}}),
            ("sign", period),
        )
        for verb, given in steps:
            step = propose_step(agreement_id=deal, verb=verb, reason="试用", **given).pk
            with acting(self.checker):
                decide_step(step_id=step, approve=True, reason="试用")

    def catalogues(self, items: list[Row]) -> None:
        """The national items, a catalogue for each kind."""
        from tongchou.record.base.actor import acting
        from tongchou.record.catalogues import versions
        from tongchou.record.uploads.commands import File, take

        columns = {
            "code": "编码", "name": "名称", "spec": "规格", "unit": "计价单位", "pay_class": "类别",
            "first_pay": "先行自付比例", "price": "价格", "ceiling": "限价", "limited": "限制使用", "item": "项目组",
            "fee_kind": "费用类别", "list_type": "目录类别",
        }  # fmt: skip
        for kind, label in _CATALOGUES.items():
            rows = [[row[name] for name in columns] for row in items if row["kind"] == kind]
            if rows:
                sheet = File(f"{label}.csv", _sheet(list(columns.values()), rows))
                number = take(purpose=f"catalogue.{kind}", file=sheet).pk
                proposed = versions.propose(kind=kind, upload=number, since=self.since, label="试用", reason="试用")
                with acting(self.checker):
                    versions.decide(version_id=proposed.pk, approve=True, reason="试用")

    def map(self, items: list[Row], institution: int) -> None:
        from tongchou.record.base.actor import acting
        from tongchou.record.catalogues import mappings
        from tongchou.record.catalogues.models import Mapping as Mapped
        from tongchou.record.uploads.commands import File, take

        rows = [[row["local"], row["name"], row["code"], self.since.isoformat()] for row in items]
        sheet = File("对照.csv", _sheet(["院内编码", "院内名称", "国家编码", "开始日期"], rows))
        mappings.propose_file(institution_id=institution, upload=take(purpose="mapping", file=sheet).pk)
        waiting = Mapped.objects.filter(institution=institution, state="proposed").values_list("id", flat=True)
        with acting(self.checker):
            mappings.decide(mapping_ids=list(waiting), approve=True, reason="试用")

    def person(self, row: Row) -> int:
        """Somebody by their card, enrolled as the table says, or not at all."""
        from tongchou.record.enrolment.commands import suspend
        from tongchou.record.people.commands import categorise, register
        from tongchou.record.people.identity import RESIDENT_CARD

        card = row["card"]
        born = date(int(card[6:10]), int(card[10:12]), int(card[12:14]))
        sex = "男" if int(card[16]) % 2 else "女"
        found = register(agency=self.agency, kind=RESIDENT_CARD, number=card, name=row["name"], born=born, sex=sex).pk
        for scheme in row["scheme"].split():
            self._enrol(row, found, scheme)
        if row["category"]:
            given = {"issuer": "民政局", "evidence": "试用", "since": self.since, "through": None, "reason": "试用"}
            categorise(person_id=found, name=row["category"], **given)
        if row["suspended"]:
            suspend(person_id=found, insurance_name=row["scheme"], since=self.since, reason="试用")
        return found

    def _enrol(self, row: Row, person: int, scheme: str) -> None:
        from tongchou.record.contributions.declaring import declare
        from tongchou.record.enrolment.commands import enrol
        from tongchou.record.orgs.models import Organisation
        from tongchou.record.people.commands import employ

        if scheme == "resident":
            enrol(person_id=person, insurance_name=scheme, since=self.since, facts=_RESIDENT)
            return
        employer = None
        if row["status"] == "在职":
            employer = Organisation.objects.get(code=_FIRM).pk
            employ(person_id=person, employer=employer, since=self.since)
            declare(person_id=person, fact="缴费基数", fen=int(row["wage"]) * 100, since=self.since, employer=employer)
        facts = {"status": row["status"], "用工": "单位职工", "困难企业": "否", "公务员": row["civil"] or "否"}
        enrol(person_id=person, insurance_name=scheme, since=self.since, employer=employer, facts=facts)

    def file(self, hospital: int) -> None:
        """Special diseases, filed by a hospital and approved by the agency."""
        from tongchou.record.base.actor import acting
        from tongchou.record.base.scope import Scope
        from tongchou.record.filings.commands import decide, submit
        from tongchou.record.filings.uploads import Upload
        from tongchou.record.providers.queries import institution

        at = institution(hospital).organisation_id
        desk = replace(self.maker, scope=Scope("provider", at), organisation=at)
        for row in self.rows("people"):
            if not row["disease"]:
                continue
            papers = tuple(Upload(kind, f"{kind}.pdf", _PAPER) for kind in ("诊断证明", "病历资料"))
            with acting(desk):
                filed = submit(
                    scheme=row["scheme"],
                    type="门诊慢特病",
                    names={"disease": row["disease"]},
                    certificate=("01", row["card"]),
                    evidence=papers,
                ).pk
            with acting(self.checker):
                decide(filing_id=filed, approve=True, reason="试用")


def _sheet(head: list[str], rows: list[list[str]]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows([head, *rows])
    return stream.getvalue().encode()


def _contribute(month: date) -> None:
    """What is owed for a month comes in at once: employees each month, residents once."""
    from tongchou.record.contributions.assessing import assess_month
    from tongchou.record.contributions.models import Part
    from tongchou.record.contributions.receiving import receive

    for insurance in ("employee", "resident") if month.month == 1 else ("employee",):
        assess_month(insurance=insurance, month=month)
    owed = Part.objects.filter(fen__gt=0, order__first=month).exclude(share__state="claimed")
    for part, fen in owed.values_list("id", "fen"):
        receive(number=f"S{part:09d}", part=part, day=month.replace(day=2), fen=fen)


_PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
