"""A month in the town: a pack is put in force, people are enrolled from a file, charged, pay, and are entitled."""

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

CODE, NAME = "999999", "宁和市医保中心"
DAY, MONTH, PAID, LOOK = date(2025, 1, 6), date(2025, 1, 1), date(2025, 1, 20), date(2025, 1, 25)
"""When the agency works, for which month, when the bureau's file comes, and on which day entitlement is asked for."""
_OFFICES = ("policy", "policy_reviewer", "clerk", "assessor", "auditor")
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
        found = _month(data, count, work)
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


def _month(data: Path, count: int, work: Path) -> dict[str, Any]:
    from tongchou.faces.cli.town.staff import open_firms, take_office
    from tongchou.record.audit.seal import seal
    from tongchou.record.audit.verify import verify
    from tongchou.record.base import clock
    from tongchou.record.base.scope import scoped, system

    with clock.at(DAY):
        staff = take_office(CODE, NAME, _OFFICES)
        open_firms(staff["administrator"], people.FIRMS, CODE)
        _put_in_force(staff)
        enrolled = _enrol(staff["clerk"], data, count, work)
        charged = _charge(staff["assessor"])
    with clock.at(PAID):
        received = _receive(staff["assessor"], work)
    with clock.at(LOOK):
        entitled = _entitled(staff["clerk"])
        with scoped(system("the town's trail")):
            entries, breaks = seal(), verify()
    tell(say(f"审计记录 {entries:,} 条，已封存，核对无误", f"{entries:,} entries of the trail, sealed and verified"))
    return {
        "enrolled": enrolled,
        "charged": charged,
        "received": received,
        "entitled": entitled,
        "trail": entries,
        "whole": not breaks,
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


def _enrol(who: Any, data: Path, count: int, work: Path) -> int:
    from tongchou.record.base.actor import acting
    from tongchou.record.base.sheets import upload
    from tongchou.record.enrolment.files.importing import import_file
    from tongchou.record.orgs.models import Organisation

    file = work / "enrolments.csv"
    people.write_enrolments(data, count, MONTH, file)
    with acting(who):
        agency = Organisation.objects.get(code=CODE).pk
        done = import_file(upload=upload(file, file.name), agency=agency)
    tell(say(f"从文件参保登记 {done.registered:,} 人", f"{done.registered:,} people enrolled from a file"))
    return done.registered


def _charge(who: Any) -> list[dict[str, Any]]:
    from django.db.models import Count, Sum

    from tongchou.ground.money import yuan_grouped
    from tongchou.record.base.actor import acting
    from tongchou.record.contributions.assessing import assess_month
    from tongchou.record.contributions.models import Part

    with acting(who):
        for insurance in ("employee", "resident"):
            assess_month(insurance=insurance, month=MONTH)
        fields = ("order__insurance", "share__levy", "share__payer")
        rows = list(Part.objects.values(*fields).annotate(people=Count("id"), fen=Sum("fen")).order_by(*fields))
    headers = (
        say("险种", "insurance"),
        say("费", "levy"),
        say("由谁", "payer"),
        say("人数", "people"),
        say("应缴", "due"),
    )
    tell()
    show(headers, [[*(row[name] for name in fields), row["people"], yuan_grouped(row["fen"])] for row in rows])
    return [dict(zip(("insurance", "levy", "payer", "people", "fen"), row.values(), strict=True)) for row in rows]


def _receive(who: Any, work: Path) -> dict[str, Any]:
    from tongchou.ground.money import yuan_grouped
    from tongchou.record.base.actor import acting
    from tongchou.record.base.sheets import upload
    from tongchou.record.contributions import files, reports, sheets
    from tongchou.record.contributions.models import Part

    with acting(who):
        parts = Part.objects.filter(fen__gt=0).exclude(share__state="claimed").order_by("id")
        owed = list(parts.values_list("id", "fen", "order__person_id"))
        file = work / "receipts.csv"
        people.write_receipts(((part, fen) for part, fen, whom in owed if whom % _NOT_PAID), PAID, file)
        taken = files.take_file(sheet=sheets.read(upload(file, file.name)))
        rates = {
            insurance: reports.rate(insurance=insurance, first=MONTH, through=LOOK, on=PAID, basis="assessed")
            for insurance in ("employee", "resident")
        }
    told = "、".join(f"{name} {float(rate.rate):.1%}" for name, rate in rates.items())
    tell(
        say(
            f"税务到账 {taken.rows:,} 笔 {yuan_grouped(taken.fen)} 元；征缴率（到账 ÷ 应征）{told}",
            f"{taken.rows:,} receipts, {yuan_grouped(taken.fen)} yuan; collected of all assessed: {told}",
        )
    )
    return {"rows": taken.rows, "fen": taken.fen}


def _entitled(who: Any) -> list[dict[str, Any]]:
    from tongchou.record.base.actor import acting
    from tongchou.record.entitlement.queries import entitled

    with acting(who):
        found = entitled(on=LOOK)
    periods = found.periods.select(["scheme", "fund", "level", "reason"]).to_pylist()
    counted = Counter((one["scheme"], one["fund"], one["level"], one["reason"]) for one in periods)
    headers = tuple(
        say(*words) for words in (("险种", "insurance"), ("基金", "fund"), ("待遇", "level"), ("原因", "reason"))
    )
    tell()
    tell(say(f"{LOOK} 的待遇", f"Entitlement on {LOOK}"))
    show(headers, [[*key, count] for key, count in sorted(counted.items())])
    return [
        dict(zip(("insurance", "fund", "level", "reason", "people"), (*key, count), strict=True))
        for key, count in sorted(counted.items())
    ]


def _said(*headers: tuple[str, str]) -> tuple[str, ...]:
    return tuple(say(*words) for words in headers)
