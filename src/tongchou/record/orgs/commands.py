"""Commands on organisations, users, roles and elevation."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyotp
from django.apps import apps
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from psycopg.types.range import TimestamptzRange

from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import SELF, actor
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import current
from tongchou.record.orgs.models import Elevation, Grant, Organisation, User
from tongchou.record.orgs.permissions import PERMISSIONS, ROLES, clashes
from tongchou.record.orgs.signing_in import end_sessions, myself

LONGEST_ELEVATION = timedelta(hours=4)


@command("orgs.open", needs="orgs.write")
def open_organisation(*, kind: str, code: str, name: str, parent: int | None = None) -> Organisation:
    """Open an organisation below another. Raises A107 for a code in use, A108 where it cannot stand there: beside the
    tree stands only what the system opens, since whoever is of a branch would not see it."""
    above = None if parent is None else organisation(parent)
    lock(("organisation", code))
    if above is None and current().kind != "system":
        raise fail("A108", name=name)
    if "/" in code or not code.strip() or kind not in dict(Organisation.KINDS):
        raise fail("A108", name=name)
    if Organisation.objects.filter(code=code).exists():
        raise fail("A107", what=code)
    if kind == "agency":
        level = 1 if above is None else (above.level or 9) + 1
        if level > 5:
            raise fail("A108", name=name)
    else:
        level = None
        if (above is None or above.kind != "agency") and kind != "public":
            raise fail("A108", name=name)
    path = f"{above.path if above is not None else ''}{code}/"
    return Organisation.objects.create(kind=kind, code=code, name=name, level=level, parent=above, path=path)


@command("orgs.add_user", needs="users.write")
def add_user(*, username: str, name: str, organisation_id: int, password: str, person: int | None = None) -> User:
    """Add a user with a first password that must be changed. A user of the public is the insured `person`.

    Raises A107 for a name in use, or a person who signs in already, A109 for a weak password, A114 for a person out of
    scope, A117 for a person at an organisation that is not the public."""
    lock(("username", username), *(() if person is None else (("user of person", person),)))
    where = organisation(organisation_id)
    if User.objects.within(_everybody()).filter(username=username).exists():
        raise fail("A107", what=username)
    if person is not None:
        _can_be(person, where)
    _strong(password)
    return User.objects.create(
        username=username, name=name, organisation=where, person=person, password=make_password(password)
    )


@command("orgs.change_password", needs=SELF)
def change_password(*, old: str, new: str) -> User:
    """One's own password. Raises A103 when the old one is wrong, A109 when the new one is weak."""
    user = myself()
    if not check_password(old, user.password):
        raise fail("A103")
    _strong(new)
    user.password, user.must_change = make_password(new), False
    user.save()
    end_sessions(user)
    return user


@command("orgs.use_codes", needs=SELF)
def use_codes(*, secret: str, code: str) -> User:
    """Turn on one-time codes with a secret that the user's device now holds, proved by its first code (A103)."""
    user = myself()
    try:
        right = pyotp.TOTP(secret).verify(code, for_time=clock.now())
    except ValueError:  # no secret in base 32
        right = False
    if not right:
        raise fail("A103")
    user.totp = secret
    user.save()
    return user


@command("orgs.grant", needs="users.grant")
def grant(*, user_id: int, role: str, reason: str, until: datetime | None = None) -> Grant:
    """Give a role from now on. Raises A110 where the role is not for that kind of organisation, A111 where the user
    would hold both sides of a check, A112 for oneself, A116 for an end that is not to come."""
    lock(("user", user_id))
    to, now = user(user_id), clock.now()
    if to.id == actor().user:
        raise fail("A112")
    if until is not None and until <= now:
        raise fail("A116", until=until.isoformat(timespec="minutes"))
    if role not in ROLES or to.organisation.kind not in ROLES[role].at:
        raise fail("A110", role=role, organisation=to.organisation.name)
    held = set(Grant.objects.filter(user=to, during__contains=now).values_list("role", flat=True))
    if pairs := clashes(held | {role}):
        raise fail("A111", roles="、".join(f"{ROLES[a].zh}×{ROLES[b].zh}" for a, b in pairs))
    return Grant.objects.create(user=to, role=role, during=TimestamptzRange(now, until))


@command("orgs.take_back", needs="users.grant")
def take_back(*, user_id: int, role: str, reason: str) -> list[Grant]:
    """End a role now."""
    lock(("user", user_id))
    now, ended = clock.now(), []
    for one in Grant.objects.filter(user=user(user_id), role=role, during__contains=now):
        one.during = TimestamptzRange(one.during.lower, now)
        one.save()
        ended.append(one)
    return ended


@command("orgs.elevate", needs="users.elevate")
def elevate(*, user_id: int, permissions: list[str], hours: int, reason: str) -> Elevation:
    """Let a user do more for a few hours. Raises A112 for oneself, A113 for an unknown permission or too long."""
    lock(("user", user_id))
    to, now = user(user_id), clock.now()
    if to.id == actor().user:
        raise fail("A112")
    if (
        not 0 < hours <= LONGEST_ELEVATION // timedelta(hours=1)
        or not permissions
        or set(permissions) - set(PERMISSIONS)
    ):
        raise fail("A113")
    me = myself()
    return Elevation.objects.create(
        user=to,
        permissions=sorted(permissions),
        reason=reason,
        approved_by=me,
        starts=now,
        ends=now + timedelta(hours=hours),
    )


@command("orgs.switch_off", needs="users.write")
def switch_off(*, user_id: int, reason: str) -> User:
    """Switch a user off, and end their sessions and tokens. The person whom a user of the public was may have another
    account then; whose this one was is in the trail."""
    found = user(user_id)
    found.is_active, found.person = False, None
    found.save()
    end_sessions(found)
    return found


def organisation(number: int) -> Organisation:
    """An organisation in scope. Raises A114."""
    found = Organisation.objects.filter(id=number, active=True).first()
    if found is None:
        raise fail("A114")
    return found


def user(number: int) -> User:
    """A user in scope. Raises A114."""
    found = User.objects.select_related("organisation").filter(id=number).first()
    if found is None:
        raise fail("A114")
    return found


def _can_be(person: int, where: Organisation) -> None:
    if where.kind != "public":
        raise fail("A117", organisation=where.name)
    if not apps.get_model("people.Person").objects.filter(id=person).exists():
        raise fail("A114")
    if User.objects.within(_everybody()).filter(person=person).exists():
        raise fail("A107", what=str(person))


def _strong(password: str) -> None:
    try:
        validate_password(password)
    except ValidationError as error:
        raise fail("A109", why=" ".join(error.messages)) from error


def _everybody():
    from tongchou.record.base.scope import system

    return system("a name is unique over all")
