"""`tongchou compare`: what it writes, what it says, and that it never leaves half a report."""

import json
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pyarrow.parquet as pq
import pytest

from tests.docs.console import follow
from tests.docs.pages import DOCS
from tests.faces.cli.desk import FILES, Desk, claim, line, sound, write_region, write_tables
from tongchou.faces.cli import app
from tongchou.faces.cli import compare as compare_module
from tongchou.faces.cli.speak import guarded

PATCH = """source: {title: 征求意见稿, published: 2024-01-01, review_by: 2030-01-01, evidence: fictional}
scheme: resident
effective: {from: 2024-01-01}
articles:
  - cite: 一
    says: 市内支付 90%,市外支付 40%
    sets: {pool.ratio: {by place: {市内: 90%, 市外: 40%}}}
  - cite: 二
    says: 市外的工伤不报
    sets:
      claim.guard.工伤: {when: third_party is 工伤 and place is 市外, do: refuse, because: 工伤不报}
"""
NUMBERS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command is at hand even where the application does not list it."""
    commands = list(app.app.registered_commands)
    if all(command.name != "compare" for command in commands):
        monkeypatch.setattr(app.app, "registered_commands", commands)
        app.app.command("compare")(guarded(compare_module.compare))


@pytest.fixture
def patch(tmp_path: Path) -> Path:
    file = tmp_path / "reform.yaml"
    file.write_text(PATCH, "utf-8")
    return file


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """P1 and P2 inside, P3 outside, P4 hurt at work inside; P1 comes again in April."""
    tables = sound(4)
    tables["claims"][2]["place"] = "市外"
    tables["claims"][3]["third_party"] = "工伤"
    tables["claims"].append(claim(5, person_id="P1", admitted_on="2024-04-05"))
    tables["lines"].append(line(5))
    return write_tables(tmp_path / "data", tables)


def test_columns_of_parquet_say_what_rows_of_text_say(
    desk: Desk, trial: Path, patch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Among them a claim that cannot be read and one that neither side can settle."""
    monkeypatch.setenv("TONGCHOU_COMPILE", "0")
    tables = sound(6)
    tables["claims"][1]["place"] = "省外"
    tables["claims"][2]["third_party"] = "工伤"
    tables["claims"][3]["total_fee"] = 1
    for kind in ("csv", "parquet"):
        data = write_tables(tmp_path / kind, tables, kind)
        answer = desk("compare", trial, patch, "--data", data, "--out", tmp_path / f"out-{kind}", "--json")
        assert answer.code == 0, answer.err
    columns, text = (tmp_path / f"out-{kind}" for kind in ("parquet", "csv"))
    summary = json.loads((text / "summary.json").read_text("utf-8"))
    assert [summary[name] for name in ("compared", "not_comparable", "unread")] == [4, 1, 1]
    for path in text.rglob("*.*"):
        assert (columns / path.relative_to(text)).read_bytes() == path.read_bytes()


def test_a_patch_by_hand(desk: Desk, trial: Path, mixed: Path, patch: Path, tmp_path: Path) -> None:
    """A pays 800 + 800 + 500 + 0 + 880, B 900 + 900 + 400 + 900 + 990."""
    out = tmp_path / "out"
    answer = desk("compare", trial, patch, "--data", mixed, "--out", out)
    assert answer.code == 0, answer.err
    assert "各基金多支付 1,110.00 元(+37.25%)。" in answer.out
    assert "4 人中,3 人少付现金(共 1,210.00 元),1 人多付(共 100.00 元),0 人不变;人均 −277.50 元。" in answer.out
    assert "1 件就诊(费用 1,100.00 元)由拒付变为结算。" in answer.out
    assert "对账相符" in answer.out
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert (summary["reconciled"], summary["compared"], summary["fee_in"]) == (True, 5, 550_000)
    payers = {row["bearer"]: row for row in summary["tables"]["payers"]}
    assert payers["funds"] == {
        "bearer": "funds", "paid_a": 298_000, "paid_b": 409_000, "paid_change": 111_000, "paid_percent": "+37.2483%"
    }  # fmt: skip
    assert payers["total"]["paid_a"] == payers["total"]["paid_b"] == 550_000
    largest = [(row["direction"], row["person_id"], row["change"]) for row in summary["tables"]["largest"]]
    assert largest == [
        ("better", "P4", -90_000), ("better", "P1", -21_000), ("better", "P2", -10_000), ("worse", "P3", 10_000)
    ]  # fmt: skip
    assert [one["says"] for one in summary["b"]["only_here"]] == ["市内支付 90%,市外支付 40%", "市外的工伤不报"]
    assert (summary["a"]["label"], summary["b"]["label"]) == ("trial", "reform.yaml")
    assert str(tmp_path) not in (out / "summary.json").read_text("utf-8") + (out / "report.html").read_text("utf-8")


def test_the_tables_are_in_fen_and_have_every_claim_and_person(
    desk: Desk, trial: Path, mixed: Path, patch: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert desk("compare", trial, patch, "--data", mixed, "--out", out).code == 0
    claims = {row["claim_id"]: row for row in pq.read_table(out / "tables" / "each_claim.parquet").to_pylist()}
    assert [claims["C4"][n] for n in ("status_a", "status_b", "fund_a", "fund_b", "cash_a", "cash_b")] == [
        "refused", "settled", 0, 90_000, 110_000, 20_000
    ]  # fmt: skip
    people = {row["person_id"]: row for row in pq.read_table(out / "tables" / "each_person.parquet").to_pylist()}
    assert (people["P1"]["claims"], people["P1"]["fee"], people["P1"]["fund_b"]) == (2, 220_000, 189_000)
    groups = pq.read_table(out / "tables" / "groups.parquet").to_pylist()
    assert sum(row["fund_change"] for row in groups if row["dimension"] == "place") == 111_000
    explained = pq.read_table(out / "tables" / "explanations.parquet").to_pylist()
    assert "工伤不报" in explained[0]["explanation_a"]


class Page(HTMLParser):
    """Every tag is closed in its order, every id is there once, and nothing leads out of the page."""

    VOID = ("meta", "rect", "line")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.feed(text)
        assert self.open == []
        assert len(set(self.ids)) == len(self.ids)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "link", "img", "iframe", "object", "a")
        for name, value in attrs:
            assert name not in ("href", "src", "style") or (value or "").startswith("#")
            assert not name.startswith("on")
            if name == "id":
                self.ids.append(str(value))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_stands_alone_and_has_both_explanations(
    desk: Desk, trial: Path, mixed: Path, patch: Path, tmp_path: Path, lang: str
) -> None:
    out = tmp_path / "out"
    assert desk("compare", trial, patch, "--data", mixed, "--out", out, "--lang", lang).code == 0
    page = (out / "report.html").read_text("utf-8")
    Page(page)
    assert re.findall("https?:|//", page) == []
    assert page.count('<svg width="100%"') >= 4
    largest = page.split('<section id="largest">')[1]
    (first, second) = re.findall(r"<pre>(.*?)</pre>", largest, re.DOTALL)[:2]
    assert "工伤不报" in first
    assert "900.00" in second
    assert ("各基金多支付" in page, "The funds pay" in page) == (lang == "zh", lang == "en")


def test_the_workbook_opens(desk: Desk, trial: Path, mixed: Path, patch: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert desk("compare", trial, patch, "--data", mixed, "--out", out).code == 0
    with zipfile.ZipFile(out / "report.xlsx") as book:
        assert book.testzip() is None
        parts = {name: ElementTree.fromstring(book.read(name)) for name in book.namelist()}
    names = [sheet.attrib["name"] for sheet in parts["xl/workbook.xml"].iter(f"{NUMBERS}sheet")]
    assert names[:2] == ["摘要", "由谁支付"]
    assert len(names) == len(set(names)) == sum(name.startswith("xl/worksheets/") for name in parts)
    first = next(parts["xl/worksheets/sheet2.xml"].iter(f"{NUMBERS}sheetData"))[1]
    texts = ["".join(text.itertext()) for text in parts["xl/sharedStrings.xml"].iter(f"{NUMBERS}si")]
    values = ["".join(cell.itertext()) for cell in first]
    values = [texts[int(v)] if cell.get("t") == "s" else v for cell, v in zip(first, values, strict=True)]
    assert values == ["各基金合计", "2980.00", "4090.00", "1110.00", "0.37248322"]
    again = tmp_path / "again"
    assert desk("compare", trial, patch, "--data", mixed, "--out", again).code == 0
    assert (out / "report.xlsx").read_bytes() == (again / "report.xlsx").read_bytes()


def test_a_policy_compared_with_itself(desk: Desk, trial: Path, data: Path, tmp_path: Path) -> None:
    answer = desk("compare", trial, trial, "--data", data, "--out", tmp_path / "out", "--json")
    document = answer.json()
    assert (answer.code, document["ok"], document["warnings"]["zh"]) == (0, True, [])
    assert document["summary"]["en"][0] == "The funds pay the same in total."
    for rows in document["tables"].values():
        for row in rows:
            assert all(value in (0, "0.00%", "0.0000%", None) for name, value in row.items() if "change" in name)
    assert "A 与 B 的条款相同" in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_a_change_that_reaches_no_claim_is_said_to(
    desk: Desk, trial: Path, data: Path, patch: Path, tmp_path: Path
) -> None:
    patch.write_text(PATCH.replace("from: 2024-01-01", "from: 2024-12-01"), "utf-8")
    answer = desk("compare", trial, patch, "--data", data, "--out", tmp_path / "out", "--lang", "en")
    assert (answer.code, "check from when the change holds" in answer.out) == (0, True)


def test_what_only_one_side_can_settle_is_exit_code_1(desk: Desk, trial: Path, data: Path, tmp_path: Path) -> None:
    benefits = FILES["benefits/all.yaml"].replace(
        "items.first_pay", "pool.caps.年: {at_most: 级别限额, of: paid}\n      items.first_pay"
    )
    vocabulary = FILES["vocabulary.yaml"] + "facts: {级别限额: number}\n"
    other = write_region(
        tmp_path / "other", benefits=benefits.replace("of: paid}", "of: paid, per: year}"), vocabulary=vocabulary
    )
    answer = desk("compare", trial, other, "--data", data, "--out", tmp_path / "out", "--json")
    document = answer.json()
    assert (answer.code, document["one_side_only"], document["compared"]) == (1, 4, 0)
    assert document["summary"]["zh"] == ["没有可以比较的就诊。"]
    assert "只有一方" in document["warnings"]["zh"][0]
    assumed = desk("compare", trial, other, "--data", data, "--out", tmp_path / "b", "--assume", "级别限额=1")
    assert assumed.code == 3  # the other region does not know the fact


def test_claims_that_cannot_be_read_are_counted(desk: Desk, trial: Path, patch: Path, tmp_path: Path) -> None:
    tables = sound()
    tables["claims"][0]["place"] = "省外"
    data = write_tables(tmp_path / "data", tables)
    text = (data / "claims.csv").read_text("utf-8").replace("2024-03-04", "2024-13-04")
    (data / "claims.csv").write_text(text, "utf-8")
    answer = desk("compare", trial, patch, "--data", data, "--out", tmp_path / "out", "--json")
    document = answer.json()
    assert (answer.code, document["reconciled"]) == (0, True)
    assert [document[name] for name in ("claims_in", "compared", "not_comparable", "unread")] == [4, 2, 1, 1]
    assert document["warnings"]["en"] == ["2 more claims neither side can settle."]


def test_totals_that_do_not_reconcile_are_exit_code_1(
    desk: Desk, trial: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongchou.faces.cli import reconcile

    honest = reconcile.fees_of
    monkeypatch.setattr(reconcile, "fees_of", lambda folder: {**honest(folder), 99: 5})
    answer = desk("compare", trial, trial, "--data", data, "--out", tmp_path / "out")
    assert (answer.code, "合计不平" in answer.out) == (1, True)
    assert "合计不平" in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_limits_of_heavy_spending(desk: Desk, trial: Path, data: Path, patch: Path, tmp_path: Path) -> None:
    command = ("compare", trial, patch, "--data", data)
    document = desk(*command, "--out", tmp_path / "a", "--heavy", 250, "--heavy", 100, "--json").json()
    assert [(row["limit"], row["people_a"], row["people_b"]) for row in document["tables"]["heavy"]] == [
        ("100", 4, 4), ("250", 4, 0)
    ]  # fmt: skip
    answer = desk(*command, "--out", tmp_path / "b", "--income", "收入")
    assert (answer.code, "没有申报指数" in answer.err, (tmp_path / "b").exists()) == (2, True, False)


def test_what_is_wrong_with_a_patch_is_shown_in_it(
    desk: Desk, trial: Path, data: Path, patch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    patch.write_text(PATCH.replace("pool.ratio", "pond.ratio"), "utf-8")
    answer = desk("compare", trial, "reform.yaml", "--data", data, "--out", "out")
    assert (answer.code, answer.err.startswith("reform.yaml:7: R150 ")) == (3, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "reform.yaml", "trial"]
    assert desk("compare", trial, "nowhere.yaml", "--data", data, "--out", "out").code == 3


def test_an_earlier_report_is_replaced_only_when_asked(
    desk: Desk, trial: Path, data: Path, patch: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    command = ("compare", trial, patch, "--data", data, "--out", out)
    assert desk(*command).code == 0
    before = (out / "report.html").stat().st_ino
    assert (desk(*command).code, (out / "report.html").stat().st_ino) == (2, before)
    assert desk(*command, "--force").code == 0
    assert (out / "report.html").stat().st_ino != before
    for letter in (out / "letter.txt", out / "tables" / "letter.txt"):
        letter.write_text("dear")
        assert desk(*command, "--force").code == 2
        letter.unlink()
    assert desk("compare", trial, patch, "--data", data, "--out", data, "--force").code == 2
    assert desk("compare", trial, patch, "--data", data, "--out", patch).code == 2


def test_a_run_that_fails_leaves_the_earlier_report(
    desk: Desk, trial: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongchou.faces import report

    out = tmp_path / "out"
    command = ("compare", trial, trial, "--data", data, "--out", out, "--force")
    assert desk(*command).code == 0
    before = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}

    def fail(*_: object) -> None:
        raise OSError("full")

    monkeypatch.setattr(report, "write_report", fail)
    assert desk(*command).code == 3
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "out", "trial"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_who_follows_the_page_gets_a_report(desk: Desk, tmp_path: Path, language: str) -> None:
    follow(DOCS / "how-to" / "compare-two-policies.md", tmp_path, running=False)
    out = tmp_path / "report"
    words = ("--data", tmp_path / "data", "--out", out, "--lang", language, "--json")
    document = desk("compare", "ninghe", tmp_path / "reform.yaml", *words).json()
    assert (document["ok"], document["compared"], document["not_comparable"]) == (True, 4, 0)
    everybody = document["tables"]["groups"][0]
    assert (everybody["better"], everybody["worse"], everybody["same"]) == (1, 2, 1)
    limits = [row["limit"] for row in document["tables"]["heavy"]]
    assert limits[3:] == [f"{n}% × 居民人均可支配收入" for n in (10, 25, 40)]
