"""What lint says of a scheme, each finding brought about by one change; of published ones, what others found."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests.engines.grouping.stage import NINGHE, published
from tests.engines.grouping.test_load import change
from tongchou.engines.grouping.lint import lint
from tongchou.engines.grouping.load import load_scheme


def found(folder: Path) -> list[tuple[str, str, int | None]]:
    problems = lint(load_scheme(folder), folder)
    return [(one.code, Path(one.place.file or "").name, one.place.line) for one in problems]


def test_the_shipped_scheme_is_clean() -> None:
    assert found(NINGHE) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "finding"),
    [
        ("drg.csv", "ES1,2,ES13,CC", "ES1,2,ES13,MCC", ("W401", "drg.csv", 15)),
        ("drg.csv", "weight < 1000", "*", ("W401", "drg.csv", 4)),
        ("drg.csv", "FR1,1,FR11,MCC", "FR1,1,FR11,los > 3", ("W401", "drg.csv", 22)),
        ("drg.csv", "FR1,1,FR11,MCC", "FR1,1,FR11,never", ("W402", "drg_name.csv", 21)),
        ("adrg_proc.csv", "MC1,A,60.2900\n", "", ("W403", "adrg.csv", 16)),
        ("adrg_proc.csv", "FB1,1,35.2200\nFB1,2,36.1000\nFB1,3,36.1200\n", "", ("W403", "adrg.csv", 10)),
        ("adrg_dx.csv", "EB1,A,C34.900", "EB1,A,K35.800", ("W404", "adrg_dx.csv", 5)),
        ("valid_proc.csv", "47.0100,腹腔镜阑尾切除术\n", "", ("W405", "adrg_proc.csv", 12)),
        ("cc.csv", "E11.900,6", "J96.000,6", ("W406", "cc.csv", 6)),
        ("mdc_dx.csv", "N,N80.000", "N,N40.x00", ("W407", "mdc_dx.csv", 33)),
        ("mcc.csv", "A41.900,5", "A41.900,5\nA41.900,5", ("W409", "mcc.csv", 8)),
        ("adrg.csv", "13,G,HC1,HC1,mainproc_in_A", "13,G,HC1,HC1,mainproc_in_A & pdx_in_A", ("W403", "adrg.csv", 14)),
        ("adrg.csv", "12,G,GD1,GD1,mainproc_in_A", "12,G,GD1,GD1,*", ("W410", "adrg.csv", 14)),
    ],
)
def test_a_finding_for_each_fault(
    tmp_path: Path, name: str, old: str, new: str, finding: tuple[str, str, int | None]
) -> None:
    folder = Path(shutil.copytree(NINGHE, tmp_path / "drg"))
    change(folder / name, old, new)
    assert finding in found(folder), found(folder)


def test_a_code_that_no_code_table_has(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(NINGHE, tmp_path / "drg"))
    (folder / "icd9cm3_name.csv").write_text("code,name\n50.5100,肝移植\n", "utf-8")
    assert Counter(code for code, _, _ in found(folder)) == {"W408": 14}


def test_codes_in_no_list(tmp_path: Path) -> None:
    """A valid operation nobody asks for, a diagnosis of no MDC, and one of an MDC whose nodes all ask for others; where
    a node takes whatever diagnosis there is, the MDC's are in use."""
    folder = Path(shutil.copytree(NINGHE, tmp_path / "drg"))
    change(folder / "valid_proc.csv", "icd9cm3,name\n", "icd9cm3,name\n99.9900,甲\n")
    change(folder / "mdc_dx.csv", "mdc,icd10,body_region\n", "mdc,icd10,body_region\nE,J99.900,\nG,K99.900,\n")
    codes = [line.split(",")[1] for line in (folder / "mdc_dx.csv").read_text("utf-8").splitlines()[1:]]
    names = "".join(f"{code},名\n" for code in [*dict.fromkeys(codes), "J96.000", "V01.000"])
    (folder / "icd10_name.csv").write_text("icd10,name\n" + names, "utf-8")
    unlisted = {(name, line) for code, name, line in found(folder) if code == "W411"}
    last = len(names.splitlines()) + 1
    assert unlisted == {("valid_proc.csv", 2), ("mdc_dx.csv", 2), ("icd10_name.csv", last)}


def test_operations_in_no_list(shared: Path, tmp_path: Path) -> None:
    """CHS-DRG 1.1: 1,735 valid operations are in no ADRG (payment reference, 2.5)."""
    told = [name for code, name, _ in found(published(shared, tmp_path, "chs_drg_11")) if code == "W411"]
    assert told.count("valid_proc.csv") == 1735


@pytest.mark.parametrize(("name", "nodes", "groups"), [("chs_drg_10", 14, 28), ("wuhan_2022", 14, 22)])
def test_what_can_never_be_reached(shared: Path, tmp_path: Path, name: str, nodes: int, groups: int) -> None:
    """As many ADRG and DRG as a count over tens of thousands of records never saw (payment reference, 5 and 7)."""
    folder = published(shared, tmp_path, name)
    counted = Counter(code for code, _, _ in found(folder))
    assert (counted["W410"] + counted["W403"], counted["W402"]) == (nodes, groups)


def test_diagnoses_that_never_match(shared: Path, tmp_path: Path) -> None:
    """CHS-DRG 1.1: 252 diagnoses of nodes are not in their MDC; ten codes are in two MDCs besides those of injuries."""
    counted = Counter(code for code, _, _ in found(published(shared, tmp_path, "chs_drg_11")))
    assert (counted["W404"], counted["W407"], counted["W402"]) == (252, 10, 0)
