"""Tables and progress for people: plain text away from a terminal, drawn on one."""

import io
import sys

import pytest

from tongchou.faces.cli.progress import progress
from tongchou.faces.cli.speak import start_language
from tongchou.faces.cli.table import show, width


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_plain_text_lines_up_chinese_too(capsys: pytest.CaptureFixture[str]) -> None:
    start_language([])
    show(("谁", "元"), [("奶奶", "1,234.00"), ("Li", "5.00"), ("甲", "")], "一年")
    assert capsys.readouterr().out == "一年\n谁          元\n奶奶  1,234.00\nLi        5.00\n甲\n"
    assert width("统筹a") == 5


def test_a_table_without_rows_is_its_head(capsys: pytest.CaptureFixture[str]) -> None:
    show(("a", "b"), [])
    assert capsys.readouterr().out == "a  b\n"


def test_on_a_terminal_it_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal())
    show(("who", "yuan"), [("[red]", "1.00")], "year")
    drawn = sys.stdout.getvalue()  # type: ignore[attr-defined]  # it is a Terminal
    assert "[red]" in drawn
    assert "┃" in drawn


def test_progress_is_told_to_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream, silent in ((io.StringIO(), True), (Terminal(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        with progress("settling", 10) as advance:
            advance(5)
        assert (stream.getvalue() == "") == silent
