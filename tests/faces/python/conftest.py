"""The trial region of the command line's tests, ready to settle, and the household of the demo."""

from pathlib import Path

import pytest

import tongchou
from tests.faces.cli.desk import write_region
from tongchou.faces.python import Region


@pytest.fixture(scope="session")
def trial_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_region(tmp_path_factory.mktemp("region") / "trial")


@pytest.fixture(scope="session")
def trial(trial_folder: Path) -> Region:
    region: Region = tongchou.load_region(trial_folder)
    return region


@pytest.fixture(scope="session")
def ninghe() -> Region:
    region: Region = tongchou.load_region("ninghe")
    return region
