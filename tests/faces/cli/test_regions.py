"""lint, check, region and explain: what they print, in both languages and as JSON, and their exit codes."""

from pathlib import Path

import pytest

from tests.faces.cli.desk import FILES, Desk, write_region
from tongchou.ground.shipped import regions_dir


def test_lint_of_a_sound_region(desk: Desk, trial: Path) -> None:
    answer = desk("lint", trial)
    assert (answer.code, answer.out.splitlines()[-1][:5]) == (0, "错误 0，")
    document = desk("lint", trial, "--json", "--lang", "en").json()
    assert (document["ok"], document["errors"]) == (True, 0)


def test_lint_names_the_cells_that_no_case_reaches(desk: Desk, trial: Path) -> None:
    assert "benefits/all.yaml:13: W310 “resident.items.first_pay.乙类”有 1/1 格没有案例算到" in desk("lint", trial).out
    for file in (trial / "cases").iterdir():
        file.unlink()
    assert [p["code"] for p in desk("lint", trial, "--json").json()["problems"]] == ["W311"]


def test_lint_shows_path_line_and_code(desk: Desk, tmp_path: Path) -> None:
    broken = FILES["layers.yaml"].replace("field: hifp_pay", "feild: hifp_pay")
    region = write_region(tmp_path / "broken", layers=broken)
    answer = desk("lint", region, "--lang", "en")
    assert answer.code == 1
    assert f"{region / 'layers.yaml'}:4: R102 " in answer.out
    document = desk("lint", region, "--json").json()
    assert (document["exit_code"], document["errors"] > 0) == (1, True)
    assert document["problems"][0]["place"]["line"] == 4


def test_lint_reads_back_every_fact(desk: Desk, trial: Path) -> None:
    assert "80%" in desk("lint", trial, "--read-back").out
    assert str(trial) in desk("lint", trial, "--read-back", "--json").json()["read_back"]


def test_lint_of_a_folder_that_is_no_region(desk: Desk, tmp_path: Path) -> None:
    answer = desk("lint", tmp_path)
    assert (answer.code, "region.yaml" in answer.out) == (1, True)


def test_check_reports_passed_and_inconsistent(desk: Desk, trial: Path) -> None:
    answer = desk("check", trial)
    assert (answer.code, answer.out.splitlines()[-1]) == (0, "2 passed, 0 failed")
    for text in ("矛盾", "报 600 元", "pool.paid 500", "按 50% 只有 500 元"):
        assert text in answer.out
    document = desk("check", trial, "--json").json()
    assert document["counts"] == {"passed": 2, "failed": 0, "inconsistent": 1}


def test_check_shows_expected_and_got(desk: Desk, tmp_path: Path) -> None:
    cases = FILES["cases/all.yaml"].replace("pool.paid: 800", "pool.paid: 801").replace("cash: 300", "csh: 300")
    region = write_region(tmp_path / "wrong", cases=cases)
    answer = desk("check", region, "--lang", "en")
    assert (answer.code, answer.out.splitlines()[-1]) == (1, "1 passed, 1 failed")
    assert "FAILED 市内" in answer.out
    region = write_region(tmp_path / "wrong", cases=FILES["cases/all.yaml"].replace("pool.paid: 800", "pool.paid: 801"))
    answer = desk("check", region, "--lang", "en")
    assert "pool.paid: expected 801, got 800.00" in answer.out
    case = desk("check", region, "--json").json()["cases"][0]
    assert case["mismatches"] == [{"key": "pool.paid", "expected": "801", "got": "800.00"}]


def test_check_of_a_region_that_cannot_be_read(desk: Desk, tmp_path: Path) -> None:
    region = write_region(tmp_path / "broken", layers="resident: [")
    answer = desk("check", region)
    assert (answer.code, answer.out) == (3, "")
    assert "layers.yaml" in answer.err


def test_every_shipped_region_is_known_by_name(desk: Desk) -> None:
    assert desk("check", "suyu-2007").code == 0
    hashes = [desk("region", "hash", name).out for name in ("suyu-2007", regions_dir() / "suyu-2007")]
    assert hashes[0] == hashes[1]
    assert len(hashes[0].strip()) == 64


def test_region_state_lists_what_is_counted(desk: Desk, trial: Path) -> None:
    assert desk("region", "state", trial).out.splitlines()[1:] == [
        "resident  住院  resident.pool.charged/year",
        "resident  住院  account:个人账户.paid/ever",
    ]
    document = desk("region", "state", trial, "--json", "--lang", "en").json()
    assert document["accumulators"][0] == {
        "scheme": "resident",
        "kind": "住院",
        "accumulator": "resident.pool.charged/year",
    }


CLAIM = """
scheme: resident
claim: {kind: 住院, date: 2024-03-05, place: 市内, third_party: 无}
lines: [{item: 甲类, amount: 1100}]
"""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_explain_a_claim_of_a_file(desk: Desk, trial: Path, tmp_path: Path, lang: str) -> None:
    file, page = tmp_path / "一单.yaml", tmp_path / "page" / "说明.html"
    file.write_text(CLAIM, "utf-8")
    answer = desk("explain", trial, "--claim", file, "--html", page, "--lang", lang)
    assert answer.code == 0
    assert "800.00" in answer.out
    assert "第1条" in answer.out
    assert "800.00" in page.read_text("utf-8")
    assert ("How this claim" in answer.out) == (lang == "en")


def test_a_case_about_contributions_is_no_claim(desk: Desk) -> None:
    answer = desk("explain", "ninghe", "--case", "职工一个月")
    assert answer.code == 3
    assert "C048" in answer.err


def test_explain_as_json_and_from_json(desk: Desk, trial: Path, tmp_path: Path) -> None:
    file = tmp_path / "claim.json"
    file.write_text(
        '{"scheme": "resident", "claim": {"kind": "住院", "date": "2024-03-05", "place": "市内", "third_party": "无"},'
        ' "lines": [{"item": "甲类", "amount": "1100"}], "history": [{"claim": {"kind": "住院", "date": "2024-02-05",'
        ' "place": "市内", "third_party": "无"}, "lines": [{"item": "甲类", "amount": 500}]}]}',
        "utf-8",
    )
    document = desk("explain", trial, "--claim", file, "--json").json()
    assert document["explanation"]["outcome"] == "settled"
    assert document["explanation"]["totals"]["cash"] == 22_000


def test_explain_cases_and_grants_and_refusals(desk: Desk, trial: Path) -> None:
    assert desk("explain", trial, "--case", "市内").code == 0
    assert desk("explain", trial, "--case", "工伤").code == 1
    assert desk("explain", "suyu-2007", "--case", "D1-全年累计").code == 0
    granted = desk("explain", "generic-account-a", "--case", _first_grant("generic-account-a"), "--json")
    assert (granted.code, granted.json()["explanation"]["outcome"]) == (0, "grant")


def _first_grant(name: str) -> str:
    from tongchou.ground.region.load import load_region

    return next(e.case.id for e in load_region(regions_dir() / name).cases if e.case.grant)


def test_explain_a_file_of_cases(desk: Desk, trial: Path) -> None:
    cases = trial / "cases" / "all.yaml"
    assert desk("explain", trial, "--claim", cases, "--case", "市内").code == 0
    assert desk("explain", trial, "--claim", cases).code == 2
    assert desk("explain", trial, "--claim", cases, "--case", "没有").code == 2


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", 3, "R103"),
        ("[1, 2]", 3, "R103"),
        ("scheme: [", 3, "R003"),
        (CLAIM.replace("lines:", "lynes:"), 3, "R102"),
        (CLAIM.replace("resident", "rural"), 3, "C007"),
        (CLAIM.replace("1100", "NaN"), 3, "C032"),
        (CLAIM.replace("kind: 住院, ", ""), 3, "C003"),
        (CLAIM.replace("kind: 住院", "kind: 门诊"), 1, "C001"),
        (CLAIM.replace("市内", "省外"), 1, "C004"),
        (CLAIM.replace("2024-03-05", "2034-03-05"), 1, "C002"),
        (CLAIM.replace("1100", "100000000000000"), 1, "C010"),
        (CLAIM + "history: [{reverses: 没有, claim: {}}]\n", 3, "C019"),
        (CLAIM + "grant: 补贴\n", 3, "C029"),
    ],
)
def test_explain_a_claim_that_is_wrong(
    desk: Desk, trial: Path, tmp_path: Path, text: str, code: int, message: str
) -> None:
    file = tmp_path / "claim.yaml"
    file.write_text(text, "utf-8")
    answer = desk("explain", trial, "--claim", file)
    assert (answer.code, message in answer.out + answer.err) == (code, True)


def test_explain_needs_a_claim(desk: Desk, trial: Path, tmp_path: Path) -> None:
    assert desk("explain", trial).code == 2
    assert desk("explain", trial, "--case", "没有").code == 2
    assert desk("explain", trial, "--claim", tmp_path / "没有.yaml").code == 3
    (tmp_path / "gb.yaml").write_bytes(CLAIM.encode("gb18030"))
    assert desk("explain", trial, "--claim", tmp_path / "gb.yaml").code == 3
