"""A catalogue gets a version of its own day, by the commands of an agency."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from tongchou.record.base.actor import Actor, acting
from tongchou.record.base.scope import system
from tongchou.record.catalogues import versions
from tongchou.record.orgs.models import Organisation
from tongchou.record.orgs.permissions import PERMISSIONS
from tongchou.record.uploads.commands import File, take


def agency() -> tuple[Actor, Actor]:
    """Who proposes and who decides."""
    from tongchou.record.base.scope import scoped

    with scoped(system("test")):
        where = Organisation.objects.get(kind="agency").pk
    maker = Actor("test", system("test"), frozenset(PERMISSIONS), user=1, organisation=where)
    return maker, replace(maker, user=2)


def change(kind: str, since: date, head: Sequence[str], *rows: Sequence[str], whole: str = "no") -> int:
    """A version that adds these rows to a catalogue; its number."""
    maker, checker = agency()
    stream = io.StringIO()
    csv.writer(stream).writerows([head, *rows])
    with acting(maker):
        sheet = File("a.csv", stream.getvalue().encode())
        upload = take(purpose=f"catalogue.{kind}", file=sheet, options={"whole": whole}).pk
        proposed = versions.propose(kind=kind, upload=upload, since=since, label="二", reason="test").pk
    with acting(checker):
        versions.decide(version_id=proposed, approve=True, reason="test")
    return int(proposed)
