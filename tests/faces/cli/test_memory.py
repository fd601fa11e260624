"""A run keeps the memory that it lets go of, where the system knows how."""

import ctypes
from types import SimpleNamespace

import pyarrow as pa
import pytest

from tongchou.faces.cli.memory import keep_memory


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(pa, "set_memory_pool", lambda pool: found.append(pool.backend_name))
    return found


@pytest.mark.parametrize(("answers", "pools"), [(1, ["system"]), (0, [])])
def test_arrow_follows_the_c_library_where_that_agrees(
    chosen: list[str], monkeypatch: pytest.MonkeyPatch, answers: int, pools: list[str]
) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace(mallopt=lambda *_: answers))
    keep_memory()
    assert chosen == pools


@pytest.mark.parametrize("error", [OSError, TypeError])
def test_nothing_changes_where_there_is_no_such_library(
    chosen: list[str], monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def missing(_: object) -> None:
        raise error

    monkeypatch.setattr(ctypes, "CDLL", missing)
    keep_memory()
    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace())
    keep_memory()
    assert chosen == []
