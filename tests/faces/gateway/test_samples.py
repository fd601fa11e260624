"""Every message of the public samples is answered as `samples.yaml` says: done, or refused for the one true reason."""

import json
from pathlib import Path

import pytest
import yaml

from tests.faces.gateway.hospital import Hospital
from tongchou.faces.sandbox import City

REGION = "440300"
EXPECTED = yaml.safe_load((Path(__file__).parent / "samples.yaml").read_text("utf-8"))


@pytest.mark.parametrize("name", EXPECTED["requests"])
def test_a_sample_is_answered_as_stated(city: City, shared: Path, name: str) -> None:
    message = json.loads((shared / "examples/interface" / name).read_text("utf-8"))
    answer = Hospital("", "").send(message)
    expected = EXPECTED["requests"][name]
    if expected == "done":
        assert answer["infcode"] == 0, answer["err_msg"]
    else:
        assert answer["infcode"] == -1
        assert answer["err_msg"].startswith(f"[{expected}]"), answer["err_msg"]


def test_every_sample_is_stated(shared: Path) -> None:
    found = {file.name for file in (shared / "examples/interface").glob("*_request_*.json")}
    assert found == set(EXPECTED["requests"])
