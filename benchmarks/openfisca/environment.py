"""A peer's environment: made once under `build/`, again when its requirements change. This peer's by default."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
REQUIREMENTS = HERE / "requirements.txt"
FOLDER = HERE.parent.parent / "build" / "bench-openfisca"
_STAMP = ".requirements"
_LONGEST = 600  # seconds for one command


class Unavailable(Exception):
    """The environment cannot be made; the text says why."""


def made(folder: Path = FOLDER, requirements: Path = REQUIREMENTS) -> Path | None:
    """The Python of the environment when it is there and of these requirements."""
    python, stamp = folder / "bin" / "python", folder / _STAMP
    same = stamp.exists() and stamp.read_text("utf-8") == requirements.read_text("utf-8")
    return python if same and python.exists() else None


def make(folder: Path = FOLDER, requirements: Path = REQUIREMENTS) -> Path:
    """The Python of the environment, made when it is not there. Raises `Unavailable`."""
    python = made(folder, requirements)
    if python is None:
        python = folder / "bin" / "python"
        _run([sys.executable, "-m", "venv", "--clear", str(folder)])
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input"]
        _run([*pip, "install", "--quiet", "--no-deps", "--retries", "1", "-r", str(requirements)])
        (folder / _STAMP).write_text(requirements.read_text("utf-8"), "utf-8")
    return python


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_LONGEST, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(str(error)) from None
    if done.returncode != 0:
        lines = [line for line in (done.stderr + done.stdout).splitlines() if line.startswith("ERROR")]
        raise Unavailable(" ".join(lines)[:300] or f"{command[0]} ended with {done.returncode}")
