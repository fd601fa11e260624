"""Those who work in the town's agency: each a user with one role, signed in with a password of their own."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, get_hashers

from tongchou.record.base.actor import Actor, acting
from tongchou.record.orgs import commands
from tongchou.record.orgs.beginning import begin
from tongchou.record.orgs.models import Organisation
from tongchou.record.orgs.signing_in import actor_of, sign_in


class Brief(Argon2PasswordHasher):
    """The same, done once over little memory: these passwords are drawn by chance and gone with the town, and hashing
    eighty as a real agency does takes half a minute."""

    time_cost, memory_cost, parallelism = 1, 8, 1


def hash_briefly() -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.{Brief.__name__}"]
    get_hashers.cache_clear()


def take_office(code: str, name: str, roles: tuple[str, ...]) -> dict[str, Actor]:
    """Open the agency and let its people in; role → who acts in it."""
    first = begin(code, name)
    staff = {role: _own_password(role, password) for role, password in first.items()}
    with acting(staff["administrator"]):
        agency = Organisation.objects.get(code=code)
        passwords = {role: secrets.token_urlsafe(12) for role in roles}
        users = {role: _user(role, agency.pk, passwords[role]) for role in roles}
    with acting(staff["security"]):
        for role, number in users.items():
            commands.grant(user_id=number, role=role, reason="任职")
    return staff | {role: _own_password(role, password) for role, password in passwords.items()}


def open_firms(who: Actor, codes: tuple[str, ...], agency: str) -> Mapping[str, int]:
    with acting(who):
        parent = Organisation.objects.get(code=agency).pk
        return {
            code: commands.open_organisation(kind="employer", code=code, name=f"{code} 公司", parent=parent).pk
            for code in codes
        }


def at_desk(staff: Mapping[str, Actor], organisation: int) -> Actor:
    """Somebody in the insurance office of an institution."""
    name, password = f"desk{organisation}", secrets.token_urlsafe(12)
    with acting(staff["administrator"]):
        user = commands.add_user(username=name, name=name, organisation_id=organisation, password=password).pk
    with acting(staff["security"]):
        commands.grant(user_id=user, role="hospital", reason="任职")
    own = secrets.token_urlsafe(12)
    with acting(actor_of(sign_in(username=name, password=password).secret)):
        commands.change_password(old=password, new=own)
    return actor_of(sign_in(username=name, password=own).secret)


def _user(role: str, agency: int, password: str) -> int:
    return commands.add_user(username=f"{role}1", name=role, organisation_id=agency, password=password).pk


def _own_password(role: str, password: str) -> Actor:
    """Sign in with the first password, change it, and sign in again."""
    username, own = role if role in ("administrator", "security") else f"{role}1", secrets.token_urlsafe(12)
    with acting(actor_of(sign_in(username=username, password=password).secret)):
        commands.change_password(old=password, new=own)
    return actor_of(sign_in(username=username, password=own).secret)
