"""A folder that cannot be read is refused with every fault in it, each by its place."""

import shutil
from pathlib import Path

import pytest

from tests.engines.grouping.stage import NINGHE, record
from tongchou.engines.grouping.evidence import explain
from tongchou.engines.grouping.grouper import Grouper
from tongchou.engines.grouping.load import load_scheme
from tongchou.ground.errors import ProblemError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(NINGHE, tmp_path / "base"))


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def faults(folder: Path) -> list[tuple[str, str, int | None]]:
    with pytest.raises(ProblemError) as refused:
        load_scheme(folder)
    return [(one.code, Path(one.place.file or "").name, one.place.line) for one in refused.value.problems]


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("scheme.toml", 'id = "', 'idd = "', ("D102", "scheme.toml", None)),
        ("scheme.toml", "= false", '= "no"', ("D102", "scheme.toml", None)),
        ("scheme.toml", "id = ", "id ", ("D109", "scheme.toml", None)),
        ("mdc.csv", "pdx_in_M & age=0", "pdx_in_M & age=1", ("D105", "mdc.csv", 3)),
        ("mdc.csv", "main_valid", "mainly", ("D106", "mdc.csv", 8)),
        ("mdc.csv", "seq,", "no,", ("D104", "mdc.csv", 1)),
        ("mdc.csv", "2,P", "two,P", ("D106", "mdc.csv", 3)),
        ("adrg.csv", "newborn & weight<1500", "newborn and weight<1500", ("D105", "adrg.csv", 3)),
        ("adrg.csv", "N,adrg", "M,adrg", ("D106", "adrg.csv", 7)),
        ("adrg.csv", ",,adrg", ",,stop", ("D106", "adrg.csv", 2)),
        ("adrg.csv", ",,adrg", ",,next", ("D108", "adrg.csv", 3)),
        ("adrg.csv", "16,N,", "16,Q,", ("D107", "adrg.csv", 17)),
        ("drg.csv", "AB1,1", "AB2,1", ("D107", "drg.csv", 2)),
        ("drg.csv", "weight < 1000", "weight < 1 kg", ("D105", "drg.csv", 3)),
        ("drg.csv", ",肝移植", "", ("D104", "drg.csv", 2)),
        ("drg.csv", "weight < 1000", "weight < 10000000000", ("D105", "drg.csv", 3)),
        ("drg.csv", "weight < 1000", "discharge in {0}", ("D105", "drg.csv", 3)),
        ("scheme.toml", "newborn_days = 28", 'newborn_days = "28"', ("D102", "scheme.toml", None)),
        ("scheme.toml", "newborn_days = 28", "newborn_days = 99999999999", ("D115", "scheme.toml", None)),
        ("scheme.toml", "newborn_days = 28", "newborn_days = -1", ("D115", "scheme.toml", None)),
        ("scheme.toml", "year = 2026", 'valid_from = "2026-1-1"', ("D102", "scheme.toml", None)),
        ("scheme.toml", "year = 2026", 'valid_from = "2026-02-30"', ("D102", "scheme.toml", None)),
        ("scheme.toml", "year = 2026", "valid_from = 2026-01-01\nvalid_to = 2025-12-31", ("D102", "scheme.toml", None)),
        ("mcc.csv", "A41.900,5", "A41.900,5\nA41.900,4", ("D116", "mcc.csv", 8)),
        ("mdc_dx.csv", "P,P07.000", "Q,P07.000", ("D107", "mdc_dx.csv", 2)),
    ],
)
def test_a_fault_is_told_by_its_place(
    folder: Path, name: str, old: str, new: str, fault: tuple[str, str, int | None]
) -> None:
    change(folder / name, old, new)
    assert fault in faults(folder)


def test_a_table_that_is_missing_or_is_no_text(folder: Path) -> None:
    (folder / "cc.csv").write_bytes("icd10,exclusion_table\n中,1\n".encode("gb18030"))
    assert faults(folder) == [("D109", "cc.csv", None)]
    (folder / "cc.csv").unlink()
    assert faults(folder) == [("D103", "base", None)]
    assert faults(folder.parent) == [("D101", folder.parent.name, None)]


def test_exclusion_tables_are_told_apart_by_what_they_are_called(folder: Path) -> None:
    """Pneumonia excludes its own table whatever it is called, and no other; a complication without one counts."""
    ill = record("J15.900", "J96.000")
    for called, drg in (("PDX一", "ES15"), ("PDX二", "ES11"), ("", "ES11")):
        shutil.copytree(NINGHE, folder, dirs_exist_ok=True)
        change(folder / "exclusion.csv", "J15.900,1", "J15.900,PDX一")
        change(folder / "mcc.csv", "J96.000,1", f"J96.000,{called}")
        evidence = explain(Grouper(load_scheme(folder)), ill)
        (complication,) = evidence.complications
        assert (evidence.group.drg, complication.excluded_by) == (drg, called if drg == "ES15" else "")


def test_an_operation_in_two_lists_of_a_combination_counts_for_the_first(folder: Path) -> None:
    with (folder / "adrg_proc.csv").open("a", encoding="utf-8") as out:
        out.write("FB1,2,35.2200\n")
    assert Grouper(load_scheme(folder)).group(record("I50.000", px=("35.2200",))).adrg != "FB1"
    assert Grouper(load_scheme(folder)).group(record("I50.000", px=("35.2200", "36.1000"))).adrg == "FB1"


def test_days_are_written_as_texts_or_as_toml_has_them(folder: Path) -> None:
    text = (folder / "scheme.toml").read_text("utf-8")
    for first, last in (('"2026-01-01"', "2026-12-31"), ("2026-01-01", '"2026-12-31"')):
        (folder / "scheme.toml").write_text(f"{text}valid_from = {first}\nvalid_to = {last}\n", "utf-8")
        assert load_scheme(folder).id == "ninghe_drg"


def test_a_base_is_a_folder_beside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    city = folder.parent / "city"
    city.mkdir()
    for base in ("../city", f"../{folder.parent.name}/city", ".", "..", "", str(folder)):
        (city / "scheme.toml").write_text(f'id = "city"\nbase = "{base}"\n', "utf-8")
        assert faults(city) == [("D110", "scheme.toml", None)], base
    (city / "scheme.toml").write_text('id = "city"\nbase = "base"\n', "utf-8")
    monkeypatch.chdir(city)
    assert load_scheme(Path(".")).id == "city"


def test_a_scheme_that_builds_on_another(folder: Path) -> None:
    """A table of its own replaces the base's; a delta adds and removes rows of it."""
    city = folder.parent / "city"
    city.mkdir()
    toml = 'id = "city"\nbase = "base"\nungrouped_code = "0000A"\n'
    (city / "scheme.toml").write_text(toml, "utf-8")
    (city / "drg.delta.csv").write_text(
        "change,node,seq,drg,rule,name\nremove,AB1,1,AB19,*,肝移植\nadd,AB1,1,AB18,*,肝移植\n\n", "utf-8"
    )
    grouper = Grouper(load_scheme(city))
    assert grouper.group(record("K80.200", px=("50.5100",))).drg == "AB18"
    assert grouper.group(record("K40.900")).drg == "0000A"
    assert grouper.scheme.hash != load_scheme(folder).hash
    (city / "drg.delta.csv").write_text("change,node,seq,drg,rule,name\nremove,AB1,1,AB17,*,肝移植\n", "utf-8")
    assert faults(city) == [("D111", "drg.delta.csv", 2)]
    (city / "drg.delta.csv").write_text("change,node,seq,drg,rule,name\nmove,AB1,1,AB19,*,肝移植\n", "utf-8")
    assert faults(city) == [("D106", "drg.delta.csv", 2)]
    change(city / "scheme.toml", '"base"', '"city"')
    assert faults(city) == [("D110", "scheme.toml", None)]
