"""A small region whose contributions a test writes."""

from __future__ import annotations

from pathlib import Path

from tests.ground.region.folders import copy
from tongchou.ground.region.load import load_region
from tongchou.ground.region.pack import Pack

HEAD = """source: decree
scheme: resident
effective: {from: 2020-01-01, by: payment}
articles:
  - cite: 第九条
    says: 各方
    sets:
      payer.个人: {is: person}
      payer.单位: {is: employer}
      payer.财政: {is: fiscal, claims: 补助资金}
"""
VOCABULARY = """lists:
  place: [市内, 市外]
  status: [在职, 退休]
  resumed: [是, 否]
facts: {工资: number, 人数: number}
indices: {平均工资: {carry: forward, values: {"2019": {value: 5000}, "2021": {value: 6000, published: 2021-06-20}}}}
"""


def region(folder: Path, *sets: str, vocabulary: str = VOCABULARY, **files: str) -> Pack:
    """A region with these facts, one flow mapping or block each, in one article that states every figure."""
    body = HEAD + "  - cite: 第十条\n    says: x\n    sets:\n" + "".join(f"      {line}\n" for line in sets)
    return load_region(copy(folder, contributions__all=body, vocabulary=vocabulary, **files))
