"""A catalogue and a grouper that the pack of a year holds are what it is grouped by."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from tests.record.clearing.stage import LUNG, RULES, SPRING, Town, catalogue, listed, town
from tests.record.contributions.stage import doing_everything, put_pack_in_force
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.load import load_region
from tongchou.ground.shipped import regions_dir
from tongchou.record.base import clock
from tongchou.record.clearing import queries
from tongchou.record.clearing.giving import give
from tongchou.record.clearing.grouping import group
from tongchou.record.clearing.models import CaseTable, ClearingYear, GroupScheme
from tongchou.record.clearing.opening import open_year
from tongchou.record.clearing.schemes import in_pack, keep_scheme
from tongchou.record.clearing.sources import sources
from tongchou.record.packs.commands import propose
from tongchou.record.packs.groups import of_year
from tongchou.record.settlement.verify import verify

DRG = RULES.replace("method: dip", "method: drg_points").replace(".dip", ".drg_points").replace(
    "      sharing", "      bands.drg_points: [{status: normal, factor: 1}]\n      sharing", 1
)  # fmt: skip
OF_2025 = {"scheme.toml": ("year = 2026", "year = 2025"), "drg_weight.csv": ("2026-01-01", "2025-01-01")}


NOTHING: Mapping[str, str] = {}
AS_IT_IS: Mapping[str, tuple[str, str]] = {}


def region(
    folder: Path, rules: str = "", dip: Mapping[str, str] = NOTHING, drg: Mapping[str, tuple[str, str]] = AS_IT_IS
) -> Path:
    """Ninghe with a catalogue, and other words in its grouper."""
    copytree(regions_dir() / "ninghe", folder)
    if rules:
        (folder / "payment" / "clearing" / "clearing.yaml").write_text(rules, "utf-8")
    for path, text in dip.items():
        file = folder / "payment" / "dip" / "catalogue" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    for name, (before, after) in drg.items():
        file = folder / "payment" / "drg" / name
        file.write_text(file.read_text("utf-8").replace(before, after), "utf-8")
    return folder


@pytest.fixture
def before(record: None) -> Iterator[None]:
    with clock.at(date(2025, 6, 3)), doing_everything():
        yield
        assert verify() == []


def opened(made: Town) -> ClearingYear:
    year = open_year(agency=made.where.pk, scheme="employee", year=2025, reason="年终清算")
    give(year_id=year.pk, name="budget", rows=[{"amount": 40_000_00}], reason="预算")
    return year


def test_the_catalogue_of_the_pack_is_taken(before: None, tmp_path: Path) -> None:
    files = catalogue(tmp_path)
    put_pack_in_force(load_region(region(tmp_path / "r", RULES, files)))
    made = town()
    with clock.at(SPRING):
        year = opened(made)
        other = {**files, "catalogue.csv": files["catalogue.csv"].replace("K80.1", "K80.2", 1)}
        another = keep_scheme(
            kind="dip", files={name: text for name, text in other.items() if name != "manifest.json"}, reason="x"
        )
        with pytest.raises(ProblemError, match=f"M516 .*{another.hash}"):
            group(year_id=year.pk, schemes={"dip": another.hash}, reason="另一个目录")
        group(year_id=year.pk, schemes={}, reason="预分组")
        ours = in_pack(year)["dip"]
        assert CaseTable.objects.filter(year=year, schemes={"dip": ours}).count() == 2
        assert dict(GroupScheme.objects.get(hash=ours).files) == files
        rows = queries.cases(year_id=year.pk, institution_id=made.hospitals[0].pk)
        assert {row["group"] for row in rows} == {"K80.1:51.2300"}
        group(year_id=year.pk, schemes={"dip": ours}, reason="同一个目录")
        assert GroupScheme.objects.count() == 2
        assert [(one.origin, one.of) for one in sources(year_id=year.pk) if one.name == "dip"] == [("pack", ours)]


def test_the_grouper_of_the_pack_is_taken_with_its_weights(before: None, tmp_path: Path) -> None:
    put_pack_in_force(load_region(region(tmp_path / "r", DRG, drg=OF_2025)))
    made = town()
    lung = made.stays[0][0]
    listed(lung, date(2025, 7, 1), LUNG)
    with clock.at(SPRING):
        year = opened(made)
        group(year_id=year.pk, schemes={}, reason="预分组")
        rows = {
            row["settlement_id"]: row for row in queries.cases(year_id=year.pk, institution_id=made.hospitals[0].pk)
        }
        assert rows[str(lung.pk)]["base_points"] > 0
        assert {row["method"] for row in rows.values()} == {"drg_points"}
        assert [(one.name, one.origin) for one in sources(year_id=year.pk)] == [("drg", "pack"), ("budget", "given")]


def held(folder: Path, year: int = 2025) -> set[str]:
    return set(of_year(load_region(folder), year))


def test_of_which_year_they_are(tmp_path: Path) -> None:
    files = catalogue(tmp_path)
    said = files["declaration/dip.yaml"]
    assert '"valid_from"' not in said
    of_2026 = {**files, "declaration/dip.yaml": said.replace("{", '{"valid_from": "2026-01-01",', 1)}
    to_2024 = {**files, "declaration/dip.yaml": said.replace("{", '{"valid_through": "2024-12-31",', 1)}
    assert held(region(tmp_path / "always", dip=files)) == {"dip"}  # the grouper is of 2026
    assert held(region(tmp_path / "later", dip=of_2026)) == set()
    assert held(tmp_path / "later", 2026) == {"dip", "drg"}
    assert held(region(tmp_path / "before", dip=to_2024)) == set()
    timeless = region(tmp_path / "timeless", drg={"scheme.toml": ("year = 2026\n", "")})
    assert held(timeless) == held(timeless, 2030) == {"drg"}
    based = region(tmp_path / "based", drg={"scheme.toml": ("year = 2026", 'base = "other"')})
    assert held(based) == set()


def test_a_pack_is_stored_when_its_groups_can_be_read(before: None, tmp_path: Path) -> None:
    files = catalogue(tmp_path)
    kept = propose(folder=str(region(tmp_path / "good", dip=files, drg=OF_2025)), reason="x")
    assert set(kept.content["groups"]) == {"dip", "drg"}
    assert propose(
        folder=str(region(tmp_path / "based", drg={"scheme.toml": ("year = 2026", 'base = "x"')})), reason="x"
    )
    broken = region(tmp_path / "broken", dip={**files, "catalogue.csv": "x\n"})
    with pytest.raises(ProblemError, match="D334"):
        propose(folder=str(broken), reason="x")
    no_toml = region(tmp_path / "toml", drg={"scheme.toml": ("year = 2026", "year = = 2026")})
    with pytest.raises(ProblemError, match="D1"):
        propose(folder=str(no_toml), reason="x")
