"""Every catalogue by its kind."""

from __future__ import annotations

from tongchou.record.catalogues import items, knowledge
from tongchou.record.catalogues.shelf import Shelf

SHELVES: dict[str, Shelf] = {**items.SHELVES, "knowledge": knowledge.SHELF}
