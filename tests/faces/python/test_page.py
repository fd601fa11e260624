"""Who follows the how-to page or the notebook sees what they show."""

import asyncio
import contextlib
import io
import json
from pathlib import Path

import pytest

from tests.docs.console import fits
from tests.docs.pages import DOCS, blocks
from tests.faces.python.given import need

PAGES = [DOCS / "how-to" / f"use-from-python{ending}" for ending in (".md", ".zh.md")]
NOTEBOOK = DOCS / "tutorial" / "analyst.ipynb"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_page_prints_what_it_shows(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need("pandas")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    printed = ""
    ran = shown = 0
    for block in blocks(page):
        if block.language == "python":
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compile(block.text, f"{page.name}:{block.line}", "exec"), names)
            printed, ran = out.getvalue(), ran + 1
        elif block.language == "text":
            assert fits(block.text, printed), f"{page.name}:{block.line}\n{printed}"
            shown += 1
    assert (ran, shown) == (6, 6)


def test_the_notebook_is_kept_without_outputs() -> None:
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert [cell["id"] for cell in code if cell["outputs"] or cell["execution_count"] is not None] == []
    assert len({cell["id"] for cell in cells}) == len(cells)


def test_the_notebook_runs_and_says_what_its_text_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need("pandas")
    need("ipykernel")
    nbformat, nbclient = need("nbformat"), need("nbclient")
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client = nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}})
    asyncio.run(client.async_execute())
    said = {
        cell["id"]: "".join(
            output["text"] if output["output_type"] == "stream" else output["data"]["text/plain"]
            for output in cell["outputs"]
        )
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    }
    assert said["results"] == "({'settled': 8, 'refused': 1, 'rejected': 0}, True, 0)"
    assert "断缴后再参保" in said["refused"]
    assert said["explain"].startswith("宁和市(示例) — 结算说明")
    assert said["difference"] == "({'resident.pool': 348483, 'resident.critical': -209091}, -139392)"
    text = "".join(cell["source"] for cell in notebook["cells"] if cell["id"] == "answer")
    assert all(yuan in text for yuan in ("3 484.83", "2 090.91", "1 393.92"))
