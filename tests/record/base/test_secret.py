"""Sealed text: only with its key, only in its column, and never twice the same."""

from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from tongchou.ground.errors import ProblemError
from tongchou.record.base.secret import Keys, add_key, keys, make_keys, read_keys

KEYS = Keys({1: bytes(range(16))}, bytes(32))


@given(st.text())
def test_what_was_sealed_opens(text: str) -> None:
    assert KEYS.open(KEYS.seal(text, "person.name"), "person.name") == text


def test_equal_texts_are_sealed_differently_and_found_alike() -> None:
    assert KEYS.seal("张三", "x") != KEYS.seal("张三", "x")
    assert KEYS.find("张三", "x") == KEYS.find("张三", "x")
    assert KEYS.find("张三", "x") != KEYS.find("张三", "y")
    assert KEYS.find("张三", "x") != Keys(KEYS.sealing, bytes([1] * 32)).find("张三", "x")


@pytest.mark.parametrize("at", [2, 14, 30])
def test_a_changed_byte_does_not_open(at: int) -> None:
    sealed = bytearray(KEYS.seal("110101199003070000", "x"))
    sealed[at] ^= 1
    with pytest.raises(ProblemError, match="S203"):
        KEYS.open(bytes(sealed), "x")


def test_a_value_moved_to_another_column_does_not_open() -> None:
    with pytest.raises(ProblemError, match="S203"):
        KEYS.open(KEYS.seal("110101199003070000", "person.identity"), "person.phone")


def test_a_new_key_seals_and_the_old_one_still_opens(tmp_path: Path) -> None:
    old = make_keys(tmp_path / "keys")
    sealed = old.seal("张三", "x")
    assert add_key(tmp_path / "keys") == 2
    new = make_keys(tmp_path / "keys")
    assert new.open(sealed, "x") == "张三"
    assert new.seal("张三", "x")[:2] == b"\0\2"
    with pytest.raises(ProblemError, match="S202"):
        old.open(new.seal("张三", "x"), "x")


def test_a_key_that_was_added_is_used_without_a_new_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "KEYS", tmp_path)
    with pytest.raises(ProblemError, match="S201"):
        keys()
    make_keys(tmp_path)
    assert max(keys().sealing) == 1
    assert keys() is keys()
    add_key(tmp_path)
    assert max(keys().sealing) == 2


def test_the_keys_are_for_nobody_else(tmp_path: Path) -> None:
    make_keys(tmp_path / "keys")
    assert (tmp_path / "keys").stat().st_mode & 0o077 == 0
    assert (tmp_path / "keys" / "keys.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "content", [None, "", "{}", '{"sealing": {}, "finding": "00"}', '{"sealing": {"1": "00"}, "finding": "00"}']
)
def test_keys_that_cannot_be_read(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "keys.json").write_text(content, "utf-8")
    with pytest.raises(ProblemError, match="S201"):
        read_keys(tmp_path)
