"""The coverage gate: pyproject.toml names the packages whose every line and branch must be reached."""

import json
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def gate(root: Path) -> list[str]:
    """What is not reached, one `file:line: …` each; empty when the gate holds."""
    rules = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["tongchou"]["coverage"]
    measured = json.loads((root / "build/coverage/coverage.json").read_text("utf-8"))["files"]
    exempt = {entry["file"]: entry["reason"] for entry in rules.get("exempt", [])}

    gaps = [f"{file}: exempt from coverage, but not there" for file in exempt if not (root / file).is_file()]
    gaps += [f"{file}: exempt from coverage without a reason" for file, reason in exempt.items() if not reason.strip()]
    for package in rules["complete"]:
        # The tree decides what must be reached, not the report: a file nobody imports would be missing there.
        folder = root / "src" / Path(*package.split("."))
        files = sorted(folder.rglob("*.py"))
        if not files:
            gaps.append(f"{package}: must be covered, but there is no such package")
        for file in files:
            name = file.relative_to(root).as_posix()
            if name not in exempt:
                gaps += missed(name, measured.get(name))
    return gaps


def missed(name: str, entry: dict | None) -> list[str]:
    if entry is None:
        return [f"{name}: never imported by a test"]
    lines = [f"{name}:{line}: never reached" for line in entry["missing_lines"]]
    unreached = set(entry["missing_lines"])
    # A branch out of a line that is never reached says nothing new; a negative target is the way out of the function.
    branches = [
        f"{name}:{start}: never goes on to {'the end' if end < 0 else f'line {end}'}"
        for start, end in entry["missing_branches"]
        if start not in unreached
    ]
    return lines + branches


def main() -> int:
    gaps = gate(ROOT)
    for gap in gaps:
        print(gap)
    print(f"coverage: {len(gaps)} gaps" if gaps else "coverage: every line and branch that must be reached is reached")
    return 1 if gaps else 0


if __name__ == "__main__":
    sys.exit(main())
