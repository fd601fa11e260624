"""Packs: what was proposed, what is in force."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Moment, Reason, text
from tongchou.record.base.actor import actor
from tongchou.record.packs import commands, queries, sending

router = Router(tags=["packs"])


class PackShown(Schema):
    hash: str
    region: str
    name: str
    proposed_at: datetime
    decision: str | None
    since: datetime | None
    in_force: bool


class PackNew(Schema):
    """A region folder and the folders it is based on: paths such as `ninghe/region.yaml`, and the texts."""

    region: text(60)
    files: dict[text(200), str] = Field(min_length=1, max_length=sending.LARGEST)
    reason: Reason


class Stored(Schema):
    hash: str


class InForce(Schema):
    since: Moment | None = None
    reason: Reason


class Refused(Schema):
    reason: Reason


@router.get("", response=list[PackShown], summary="政策包")
@as_asker
def packs(request: HttpRequest) -> list[queries.Listed]:
    return queries.listed()


@router.post("", response={201: Stored}, summary="提交政策包")
@as_asker
def propose(request: HttpRequest, given: PackNew) -> Status:
    actor().needs("packs.propose")
    with sending.unpacked(given.region, given.files) as folder:
        return Status(201, commands.propose(folder=str(folder), reason=given.reason))


@router.post("/{hash}/activation", response={204: None}, summary="启用")
@as_asker
def activate(request: HttpRequest, hash: text(64), given: InForce) -> Status:  # noqa: A002 (the field's name)
    commands.activate(hash=hash, **given.dict())
    return Status(204, None)


@router.post("/{hash}/refusal", response={204: None}, summary="不予启用")
@as_asker
def refuse(request: HttpRequest, hash: text(64), given: Refused) -> Status:  # noqa: A002 (the field's name)
    commands.refuse(hash=hash, **given.dict())
    return Status(204, None)
