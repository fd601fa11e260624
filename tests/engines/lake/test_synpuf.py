"""DE-SynPUF as canonical tables: every row becomes a claim or a reject, to the cent."""

import gzip
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.engines.lake.synpuf import Words, import_synpuf, level_of
from tongchou.ground.errors import ProblemError
from tongchou.ground.tables import Tables, read_tables

STAY = {
    "SAMPLE": "1",
    "DESYNPUF_ID": "B1",
    "CLM_ID": "900",
    "SEGMENT": "1",
    "PRVDR_NUM": "3900MB",
    "CLM_PMT_AMT": "4000.00",
    "NCH_PRMRY_PYR_CLM_PD_AMT": "0.00",
    "CLM_ADMSN_DT": "20090412",
    "NCH_BENE_IP_DDCTBL_AMT": "1068.00",
    "NCH_BENE_PTA_COINSRNC_LBLTY_AM": "0.00",
    "NCH_BENE_BLOOD_DDCTBL_LBLTY_AM": "0.50",
    "NCH_BENE_DSCHRG_DT": "20090418",
    "ICD9_DGNS_CD_1": "1970",
    "ICD9_DGNS_CD_2": "",
    "ICD9_DGNS_CD_3": "4019",
    "ICD9_PRCDR_CD_1": "7092",
    "HCPCS_CD_1": "ignored",
}
HEADER = ",".join(STAY).encode() + b"\n"
PERSON = {"DESYNPUF_ID": "B1", "BENE_BIRTH_DT": "19430101", "BENE_DEATH_DT": "", "BENE_SEX_IDENT_CD": "2"}


def table(path: Path, rows: list[dict[str, str]]) -> Path:
    text = ",".join(rows[0]) + "\n" + "".join(",".join(row.values()) + "\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def run(
    folder: Path, *stays: dict[str, str], persons: list[dict[str, str]] | None = None
) -> tuple[dict[str, int], Tables]:
    """Import stays that differ from `STAY` as given."""
    inpatient = table(folder / "inpatient.csv.gz", [{**STAY, "CLM_ID": str(900 + n), **s} for n, s in enumerate(stays)])
    known = table(folder / "people.csv", persons) if persons else None
    counts = import_synpuf(inpatient, known, folder / "out")
    tables = read_tables(folder / "out")
    assert tables.problems == []
    assert counts["rows"] == counts["claims"] + counts["rejected"] == len(stays)
    assert counts["claims"] == len(tables.rows["claims"]) == len(tables.rows["lines"]) == len(tables.rows["discharges"])
    assert counts["persons"] == len(tables.rows["persons"])
    assert counts["rejects"] == len(tables.rows["rejects"])
    assert counts["total_fee"] == sum(claim["total_fee"] for claim in tables.rows["claims"])
    return counts, tables


def test_one_stay(tmp_path: Path) -> None:
    _, tables = run(tmp_path, {}, persons=[PERSON, {**PERSON, "DESYNPUF_ID": "B2", "BENE_DEATH_DT": "20081001"}])
    (claim,), (line,), (discharge,) = (tables.rows[name] for name in ("claims", "lines", "discharges"))
    assert (claim["claim_id"], claim["stay_id"], claim["person_id"]) == ("900-1", "900", "B1")
    assert (claim["scheme"], claim["kind"], claim["place"]) == ("resident", "住院", "统筹区内")
    assert (claim["admitted_on"], claim["discharged_on"]) == (date(2009, 4, 12), date(2009, 4, 18))
    assert claim["total_fee"] == 400_000 + 106_800 + 50
    assert claim["level"] == level_of("3900MB")
    assert (line["item"], line["class"], line["inscp_scp_amt"]) == ("住院费", "甲", 506_850)
    assert (discharge["age"], discharge["sex"], discharge["days"]) == (66, "女", 6)
    assert (discharge["principal_diagnosis"], discharge["other_diagnoses"]) == ("1970", ["4019"])
    assert discharge["procedures"] == ["7092"]
    assert [person["died_on"] for person in tables.rows["persons"]] == [None, date(2008, 10, 1)]
    assert [spell["from_date"] for spell in tables.rows["spells"]] == [date(2007, 1, 1)] * 2
    assert "entitlements" not in tables.read


def test_a_stay_of_someone_unknown(tmp_path: Path) -> None:
    _, tables = run(tmp_path, {}, {}, {"DESYNPUF_ID": "B2"})
    assert [(p["person_id"], p["sex"], p["birth_date"]) for p in tables.rows["persons"]] == [
        ("B1", "未知", None),
        ("B2", "未知", None),
    ]
    assert tables.rows["discharges"][0]["age"] is None


def test_segments_of_a_claim_share_the_stay(tmp_path: Path) -> None:
    _, tables = run(tmp_path, {"CLM_ID": "7"}, {"CLM_ID": "7", "SEGMENT": "2"})
    assert [(c["claim_id"], c["stay_id"]) for c in tables.rows["claims"]] == [("7-1", "7"), ("7-2", "7")]


def test_a_blank_deductible_is_none_and_counted(tmp_path: Path) -> None:
    counts, tables = run(tmp_path, {"NCH_BENE_IP_DDCTBL_AMT": ""})
    assert counts["deductible_blank"] == 1
    assert tables.rows["claims"][0]["total_fee"] == 400_050


def test_a_negative_payment_counts_while_the_total_is_positive(tmp_path: Path) -> None:
    counts, _ = run(tmp_path, {"CLM_PMT_AMT": "-300.00"}, {"CLM_PMT_AMT": "-1068.50"})
    assert (counts["claims"], counts["total_fee"]) == (1, 76_850)


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"CLM_PMT_AMT": ""}, "CLM_PMT_AMT", "T122"),
        ({"CLM_PMT_AMT": "1.005"}, "CLM_PMT_AMT", "T174"),
        ({"CLM_PMT_AMT": "NaN"}, "CLM_PMT_AMT", "T174"),
        ({"CLM_PMT_AMT": "-4000"}, "CLM_PMT_AMT", "T171"),
        ({"CLM_PMT_AMT": "10000000000"}, "CLM_PMT_AMT", "T132"),
        ({"NCH_BENE_DSCHRG_DT": ""}, "NCH_BENE_DSCHRG_DT", "T122"),
        ({"NCH_BENE_DSCHRG_DT": "20090230"}, "NCH_BENE_DSCHRG_DT", "T124"),
        ({"NCH_BENE_DSCHRG_DT": "2009-04-18"}, "NCH_BENE_DSCHRG_DT", "T124"),
        ({"NCH_BENE_DSCHRG_DT": "20090411"}, "NCH_BENE_DSCHRG_DT", "T145"),
        ({"NCH_BENE_DSCHRG_DT": "21990411"}, "NCH_BENE_DSCHRG_DT", "T133"),
        ({"CLM_ADMSN_DT": "19420411"}, "CLM_ADMSN_DT", "T145"),
        ({"CLM_ADMSN_DT": "21940411", "NCH_BENE_DSCHRG_DT": "21940411"}, "CLM_ADMSN_DT", "T133"),
        ({"PRVDR_NUM": " "}, "PRVDR_NUM", "T122"),
        ({"ICD9_DGNS_CD_1": "\x01"}, "ICD9_DGNS_CD_1", "T136"),
        ({"SAMPLE": "2"}, "SAMPLE", "T172"),
        ({"CLM_ID": "900"}, "CLM_ID", "T173"),
        ({"SAMPLE": "1,1"}, None, "T120"),
    ],
)
def test_rows_that_cannot_be_used(tmp_path: Path, cells: dict[str, str], column: str | None, code: str) -> None:
    _, tables = run(tmp_path, {}, cells, persons=[PERSON])
    assert [(r["table"], r["row"], r["column"], r["code"]) for r in tables.rows["rejects"]] == [
        ("inpatient", 2, column, code)
    ]
    assert [claim["claim_id"] for claim in tables.rows["claims"]] == ["900-1"]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"BENE_BIRTH_DT": ""}, "T122"),
        ({"BENE_DEATH_DT": "19421231"}, "T145"),
        ({"BENE_SEX_IDENT_CD": "3"}, "T123"),
    ],
)
def test_a_bad_beneficiary_takes_the_stays_along(tmp_path: Path, cells: dict[str, str], code: str) -> None:
    _, tables = run(tmp_path, {}, persons=[{**PERSON, **cells}])
    assert [(r["table"], r["code"]) for r in tables.rows["rejects"]] == [("beneficiaries", code), ("inpatient", "T143")]


def test_a_repeated_beneficiary(tmp_path: Path) -> None:
    _, tables = run(tmp_path, {}, persons=[PERSON, PERSON])
    assert [(r["table"], r["row"], r["code"]) for r in tables.rows["rejects"]] == [("beneficiaries", 2, "T173")]


def test_the_words_are_the_regions(tmp_path: Path) -> None:
    inpatient = table(tmp_path / "in.csv", [STAY])
    words = Words("职工", "普通住院", ("a", "b", "c"), "市内", "其他", ("统筹", "大病"))
    import_synpuf(inpatient, None, tmp_path / "out", words=words, enrolled_from=date(2008, 1, 1))
    tables = read_tables(tmp_path / "out")
    assert tables.problems == []
    claim = tables.rows["claims"][0]
    assert (claim["scheme"], claim["kind"], claim["place"]) == ("职工", "普通住院", "市内")
    assert claim["level"] in words.levels
    assert tables.rows["lines"][0]["item"] == "其他"
    assert [(e["fund"], e["level"], e["from_date"]) for e in tables.rows["entitlements"]] == [
        ("统筹", "full", date(2008, 1, 1)),
        ("大病", "full", date(2008, 1, 1)),
    ]


def test_levels_are_stable() -> None:
    assert [level_of(number) for number in ("390006", "3900HM", "3900MB")] == ["一级", "二级", "三级"]


def test_progress_is_reported_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongchou.engines.lake.synpuf._BATCH", 2)
    inpatient = table(tmp_path / "in.csv", [{**STAY, "CLM_ID": str(n)} for n in range(5)])
    seen: list[int] = []
    assert import_synpuf(inpatient, None, tmp_path / "out", seen.append)["claims"] == 5
    assert seen == [2, 4, 5]
    monkeypatch.undo()
    assert import_synpuf(inpatient, None, tmp_path / "again")["claims"] == 5
    assert read_tables(tmp_path / "out").rows == read_tables(tmp_path / "again").rows


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("none.csv", None, "T102"),
        ("short.csv.gz", gzip.compress(HEADER + b"1" * 9 + b"," * 9 + b"\n")[:-12], "T102"),
        ("text.csv.gz", b"no gzip", "T102"),
        ("bytes.csv", b"\xff\xfe", "T102"),
        ("columns.csv", b"a,b\n1,2\n", "T110"),
        ("empty.csv", b"", "T110"),
    ],
)
def test_files_that_cannot_be_used(tmp_path: Path, name: str, data: bytes | None, code: str) -> None:
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(ProblemError) as caught:
        import_synpuf(path, None, tmp_path / "out")
    assert {problem.code for problem in caught.value.problems} == {code}
    assert list((tmp_path / "out").iterdir()) == []


@given(st.dictionaries(st.sampled_from(sorted(STAY)), st.text(max_size=10), min_size=1), st.binary(max_size=40))
def test_any_cell_and_any_bytes(cells: dict[str, str], data: bytes) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        stays = [
            STAY,
            {**STAY, "CLM_ID": "901", **{k: v.encode("utf-8", "replace").decode() for k, v in cells.items()}},
        ]
        path = table(folder / "in.csv", stays)
        for content in (path.read_bytes(), data, path.read_bytes()[:250] + data):
            path.write_bytes(content)
            counts = attempt(path, folder / "out")
            if counts:
                assert counts["rows"] == counts["claims"] + counts["rejected"]
                assert read_tables(folder / "out").problems == []


def attempt(path: Path, out: Path) -> dict[str, int] | None:
    try:
        return import_synpuf(path, None, out)
    except ProblemError as error:
        return None if error.problems else {}
