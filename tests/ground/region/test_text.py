import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.ground.errors import Place
from tongchou.ground.region import text
from tongchou.ground.region.text import Document, read_document, read_text


def read(content: str | bytes, folder: Path) -> Document:
    file = folder / "a.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_document(file, "a.yaml")


def codes(document: Document) -> list[str]:
    return [p.code for p in document.problems]


def test_every_scalar_stays_what_was_written(tmp_path: Path) -> None:
    document = read("a: 0500\nb: [1e3, 2007-01-01, 'no']\non: {c: \"\", d: |\n  text\n  }\n", tmp_path)
    assert codes(document) == ["R003"]
    document = read('a: 0500\nb: [1e3, 2007-01-01, "no"]\non: {c: ""}\n', tmp_path)
    assert document.data == {"a": "0500", "b": ["1e3", "2007-01-01", "no"], "on": {"c": ""}}
    assert document.problems == []


def test_every_value_remembers_its_line(tmp_path: Path) -> None:
    document = read("a:\n  b:\n    - x\n    - y\n", tmp_path)
    assert document.place("a", "b", 1) == Place("a.yaml", 4, "a.b.1")
    assert document.place("a", "c") == Place("a.yaml", 1, "a.c")
    assert document.place() == Place("a.yaml", 1, None)
    assert Document("b.yaml", {}).place("x") == Place("b.yaml", 1, "x")


def test_a_byte_order_mark_is_no_character(tmp_path: Path) -> None:
    assert read(b"\xef\xbb\xbfa: 1", tmp_path).data == {"a": "1"}


def test_an_empty_file_is_empty(tmp_path: Path) -> None:
    document = read("# nothing\n", tmp_path)
    assert document.data == {}
    assert document.problems == []


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    document = read_document(tmp_path / "none.yaml", "none.yaml")
    assert codes(document) == ["R001"]
    assert "No such file" in document.problems[0].text("zh")
    assert codes(read_document(tmp_path, "folder")) == ["R001"]


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    document = read("名: 1".encode("gbk"), tmp_path)
    assert document.problems[0].text("en").startswith("a.yaml:1: R002 the file is not UTF-8 (byte 0)")


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "MAX_BYTES", 5)
    assert codes(read("a: 12345", tmp_path)) == ["R009"]


def test_control_characters(tmp_path: Path) -> None:
    assert codes(read(b"a: \x00", tmp_path)) == ["R003"]


def test_a_bomb_of_aliases_stays_small(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    document = read("\n".join(lines), tmp_path)
    assert set(codes(document)) == {"R007"}
    assert len(document.lines) < 200


def test_deep_nesting_stops_at_once(tmp_path: Path) -> None:
    assert codes(read("[" * 200_000, tmp_path)) == ["R004"]
    assert codes(read("[" * 40 + "x" + "]" * 40, tmp_path)) == []


def test_the_second_of_two_equal_keys_is_dropped_whole(tmp_path: Path) -> None:
    document = read("a: 1\nb: 2\na: {c: [3]}\n? {d: [e]}\n: {f: 1}\n", tmp_path)
    assert document.data == {"a": "1", "b": "2"}
    assert [(p.code, p.place.line) for p in document.problems] == [("R006", 3), ("R005", 4)]


def test_a_scalar_alone(tmp_path: Path) -> None:
    assert read("text", tmp_path).data == "text"
    assert codes(read("yes", tmp_path)) == ["R105"]
    assert codes(read("--- ", tmp_path)) == ["R107"]


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_no_bytes_are_too_strange(raw: bytes) -> None:
    document = Document("x", {})
    try:
        content = raw.decode("utf-8")
    except UnicodeDecodeError:
        return
    read_text(document, content)
    for problem in document.problems:
        assert problem.text("zh")


@given(st.text(alphabet="[]{}:,-? \n#&*!|>'\"%@`ab\\x0", max_size=120))
def test_no_structure_is_too_strange(content: str) -> None:
    document = Document("x", {})
    read_text(document, content)
    for problem in document.problems:
        assert problem.text("en")


def test_the_sandbox_has_the_fast_parser() -> None:
    assert text._Loader.__name__ == "CBaseLoader" or os.name == "nt"
