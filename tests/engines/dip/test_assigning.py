"""Assignment against a slow one that looks at every group; every observed order; one case as in bulk."""

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.engines.dip import oracle
from tests.engines.dip.stage import NINGHE, case, declared, dip_of, drawn, ninghe, read_of
from tongchou.engines.dip.assigning import STATUSES, Assigner
from tongchou.engines.dip.building import build
from tongchou.engines.dip.catalogue import COLUMNS, Catalogue, read_catalogue
from tongchou.engines.dip.writing import write_catalogue
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.dip.files import shipped_orders
from tongchou.ground.region.dip.load import Dip, load_dip

HEAD = ",".join(COLUMNS["catalogue.csv"])


def built(dip: Dip, rows: list[dict[str, Any]], folder: Path) -> Catalogue:
    folder.mkdir(parents=True, exist_ok=True)
    write_catalogue(build(dip, read_of(rows).cases), folder)
    return read_catalogue(folder)


def written(folder: Path, text: str, *lines: str) -> Catalogue:
    """A catalogue as an authority may publish it: group, kind, treatment, diagnosis, operations, mean, rw."""
    declared(folder / "declaration", text)
    rows = []
    for line in lines:
        group, kind, treatment, diagnosis, operations, mean, rw = line.split(",")
        rows.append(f"{group},{kind},{treatment},{diagnosis},{operations},20,,20,{mean},,0,,{rw}")
    (folder / "catalogue.csv").write_text("\n".join([HEAD, *rows, ""]), "utf-8")
    return read_catalogue(folder)


def assigned(catalogue: Catalogue, *rows: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = Assigner(catalogue).assign(read_of(rows)).table.to_pylist()
    return found


ORDERS = {
    **{name: f"assignment: {{as: {name}}}" for name in shipped_orders()},
    "lower points, conservative takes diagnostic": "assignment: {as: tangshan, order: [lower_points], "
    "conservative_takes: [conservative, diagnostic], operations: exact, comprehensive: always}",
    "in nothing but cost": "assignment: {as: tangshan, order: [nearest_cost, most_operations, nearest_cost], "
    "comprehensive: always, levels: [2], fallback: LAST}",
}


@pytest.mark.parametrize("name", ORDERS)
def test_the_slow_assignment_agrees(tmp_path: Path, name: str) -> None:
    text = "catalogue: {years: [2023, 2024, 2025], key: {diagnosis_characters: 4, operations: all}, core: {cases: 4}}\n"
    text += "tables: {basic: basic.csv}\n" + ORDERS[name]
    basic = "diagnosis,operations,title\nJ18.9,47.0900,甲\nK35.8,,乙\nI10.x,,丙\n"
    dip = dip_of(tmp_path / "said", text, basic=basic)
    catalogue = built(dip, drawn(random.Random(1), 600), tmp_path / name)
    rows = drawn(random.Random(name), 500)
    found = assigned(catalogue, *rows)
    assert [(one["group"], one["decided_by"]) for one in found] == [oracle.assign(catalogue, row) for row in rows]
    assert len({one["decided_by"] for one in found}) > 1


def test_every_case_alone_is_as_in_bulk(tmp_path: Path) -> None:
    catalogue = built(ninghe(), drawn(random.Random(1), 1_500), tmp_path)
    rows = drawn(random.Random(2), 200, (2026, 2027))
    read = read_of(rows)
    since = [oracle.since_previous(ninghe(), rows)[id(row)] for row in rows]
    assigner = Assigner(catalogue)
    bulk = assigner.assign(read).table.to_pylist()
    for row, days, expected in zip(rows, since, bulk, strict=True):
        one = read_of([row])
        # Who came back is told by the other discharges, or by a column of this one.
        one.cases.number["since_previous"] = read_of([row]).cases.number["age"] * 0 + (-1 if days is None else days)
        assert assigner.assign(one).table.to_pylist() == [expected]
    assert Counter(one["status"] for one in bulk)["grouped"] > 150


def test_the_order_of_the_cases_does_not_matter(tmp_path: Path) -> None:
    catalogue = built(ninghe(), drawn(random.Random(1), 1_500), tmp_path)
    rows = drawn(random.Random(2), 400, (2026,))
    expected = {one["discharge_id"]: one for one in assigned(catalogue, *rows)}
    random.Random(3).shuffle(rows)
    assert {one["discharge_id"]: one for one in assigned(catalogue, *rows)} == expected
    assert any(one["conduct"] != "1.0000" for one in expected.values())
    assert any("comorbidity" in one["auxiliary"] for one in expected.values())


def test_the_cases_of_a_catalogue_find_their_group_again(tmp_path: Path) -> None:
    """Where a group takes no other operations, assigning repeats what building did."""
    text = "assignment: {as: hubei-13, operations: exact}\ncatalogue: {years: [2023, 2024, 2025], core: {cases: 5}}"
    dip = dip_of(tmp_path / "said", text)
    rows = drawn(random.Random(9), 900)
    catalogue = built(dip, rows, tmp_path / "made")
    groups = {id(row): code for code, own in oracle.form(dip, rows).items() for row in own}
    assert [one["group"] for one in assigned(catalogue, *rows)] == [groups[id(row)] for row in rows]


GROUPS = (
    "A,core,therapeutic,J18.9,96.7201,900000,1200.0000",
    "B,core,related,J18.9,33.2700,1500000,1500.0000",
    "C,core,related,J18.9,33.2700+96.7201/96.7101,2000000,2100.0000",
    "D,core,conservative,J18.9,,400000,500.0000",
    "E,basic,conservative,J18.901,,300000,450.0000",
    "F,comprehensive,related,J18,,1000000,1100.0000",
    "G,comprehensive,conservative,J,,350000,420.0000",
    "H,comprehensive,therapeutic,J00-J99,,350000,430.0000",
    "I,basic,therapeutic,J18.9,96.7201,500000,700.0000",
)
SITUATIONS = {
    "both operations": case(1, "J18.900", ["96.7201", "33.2700"], 1_400_000),
    "one of the alternatives": case(2, "J18.900", ["96.7101", "33.2700"], 1_400_000),
    "one operation, two groups": case(3, "J18.900", ["96.7201"], 650_000),
    "one operation, near the other": case(4, "J18.900", ["96.7201"], 800_000),
    "none, full code": case(5, "J18.901", [], 390_000),
    "an operation is left over": case(6, "J18.900", ["33.2700", "45.2300"], 1_000_000),
    "three characters": case(7, "J18.100", ["45.1300"], 1),
    "one character": case(8, "J02.900", [], 1),
    "the chapter": case(9, "J02.900", ["99.2900"], 1),
    "nothing": case(10, "A01.000", [], 1),
}
CHOSEN = {
    "tangshan": ("C", "C", "I", "A", "D", "B", "F", "G", "H", ""),
    "hubei-13": ("C", "C", "I", "A", "D", "B", "F", "G", "H", ""),
    "jingmen": ("C", "C", "A", "A", "E", "B", "F", "G", "", ""),
    "yichang": ("C", "C", "A", "A", "D", "F", "F", "G", "H", ""),
    "jingzhou": ("C", "C", "A", "A", "D", "B", "F", "G", "H", ""),
    "xiaogan": ("C", "C", "A", "A", "D", "B", "F", "G", "H", "EMPTY"),
}


@pytest.mark.parametrize("name", sorted(CHOSEN))
def test_each_observed_order_in_ten_situations(tmp_path: Path, name: str) -> None:
    chapters = "tables: {chapters: chapters.csv}"
    declared(tmp_path / "declaration", chapters, chapters="from,to,title\nJ00,J99,呼吸\n")
    text = (tmp_path / "declaration" / "dip.yaml").read_text("utf-8") + f"assignment: {{as: {name}}}\n"
    catalogue = written(tmp_path, text, *GROUPS)
    found = assigned(catalogue, *SITUATIONS.values())
    assert tuple(one["group"] for one in found) == CHOSEN[name]
    assert set(CHOSEN) == set(shipped_orders())


def test_what_is_told_of_a_case(tmp_path: Path) -> None:
    catalogue = written(tmp_path, "assignment: {as: tangshan}", *GROUPS)
    one, other = assigned(catalogue, SITUATIONS["both operations"], SITUATIONS["one operation, near the other"])
    assert one == {
        "discharge_id": "d1", "status": "grouped", "group": "C", "kind": "core", "treatment": "related",
        "rw": "2100.0000", "reference_mean": 2_000_000, "reference": "weighted/all", "auxiliary": "",
        "factor": "1.0000", "factor_of": "", "conduct": "1.0000", "conduct_of": "", "candidates": "A|B|C|I",
        "decided_by": "most_operations",
    }  # fmt: skip
    assert (other["candidates"], other["decided_by"]) == ("A|I", "nearest_cost")


def test_the_mean_a_case_is_measured_by(tmp_path: Path) -> None:
    text = "assignment: {as: tangshan, reference_year: %s, reference_level: %s}"
    means = "D,2025,,9,390000 D,2025,三级,5,410000 D,,,20,400000 D,,三级,9,420000 B,,,9,1500000".split()
    rows = [case(1, level="三级"), case(2, level="二级"), case(3), case(4, "J18.900", ["33.2700"], level="三级")]
    expected = {
        ("last", "same"): ["2025/三级", "2025/all", "2025/all", "weighted/all"],
        ("last", "all"): ["2025/all", "2025/all", "2025/all", "weighted/all"],
        ("weighted", "same"): ["weighted/三级", "weighted/all", "weighted/all", "weighted/all"],
    }
    for at, ((year, level), told) in enumerate(expected.items()):
        folder = tmp_path / str(at)
        folder.mkdir()
        (folder / "means.csv").write_text("\n".join(["group,year,level,cases,mean", *means, ""]), "utf-8")
        found = assigned(written(folder, text % (year, level), *GROUPS), *rows)
        assert [one["reference"] for one in found] == told
        if (year, level) == ("last", "same"):
            assert [one["reference_mean"] for one in found] == [410_000, 390_000, 390_000, 1_500_000]


def test_factors_that_apply_and_the_one_that_is_used(tmp_path: Path) -> None:
    text = """combine: HOW
auxiliary:
  late: {title: 久, about: conduct, per: all, cases: 1, classes: {x: {days: {above: 9}, factor: 50%}}}
  own: {title: 甲, per: all, cases: 1, classes: {old: {age: {above: 80}, factor: 5/4}}}
"""
    factors = ["age,66y,*,9,1,1,1.2000", "age,66y,D,9,1,1,1.3", "age,7-17y,*,9,1,1,0.9", "late,x,*,9,0,0,0.5"]
    factors = ["catalogue,class,group,cases,cost,expected,factor", *factors, "own,old,*,9,0,0,1.25", ""]
    rows = [case(1, age=90, days=30), case(2, "J18.100", ["45.1300"], age=70), case(3, age=7), case(4), case(5, age=90)]
    for how, factor, of in (("largest", "1.3000", "age:66y"), ("product", "1.62500000", "age:66y|own:old")):
        folder = tmp_path / how
        folder.mkdir()
        (folder / "auxiliary.csv").write_text("\n".join(factors), "utf-8")
        found = assigned(written(folder, text.replace("HOW", how), *GROUPS), *rows)
        assert [one["auxiliary"] for one in found] == [
            "age:66y=1.3000|own:old=1.2500|late:x=0.5000", "age:66y=1.2000", "age:7-17y=0.9000", "",
            "age:66y=1.3000|own:old=1.2500",
        ]  # fmt: skip
        assert (found[0]["factor"], found[0]["factor_of"]) == (factor, of)
        assert [(one["conduct"], one["conduct_of"]) for one in found[:2]] == [("0.5000", "late:x"), ("1.0000", "")]
        assert [one["factor"] for one in found[1:4]] == ["1.2000", "0.9000", "1.0000"]


def test_every_discharge_has_one_status(tmp_path: Path) -> None:
    text = "valid_from: 2025-01-01\nvalid_through: 2025-12-31\n"
    text += "catalogue: {years: [2023, 2024, 2025], excluded_diagnoses: [Z38]}"
    catalogue = written(tmp_path, text, *GROUPS)
    rows = [
        case(1), case(2, "Z38.000"), case(3, year=2026), case(4, year=2024), case(5, "A01.000"), case(6, fee=0),
        case(7, ""), case(8), case(8),
    ]  # fmt: skip
    result = Assigner(catalogue).assign(read_of(rows))
    found = {one["discharge_id"]: (one["status"], one["decided_by"]) for one in result.table.to_pylist()}
    assert found == {
        "d1": ("grouped", "only"), "d2": ("excluded", "excluded_diagnosis"), "d3": ("excluded", "not_in_force"),
        "d4": ("excluded", "not_in_force"), "d5": ("ungrouped", ""), "d6": ("faulty", ""), "d7": ("faulty", ""),
        "d8": ("faulty", ""),
    }  # fmt: skip
    assert len(result.table) == len(rows)
    assert result.counted == {"grouped": 1, "excluded": 3, "ungrouped": 1, "faulty": 4, "fallback": 0}
    assert set(result.counted) == set(STATUSES)


def test_the_shipped_declaration_is_what_it_resolves_to(tmp_path: Path) -> None:
    """What stands beside a catalogue reads as the declaration it came from."""
    catalogue = built(ninghe(), drawn(random.Random(1), 300), tmp_path)
    apart = {"base", "assignment", "tables", "cites"}
    assert catalogue.dip.said.model_dump(exclude=apart) == ninghe().said.model_dump(exclude=apart)
    assert set(catalogue.dip.said.cites) == set(ninghe().said.cites)
    assert catalogue.dip.said.assignment.order == ninghe().said.assignment.order
    assert catalogue.dip.hash == ninghe().hash
    assert load_dip(NINGHE).hash == ninghe().hash


def test_no_discharge_at_all(tmp_path: Path) -> None:
    catalogue = written(tmp_path, "assignment: {as: tangshan}", *GROUPS)
    assert Assigner(catalogue).assign(read_of([])).table.num_rows == 0


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("catalogue.csv", "core,therapeutic", "big,therapeutic", "D332"),
        ("catalogue.csv", "core,therapeutic", "core,surgery", "D332"),
        ("catalogue.csv", "96.7201,20", "96.7201++,20", "D332"),
        ("catalogue.csv", "1200.0000", "1200.00001", "D332"),
        ("catalogue.csv", ",900000,", ",9000.00,", "D332"),
        ("catalogue.csv", "\nB,", "\nA,", "D332"),
        ("catalogue.csv", "group,kind", "kind,group", "D311"),
        ("catalogue.csv", "\nB,core", "\nB", "D311"),
        ("means.csv", "2025", "MMXXV", "D332"),
        ("auxiliary.csv", "1.2", "1,2", "D311"),
        ("auxiliary.csv", "1.2", "x", "D332"),
        ("manifest.json", "{}", "{", "D334"),
    ],
)
def test_a_catalogue_written_by_hand_is_checked(tmp_path: Path, file: str, old: str, new: str, code: str) -> None:
    written(tmp_path, "assignment: {as: tangshan}", *GROUPS)
    (tmp_path / "means.csv").write_text("group,year,level,cases,mean\nA,2025,,9,390000\n", "utf-8")
    factors = "catalogue,class,group,cases,cost,expected,factor\nage,66y,*,9,1,1,1.2\n"
    (tmp_path / "auxiliary.csv").write_text(factors, "utf-8")
    assert len(read_catalogue(tmp_path).rows) == len(GROUPS)
    text = (tmp_path / file).read_text("utf-8") if (tmp_path / file).is_file() else old
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ProblemError, match=code):
        read_catalogue(tmp_path)
