"""What every test may ask for: the shared material, an outside tool, and how long hypothesis searches."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tools.stages import MEASURED_BY

ROOT = Path(__file__).parent.parent
MEASURING = [ROOT / folder for folder in MEASURED_BY]


def flag(name: str) -> bool:
    return os.environ.get(name, "") not in ("", "0")


# On the build machine a search repeats itself exactly; elsewhere each run looks in new places.
FEW = 50
"""Examples of a search that names no number; `make soak` takes 20,000."""
_REPEATED = flag("CI") or flag("TONGCHOU_REQUIRE_TOOLS")
settings.register_profile("default", deadline=None, max_examples=FEW, derandomize=_REPEATED)
settings.register_profile("soak", deadline=None, max_examples=20_000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who asks for `shared` is marked so, who asks for the server `database`, what measures no coverage `whole`, and
    `soak` waits for its hour; before `-m` chooses."""
    for item in items:
        asked = getattr(item, "fixturenames", ())
        if not any(item.path.is_relative_to(folder) for folder in MEASURING):
            item.add_marker(pytest.mark.whole)
        if "shared" in asked:
            item.add_marker(pytest.mark.shared)
        if "server" in asked:
            item.add_marker(pytest.mark.database)
        if item.get_closest_marker("soak") and not flag("TONGCHOU_SOAK"):
            item.add_marker(pytest.mark.skip(reason="long: runs in make soak"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared material; the checkout stands beside it unless TONGCHOU_SHARED says otherwise."""
    if flag("TONGCHOU_NO_SHARED"):
        pytest.skip("the shared material is left out of this run")
    folder = Path(os.environ.get("TONGCHOU_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip("the shared material is not beside the checkout; TONGCHOU_SHARED can name it")
    return folder


@pytest.fixture(scope="session")
def need_tool() -> Callable[[str], str]:
    """`need_tool("chromium")` is its path. Without it the test skips, or fails where tools are required."""

    def need(name: str) -> str:
        found = shutil.which(name)
        if found:
            return found
        if flag("TONGCHOU_REQUIRE_TOOLS"):
            pytest.fail(f"{name} is required here and is not on PATH")
        pytest.skip(f"{name} is not on PATH")

    return need


@pytest.fixture(scope="session")
def soaking() -> bool:
    """Whether this is the long run: a test may take its long count from it."""
    return flag("TONGCHOU_SOAK")
