"""A small region whose filings a test writes, and steps written short."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from tests.ground.region.folders import copy
from tongchou.engines.filings import Filing, Step, submit
from tongchou.ground.region.load import load_region
from tongchou.ground.region.pack import Pack

HEAD = """source: decree
scheme: resident
effective: {from: 2020-01-01, by: discharge}
articles:
  - cite: 第九条
    says: x
    sets:
"""
VOCABULARY = """lists:
  place: [市内, 市外]
  status: [在职, 退休]
  filing: [无, 长期, 转诊]
  disease: [高血压, 糖尿病, 透析]
  签约: [是, 否]
facts: {止日: date, 次数: number, 亲属: word, 对象: list, 机构: word}
calendar:
  holidays: [2024-05-01, 2024-05-02, 2024-05-03, 2024-10-01]
  working_weekends: [2024-04-28, 2024-05-11]
"""
ANYBODY = "by: [person, provider, employer, agency]"


def region(folder: Path, *types: str, vocabulary: str = VOCABULARY, **files: str) -> Pack:
    """A region with these types, each `NAME: {…}`; `by` is anybody where it is not written."""
    body = HEAD + "".join(f"      filing.{_written(one)}\n" for one in types)
    return load_region(copy(folder, filings__all=body, vocabulary=vocabulary, **files))


def _written(one: str) -> str:
    return one if "by:" in one else one.replace("{", "{" + ANYBODY + ", ", 1)


def file(pack: Pack, on: str, type_: str = "甲", id_: str = "a", *others: Filing, **more: Any) -> Step:
    """Submit on a day."""
    given: dict[str, Any] = {"by": "person", "names": {}, "scheme": "resident", **more}
    return submit(pack, id=id_, type=type_, on=day(on), others=others, **given)


def day(text: str) -> date:
    return date.fromisoformat(text)


def span(filing: Filing) -> tuple[str, str]:
    """First and last day as text."""
    return str(filing.first), str(filing.last)
