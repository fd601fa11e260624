"""Care of signed persons (签约) is that care at the institution they are signed with, and nowhere else."""

from pathlib import Path
from typing import Any

import pytest

from tests.engines.payment.declared import rules_of
from tests.engines.payment.stage import year
from tongchou.engines.payment import clear
from tongchou.engines.payment.folder import publish, read, write
from tongchou.engines.payment.verify import verify

ROUTES = "routes: [{method: capitation, setting: outpatient, care: [签约]}, {method: service, setting: outpatient}]"
SIGNED = "care: [{word: 签约, facts: {签约: 是}, signed: 家庭医生签约}]"
CAPITATION = "capitation.家庭医生: {fee: 10元}"
VISIT = {
    "scheme": "employee", "setting": "outpatient", "care": "签约", "discharged_on": "2026-05-06",
    "total_fee": 100, "fund": 100, "person_paid": 0,
}  # fmt: skip
VISITS: dict[str, tuple[dict[str, str], str]] = {
    "at her clinic": ({"institution": "甲", "signed_with": "甲"}, "capitation"),
    "at another": ({"institution": "乙", "signed_with": "甲"}, "service"),
    "at another, of which nobody wrote": ({"institution": "乙", "signed_with": "丙"}, "service"),
    "as the file says": ({"institution": "甲"}, "capitation"),
    "other care": ({"institution": "甲", "care": "普通门诊", "signed_with": "甲"}, "service"),
}


def given(names: Any = VISITS) -> dict[str, list[dict[str, Any]]]:
    return {
        "settlements": [{**VISIT, "settlement_id": name, **VISITS[name][0]} for name in names],
        "institutions": [{"institution": "甲"}, {"institution": "乙"}],
        "budget": [{"scheme": "employee", "amount": 10_000}],
    }


@pytest.mark.parametrize("names", [list(VISITS), *([name] for name in VISITS)])
def test_which_method_it_goes_by(names: list[str], tmp_path: Path) -> None:
    made = clear(rules_of(tmp_path, ROUTES, SIGNED, CAPITATION), year(given(names)))
    write(made, year(given(names)), tmp_path / "city")
    found = read(tmp_path / "city").published["cases"].select(["settlement_id", "method"]).to_pylist()
    assert {row["settlement_id"]: row["method"] for row in found} == {name: VISITS[name][1] for name in names}


def test_each_hospital_counts_the_same(tmp_path: Path) -> None:
    made = clear(rules_of(tmp_path, ROUTES, SIGNED, CAPITATION), year(given()))
    write(made, year(given()), tmp_path / "city")
    publish(read(tmp_path / "city"), tmp_path / "published")
    assert verify(read(tmp_path / "city")).equal
    assert all(verify(read(folder)).equal for folder in (tmp_path / "published").iterdir())


def test_without_a_declared_signing_the_column_says_nothing(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, ROUTES, SIGNED.replace(", signed: 家庭医生签约", ""), CAPITATION)
    made = clear(rules, year(given()))
    assert {line.method: line.cases for line in made.lines if line.cases and line.institution == "乙"} == {
        "capitation": 2
    }
