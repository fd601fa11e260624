"""Schemathesis at every address: whatever the description allows, and much that it does not, gets an answer of ours."""

import contextlib
import json

import pytest
import requests
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode

from tests.conftest import flag
from tests.faces.api.needs import NEEDS, NOBODY, SIGNED_IN, SIGNS_OUT
from tests.faces.api.signing import everybody
from tests.faces.api.test_matrix import operations
from tests.record.undone import undone
from tongchou.faces.api.app import api
from tongchou.record.orgs.permissions import ROLES

pytestmark = pytest.mark.usefixtures("record")
EXAMPLES = 2_000 if flag("TONGCHOU_SOAK") else 3
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
_HEALTH = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture)


def who_may(operation: str) -> str:
    """Some role that may do it, so that the request goes all the way."""
    needs = NEEDS[operation]
    return next(name for name, role in ROLES.items() if needs in (NOBODY, SIGNED_IN, SIGNS_OUT, *role.permissions))


@pytest.fixture(scope="module")
def described():
    return schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema(), default=str)))


@pytest.fixture(scope="module")
def signed_in(server):
    """Clients by role: all sign in once, before what each test undoes."""
    with undone():
        yield everybody()


def send(client: Client, case: schemathesis.Case) -> int:
    """A case through Django's own client, which stays in the transaction of the test; the status of the answer."""
    made = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
    headers = {name: str(value) for name, value in made.headers.items() if name != "Content-Length"}
    body, kind = made.body or b"", headers.pop("Content-Type", "application/json")
    body = body.encode() if isinstance(body, str) else body
    return client.generic(made.method, made.path_url, body, kind, headers=headers).status_code


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_no_request_ends_in_a_fault(operation, described, signed_in) -> None:
    client = signed_in(who_may(str(operation)))
    for mode in MODES:
        asked = ask(client, described[operation.path][operation.method], mode)
        assert asked or mode == GenerationMode.NEGATIVE  # a request without parameters cannot be wrong


def ask(client: Client, described: schemathesis.schemas.APIOperation, mode: GenerationMode) -> list[int]:
    """Requests within the description, or outside it; the status of each answer. None is a fault."""
    asked = []

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=_HEALTH, phases=[Phase.generate]
    )
    @given(case=described.as_strategy(generation_mode=mode))
    def once(case: schemathesis.Case) -> None:
        asked.append(send(client, case))
        assert asked[-1] < 500

    with contextlib.suppress(schemathesis.errors.SchemathesisError):
        once()
    return asked
