"""A region sent over HTTP: stored by one, put in force by another; nothing but what was sent is read."""

import json

import pytest

from tests.faces.api.test_people import Api
from tests.record.orgs.people import add_user, organisation
from tongchou.ground.region.load import load_region
from tongchou.ground.shipped import regions_dir

pytestmark = pytest.mark.usefixtures("record")
SMALL = "dibao-2006"


@pytest.fixture
def officers() -> tuple[Api, Api]:
    city = organisation("agency", organisation("agency"))
    return Api(add_user("policy", city)), Api(add_user("policy_reviewer", city))


def files(region: str = SMALL) -> dict[str, str]:
    folder = regions_dir() / region
    return {f"{region}/{one.relative_to(folder)}": one.read_text("utf-8") for one in folder.rglob("*.yaml")}


def sent(**changes: str) -> dict:
    return {"region": SMALL, "files": {**files(), **changes}, "reason": "新政策"}


def test_one_sends_and_another_puts_in_force(officers) -> None:
    officer, reviewer = officers
    answer = officer.post("/api/packs", sent())
    assert (answer.status_code, answer.json()["hash"]) == (201, load_region(regions_dir() / SMALL).hash)
    path = f"/api/packs/{answer.json()['hash']}/activation"
    assert officer.post(path, {"reason": "自己批"}).status_code == 403
    assert reviewer.post(path, {"reason": "同意"}).status_code == 204
    (listed,) = reviewer.client.get("/api/packs").json()
    assert (listed["hash"], listed["decision"], listed["in_force"]) == (answer.json()["hash"], "activated", True)


@pytest.mark.parametrize(
    "path",
    ["../x.yaml", "/etc/x.yaml", "dibao-2006/../../x.yaml", "dibao-2006/run.py", "dibao-2006/region.yaml/x.yaml",
     "dibao-2006/" + "x" * 180 + ".yaml", "dibao-2006/.x.yaml", "x.yaml", "a\\b/c.yaml"],
)  # fmt: skip
def test_a_path_that_leads_elsewhere_is_refused(officers, path: str) -> None:
    answer = officers[0].post("/api/packs", sent(**{path: "a: b"}))
    assert answer.status_code == 422


def test_a_base_elsewhere_on_the_machine_is_not_read(officers) -> None:
    region = files()[f"{SMALL}/region.yaml"]
    answer = officers[0].post(
        "/api/packs", sent(**{f"{SMALL}/region.yaml": f"base: {regions_dir() / 'ninghe'}\n{region}"})
    )
    assert answer.json()["problems"][0]["code"] == "G106"


def test_what_is_wrong_in_a_file_is_told_with_its_line(officers) -> None:
    answer = officers[0].post("/api/packs", sent(**{f"{SMALL}/layers.yaml": "nonsense: 1\n"}))
    problem = json.loads(answer.content)["problems"][0]
    assert answer.status_code == 422
    assert "layers.yaml" in json.dumps(problem)
