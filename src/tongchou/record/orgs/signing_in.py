"""Signing in: password, one-time code, lock-out; sessions and tokens. Nothing tells a guesser what was wrong."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from cryptography.hazmat.primitives import hashes
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from tongchou.ground.errors import ProblemError, fail
from tongchou.record.audit import trail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import SELF, Actor, actor, system_actor
from tongchou.record.base.actor import acting as acting_as
from tongchou.record.base.scope import Scope, system
from tongchou.record.orgs.models import Elevation, Session, User
from tongchou.record.orgs.permissions import PERMISSIONS, ROLES

FAILURES = 5
"""Wrong passwords or codes in a row, after which the account is locked for `LOCKED`."""
LOCKED = timedelta(minutes=15)
IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=12)
"""A browser session ends when unused for `IDLE`, and after `LONGEST` at the latest."""
LONGEST_TOKEN = 366  # days
_STEP = 30  # seconds, RFC 6238
_OWN = system("a user's own row and sessions")


@dataclass(frozen=True)
class SignedIn:
    """`secret` is what the client keeps; only its digest is in the database."""

    session: Session
    secret: str


def sign_in(*, username: str, password: str, code: str = "") -> SignedIn:
    """A session of the browser. Raises A103 for any wrong answer, A104 while locked, A105 when a code is due.

    Every try is in the trail. The work is the same for a user that does not exist.
    """
    with acting_as(system_actor("sign-in")):
        problem: ProblemError | None = None
        with transaction.atomic(durable=True):
            user = User.objects.select_for_update().filter(username=username).first()
            try:
                session = _checked(user, password, code)
                trail.write("login", "orgs.sign_in", details={"username": username}, by=_plain_actor(user))
            except ProblemError as error:  # the count of failures is kept, so the transaction goes on
                problem = error
                trail.write("refused", "orgs.sign_in", details={"username": username, "why": error.problems[0].code})
        if problem is not None:
            raise problem
        return session


def _checked(user: User | None, password: str, code: str) -> SignedIn:
    now = clock.now()
    if user is None or not user.is_active:
        make_password(password)
        raise fail("A103")
    if user.locked_until is not None and user.locked_until > now:
        raise fail("A104", until=user.locked_until.astimezone(clock.CHINA).strftime("%H:%M"))
    if not check_password(password, user.password):
        _failed(user, now)
        raise fail("A103")
    if user.totp is not None:
        if not code:
            raise fail("A105")
        if not _right_code(user, code, now):
            _failed(user, now)
            raise fail("A103")
    user.failures, user.locked_until, user.last_login = 0, None, now
    user.save()
    return _open(user, "browser", now + LONGEST)


def _failed(user: User, now: datetime) -> None:
    user.failures += 1
    if user.failures >= FAILURES:
        user.failures, user.locked_until = 0, now + LOCKED
    user.save()


def _right_code(user: User, code: str, now: datetime) -> bool:
    """Whether the one-time code is of now or of the step before, and later than any that was used."""
    one_time = pyotp.TOTP(user.totp)
    present = int(now.timestamp()) // _STEP
    for step in (present - 1, present):
        if step > user.totp_step and secrets.compare_digest(one_time.at(step * _STEP), code):
            user.totp_step = step
            return True
    return False


def _open(user: User, kind: str, ends: datetime, permissions: list[str] | None = None) -> SignedIn:
    secret, now = secrets.token_urlsafe(32), clock.now()
    session = Session.objects.create(
        key=key_of(secret), kind=kind, user=user, permissions=permissions, begun=now, used=now, ends=ends
    )
    return SignedIn(session, secret)


def key_of(secret: str) -> bytes:
    sm3 = hashes.Hash(hashes.SM3())
    sm3.update(secret.encode())
    return sm3.finalize()


def actor_of(secret: str, request: str = "") -> Actor:
    """Who holds a session or a token. Raises A106 when it is unknown, unused too long, ended, or its user is."""
    now = clock.now()
    with acting_as(system_actor("session")):
        session = Session.objects.select_related("user__organisation").filter(key=key_of(secret)).first()
        if session is None or session.ends <= now or not session.user.is_active:
            raise fail("A106")
        if session.kind == "browser" and session.used + IDLE <= now:
            raise fail("A106")
        if session.used + timedelta(minutes=1) <= now:
            Session.objects.filter(id=session.id).update(used=now)
        return _actor(session.user, session.permissions, request)


def sign_out(secret: str) -> None:
    with acting_as(system_actor("session")):
        Session.objects.filter(key=key_of(secret)).delete()


def myself() -> User:
    """The user who acts, whatever their scope: everybody may see that they are there. A114 for a job of the system."""
    found = User.objects.within(_OWN).filter(id=actor().user).first()
    if found is None:
        raise fail("A114")
    return found


def end_sessions(user: User) -> None:
    """Sign a user out everywhere, tokens included."""
    Session.objects.within(_OWN).filter(user=user).delete()


@command("orgs.open_token", needs=SELF)
def open_token(*, permissions: list[str], days: int) -> SignedIn:
    """A token for a program of one's own: never more than the user may do, and for a year at most (A113)."""
    if not 0 < days <= LONGEST_TOKEN or set(permissions) - set(PERMISSIONS):
        raise fail("A113")
    return _open(myself(), "token", clock.now() + timedelta(days=days), permissions)


def _actor(user: User, only: list[str] | None, request: str) -> Actor:
    now = clock.now()
    if user.must_change:
        only = []  # whoever told them their first password knows it too: nothing before it is changed
    roles = user.grants.filter(during__contains=now).values_list("role", flat=True)
    allowed = {permission for role in roles if role in ROLES for permission in ROLES[role].permissions}
    elevation = Elevation.objects.filter(user=user, starts__lte=now, ends__gt=now).order_by("ends").last()
    if elevation is not None:
        allowed |= set(elevation.permissions)
    if only is not None:
        allowed &= set(only)
    return Actor(
        name=user.username,
        scope=scope_of(user),
        permissions=frozenset(allowed),
        user=user.id,
        organisation=user.organisation_id,
        elevated=elevation.id if elevation is not None else None,
        request=request,
    )


def scope_of(user: User) -> Scope:
    """The rows that a user may see: those of their branch of the agencies, their institution, employer or self."""
    kind = user.organisation.kind
    if kind == "agency":
        return Scope("agency", user.organisation.path)
    if kind == "public":
        return Scope("person", user.person) if user.person is not None else Scope("nobody")
    return Scope(kind, user.organisation_id)


def _plain_actor(user: User | None) -> Actor | None:
    return None if user is None else _actor(user, None, "")
