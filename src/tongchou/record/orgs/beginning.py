"""The very first users: somebody must be able to sign in before anybody can be let in."""

from __future__ import annotations

import secrets

from tongchou.ground.errors import fail
from tongchou.record.base.actor import acting, system_actor
from tongchou.record.orgs import commands
from tongchou.record.orgs.models import User

_ROLES = ("administrator", "security")


def begin(code: str, name: str) -> dict[str, str]:
    """Open the region's first agency, with one user for each of the two roles that let others in; user name → first
    password, which must be changed. Raises A115 when somebody can sign in already."""
    with acting(system_actor("beginning", "orgs.write", "users.write", "users.grant")):
        if User.objects.exists():
            raise fail("A115")
        agency = commands.open_organisation(kind="agency", code=code, name=name)
        passwords = {}
        for role in _ROLES:
            passwords[role] = secrets.token_urlsafe(12)
            user = commands.add_user(username=role, name=role, organisation_id=agency.pk, password=passwords[role])
            commands.grant(user_id=user.pk, role=role, reason="系统初始化")
    return passwords
