"""Whatever loads can be linted, read back and stored: lint ends in findings, never in a traceback."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ground.region.folders import SUYU
from tongchou.ground.lint import lint, read_back, unreached_cells
from tongchou.ground.region.load import read_region
from tongchou.ground.region.resolved import pack_from_resolved

NUMBERS = ["0", "100%", "-5", "500", "不限", "1/3", "age × 2", "max(20% × total_fee, 5)", "1 ÷ age", "100亿",
           "if(age > 60, 1, 2)", "days(paid_on, discharged)", {"by place": {"区内": "5"}},
           {"by 人员类别": {"老年": "-1"}}, {"highest": {"by disease": {"血透": "5"}}, "over": "diseases"}]  # fmt: skip
CONDITIONS = ["always", "age >= 60", "kind is 住院", "item is 甲类", "place is 市外 or age < 3", "nth is 2",
              "paid_on > enrolled_on", "months(paid_on, admitted) >= 6", "diseases has 血透",
              "人员类别 is 老年"]  # fmt: skip
DATES = ["2007-01-01", "2008-02-29", "2030-12-31", "9999-12-31", "0001-01-01"]
SWAPS: dict[str, list[Any]] = {
    "amount": NUMBERS, "pay": NUMBERS, "upto": NUMBERS, "above": NUMBERS, "points": NUMBERS, "at_most": NUMBERS,
    "when": CONDITIONS, "from": DATES, "through": DATES, "by": ["admission", "discharge", "payment"],
    "per": ["claim", "stay", "year"], "住院": [[], ["pool"], ["account", "pool"], ["pool", "pool"]],
    "pool.takes": ["unpaid", ["in_scope", "in_scope"], "50% × account.own_share of 甲类"],
    "门诊": [["pool", "account"]], "values": [["区内"], ["a", "b"]], "少儿低保残疾": CONDITIONS, "老年": CONDITIONS,
    "place": [["市外"], ["区内", "市外"]],
}  # fmt: skip


def places_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [p for key, inner in items for p in ((*path, key), *places_in(inner, (*path, key)))]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lint")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_what_loads_can_be_linted(workshop: Path, data: st.DataObject) -> None:
    folder = workshop / "suyu"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SUYU, folder)
    for _ in range(data.draw(st.integers(1, 4))):
        file = data.draw(st.sampled_from(sorted(f for f in folder.rglob("*.yaml") if f.parent.name != "cases")))
        content = yaml.load(file.read_text("utf-8"), Loader=yaml.BaseLoader)
        paths = [path for path in places_in(content) if path[-1] in SWAPS]
        if not paths:
            continue
        path = data.draw(st.sampled_from(paths))
        inner = content
        for part in path[:-1]:
            inner = inner[part]
        inner[path[-1]] = data.draw(st.sampled_from(SWAPS[path[-1]]))
        file.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    pack, problems = read_region(folder)
    if pack is None or problems:
        return
    for problem in lint(pack, today=date(2026, 7, 1)):
        assert problem.place.file
        assert problem.place.line
        assert problem.text("zh")
        assert problem.text("en")
    assert read_back(pack)
    assert unreached_cells(pack, set())
    assert pack_from_resolved(json.loads(json.dumps(pack.resolved))).hash == pack.hash
