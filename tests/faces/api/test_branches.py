"""Every address that names a row: whoever belongs to another city is told that there is none."""

import json
import re

import pytest

from tests.faces.api.needs import NEEDS
from tests.faces.api.rows import ROWS
from tests.faces.api.test_matrix import Operation, ask, operations, required_query, signed_in
from tests.record.orgs.people import organisation
from tongchou.record.audit.models import Entry
from tongchou.record.base.scope import scoped, system
from tongchou.record.orgs.permissions import ROLES

pytestmark = pytest.mark.usefixtures("record")
OF_ALL = {"hash", "kind", "purpose", "scheme", "version"}
"""Names of what belongs to the region and not to a branch."""
NAMED = [one for one in operations() if set(re.findall(r"{(\w+)}", one.path)) - OF_ALL]
LISTS = [one for one in operations() if one.method == "get" and "{" not in one.path and NEEDS[str(one)] in
         {name for role in ROLES.values() for name in role.permissions}]  # fmt: skip


def role_for(operation: Operation) -> str:
    return next(name for name, role in ROLES.items() if NEEDS[str(operation)] in role.permissions)


@pytest.mark.parametrize("operation", NAMED, ids=str)
def test_another_city_finds_nothing(operation: Operation) -> None:
    """And leaves nothing: no command is in the trail."""
    city = organisation("agency", organisation("agency"))
    names = re.findall(r"{(\w+)}", operation.path)
    rows = {name: str(ROWS[name](city)) for name in names}
    path = re.sub(r"{(\w+)}", lambda found: rows[found[1]], operation.path)
    stranger = signed_in(role_for(operation))
    with scoped(system("look")):
        before = Entry.objects.filter(kind="command").count()
    status, code = ask(stranger, operation, path)
    assert (status, code) == (404, "A114")
    with scoped(system("look")):
        assert Entry.objects.filter(kind="command").count() == before


@pytest.mark.parametrize("operation", LISTS, ids=str)
def test_a_list_shows_nothing_of_another_city(operation: Operation) -> None:
    city = organisation("agency", organisation("agency"))
    for make in ROWS.values():
        make(city)
    asked = required_query(operation)
    answer = signed_in(role_for(operation)).get(operation.path, asked)
    # What must be asked for something may be told that there is none, or nothing to divide by.
    assert answer.status_code in ((200, 404, 422) if asked else (200,))
    assert city.code not in json.dumps(answer.json())
    assert not asked or answer.json() == [] or answer.status_code != 200
