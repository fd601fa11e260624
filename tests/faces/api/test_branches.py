"""Every address that names a row: whoever belongs to another city is told that there is none."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.test import Client

from tests.faces.api.needs import NEEDS
from tests.faces.api.rows import ROWS
from tests.faces.api.signing import client_of, everybody, secret_of
from tests.faces.api.test_matrix import Operation, ask, operations, required_query
from tests.record.orgs.people import organisation
from tests.record.undone import undone
from tongchou.record.audit.models import Entry
from tongchou.record.base.scope import scoped, system
from tongchou.record.orgs.permissions import ROLES

pytestmark = pytest.mark.usefixtures("record")
OF_ALL = {"hash", "kind", "purpose", "scheme", "version"}
"""Names of what belongs to the region and not to a branch."""
NAMED = [one for one in operations() if set(re.findall(r"{(\w+)}", one.path)) - OF_ALL]
OUTSIDE = [name for name, role in ROLES.items() if role.at[0] != "agency"]
LISTS = [one for one in operations() if one.method == "get" and "{" not in one.path and NEEDS[str(one)] in
         {name for role in ROLES.values() for name in role.permissions}]  # fmt: skip


@dataclass(frozen=True)
class City:
    """Its code, the row that it has of every name, and clients by role of those who are elsewhere."""

    code: str
    rows: dict[str, str]
    stranger: Callable[[str], Client]
    neighbour: dict[str, Client]
    """Those of the same city who have an organisation of their own: another hospital, employer, person."""


@pytest.fixture(scope="module")
def city(server: object) -> Iterator[City]:
    """A city with a row of everything, made once: no test may see it, so none can change it."""
    with undone():
        where = organisation("agency", organisation("agency"))
        yield City(
            where.code,
            {name: str(make(where)) for name, make in ROWS.items()},
            everybody(),
            {role: client_of(secret_of(role, organisation(ROLES[role].at[0], where))) for role in OUTSIDE},
        )


def role_for(operation: Operation) -> str:
    return next(name for name, role in ROLES.items() if NEEDS[str(operation)] in role.permissions)


@pytest.mark.parametrize("operation", NAMED, ids=str)
def test_another_city_finds_nothing(operation: Operation, city: City) -> None:
    """And leaves nothing: no command is in the trail."""
    path = re.sub(r"{(\w+)}", lambda found: city.rows[found[1]], operation.path)
    with scoped(system("look")):
        before = Entry.objects.filter(kind="command").count()
    status, code = ask(city.stranger(role_for(operation)), operation, path)
    assert (status, code) == (404, "A114")
    with scoped(system("look")):
        assert Entry.objects.filter(kind="command").count() == before


def path_in(operation: Operation, city: City) -> str:
    return re.sub(r"{(\w+)}", lambda found: city.rows[found[1]], operation.path)


@pytest.mark.parametrize("role", ROLES)
def test_whatever_the_role_another_city_finds_nothing(role: str, city: City) -> None:
    client = city.stranger(role)
    asked = [one for one in NAMED if NEEDS[str(one)] in ROLES[role].permissions]
    wrong = {str(one): told for one in asked if (told := ask(client, one, path_in(one, city))) != (404, "A114")}
    assert not wrong


@pytest.mark.parametrize("role", OUTSIDE)
def test_whoever_is_next_door_finds_nothing(role: str, city: City) -> None:
    asked = [one for one in NAMED if NEEDS[str(one)] in ROLES[role].permissions]
    client, wrong = city.neighbour[role], {}
    for one in asked:
        told = ask(client, one, path_in(one, city))
        if told != (404, "A114"):
            wrong[str(one)] = told
    assert not wrong


@pytest.mark.parametrize("operation", LISTS, ids=str)
def test_a_list_shows_nothing_of_another_city(operation: Operation, city: City) -> None:
    asked = required_query(operation)
    answer = city.stranger(role_for(operation)).get(operation.path, asked)
    # What must be asked for something may be told that there is none, or nothing to divide by.
    assert answer.status_code in ((200, 404, 422) if asked else (200,))
    assert city.code not in re.findall(r"\w+", json.dumps(answer.json()))
    assert not asked or answer.json() == [] or answer.status_code != 200
