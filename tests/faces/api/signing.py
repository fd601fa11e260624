"""Users of every role, signed in."""

import json
from collections.abc import Callable

from django.test import Client

from tests.record.orgs.people import PASSWORD, add_user, organisation
from tongchou.record.orgs.models import Organisation
from tongchou.record.orgs.permissions import ROLES


def secret_of(role: str, at: Organisation | None = None) -> str:
    """The secret of a session of a user who holds one role, at an organisation of the first kind that may hold it."""
    agency = organisation("agency", organisation("agency"))
    kind = ROLES[role].at[0]
    user = add_user(role, at or (agency if kind == "agency" else organisation(kind, agency)))
    asked = json.dumps({"username": user.username, "password": PASSWORD})
    secret: str = Client().post("/api/session", asked, "application/json").json()["secret"]
    return secret


def client_of(secret: str) -> Client:
    client = Client()
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client


def everybody() -> Callable[[str], Client]:
    """A client of whoever holds a role, all of them signed in now."""
    secrets = {role: secret_of(role) for role in ROLES}
    return lambda role: client_of(secrets[role])
