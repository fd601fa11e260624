"""The imports of this app, as the uploads know them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tongchou.ground.errors import fail
from tongchou.record.catalogues import mapping_files
from tongchou.record.catalogues.shelf import Shelf, difference
from tongchou.record.catalogues.shelves import SHELVES
from tongchou.record.uploads.purposes import Preview, Purpose, purpose

_WORDS = {
    "drug": ("药品目录", "catalogue of drugs"),
    "service": ("医疗服务项目目录", "catalogue of services"),
    "consumable": ("医用耗材目录", "catalogue of consumables"),
    "disease": ("疾病诊断目录", "catalogue of diseases"),
    "knowledge": ("监管知识点", "supervision knowledge points"),
}


def is_whole(options: Mapping[str, str]) -> bool:
    """Whether the file is the whole list (`whole` yes, which is the default) or adds to it (no). Raises K203."""
    given = options.get("whole", "yes")
    if given not in ("yes", "no") or set(options) - {"whole"}:
        raise fail("K203")
    return given == "yes"


def _look(shelf: Shelf) -> Callable[[bytes, Mapping[str, str]], Preview]:
    def look(content: bytes, options: Mapping[str, str]) -> Preview:
        whole, found = is_whole(options), shelf.read(content)
        if found.problems:
            return Preview({}, problems=found.problems, unknown=found.unknown)
        would = difference(shelf.current(), found.entries, whole)
        return Preview(would.counts(), list(would.samples(shelf.fields)), unknown=found.unknown)

    return look


def add_all() -> None:
    """Make them known."""
    for kind, shelf in SHELVES.items():
        zh, en = _WORDS[kind]
        purpose(Purpose(f"catalogue.{kind}", zh, en, "catalogues.propose", _look(shelf), shelf.columns))
    purpose(mapping_files.PURPOSE)
