"""Who looked at whom, over HTTP."""

import pytest

from tests.faces.api.test_people import Api, person
from tests.record.orgs.people import add_user, organisation

pytestmark = pytest.mark.usefixtures("record")


def test_the_auditor_sees_who_looked_at_a_person_in_their_branch_only() -> None:
    city = organisation("agency", organisation("agency"))
    clerk, auditor = Api(add_user("clerk", city)), Api(add_user("auditor", city))
    elsewhere = Api(add_user("auditor"))
    number = clerk.post("/api/persons", person(clerk)).json()["id"]
    clerk.client.get(f"/api/persons/{number}")
    found = auditor.client.get("/api/trail", {"person": number}).json()
    assert [one["name"] for one in found] == ["people.look_at", "people.look_at", "people.register"]
    assert auditor.client.get("/api/trail", {"person": number, "before": found[-1]["id"]}).json() == []
    assert elsewhere.client.get("/api/trail", {"person": number}).json() == []
    assert auditor.client.get("/api/trail").json()[0]["name"] == "audit.entries"


def test_a_clerk_does_not_see_the_trail() -> None:
    clerk = Api(add_user("clerk"))
    assert clerk.client.get("/api/trail").status_code == 403
