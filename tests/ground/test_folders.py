"""A folder appears whole or not at all."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tongchou.ground.folders import appearing, replacing

Maker = Callable[[Path], AbstractContextManager[Path]]


@pytest.mark.parametrize("make", [appearing, replacing])
def test_a_folder_appears_when_it_is_complete(make: Maker, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    mask = os.umask(0o027)
    try:
        with make(out) as folder:
            (folder / "a").write_text("new")
            assert not out.exists()
    finally:
        os.umask(mask)
    assert (out / "a").read_text() == "new"
    assert out.stat().st_mode & 0o777 == 0o750
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with appearing(tmp_path / "out") as folder:
        (folder / "a").write_text("new")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_is_there_gives_way_only_when_asked(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "old").write_text("old")
    with pytest.raises(FileExistsError), appearing(out):
        raise AssertionError("never begun")
    with replacing(out) as folder:
        (folder / "new").write_text("new")
        assert (out / "old").exists()
    assert [path.name for path in out.iterdir()] == ["new"]
    (tmp_path / "file").write_text("")
    with pytest.raises(FileExistsError), appearing(tmp_path / "file"):
        raise AssertionError("never begun")


@pytest.mark.parametrize("make", [appearing, replacing])
def test_a_block_that_fails_leaves_nothing(make: Maker, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), make(tmp_path / "out") as folder:
        (folder / "half" / "done").write_text("")
    assert list(tmp_path.iterdir()) == []
