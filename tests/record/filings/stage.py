"""A city with ninghe's pack in force, people in it, and files that are what they seem."""

import io
import zipfile
from datetime import date
from functools import cache

from tests.record.orgs.people import add_user, organisation
from tests.record.people.test_people import register
from tongchou.ground.region.load import load_region
from tongchou.ground.shipped import regions_dir
from tongchou.record.base import clock
from tongchou.record.base.actor import acting, system_actor
from tongchou.record.filings import commands
from tongchou.record.filings.models import Filing
from tongchou.record.filings.uploads import Upload
from tongchou.record.orgs.models import Organisation
from tongchou.record.packs import commands as packs
from tongchou.record.packs.models import StoredPack
from tongchou.record.people.models import Person

MONDAY = date(2025, 3, 3)
PDF, JPEG, PNG = b"%PDF-1.7 x", b"\xff\xd8\xff\xe0 x", b"\x89PNG\r\n\x1a\n x"
LIVES_THERE = Upload("居住证明", "居住证.pdf", PDF)
ILL = (Upload("诊断证明", "诊断.jpg", JPEG), Upload("病历资料", "病历.png", PNG))


loaded = cache(load_region)


def enact(name: str = "ninghe") -> None:
    """Put a region's pack in force, without trying its cases again."""
    pack = loaded(regions_dir() / name)
    stored, _ = StoredPack.objects.get_or_create(
        hash=pack.hash,
        defaults={
            "region": pack.region.code,
            "name": name,
            "content": dict(pack.resolved),
            "proposed_at": clock.now(),
        },
    )
    with acting(system_actor("stage", "packs.activate")):
        packs.activate(hash=stored.hash, reason="x")


class City:
    """A city, a hospital of it, a clerk and a reviewer, and one insured person."""

    def __init__(self) -> None:
        self.agency: Organisation = organisation("agency", organisation("agency"))
        self.hospital: Organisation = organisation("provider", self.agency)
        with acting(system_actor("stage", "people.write")):
            self.person: Person = register(self.agency)
        self.clerk, self.reviewer = add_user("clerk", self.agency), add_user("reviewer", self.agency)
        self.office = add_user("hospital", self.hospital)


def lives_elsewhere(person: Person, **more: object) -> Filing:
    given: dict = {"names": {"就医地": "440100"}, "evidence": (LIVES_THERE,), "scheme": "employee", **more}
    return commands.submit(type="异地长期居住", person_id=person.pk, **given)


def is_ill(person: Person, disease: str = "高血压", **more: object) -> Filing:
    given: dict = {"names": {"disease": disease}, "evidence": ILL, "scheme": "employee", **more}
    return commands.submit(type="门诊慢特病", person_id=person.pk, **given)


def ofd(*entries: tuple[str, bytes]) -> bytes:
    """An archive with these entries."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return stream.getvalue()
