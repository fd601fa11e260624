"""Organisations, users, roles."""

from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from ninja.pagination import paginate
from pydantic import Field

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Id, Moment, Reason, text
from tongchou.record.base.actor import actor
from tongchou.record.orgs import commands, queries
from tongchou.record.orgs.models import Organisation

router = Router(tags=["organisations"])


class OrganisationShown(Schema):
    id: int
    kind: str
    code: str
    name: str
    level: int | None
    path: str
    active: bool


class OrganisationNew(Schema):
    kind: Literal["agency", "provider", "employer", "public"]
    code: text(30)
    name: text(200)
    parent: Id | None = None


class UserNew(Schema):
    username: text(60, 3)
    name: text(60)
    password: text(200)
    person: Id | None = None


class UserShown(Schema):
    id: int
    username: str
    name: str
    is_active: bool


class RoleHeld(Schema):
    role: str
    until: datetime | None


class UserListed(UserShown):
    person: int | None
    roles: list[RoleHeld]


class GrantNew(Schema):
    role: text(30)
    reason: Reason
    until: Moment | None = None


class ElevationNew(Schema):
    permissions: list[text(60)]
    hours: int = Field(ge=1, le=24)
    reason: Reason


class ElevationShown(Schema):
    permissions: list[str]
    starts: datetime
    ends: datetime


class SwitchedOff(Schema):
    reason: Reason


@router.get("", response=list[OrganisationShown], summary="机构")
@paginate
@as_asker
def organisations(request: HttpRequest, kind: str = "") -> list[Organisation]:
    actor().needs("orgs.read")
    found = Organisation.objects.order_by("path")
    return list(found.filter(kind=kind) if kind else found)


@router.post("", response={201: OrganisationShown}, summary="设立机构")
@as_asker
def open_organisation(request: HttpRequest, given: OrganisationNew) -> Status:
    return Status(201, commands.open_organisation(**given.dict()))


@router.get("/{int:organisation}/users", response=list[UserListed], summary="用户及其角色")
@paginate
@as_asker
def users(request: HttpRequest, organisation: Id) -> list[queries.Listed]:
    return queries.users(organisation)


@router.post("/{int:organisation}/users", response={201: UserShown}, summary="增加用户")
@as_asker
def add_user(request: HttpRequest, organisation: Id, given: UserNew) -> Status:
    return Status(201, commands.add_user(organisation_id=organisation, **given.dict()))


@router.post("/users/{int:user}/roles", response={204: None}, summary="授予角色")
@as_asker
def grant(request: HttpRequest, user: Id, given: GrantNew) -> Status:
    commands.grant(user_id=user, **given.dict())
    return Status(204, None)


@router.delete("/users/{int:user}/roles/{role}", response={204: None}, summary="收回角色")
@as_asker
def take_back(request: HttpRequest, user: Id, role: str, reason: str) -> Status:
    commands.take_back(user_id=user, role=role, reason=reason)
    return Status(204, None)


@router.post("/users/{int:user}/elevations", response={201: ElevationShown}, summary="临时授权")
@as_asker
def elevate(request: HttpRequest, user: Id, given: ElevationNew) -> Status:
    return Status(201, commands.elevate(user_id=user, **given.dict()))


@router.post("/users/{int:user}/switch-off", response={204: None}, summary="停用用户")
@as_asker
def switch_off(request: HttpRequest, user: Id, given: SwitchedOff) -> Status:
    commands.switch_off(user_id=user, reason=given.reason)
    return Status(204, None)
