"""Every answer of the public samples is read as `samples.yaml` says: sound, or wrong in exactly these fields."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.faces.his.answers import KIND
from tongchou.faces.gateway.fields import Transaction, transactions
from tongchou.faces.his import checks
from tongchou.faces.his.wire import Got

EXPECTED: Mapping[str, Mapping[str, Any]] = yaml.safe_load((Path(__file__).parent / "samples.yaml").read_text("utf-8"))
SAYS = {0: "done", -1: "refused"}
IDENTITIES = (
    ("medfee_sumamt", *checks.SCOPE),
    ("medfee_sumamt", "fund_pay_sumamt", "psn_part_amt", "hosp_part_amt"),
    ("psn_part_amt", "acct_pay", "psn_cash_pay"),
)


@pytest.fixture
def folder(shared: Path) -> Path:
    return shared / "examples/interface"


def info_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The amounts that a settlement says, without those that are null."""
    output = answer.get("output")
    info = output.get("setlinfo", {}) if isinstance(output, dict) else {}
    return {name: value for name, value in info.items() if value is not None}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_is_read_as_stated(folder: Path, name: str) -> None:
    body, infno = (folder / name).read_bytes(), name.partition("_")[0]
    answer, expected = checks.read(body), EXPECTED[name]
    known = transactions().get(infno) or Transaction(infno, *[""] * 6)  # a number of one province has no tables
    sent = {"msgid": info_of(answer).get("medins_setl_id"), "input": {}}
    wrong: dict[str, set[str]] = {}
    for one in checks.faults(known, Got(200, KIND, body, 0), sent, regional=False):
        wrong.setdefault(one.rule, set()).add(re.sub(r"\[\d+\]", "", one.where))
    assert wrong == {rule: set(fields) for rule, fields in expected.get("wrong", {}).items()}
    assert SAYS.get(answer.get("infcode"), "nothing") == expected["says"]


@pytest.mark.parametrize("name", [name for name, one in EXPECTED.items() if "identities" in one])
def test_the_identities_hold_in_a_sample(folder: Path, name: str) -> None:
    answer = checks.read((folder / name).read_bytes())
    info = info_of(answer)
    said = [number for number, names in enumerate(IDENTITIES, 1) if set(names) <= info.keys()]
    assert said == EXPECTED[name]["identities"]
    assert not list(checks.identities({**answer["output"], "setlinfo": info}, regional=False))
    for number in said:  # a fen off is found
        spoiled = info | {IDENTITIES[number - 1][-1]: info[IDENTITIES[number - 1][-1]] + checks._CENT}
        found = checks.identities({**answer["output"], "setlinfo": spoiled}, regional=False)
        assert f"{number}:" in [one.where[:2] for one in found]


def test_every_sample_is_stated(folder: Path) -> None:
    assert {file.name for file in folder.glob("*_response_*.json")} == set(EXPECTED)
    settled = {name for name in EXPECTED if "setlinfo" in (folder / name).read_text("utf-8")}
    assert settled == {name for name, one in EXPECTED.items() if "identities" in one}
