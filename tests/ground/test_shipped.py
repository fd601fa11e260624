from pathlib import Path

import pytest

from tongchou.ground import shipped


def declare(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "region.yaml").write_text("name: x\n", "utf-8")
    return folder


def test_a_checkout_keeps_them_at_its_top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "PACKAGE", tmp_path / "src" / "tongchou")
    second, first = declare(tmp_path / "regions" / "b"), declare(tmp_path / "regions" / "a")
    (tmp_path / "regions" / "drafts").mkdir()
    assert shipped.regions_dir() == tmp_path / "regions"
    assert shipped.shipped_regions() == [first, second]
    (tmp_path / "regions" / "reforms").mkdir()
    (tmp_path / "regions" / "reforms" / "more.yaml").write_text("source: x\n", "utf-8")
    assert shipped.shipped_reforms() == {"more": tmp_path / "regions" / "reforms" / "more.yaml"}


def test_an_installed_package_keeps_them_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "PACKAGE", tmp_path)
    inside = declare(tmp_path / "regions" / "a")
    assert shipped.shipped_regions() == [inside]
