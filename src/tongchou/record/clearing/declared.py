"""What a region declares of its clearing. The one place that knows where it lies: beside the articles of the region's
folder, until they are part of the pack itself."""

from __future__ import annotations

from pathlib import Path

from tongchou.engines.payment import Rules, load_rules
from tongchou.engines.payment.rules import from_document
from tongchou.ground.errors import fail
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.text import read_document
from tongchou.ground.shipped import regions_dir
from tongchou.record.clearing.models import ClearingYear


def declared_for(pack: Pack, year: int) -> Rules:
    """The rules of a region for a year. Raises M501 for a region that declares none, and what the rules raise."""
    folder = _folder(pack.region.code)
    if folder is None:
        raise fail("M501", region=pack.region.name.zh, year=year)
    rules = load_rules(folder)
    if rules.year != year:
        raise fail("M501", region=pack.region.name.zh, year=year)
    return rules


def rules_of(year: ClearingYear) -> Rules:
    """The rules as they were when the year was opened."""
    return from_document(year.rules, f"clearing year {year.pk}")


def _folder(code: str) -> Path | None:
    for file in sorted(regions_dir().glob("*/region.yaml")):
        folder = file.parent / "payment" / "clearing"
        data = read_document(file, str(file)).data
        if folder.is_dir() and isinstance(data, dict) and str(data.get("code")) == code:
            return folder
    return None
