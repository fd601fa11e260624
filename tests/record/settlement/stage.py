"""A city under the pack of Ninghe with a hospital: people are treated, and charged line by line."""

from datetime import date, datetime, time
from itertools import count
from pathlib import Path
from shutil import copytree

from tests.record.contributions.stage import RETIRED, enrol
from tests.record.orgs.people import organisation
from tongchou.ground.region.load import load_region
from tongchou.ground.region.pack import Pack
from tongchou.ground.shipped import regions_dir
from tongchou.record.accounts.entries import Movement, enter
from tongchou.record.accounts.models import Entry
from tongchou.record.base import clock
from tongchou.record.base.periods import days
from tongchou.record.orgs.models import Organisation
from tongchou.record.packs.models import Activation, StoredPack
from tongchou.record.people.models import Person
from tongchou.record.providers.models import Institution, Level
from tongchou.record.visits.models import Charge, Visit

ACCOUNT = "个人账户"
LOCAL = {"place": "市内", "referral": "无"}
_serial = count(1)


def another_ninghe(folder: Path, file: str, old: str, new: str) -> Pack:
    """Ninghe with one thing said otherwise, put in force from now on."""
    copytree(regions_dir() / "ninghe", folder)
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), "utf-8")
    pack, now = load_region(folder), clock.now()
    stored = StoredPack.objects.create(
        hash=pack.hash, region=pack.region.code, name="ninghe", content=dict(pack.resolved), proposed_at=now
    )
    Activation.objects.create(pack=stored, decision="activated", since=now, decided_at=now, reason="test")
    return pack


def hospital(agency: Organisation, level: str = "三级") -> Institution:
    """A hospital of a level since 2020."""
    number = next(_serial)
    found = Institution.objects.create(
        organisation=organisation("provider", agency),
        code=f"H{number:011d}",
        kind="hospital",
        ownership="public",
        credit_code=f"{number:018d}",
        opened=date(2000, 1, 1),
    )
    Level.objects.create(institution=found, level=level, grade="2", during=days(date(2020, 1, 1), None))
    return found


def retired(agency: Organisation, account: int = 0) -> Person:
    """Somebody whom nothing need be paid for, with so many fen in the account."""
    one = enrol(agency, **{**RETIRED, "公务员": "否"})
    if account:
        source = f"stage {Entry.objects.count()}"
        enter([Movement(one.pk, "employee", ACCOUNT, date(2025, 1, 1), "credit", account, source)])
    return one


def visit(
    at: Institution, person: Person, day: date, kind: str = "住院", *, stays: int = 5, scheme: str = "employee", **facts
) -> Visit:
    """A visit of a kind on a day; a stay lasts so many days."""
    last = date.fromordinal(day.toordinal() + (stays if kind == "住院" else 0))
    return Visit.objects.create(
        institution=at,
        person=person,
        number=f"N{next(_serial)}",
        scheme=scheme,
        kind=kind,
        admitted=day,
        discharged=last,
        facts={**LOCAL, **facts},
        state="discharged",
        registered_at=clock.now(),
    )


def charge(
    of: Visit,
    fen: int,
    item: str = "甲类",
    *,
    returns: Charge | None = None,
    batch: str = "",
    fee_at: datetime | None = None,
    facts: dict[str, str] | None = None,
) -> Charge:
    """A line of so many fen."""
    return Charge.objects.create(
        visit=of,
        number=f"L{next(_serial)}",
        batch=batch,
        returns=returns,
        fee_at=fee_at or datetime.combine(of.admitted, time(10), clock.CHINA),
        item=item,
        quantity=1 if fen >= 0 else -1,
        fen=fen,
        facts=facts or {},
        charged_at=clock.now(),
    )


def treated(at: Institution, person: Person, day: date, fen: int, kind: str = "住院", **facts) -> Visit:
    """A visit with one line."""
    found = visit(at, person, day, kind, **facts)
    charge(found, fen)
    return found
