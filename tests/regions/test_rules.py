"""Each rule of benefits, budgets and the fund, and each question that the documents leave open, is in a
folder, or its absence has a reason."""

import re
from pathlib import Path

README = Path(__file__).parents[2] / "regions" / "README.md"
FAMILIES = ("WAIT", "BEN", "JM", "ACC", "AST", "BUZ", "SUP", "MAT", "BUD", "FND", "RWD")
RULE = re.compile(rf"\b(?:{'|'.join(FAMILIES)})-\d{{2}}\b")


def rows(head: str) -> list[tuple[str, str]]:
    """First and second cell of each row of the table whose first heading is this."""
    table = README.read_text("utf-8").split(f"| {head} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    cells = (row.strip("|").split("|", 1) for row in table)
    return [(what.strip(), place.strip()) for what, place in cells]


def test_every_place_is_there_and_every_absence_has_a_reason() -> None:
    for what, place in rows("规定") + rows("登记簿"):
        named = re.findall(r"`([\w./-]+\.yaml)`", place)
        assert named or re.match(r"没有:.{4,}", place), what
        for file in named:
            assert (README.parent / file).is_file(), file


def test_every_decision_that_is_named_is_taken() -> None:
    for what, place in rows("规定") + rows("登记簿"):
        ids = re.findall(r"\b([A-Z]\d+b?)\b", place)
        folders = {file.split("/")[0] for file in re.findall(r"`([\w./-]+\.yaml)`", place)}
        taken = "".join((README.parent / f / "decisions.yaml").read_text("utf-8") for f in folders)
        assert [name for name in ids if f"\n  {name}:\n" not in taken] == [], what


def test_every_question_is_decided() -> None:
    assert [what for what, place in rows("登记簿") if "decisions.yaml" not in place] == []


def test_no_rule_and_no_question_is_left_out(shared: Path) -> None:
    text = (shared / "reference" / "rules.md").read_text("utf-8")
    rules = re.findall(rf"^\| ({RULE.pattern}) \|", text, re.MULTILINE)
    listed = [rule for what, _ in rows("规定") for rule in RULE.findall(what)]
    assert sorted(listed) == sorted(rules)
    register = re.findall(r"^\| (\d+) \|", text.split("## 13.", 1)[1].split("## 14.", 1)[0], re.MULTILINE)
    asked = [number for what, _ in rows("登记簿") for number in re.findall(r"\d+", what)]
    assert sorted(asked, key=int) == sorted(register, key=int)
