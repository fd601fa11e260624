"""Keys with which institutions' software signs: issued, changed without a pause, ended."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.base.remembered import Parameter
from tongchou.record.base.scope import system
from tongchou.record.exchange.models import AccessKey, Nonce
from tongchou.record.providers.queries import institution

_ALL = system("a key is looked up before it is known who asks")
BEARER = "bearer"
_CIPHER_KEY = 16
"""Bytes of a key of SM4."""
OVERLAP = timedelta(days=7)
"""So long an old key still holds beside the one that takes its place."""


@dataclass(frozen=True)
class Issued:
    """A key with its secret, which is told this once."""

    key: AccessKey
    secret: str
    public_key: str = ""


@command("exchange.issue_key", needs="exchange.keys")
def issue(
    *, institution_id: int, method: str, account: str = "", reason: str, overlap: bool = True, public_key: str = ""
) -> Issued:
    """Issue a key to an institution; those it has of the method end a week later, or at once without `overlap`.

    With `bearer` the account is the key of the cipher, sixteen characters; messages are signed both ways where the
    institution's `public_key` (SM2, hexadecimal) is given. Raises A114, N203 for a method that there is not, N207 for
    an account or public key that cannot be one.
    """
    where = institution(institution_id)
    if method not in dict(AccessKey.METHODS):
        raise fail("N203", account=method)
    account = account or (secrets.token_hex(8) if method == BEARER else where.code)
    ours, public = _key_pair(account, public_key) if method == BEARER else ("", "")
    lock(("exchange key", where.pk))
    now = clock.now()
    standing = AccessKey.objects.filter(institution=where, method=method).filter(holds_on(now))
    standing.update(ended_at=now + OVERLAP if overlap else now)
    secret = secrets.token_hex(24)
    made = AccessKey.objects.create(
        institution=where,
        method=method,
        account=account,
        secret=secret,
        since=now,
        theirs=public_key,
        ours=ours or None,
    )
    return Issued(made, secret, public)


def _key_pair(account: str, theirs: str) -> tuple[str, str]:
    """A new pair of SM2 keys of the platform, where the institution has one: private and public, in hexadecimal."""
    import gmalg

    if len(account.encode()) != _CIPHER_KEY:
        raise fail("N207", what=f"account ({_CIPHER_KEY})")
    if not theirs:
        return "", ""
    try:
        known = gmalg.SM2(uid=account.encode(), pk=bytes.fromhex(theirs))
        fits = known.verify_pk(bytes.fromhex(theirs))
    except (ValueError, gmalg.errors.GMError):
        fits = False
    if not fits:
        raise fail("N207", what="public_key")
    private, public = gmalg.SM2().generate_keypair()
    return private.hex(), public.hex()


@command("exchange.end_key", needs="exchange.keys")
def end(*, key_id: int, reason: str) -> AccessKey:
    """End a key at once. Raises A114."""
    lock(("exchange key id", key_id))
    found = AccessKey.objects.filter(id=key_id).first()
    if found is None:
        raise fail("A114")
    found.ended_at = clock.now()
    found.save()
    return found


def listed(*, institution_id: int) -> list[AccessKey]:
    """The keys of an institution in scope, the latest first. Raises A114."""
    actor().needs("exchange.keys")
    return list(AccessKey.objects.filter(institution=institution(institution_id)).order_by("-id"))


def keys_by_account(method: str, account: str, now: datetime) -> list[AccessKey]:
    """The keys of an account that hold now; whoever gives out tokens asks."""
    rows = AccessKey.objects.within(_ALL).filter(method=method, account=account).select_related("institution")
    return list(rows.filter(holds_on(now)).order_by("-id"))


def holds_on(now: datetime | Parameter) -> Q:
    """The keys that hold at a moment."""
    return Q(since__lte=now) & (Q(ended_at__isnull=True) | Q(ended_at__gt=now))


def used(digest: bytes, now: datetime, window: timedelta) -> bool:
    """Whether a signature was taken before, within the time in which it would be taken; it is kept from now on."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM exchange_nonce WHERE at < %s", [now - 2 * window])
    try:
        with transaction.atomic():
            Nonce.objects.create(digest=digest, at=now)
    except IntegrityError:
        return True
    return False
