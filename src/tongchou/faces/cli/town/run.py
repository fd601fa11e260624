"""The town: a pack is put in force, people are enrolled from a file, charged, pay, and are entitled; they are treated,
settled and posted; the books are closed, institutions are paid, one of them for a month that is reviewed, and
everything must agree."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

from tongchou.faces.cli.speak import say, tell
from tongchou.faces.cli.table import show
from tongchou.faces.cli.town import people
from tongchou.faces.cli.town.agreeing import reconcile, verify_all
from tongchou.faces.cli.town.counter import KIND, come_to_the_counter
from tongchou.faces.cli.town.hospitals import open_hospitals
from tongchou.faces.cli.town.month import after_appeals, largest, prepay_month, review_month
from tongchou.faces.cli.town.month_table import show_month
from tongchou.faces.cli.town.paying import make_ready, pay_institutions
from tongchou.faces.cli.town.town import Resident, Town
from tongchou.faces.cli.town.year import close_months, move_together, post_year

CODE, NAME, CITY = "999999", "宁和市医保中心", "宁和"
BEGIN, LOOK = date(2025, 1, 6), date(2025, 3, 25)
"""When the agency begins, and on which day entitlement is asked for."""
MONTHS = tuple(date(2025, month, 1) for month in (1, 2, 3))
_PAYDAY = 20
NEXT_YEAR = date(2026, 1, 8)
"""When the year that was settled in bulk is posted, and the books are closed."""
_OFFICES = (
    *("policy", "policy_reviewer", "clerk", "reviewer", "assessor", "auditor"),
    *("providers", "provider_reviewer", "supervisor"),
    *("accountant", "chief_accountant", "payer", "paying_reviewer", "cashier"),
)
NOTHING = ("difference", "trial", "unexplained")
"""What is nothing where the books agree."""
_NOT_PAID = 20  # every twentieth owes on


def run_town(data: Path, count: int) -> dict[str, Any]:
    """Enrol and charge the first `count` people drawn into `data`, in a record of their own that is gone afterwards;
    print what comes of it. Amounts in fen."""
    began = perf_counter()
    tell()
    title = (
        f"一个 {count:,} 人的镇：内嵌数据库上的参保、征缴和待遇",
        f"A town of {count:,}: enrolled, charged and entitled",
    )
    tell(say(*title))
    with _record() as work:
        found = _quarter(data, count, work)
    tell(say(f"用时 {perf_counter() - began:.1f} 秒", f"in {perf_counter() - began:.1f} s"))
    return found


@contextmanager
def _record() -> Iterator[Path]:
    """An embedded database with keys of its own, and a folder for files; all of it is removed in the end."""
    with tempfile.TemporaryDirectory(prefix="tongchou-town-") as name:
        root = Path(name)
        root.chmod(0o755)  # the account that the database runs as must reach its own folder in it
        places = {"TONGCHOU_HOME": str(root / "home"), "TONGCHOU_KEYS": str(root / "keys")}
        (root / "home").mkdir()
        before = {place: os.environ.get(place) for place in (*places, "DATABASE_URL", "TONGCHOU_AUDIT_HEAD")}
        for place in before:
            os.environ.pop(place, None)
        os.environ |= places
        try:
            from tongchou.record.project.start import running

            with running():
                yield root
        finally:
            for place, was in before.items():
                os.environ.pop(place, None)
                if was is not None:
                    os.environ[place] = was


def _quarter(data: Path, count: int, work: Path) -> dict[str, Any]:
    from tongchou.faces.cli.town.staff import at_desk, hash_briefly, open_firms, take_office
    from tongchou.record.audit.seal import seal
    from tongchou.record.audit.verify import verify
    from tongchou.record.base import clock
    from tongchou.record.base.actor import acting
    from tongchou.record.base.scope import scoped, system
    from tongchou.record.orgs.models import Organisation

    hash_briefly()
    with clock.at(BEGIN):
        staff = take_office(CODE, NAME, _OFFICES)
        open_firms(staff["administrator"], people.FIRMS, CODE)
        _put_in_force(staff)
        persons = _enrol(staff["clerk"], data, count, work)
        town = Town(persons, open_hospitals(staff, data, CODE, CITY, KIND, MONTHS[0], len(persons)))
        with acting(staff["clerk"]):
            move_together(data, town, MONTHS[0])
    for month in MONTHS:
        with clock.at(month.replace(day=BEGIN.day)):
            _charge(staff["assessor"], month)
        with clock.at(month.replace(day=_PAYDAY)):
            _receive(staff["assessor"], month, work)
    desks = {level: at_desk(staff, one.organisation) for level, one in town.hospitals.items()}
    with clock.at(LOOK):
        charged = _charged(staff["assessor"])
        received = _received(staff["assessor"])
        entitled = _entitled(staff["clerk"])
        counter = come_to_the_counter(data, town, LOOK, desks)
    with clock.at(NEXT_YEAR):
        with acting(staff["chief_accountant"]):
            posted = post_year(data, town, work)
            agency = Organisation.objects.get(code=CODE).pk
        with acting(staff["accountant"]):
            closed = close_months(NEXT_YEAR.replace(day=1))
        make_ready(staff, town, agency, NEXT_YEAR)
        with acting(staff["clerk"]):
            level = largest(town.hospitals, LOOK)
        statement = review_month(staff, desks[level], town.hospitals[level], LOOK)
        paid = pay_institutions(staff, agency, NEXT_YEAR)
    payday = after_appeals(staff["payer"], statement)
    with clock.at(payday):
        prepay_month(staff, statement)
        prepaid = pay_institutions(staff, agency, payday)
        seen = show_month(staff, desks[level], statement, level)
        with acting(staff["accountant"]):
            books = reconcile(payday)
        with scoped(system("the whole town is verified")):
            replayed, wrong, invariants = verify_all()
        with scoped(system("the town's trail")):
            entries, breaks = seal(), verify()
    tell(say(f"审计记录 {entries:,} 条，已封存，核对无误", f"{entries:,} entries of the trail, sealed and verified"))
    return {
        "enrolled": len(town.persons),
        "charged": charged,
        "received": received,
        "entitled": entitled,
        "counter": counter,
        "posted": posted,
        "paid": paid,
        "prepaid": prepaid,
        "month": seen,
        "closed": closed,
        "books": books,
        "replayed": replayed,
        "wrong": wrong,
        "invariants": invariants,
        "trail": entries,
        "whole": posted["reconciled"]
        and seen["paid"] == seen["payable"]
        and not (breaks or wrong or any(books[one] for one in NOTHING)),
    }


def _put_in_force(staff: dict[str, Any]) -> None:
    from tongchou.ground.shipped import regions_dir
    from tongchou.record.base.actor import acting
    from tongchou.record.packs import commands

    with acting(staff["policy"]):
        pack = commands.propose(folder=str(regions_dir() / "ninghe"), reason="2025 年政策")
    with acting(staff["policy_reviewer"]):
        commands.activate(hash=pack.hash, reason="同意")
    tell(say(f"政策包 {pack.hash[:12]} 由两人启用", f"pack {pack.hash[:12]} put in force by two people"))


def _enrol(who: Any, data: Path, count: int, work: Path) -> dict[str, Resident]:
    """Person of the data → who that is in the record."""
    from tongchou.record.base.actor import acting
    from tongchou.record.enrolment.files.importing import import_file
    from tongchou.record.orgs.models import Organisation
    from tongchou.record.sheets.streamed import upload

    file = work / "enrolments.csv"
    cards = people.write_enrolments(data, count, MONTHS[0], file)
    with acting(who):
        agency = Organisation.objects.get(code=CODE).pk
        done = import_file(upload=upload(file, file.name), agency=agency)
    tell(say(f"从文件参保登记 {done.registered:,} 人", f"{done.registered:,} people enrolled from a file"))
    return {name: Resident(one, card) for (name, card), one in zip(cards.items(), done.persons, strict=True)}


def _charge(who: Any, month: date) -> None:
    """Employees owe each month; residents once, in the first."""
    from tongchou.record.base.actor import acting
    from tongchou.record.contributions.assessing import assess_month

    with acting(who):
        for insurance in ("employee", "resident") if month == MONTHS[0] else ("employee",):
            assess_month(insurance=insurance, month=month)


def _receive(who: Any, month: date, work: Path) -> None:
    """The bureau's file: most pay what they owe."""
    from tongchou.record.base.actor import acting
    from tongchou.record.contributions import files, sheets
    from tongchou.record.contributions.models import Part
    from tongchou.record.sheets.streamed import upload

    with acting(who):
        owed = Part.objects.filter(fen__gt=0, order__first=month).exclude(share__state="claimed").order_by("id")
        paid = [one for one in owed.values_list("id", "fen", "order__person_id") if one[2] % _NOT_PAID]
        file = work / f"receipts-{month:%Y-%m}.csv"
        people.write_receipts(((part, fen) for part, fen, _ in paid), month.replace(day=_PAYDAY), file)
        files.take_file(sheet=sheets.read(upload(file, file.name)))


def _charged(who: Any) -> list[dict[str, Any]]:
    from django.db.models import Count, Sum

    from tongchou.ground.money import yuan_grouped
    from tongchou.record.base.actor import acting
    from tongchou.record.contributions.models import Part

    with acting(who):
        fields = ("order__insurance", "share__levy", "share__payer")
        counted = Part.objects.values(*fields).annotate(count=Count("id"), fen=Sum("fen"))
        rows = list(counted.order_by(*fields))
    headers = _said(("险种", "insurance"), ("费", "levy"), ("由谁", "payer"), ("笔数", "parts"), ("应缴", "due"))
    tell()
    tell(say(f"{len(MONTHS)} 个月的应缴", f"What is owed for {len(MONTHS)} months"))
    show(headers, [[*(row[name] for name in fields), row["count"], yuan_grouped(row["fen"])] for row in rows])
    return [dict(zip(("insurance", "levy", "payer", "parts", "fen"), row.values(), strict=True)) for row in rows]


def _received(who: Any) -> dict[str, Any]:
    from django.db.models import Count, Sum

    from tongchou.ground.money import yuan_grouped
    from tongchou.record.base.actor import acting
    from tongchou.record.contributions import reports
    from tongchou.record.contributions.models import Receipt

    with acting(who):
        all_ = Receipt.objects.aggregate(count=Count("id"), fen=Sum("fen"))
        rates = {
            insurance: reports.rate(insurance=insurance, first=MONTHS[0], through=LOOK, on=LOOK, basis="assessed").rate
            for insurance in ("employee", "resident")
        }
    told = "、".join(f"{name} {float(rate):.1%}" for name, rate in rates.items())
    tell(
        say(
            f"税务到账 {all_['count']:,} 笔 {yuan_grouped(all_['fen'])} 元；征缴率（到账 ÷ 应征）{told}",
            f"{all_['count']:,} receipts, {yuan_grouped(all_['fen'])} yuan; collected of all assessed: {told}",
        )
    )
    return {"receipts": all_["count"], "fen": all_["fen"]}


def _entitled(who: Any) -> list[dict[str, Any]]:
    from tongchou.record.base.actor import acting
    from tongchou.record.entitlement.queries import entitled

    with acting(who):
        found = entitled(on=LOOK)
    counted = Counter(
        (one["scheme"], one["level"], one["reason"], one["fund"])
        for one in found.periods.select(["scheme", "level", "reason", "fund"]).to_pylist()
    )
    alike: dict[tuple[str, str, str, int], list[str]] = {}  # mostly all funds are open to the same people
    for (scheme, level, reason, fund), count in sorted(counted.items()):
        alike.setdefault((scheme, level, reason, count), []).append(fund)
    tell()
    tell(say(f"{LOOK} 的待遇", f"Entitlement on {LOOK}"))
    headers = _said(("险种", "insurance"), ("待遇", "level"), ("原因", "reason"), ("人数", "people"), ("基金", "funds"))
    show(headers, [[*key, " ".join(funds)] for key, funds in alike.items()])
    names = ("insurance", "level", "reason", "people")
    return [{**dict(zip(names, key, strict=True)), "funds": funds} for key, funds in alike.items()]


def _said(*headers: tuple[str, str]) -> tuple[str, ...]:
    return tuple(say(*words) for words in headers)
