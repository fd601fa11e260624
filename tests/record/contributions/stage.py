"""A city under the pack of Ninghe: people who are enrolled, and whoever may do all of it."""

from datetime import date, datetime
from functools import lru_cache
from itertools import count

from tests.record.people.test_people import register
from tongchou.ground.region.load import load_region
from tongchou.ground.region.pack import Pack
from tongchou.ground.shipped import regions_dir
from tongchou.record.base import clock
from tongchou.record.base.actor import acting, system_actor
from tongchou.record.base.periods import days
from tongchou.record.contributions import declaring
from tongchou.record.enrolment.models import Spell
from tongchou.record.orgs.models import Organisation
from tongchou.record.orgs.permissions import PERMISSIONS
from tongchou.record.packs.models import Activation, StoredPack
from tongchou.record.people.models import Person

WORKER = {"status": "在职", "用工": "单位职工", "困难企业": "否"}
RETIRED = {"status": "退休", "用工": "单位职工", "困难企业": "否"}
_LONG_AGO = datetime(2024, 1, 1, tzinfo=clock.CHINA)
_serial = count(1, 2)  # odd numbers are men's


@lru_cache
def region(name: str = "ninghe") -> Pack:
    return load_region(regions_dir() / name)


def put_in_force(name: str = "ninghe") -> Pack:
    """The pack of a shipped region, without the two people it takes."""
    return put_pack_in_force(region(name))


def put_pack_in_force(pack: Pack) -> Pack:
    now = clock.now()
    stored = StoredPack.objects.create(
        hash=pack.hash, region=pack.region.code, name=pack.region.name.zh, content=dict(pack.resolved), proposed_at=now
    )
    Activation.objects.create(pack=stored, decision="activated", since=_LONG_AGO, decided_at=now, reason="test")
    return pack


def doing_everything():
    """A job of the system that may do all there is."""
    return acting(system_actor("stage", *PERMISSIONS))


def enrol(
    agency: Organisation,
    insurance: str = "employee",
    employer: Organisation | None = None,
    since: date = date(2025, 1, 1),
    through: date | None = None,
    wage: int | None = None,
    **facts: object,
) -> Person:
    """Somebody new with a spell; `wage` in yuan is declared."""
    serial = next(_serial)
    born = date(1970 + serial % 30, 3, 1 + serial // 3_000 % 28)  # with the number below, everybody's own
    one = register(agency, serial % 1_000, name=f"王{serial}", born=born)
    Spell.objects.create(person=one, insurance=insurance, employer=employer, facts=facts, during=days(since, through))
    if wage is not None:
        declaring.declare(person_id=one.pk, fact="缴费基数", fen=wage * 100, since=since)
    return one


def worker(
    agency: Organisation, employer: Organisation | None = None, wage: int | None = 8000, **facts: object
) -> Person:
    return enrol(agency, employer=employer, wage=wage, **{**WORKER, **facts})


def resident(agency: Organisation, **facts: object) -> Person:
    return enrol(agency, "resident", **{"新生儿": "否", **facts})
