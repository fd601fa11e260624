"""How published workbooks name their columns and sheets: a declared table of synonyms, not a guess of the program."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from tongchou.ground.errors import ProblemError
from tongchou.ground.region.scalars import Fact
from tongchou.ground.region.text import read_document
from tongchou.ground.region.validate import validate
from tongchou.ground.shipped import regions_dir


class Kind(Fact):
    """What a sheet must be like to be of this kind: a word of its `title`, all columns it `needs`, `any` of some, and
    `none` of others."""

    kind: str
    title: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()


class Headers(Fact):
    """`columns`: the ways each is written; `kinds` of sheets, the first that fits; `filled_down`: columns whose empty
    cells mean the row above; `mdc`: entry conditions in the order of evaluation; `rules`: words in a group's name and
    the rule they mean, the first that is found."""

    columns: dict[str, tuple[str, ...]]
    kinds: tuple[Kind, ...] = Field(min_length=1)
    filled_down: tuple[str, ...]
    mdc: dict[str, str]
    rules: dict[str, str]

    def column(self, header: str) -> str | None:
        """Which column a header names."""
        return self._by_word().get(plain(header))

    def kind_of(self, title: str, columns: Mapping[str, int]) -> str | None:
        """Of which kind a sheet of this title and these columns is."""
        for one in self.kinds:
            named = not one.title or any(plain(word) in plain(title) for word in one.title)
            has_all = all(name in columns for name in one.needs)
            has_any = not one.any or any(name in columns for name in one.any)
            if named and has_all and has_any and not any(name in columns for name in one.none):
                return one.kind
        return None

    def rule(self, name: str) -> str:
        """The rule that a group's name means."""
        return next((rule for word, rule in self.rules.items() if word in name), "*")

    def _by_word(self) -> dict[str, str]:
        return {plain(word): name for name, words in self.columns.items() for word in (name, *words)}


def plain(text: str) -> str:
    """A header as it is compared: half-width, small letters, without spaces and without what stands in brackets."""
    return re.sub(r"\([^)]*\)|\s", "", unicodedata.normalize("NFKC", text)).lower()


def load_headers(file: Path | None = None) -> Headers:
    """The shipped synonyms, or those of a file. Raises what is wrong with it."""
    path = file or regions_dir() / "drg" / "workbook.yaml"
    document = read_document(path, str(path))
    found = validate(Headers, document.data, document) if not document.problems else None
    if document.problems or found is None:
        raise ProblemError(*document.problems)
    return found
