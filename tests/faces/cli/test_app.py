"""The command line as a whole: help, languages, versions, how wrong use ends, and how fast it starts."""

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer

import tongchou
from tests.faces.cli.desk import Desk
from tongchou.faces.cli import main
from tongchou.faces.cli.speak import cut, guarded, start_language
from tongchou.ground.errors import fail

COMMANDS = ("lint", "check", "settle", "explain", "demo", "import", "region")


@pytest.mark.parametrize("words", [("--help",), ()])
def test_help_lists_every_command(desk: Desk, words: tuple[str, ...]) -> None:
    answer = desk(*words)
    assert answer.code == (0 if words else 2)
    assert [name for name in COMMANDS if f"  {name} " not in answer.out + answer.err] == []


@pytest.mark.parametrize("command", [*COMMANDS, "import synpuf", "region state", "region hash"])
def test_help_is_in_one_language(desk: Desk, command: str) -> None:
    chinese, english = desk(*command.split(), "--help"), desk("--lang", "en", *command.split(), "--help")
    assert (chinese.code, english.code) == (0, 0)
    assert "||" not in chinese.out + english.out
    assert any("一" <= c <= "鿿" for c in chinese.out)
    words = re.sub(r"\[default:[^]]*\]", "", english.out)
    assert [c for c in words if "一" <= c <= "鿿"] == []


def test_the_language_comes_from_the_environment_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGCHOU_LANG", "en")
    assert "Tongchou: run a pooled" in desk("--help").out
    assert "统筹：" in desk("--lang=zh", "--help").out
    monkeypatch.setenv("TONGCHOU_LANG", "fr")
    assert "统筹：" in desk("--help").out


def test_version(desk: Desk) -> None:
    assert desk("--version").out.strip() == tongchou.__version__


@pytest.mark.parametrize(
    "words", [("lnt",), ("lint",), ("settle", "x"), ("lint", "--nope", "x"), ("--lang", "fr", "lint", "x")]
)
def test_wrong_use_is_exit_code_2(desk: Desk, words: tuple[str, ...]) -> None:
    answer = desk(*words)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err


def test_a_region_that_is_not_there_is_exit_code_3(desk: Desk) -> None:
    assert "ninghe" in desk("check", "nowhere").err
    answer = desk("check", "nowhere", "--json")
    assert (answer.code, answer.json()["exit_code"]) == (3, 3)


def test_the_entry_point(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["tongchou", "--version"])
    with pytest.raises(SystemExit):
        main()
    assert capsys.readouterr().out.strip() == tongchou.__version__


def test_help_starts_at_once_and_imports_nothing_heavy() -> None:
    """The best of three, for the machine has other things to do; the promise is 0.3 s."""
    code = "from tongchou.faces.cli import main\nmain()"
    times = []
    for _ in range(3):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code, "--help"], check=True, capture_output=True)
        times.append(time.perf_counter() - began)
    assert min(times) < (1.0 if "coverage" in sys.modules else 0.3)
    heavy = "{'rich', 'pydantic', 'pyarrow', 'lark', 'yaml', 'numba'}"
    code = f"import sys, tongchou.faces.cli.app\nprint(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "[]\n"


def test_a_closed_pipe_is_no_error() -> None:
    code = "from tongchou.faces.cli import main\nmain()"
    command = [sys.executable, "-c", code, "explain", "suyu-2007", "--case", "年度限额"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        error = process.stderr.read().decode()
        code_ = process.wait()
    assert (code_, "Traceback" in error) == (0, False)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (fail("R010"), 3),
        (FileNotFoundError(2, "No such file or directory", "x.yaml"), 3),
        (KeyboardInterrupt(), 130),
    ],
)
def test_bad_input_ends_with_its_code(error: BaseException, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    def command() -> None:
        raise error

    start_language([])
    with pytest.raises(typer.Exit) as end:
        guarded(command)()
    assert end.value.exit_code == code
    assert "Traceback" not in capsys.readouterr().err


def test_a_text_in_one_language_stays_whole() -> None:
    assert cut("only one") == "only one"
    assert cut(None) is None


def test_make_demo_is_wired(tmp_path: Path) -> None:
    """`make demo` runs `tongchou demo`, and the entry point is declared."""
    root = Path(__file__).parents[3]
    assert "tongchou demo" in (root / "Makefile").read_text("utf-8")
    assert 'tongchou = "tongchou.faces.cli:main"' in (root / "pyproject.toml").read_text("utf-8")
