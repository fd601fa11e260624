"""A long count stands for what it compared, and is void when that changes; nothing else voids it."""

import sys
from pathlib import Path
from types import FrameType

import pytest

from tests.oracle.run import compare_worlds
from tools import sides
from tools.sides import ROOT, both_sides, fingerprint, is_aside

BENEFITS, GROUND = ROOT / "src/tongchou/engines/benefits", ROOT / "src/tongchou/ground"
ASKED_BUT_EMPTY = {GROUND / f"region/{what}_names.py" for what in ("contribution", "filing", "interface")}
"""The loader asks them for the names of a region that has none of theirs."""


def test_engine_oracle_and_what_they_stand_on_are_sides() -> None:
    found = set(both_sides())
    assert found >= {BENEFITS / f"{name}.py" for name in ("engine", "step", "scale", "exact", "split", "bulk/uses")}
    assert found >= {GROUND / f"{name}.py" for name in ("money", "dates", "region/load", "region/expression")}
    assert found >= {ROOT / f"tests/oracle/{name}.py" for name in ("oracle", "layer", "packs", "histories", "compare")}


def test_what_makes_no_claim_come_out_differently_is_not() -> None:
    found = {str(file.relative_to(ROOT)) for file in both_sides()}
    assert not [name for name in found if "messages" in name or "/record/" in name or "/tables/" in name]
    assert not [name for name in found if "_kinds" in name and ("filing" in name or "interface" in name)]


def test_everything_that_runs_while_claims_are_compared_is_a_side() -> None:
    ran: set[str] = set()

    def listen(frame: FrameType, event: str, argument: object) -> None:
        if event == "call" and frame.f_code.co_name != "<module>":
            ran.add(frame.f_code.co_filename)

    worlds = compare_worlds(0, 1, 2_000, a_history=20, histories=1)
    before = sys.getprofile()
    sys.setprofile(listen)
    try:
        for _ in range(15):
            next(worlds)
    finally:
        sys.setprofile(before)
    ours = {Path(file) for file in ran if file.startswith((f"{ROOT}/src/", f"{ROOT}/tests/oracle/"))}
    assert BENEFITS / "step.py" in ours
    assert ours - set(both_sides()) <= ASKED_BUT_EMPTY


def test_a_change_to_a_side_changes_the_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in {"one": "from tests.two import x", "two": "import os", "three": "import os"}.items():
        (tmp_path / "tests").mkdir(exist_ok=True)
        (tmp_path / f"tests/{name}.py").write_text(text, "utf-8")
    monkeypatch.setattr(sides, "PACKAGES", {"tests": tmp_path})
    monkeypatch.setattr(sides, "BEGIN", ("tests.one",))
    first = fingerprint()
    (tmp_path / "tests/three.py").write_text("import sys", "utf-8")
    assert fingerprint() == first
    (tmp_path / "tests/two.py").write_text("import sys", "utf-8")
    assert fingerprint() != first


def test_every_pattern_sets_something_aside() -> None:
    modules = [".".join(file.relative_to(ROOT / "src").with_suffix("").parts) for file in (ROOT / "src").rglob("*.py")]
    assert [p for p in sides.ASIDE if not any(sides.fnmatch(module, p) for module in modules)] == []
    assert all(sides.file_of(module) is not None and not is_aside(module) for module in sides.BUT)
