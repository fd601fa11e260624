"""Schemes to try: the one that ships, and the published ones where they are there."""

from __future__ import annotations

import random
import shutil
import tarfile
from functools import cache
from pathlib import Path
from typing import Any

from tests.engines.grouping.oracle import Case, Oracle
from tongchou.engines.grouping.grouper import Grouper
from tongchou.engines.grouping.load import load_scheme
from tongchou.engines.grouping.record import UNKNOWN, Record
from tongchou.ground.shipped import regions_dir

NINGHE = regions_dir() / "ninghe" / "payment" / "drg"


@cache
def ninghe() -> Grouper:
    return Grouper(load_scheme(NINGHE))


def record(*dx: str, px: tuple[str, ...] = (), sex: int = 1, age: int = 50, **numbers: Any) -> Record:
    return Record(sex, age, dx, px, **{"age_days": age * 365 + 20, "los": 5, "discharge": 1, **numbers})


def published(shared: Path, folder: Path, name: str) -> Path:
    """A published scheme, unpacked."""
    data = shared / "data" / "drg"
    if name == "chs_drg_11":
        return data / name
    with tarfile.open(data / "schemes" / f"{name}.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    return folder / name


def names(shared: Path) -> list[str]:
    """All published schemes."""
    packed = (shared / "data" / "drg" / "schemes").glob("*.tar.gz")
    return ["chs_drg_11", *sorted(file.name.removesuffix(".tar.gz") for file in packed)]


def drawn(oracle: Oracle, chance: random.Random) -> Case:
    """A record that is likely to meet some rule: codes of one node, complications, numbers at the edges."""
    mdc = chance.choice(oracle.mdcs)[1]
    node = chance.choice(oracle.nodes[mdc])[2] if oracle.nodes[mdc] else ""
    owners = [node, *(row[2] for row in oracle.rules[node])]
    dx_pool = sorted({c for o in owners for n in "AB" for c in oracle.lists["dx", o, n]})
    px_pool = sorted({c for o in owners for n in "ABC1234" for c in oracle.lists["px", o, n]})
    principals = [code for code in dx_pool if code in oracle.mdc_dx[mdc]] or sorted(oracle.mdc_dx[mdc]) or ["X"]
    others = [*dx_pool, *chance.sample(sorted(oracle.mcc), 3), *chance.sample(sorted(oracle.cc), 3), "unknown"]
    others += chance.sample(sorted(oracle.mdc_dx[mdc]), min(3, len(oracle.mdc_dx[mdc])))
    operations = [*px_pool, *chance.sample(sorted(oracle.valid), 2), "unknown"]
    age = chance.choice([0, 0, 1, 6, 7, 14, 16, 17, 18, 40, 80])
    return {
        "sex": chance.choice([1, 2]),
        "age": age,
        "age_days": chance.choice([0, 1, 27, 28, 29, 60, None]) if age == 0 else age * 365 + 30,
        "weight": chance.choice([0, 900, 999, 1000, 1499, 1500, 1999, 2000, 2499, 2500]) if age == 0 else 0,
        "los": chance.choice([0, 1, 2, 3, 6, 7, 13, 14, 30, 59, 60, 61]),
        "discharge": chance.choice([1, 2, 3, 4, 5, 9]),
        "icu_hours": chance.choice([0, 1, 60, 120, 121]),
        "dept": chance.choice(["", "", "ICU"]),
        "dx": [chance.choice(principals), *chance.sample(others, chance.randint(0, 4))],
        "px": chance.sample(operations, chance.randint(0, min(3, len(operations)))),
    }


def as_record(case: Case) -> Record:
    days = UNKNOWN if case["age_days"] is None else case["age_days"]
    return Record(
        case["sex"], case["age"], tuple(case["dx"]), tuple(case["px"]), days, case["weight"], case["los"],
        case["discharge"], case["icu_hours"], case["dept"],
    )  # fmt: skip


HEADER = "drg,weight,average_cost,average_stay,level,valid_from\n"


def weighed(tmp_path: Path, rows: str) -> Path:
    """A copy of the scheme of Ninghe with a table of weights."""
    folder = Path(shutil.copytree(NINGHE, tmp_path / "drg"))
    (folder / "drg_weight.csv").write_text(HEADER + rows, "utf-8")
    return folder
