"""The region folders and reforms that come with the package, wherever it is installed."""

from pathlib import Path

PACKAGE = Path(__file__).parent.parent


def regions_dir() -> Path:
    """Inside the installed package, or at the top of a checkout in development."""
    installed = PACKAGE / "regions"
    return installed if installed.is_dir() else PACKAGE.parent.parent / "regions"


def shipped_regions() -> list[Path]:
    """Every folder that declares a region, by name."""
    return sorted(declared.parent for declared in regions_dir().glob("*/region.yaml"))


def shipped_reforms() -> dict[str, Path]:
    """Every shipped patch file by its name: a change of one region, to be compared with it."""
    return {file.stem: file for file in sorted((regions_dir() / "reforms").glob("*.yaml"))}
