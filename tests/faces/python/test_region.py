"""Getting hold of a region, and what it costs a program that only imports the package."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

import tongchou
from tests.faces.python.given import claims
from tongchou.faces.python import Region
from tongchou.ground.errors import ProblemError
from tongchou.ground.shipped import regions_dir


def test_a_region_by_name_and_by_folder_are_the_same(ninghe: Region) -> None:
    by_folder = tongchou.load_region(regions_dir() / "ninghe")
    assert (by_folder.hash, by_folder.folder) == (ninghe.hash, ninghe.folder)
    assert by_folder.hash == ninghe.pack.hash
    assert repr(ninghe) == f"<Region Ninghe (example) {ninghe.hash[:12]}>"


def test_a_region_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"'nowhere'.*ninghe"):
        tongchou.load_region("nowhere")
    with pytest.raises(ProblemError, match="R001"):
        tongchou.load_region(tmp_path)


def test_a_library_that_is_not_installed_is_named(trial: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(ImportError, match=r"polars is not installed.*tongchou\[analysis\]"):
        trial.settle(claims(), as_="polars")
    with pytest.raises(ValueError, match=r"'excel'.*arrow, pandas, polars"):
        trial.settle(claims(), as_="excel")


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import sys; before = set(sys.modules); import tongchou; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= {"__future__", "tongchou"}


def test_importing_the_package_is_quick() -> None:
    code = "import time; t = time.perf_counter(); import tongchou; print(time.perf_counter() - t)"
    took = []
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        took.append(float(done.stdout))
    assert min(took) < 0.02


def test_arrow_tables_need_neither_pandas_nor_polars(trial_folder: Path, tmp_path: Path) -> None:
    for name in ("pandas", "polars"):
        (tmp_path / f"{name}.py").write_text("raise ImportError", "utf-8")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "import tongchou; from tests.faces.python.given import claims\n"
        f"print(tongchou.load_region({str(trial_folder)!r}).settle(claims()).summary['reconciled'])"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "True"


def test_one_claim_is_settled_while_somebody_waits(trial: Region) -> None:
    """Far from the bound in practice; a bound that only a blunder would break."""
    from tests.faces.python.test_settled import STAY

    trial.settle_claim(STAY)
    start = time.perf_counter()
    for _ in range(20):
        trial.settle_claim(STAY)
    assert (time.perf_counter() - start) / 20 < 0.05
