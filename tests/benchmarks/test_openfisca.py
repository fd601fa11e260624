"""The peer: its environment, the figures it is given, the slots that claims go into, and a run of both."""

import sys
from datetime import date
from pathlib import Path

import pytest

from benchmarks import bench_openfisca
from benchmarks.claims import RESIDENT_STAYS, Shape, draw
from benchmarks.openfisca import environment
from benchmarks.openfisca.figures import figures
from benchmarks.openfisca.slots import slots_of
from benchmarks.replaying import ninghe
from tongchou.engines.benefits.bulk.machine import SWITCH

DAY = bench_openfisca.DAY


def value(leaf: dict) -> float:
    (dated,) = leaf.get("values", leaf).values()
    return dated["value"]


def test_figures_are_those_in_force_on_the_day() -> None:
    now, later = figures(ninghe(), DAY), figures(ninghe(), date(2026, 6, 30))
    pool = now["parameters"]["pool"]
    assert value(pool["deductible"]["市外"]["长期居住"]["三级"]) == 700
    bands = [(value(row["threshold"]), value(row["rate"])) for row in pool["scale"]["二级"]["brackets"]]
    assert bands == [(0, 0.75), (30_000, 0.8)]
    assert (value(pool["cap"]), value(later["parameters"]["pool"]["cap"])) == (150_000, 160_000)
    assert value(now["parameters"]["critical"]["deductible"]) == 16_000
    assert now["critical_caps"][6][1] == 400_000 + 2 * 2_000 + 2_000
    assert now["favoured"] == ["特困", "低保", "返贫"]


def test_a_day_without_figures_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing is declared at resident"):
        figures(ninghe(), date(2020, 1, 1))


def test_a_clamp_that_binds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.openfisca.figures._Reader.bands", lambda *_, **__: [(0, 1)])
    with pytest.raises(ValueError, match="beyond the clamp"):
        figures(ninghe(), DAY)


def test_claims_go_into_months_by_their_number() -> None:
    tables = draw(Shape(6, visits=RESIDENT_STAYS, lines_per_claim=2, most_claims=12))
    slots = slots_of(ninghe(), tables, figures(ninghe(), DAY)["words"])
    claims = tables["claims"].to_pylist()
    persons = tables["persons"]["person_id"].to_pylist()
    for person in persons:
        own = [at for at, claim in enumerate(claims) if claim["person_id"] == person]
        assert slots.month[own].tolist() == list(range(len(own)))
        assert {persons[at] for at in slots.person[own]} == {person}
    assert slots.values["stays"].sum() == len(claims)
    lines = tables["lines"].to_pylist()
    for at, claim in enumerate(claims):
        own = [line for line in lines if line["claim_id"] == claim["claim_id"]]
        single = sum(line["inscp_scp_amt"] for line in own if line["item"] == "单行药")
        rest = sum(line["inscp_scp_amt"] for line in own) - single
        assert slots.fen(slots.values["in_scope"])[at] == pytest.approx(rest, rel=1e-6)
        assert slots.fen(slots.values["in_scope_drug"])[at] == pytest.approx(single, rel=1e-6)
        assert ["市内", "市外"][slots.values["place"][slots.month[at], slots.person[at]]] == claim["place"]


def test_more_claims_than_months_are_refused() -> None:
    tables = draw(Shape(3, claims_per_person=30, visits=RESIDENT_STAYS))
    with pytest.raises(ValueError, match="one claim a month"):
        slots_of(ninghe(), tables, figures(ninghe(), DAY)["words"])


def test_an_environment_that_cannot_be_made_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    with pytest.raises(environment.Unavailable, match="no-python"):
        environment.make(tmp_path / "made")
    assert environment.made(tmp_path / "made") is None


def test_what_cannot_be_installed_is_said_in_the_words_of_the_installer() -> None:
    program = "import sys; print('ERROR: no such version', file=sys.stderr); sys.exit(1)"
    with pytest.raises(environment.Unavailable, match="no such version"):
        environment._run([sys.executable, "-c", program])
    with pytest.raises(environment.Unavailable, match="ended with 2"):
        environment._run([sys.executable, "-c", "raise SystemExit(2)"])


def test_an_environment_of_other_requirements_is_not_used(tmp_path: Path) -> None:
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.touch()
    (tmp_path / ".requirements").write_text(environment.REQUIREMENTS.read_text("utf-8"), "utf-8")
    assert environment.made(tmp_path) == python == environment.make(tmp_path)
    (tmp_path / ".requirements").write_text("OpenFisca-Core==1.0\n", "utf-8")
    assert environment.made(tmp_path) is None


def test_without_the_peer_one_row_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable() -> Path:
        raise environment.Unavailable("no index")

    monkeypatch.setattr(environment, "make", unavailable)
    (row,) = bench_openfisca.run(claims=6)
    assert row["skipped"] == "no index"


@pytest.mark.skipif(environment.made() is None, reason="the peer's environment is not there: make bench ONLY=openfisca")
def test_both_settle_the_same_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SWITCH, "0")
    rows = list(bench_openfisca.run(claims=36, rounds=1))
    assert len(rows) == 8
    for tables, loop, wrong, most in (rows[:4], rows[4:]):
        assert loop["value"] > tables["value"] > 1
        assert tables["peer_value"] == loop["peer_value"] > 1
        assert (wrong["value"], most["value"]) == (0, 0)
        # Where its policy is ours, only its numbers are not: a fen here and there, and never more than a few.
        assert most["peer_value"] <= 3
        assert wrong["peer_value"] < 40
