"""Persons over HTTP: signing in, registering, being refused."""

import json

import pytest
from django.test import Client

from tests.record.orgs.people import PASSWORD, add_user, organisation
from tests.record.people.test_people import card
from tongchou.record.audit.models import Entry
from tongchou.record.base.scope import scoped, system
from tongchou.record.orgs.models import User

pytestmark = pytest.mark.usefixtures("record")


class Api:
    def __init__(self, user) -> None:
        self.client = Client()
        self.city = user.organisation
        answer = self.post("/api/session", {"username": user.username, "password": PASSWORD})
        self.client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {answer.json()['secret']}"
        self.client.cookies.clear()

    def post(self, path: str, content: object):
        return self.client.post(path, json.dumps(content), content_type="application/json")


@pytest.fixture
def clerk() -> Api:
    return Api(add_user("clerk", organisation("agency", organisation("agency"))))


def person(api: Api, **changes: object) -> dict:
    return {
        "agency": api.city.id, "kind": "01", "number": card(), "name": "王小明", "born": "1990-03-07", "sex": "男",
        **changes,
    }  # fmt: skip


def test_register_and_find(clerk: Api) -> None:
    made = clerk.post("/api/persons", person(clerk))
    assert made.status_code == 201
    assert "*" in made.json()["certificates"][0]["number"]
    found = clerk.post("/api/persons/search", {"number": card()}).json()
    assert [one["id"] for one in found] == [made.json()["id"]]
    assert clerk.client.get(f"/api/persons/{made.json()['id']}").json() == found[0]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"number": "123"}, 422, "P102"),
        ({"sex": "女"}, 422, "P105"),
        ({"agency": 999_999}, 404, "A114"),
        ({"agency": 10**30}, 422, None),
        ({"name": "\0"}, 422, None),
    ],
)
def test_refusals_are_problem_documents(clerk: Api, changes: dict, status: int, code: str | None) -> None:
    answer = clerk.post("/api/persons", person(clerk, **changes))
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    if code is not None:
        assert answer.json()["problems"][0]["code"] == code


def test_twice_is_a_conflict(clerk: Api) -> None:
    clerk.post("/api/persons", person(clerk))
    assert clerk.post("/api/persons", person(clerk)).status_code == 409


def test_who_is_not_signed_in_learns_nothing() -> None:
    for path in ("/api/persons/1", "/api/organisations", "/api/session"):
        assert Client().get(path).status_code == 401


def test_another_city_sees_nobody(clerk: Api) -> None:
    number = clerk.post("/api/persons", person(clerk)).json()["id"]
    other = Api(add_user("clerk", organisation("agency", organisation("agency"))))
    assert other.client.get(f"/api/persons/{number}").status_code == 404
    assert other.post("/api/persons/search", {"number": card()}).json() == []


def test_the_trail_and_the_answer_tell_one_number_of_the_request(clerk: Api) -> None:
    clerk.post("/api/persons", person(clerk))
    answer = clerk.post("/api/persons/search", {"number": card()})
    with scoped(system("look")):
        assert Entry.objects.order_by("-id")[0].request == answer["X-Request-ID"] != ""
    named = clerk.client.get("/api/session", headers={"X-Request-ID": "abc-1"})
    forged = clerk.client.get("/api/session", headers={"X-Request-ID": "abc; x"})
    assert named["X-Request-ID"] == "abc-1"
    assert forged["X-Request-ID"] != "abc; x"


def test_a_cookie_alone_changes_nothing() -> None:
    user = add_user("clerk")
    client = Client()
    client.post(
        "/api/session", json.dumps({"username": user.username, "password": PASSWORD}), content_type="application/json"
    )
    assert client.get("/api/session").status_code == 200
    assert client.post("/api/persons/search", "{}", content_type="application/json").status_code == 401


def test_a_first_password_opens_nothing_but_its_change() -> None:
    user = add_user("clerk")
    user.must_change = True
    with scoped(system("stage")):
        user.save()
    clerk = Api(user)
    assert clerk.client.get("/api/session").json()["permissions"] == []
    assert clerk.post("/api/persons", person(clerk)).status_code == 403
    change = {"old": PASSWORD, "new": "another long word 1"}
    for status in (204, 401):  # then the session is gone
        answer = clerk.client.put("/api/session/password", json.dumps(change), content_type="application/json")
        assert answer.status_code == status
    opened = clerk.post("/api/session", {"username": user.username, "password": change["new"]}).json()
    assert opened["must_change"] is False


def test_alive_and_ready() -> None:
    assert Client().get("/alive").status_code == 200
    assert Client().get("/ready").json() == {"database": True, "keys": True}
    assert b"tongchou_requests" in Client().get("/metrics").content
    assert Client().get("/metrics", REMOTE_ADDR="10.0.0.1").status_code == 404


@pytest.mark.parametrize("kind", ["employer", "public"])
def test_a_new_password_ends_every_session_of_whoever_is_no_agency(kind: str) -> None:
    city = organisation("agency", organisation("agency"))
    user = add_user({"employer": "employer", "public": "insured"}[kind], organisation(kind, city))
    here, there = Api(user), Api(user)
    change = {"old": PASSWORD, "new": "another long word 1"}
    assert here.client.put("/api/session/password", json.dumps(change), "application/json").status_code == 204
    assert there.client.get("/api/session").status_code == 401


def test_somebody_insured_is_let_in_and_sees_themselves(clerk: Api) -> None:
    me, other = (clerk.post("/api/persons", person(clerk, number=card(number=n))).json()["id"] for n in (1, 3))
    office, elsewhere = Api(add_user("administrator", clerk.city)), Api(add_user("administrator"))
    security = Api(add_user("security", clerk.city))
    public = office.post(
        "/api/organisations", {"kind": "public", "code": f"{clerk.city.code}P", "name": "公众", "parent": clerk.city.id}
    ).json()["id"]
    given = {"username": f"insured{me}", "name": "王小明", "password": PASSWORD, "person": me}
    here = f"/api/organisations/{clerk.city.id}/users"
    assert office.post(here, given).json()["type"].endswith("A117")
    assert office.post(f"/api/organisations/{public}/users", given | {"person": 999_999_999}).status_code == 404
    user = office.post(f"/api/organisations/{public}/users", given).json()["id"]
    twice = given | {"username": f"again{me}"}
    assert office.post(f"/api/organisations/{public}/users", twice).status_code == 409
    assert (
        security.post(f"/api/organisations/users/{user}/roles", {"role": "insured", "reason": "本人"}).status_code
        == 204
    )
    listed = office.client.get(f"/api/organisations/{public}/users").json()["items"]
    assert [(one["id"], one["person"], [held["role"] for held in one["roles"]]) for one in listed] == [
        (user, me, ["insured"])
    ]
    assert elsewhere.client.get(f"/api/organisations/{public}/users").status_code == 404
    with scoped(system("look")):
        found = User.objects.select_related("organisation").get(id=user)
        found.must_change = False
        found.save()
    signed_in = Api(found)
    assert signed_in.client.get(f"/api/persons/{me}").json()["id"] == me
    assert signed_in.client.get(f"/api/persons/{other}").status_code == 404
    assert office.post(f"/api/organisations/users/{user}/switch-off", {"reason": "忘记密码"}).status_code == 204
    assert office.post(f"/api/organisations/{public}/users", twice).status_code == 201
