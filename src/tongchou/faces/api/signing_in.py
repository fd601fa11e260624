"""Sessions: sign in, who am I, sign out; tokens for programs."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import text
from tongchou.faces.api.who import COOKIE
from tongchou.record.base.actor import actor
from tongchou.record.orgs import commands, signing_in
from tongchou.record.orgs.signing_in import SignedIn

router = Router(tags=["session"])


class Credentials(Schema):
    username: text(60)
    password: text(200)
    code: text(10, 0) = ""


class Opened(Schema):
    """What a client keeps; a browser has it as a cookie too."""

    secret: str
    ends: datetime
    must_change: bool


class Me(Schema):
    name: str
    organisation: int | None
    scope: str
    permissions: list[str]
    elevated: bool


class Passwords(Schema):
    old: text(200)
    new: text(200)


class Codes(Schema):
    """The secret that the user's device holds now, and the first code that it shows."""

    secret: text(64)
    code: text(10)


class TokenWanted(Schema):
    permissions: list[str]
    days: int = Field(ge=1, le=signing_in.LONGEST_TOKEN)


@router.post("", auth=None, response=Opened, summary="登录")
def sign_in(request: HttpRequest, response: HttpResponse, given: Credentials) -> Opened:
    opened = signing_in.sign_in(username=given.username, password=given.password, code=given.code)
    response.set_cookie(COOKIE, opened.secret, httponly=True, samesite="Strict", secure=request.is_secure())
    return _shown(opened)


@router.put("/password", response={204: None}, summary="改密码")
@as_asker
def change_password(request: HttpRequest, given: Passwords) -> Status:
    """One's own; it ends every session. A first password opens nothing else."""
    commands.change_password(old=given.old, new=given.new)
    return Status(204, None)


@router.put("/codes", response={204: None}, summary="启用动态口令")
@as_asker
def use_codes(request: HttpRequest, given: Codes) -> Status:
    commands.use_codes(secret=given.secret, code=given.code)
    return Status(204, None)


@router.get("", response=Me, summary="我是谁")
@as_asker
def me(request: HttpRequest) -> Me:
    who = actor()
    return Me(
        name=who.name,
        organisation=who.organisation,
        scope=who.scope.kind,
        permissions=sorted(who.permissions),
        elevated=who.elevated is not None,
    )


@router.delete("", response={204: None}, summary="退出")
def sign_out(request: HttpRequest, response: HttpResponse) -> Status:
    header = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    signing_in.sign_out(header or request.COOKIES.get(COOKIE, ""))
    response.delete_cookie(COOKIE)
    return Status(204, None)


@router.post("/tokens", response=Opened, summary="接口令牌")
@as_asker
def open_token(request: HttpRequest, given: TokenWanted) -> Opened:
    opened = signing_in.open_token(permissions=given.permissions, days=given.days)
    return _shown(opened)


def _shown(opened: SignedIn) -> Opened:
    return Opened(secret=opened.secret, ends=opened.session.ends, must_change=opened.session.user.must_change)
