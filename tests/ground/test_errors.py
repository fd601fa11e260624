import pickle
import re
import string
from importlib import import_module
from pathlib import Path

import pytest

from tongchou.ground import catalogue
from tongchou.ground.catalogue import CATALOGUE
from tongchou.ground.entry import Entry
from tongchou.ground.errors import ERROR, WARNING, Place, Problem, ProblemError, fail, relative

ROOT = Path(__file__).parents[2]


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_message_is_whole_in_both_languages(code: str) -> None:
    entry = CATALOGUE[code]
    assert all(text.strip() for text in (entry.zh, entry.en, entry.remedy_zh, entry.remedy_en))
    assert re.search("[\u4e00-\u9fff]", entry.zh)
    assert re.search("[\u4e00-\u9fff]", entry.remedy_zh)
    # A word of our own is given in both languages, as {state} and {state_en}.
    assert names(entry.zh) == {name.removesuffix("_en") for name in names(entry.en)}
    if not code.startswith(("T", "C")):
        assert names(entry.remedy_zh) - {name.removesuffix("_en") for name in names(entry.remedy_en)} == set()
    assert re.fullmatch("[A-Z][0-9]{3}", code)


def test_every_code_is_raised_somewhere() -> None:
    written = "\n".join(f.read_text("utf-8") for f in (ROOT / "src").rglob("*.py") if not tells(f))
    assert [code for code in CATALOGUE if f'"{code}"' not in written] == []


def tells(file: Path) -> bool:
    """Whether it is a room of the catalogue."""
    return "ground" in file.parts and file.name.endswith("messages.py")


MONEY = "account batch claim disbursement ledger matching settlement verification visit".split()


def test_every_message_about_money_is_raised_by_a_test() -> None:
    """Some test names it: of the books and of what is settled, nothing may be told that was never seen."""
    tested = "\n".join(f.read_text("utf-8") for f in (ROOT / "tests").rglob("*.py"))
    rooms = [import_module(f"tongchou.ground.{name}_messages") for name in MONEY]
    assert [code for room in rooms for code in room.MESSAGES if code not in tested] == []


def test_a_code_belongs_to_one_room(monkeypatch: pytest.MonkeyPatch) -> None:
    room = import_module("tongchou.ground.lint.messages")
    monkeypatch.setitem(room.MESSAGES, "R001", Entry("甲", "a", "乙", "b"))
    with pytest.raises(ValueError, match="R001 is written twice"):
        catalogue._gather()


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        (Place(), "-"),
        (Place(key="a.b"), "a.b"),
        (Place("a.yaml"), "a.yaml"),
        (Place("a.yaml", 3, "k"), "a.yaml:3"),
        (Place(table="claims"), "claims"),
        (Place(table="claims", row=7), "claims row 7"),
        (Place(table="claims", row=7, column="kind"), "claims row 7 column kind"),
    ],
)
def test_places(place: Place, shown: str) -> None:
    assert str(place) == shown


def test_a_problem_in_both_languages() -> None:
    problem = Problem("R103", Place("region.yaml", 3, "name"), {"key": "name"})
    assert problem.text() == "region.yaml:3: R103 缺“name” — 补上"
    assert str(problem) == "region.yaml:3: R103 'name' is missing — add it"
    assert problem.severity == ERROR
    assert Problem("W307").severity == WARNING
    assert problem.as_dict() == {
        "code": "R103",
        "severity": "error",
        "place": {"file": "region.yaml", "line": 3, "key": "name"},
        "message": {"zh": "缺“name”", "en": "'name' is missing"},
        "remedy": {"zh": "补上", "en": "add it"},
    }


def test_an_error_carries_every_problem() -> None:
    error = ProblemError(Problem("R010"), Problem("R103", details={"key": "x"}))
    assert len(error.problems) == 2
    assert str(error).count("\n") == 1
    raised = fail("R103", key="x")
    assert raised.problems == [Problem("R103", Place(), {"key": "x"})]
    assert fail("R103", Place("a"), key="x").problems[0].place.file == "a"
    assert pickle.loads(pickle.dumps(error)).problems == error.problems


def test_paths_as_a_reader_types_them(tmp_path: Path) -> None:
    assert relative(tmp_path / "a" / "b", tmp_path) == "a/b"
    assert relative(Path("a/b"), tmp_path) == "a/b"
