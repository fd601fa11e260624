"""The shipped profile, and one small region drawn from it for every test that only looks."""

from pathlib import Path

import pytest

pytest.importorskip("numpy")

from tongchou.engines.synth import Made, Profile, generate, load_profile, shipped_profile


@pytest.fixture(scope="session")
def profile() -> Profile:
    path = shipped_profile("ninghe")
    assert path is not None
    return load_profile(path)


@pytest.fixture(scope="session")
def small(profile: Profile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """300 persons of 2025, seed 1."""
    folder = tmp_path_factory.mktemp("small")
    generate(profile, 300, 2025, folder)
    return folder


@pytest.fixture(scope="session")
def town(profile: Profile, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Made]:
    """20,000 persons of 2025, seed 1, drawn on two threads."""
    folder = tmp_path_factory.mktemp("town")
    return folder, generate(profile, 20_000, 2025, folder, jobs=2)
