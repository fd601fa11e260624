"""Each rule of the founding documents on budgets has a place in a folder or in the program with its test, or a written
reason why it has none."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "regions" / "README.md"
HEAD = "总额、分解、协商"
RULE = re.compile(r"\bBUD-\d{2}\b")


def rows() -> list[tuple[list[str], str]]:
    """The rules of each row of the table, and where they are."""
    table = README.read_text("utf-8").split(f"| {HEAD} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    cells = (row.strip("|").split("|", 1) for row in table)
    return [(RULE.findall(what), place.strip()) for what, place in cells]


def test_no_rule_is_left_out(shared: Path) -> None:
    text = (shared / "reference" / "rules.md").read_text("utf-8")
    asked = re.findall(rf"^\| ({RULE.pattern}) \|", text, re.MULTILINE)
    assert len(asked) == 19
    assert sorted(rule for rules, _ in rows() for rule in rules) == sorted(asked)


def test_every_place_is_there_and_what_is_programmed_is_tested() -> None:
    for rules, place in rows():
        declared = re.findall(r"`([\w./-]+\.yaml)`", place)
        code, tests = (re.findall(rf"`({side}/[\w./-]+\.py)`", place) for side in ("src/tongchou", "tests"))
        reason = re.search(r"没有:.{6,}", place)
        assert declared or code or reason, rules
        assert bool(code) == bool(tests), rules
        for file in (*(f"regions/{one}" for one in declared), *code, *tests):
            assert (ROOT / file).is_file(), (rules, file)


def test_every_decision_that_is_named_is_taken() -> None:
    for rules, place in rows():
        folders = {file.split("/")[0] for file in re.findall(r"`([\w./-]+\.yaml)`", place)}
        taken = "".join((README.parent / one / "decisions.yaml").read_text("utf-8") for one in folders)
        named = re.search(r"决定((?: ?[A-Z]\d+b?[、 至]*)+)", place)
        ids = re.findall(r"[A-Z]\d+b?", named[1]) if named else []
        assert [one for one in ids if f"\n  {one}:\n" not in taken] == [], rules
