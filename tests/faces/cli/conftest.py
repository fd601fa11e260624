"""The desk, a region and sound tables, for every test of a command."""

from pathlib import Path

import pytest

from tests.faces.cli.desk import Desk, sound, write_region, write_tables
from tongchou.faces.cli.speak import start_language


@pytest.fixture
def desk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.delenv("TONGCHOU_LANG", raising=False)
    return Desk(capsys)


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    return write_region(tmp_path / "trial")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_tables(tmp_path / "data", sound())


@pytest.fixture(autouse=True)
def afresh() -> None:
    """No test hears the language, or the wish for JSON, of the one before."""
    start_language([])
