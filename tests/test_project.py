"""What must hold of the repository as a whole, whatever it computes."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import tongchou

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "tongchou"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

LARGEST_ROOM = 400
"""Lines; the house asks for 300, and a little patience."""

TEXT = {".py", ".md", ".toml", ".yaml", ".yml", ".lock", ".sh", ".txt", ".json", ".csv", ".html", ""}

# An address of a package registry or a place on somebody's machine has no business in the repository.
FOREIGN = re.compile(r"https?://[^\s/]*(?:pypi|pythonhosted|simple/)|file://|(?<![\w.~])/(?:root|home|work|opt)/\w")


def files() -> list[Path]:
    """What is or could be committed: git's own view where there is a git, else nothing is checked."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    # A file may be listed and already gone.
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def requirements() -> dict[str, str]:
    """Normalised name → requirement, of everything in pyproject.toml."""
    wanted = [*PROJECT["dependencies"], *(r for extra in PROJECT["optional-dependencies"].values() for r in extra)]
    return {re.split(r"[=~<>\[ ]", wish)[0].lower().replace("_", "-"): wish for wish in wanted}


def locked() -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE))


def test_the_installed_version_is_that_of_the_source() -> None:
    from importlib.metadata import version

    assert version("tongchou") == tongchou.__version__


def test_the_lock_holds_every_dependency_with_hashes() -> None:
    assert set(requirements()) <= locked()
    pinned = re.findall(r"^[a-z0-9-]+==.*$", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    assert [line for line in pinned if not line.endswith("\\")] == []


def test_every_dependency_is_admitted_with_a_reason_and_a_date() -> None:
    page = (ROOT / "docs/explanation/dependencies.md").read_text("utf-8")
    rows = re.findall(r"^\| ([\w-]+) \| \d{4}-\d{2}-\d{2} \| \S.+ \| \S.* \|$", page, re.MULTILINE)
    assert sorted(row.lower() for row in rows) == sorted(requirements())


def test_no_file_names_a_registry_or_a_place_on_a_machine() -> None:
    named = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files()
        if path.suffix in TEXT and path != Path(__file__)
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), start=1)
        if FOREIGN.search(line)
    ]
    assert named == []


def test_every_package_says_what_it_is_for() -> None:
    silent = [
        folder.relative_to(ROOT).as_posix()
        for folder in {module.parent for module in SOURCE.rglob("*.py")}
        if not (folder / "__init__.py").is_file()
        or not ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8")))
    ]
    assert silent == []


def test_rooms_are_small() -> None:
    large = {
        path.relative_to(ROOT).as_posix(): count
        for path in SOURCE.rglob("*.py")
        if path.parent.name != "migrations"  # written by Django
        and (count := len(path.read_text("utf-8").splitlines())) > LARGEST_ROOM
    }
    assert large == {}


def test_every_exemption_carries_its_reason() -> None:
    """On the same line after the exemption, or in the comment line above."""
    granted = re.compile(r"#\s*(?:noqa|type: ignore|pragma: no (?:cover|branch))(?:: ?[A-Z0-9, ]+|\[[\w, -]+\])?(.*)$")
    unexplained = []
    for path in sorted({*SOURCE.rglob("*.py"), *(ROOT / "tools").rglob("*.py"), *(ROOT / "tests").rglob("*.py")}):
        lines = path.read_text("utf-8").splitlines()
        for number, line in enumerate(lines):
            found = granted.search(line)
            if found and len(re.findall(r"\w", found[1])) < 8 and not lines[number - 1].lstrip().startswith("#"):
                unexplained.append(f"{path.relative_to(ROOT)}:{number + 1}")
    assert unexplained == []


@pytest.mark.parametrize("section", ["tutorial", "how-to", "reference", "explanation", "algorithms"])
def test_the_documentation_has_its_sections(section: str) -> None:
    assert (ROOT / "docs" / section / "index.md").is_file()


@pytest.mark.parametrize("name", ["README.md", "README.zh.md", "CONTRIBUTING.md", "CHANGELOG.md", "THREAT_MODEL.md"])
def test_links_between_files_lead_somewhere(name: str) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#\s]+)", (ROOT / name).read_text("utf-8"))
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_a_wheel_carries_the_regions(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    declared = {f"tongchou/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "regions").glob("*/region.yaml")}
    assert declared <= inside
    assert "tongchou/ground/shipped.py" in inside
    assert [name for name in inside if not name.startswith(("tongchou/", "tongchou-"))] == []
