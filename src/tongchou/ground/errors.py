"""Problems: every refusal and complaint carries a code, a place and a remedy, in Chinese and English.

The catalogue below is the only place where messages are written. Text in braces is filled in from keyword
arguments, so a caller names facts and never composes sentences.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tongchou.ground.catalogue import CATALOGUE

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Place:
    """Where a problem is: a file with line and key, or a table with row and column. Rows and lines count from 1."""

    file: str | None = None
    line: int | None = None
    key: str | None = None
    table: str | None = None
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        if self.table is not None:
            parts = [self.table]
            if self.row is not None:
                parts.append(f"row {self.row}")
            if self.column is not None:
                parts.append(f"column {self.column}")
            return " ".join(parts)
        if self.file is None:
            return self.key or "-"
        return f"{self.file}:{self.line}" if self.line is not None else self.file


@dataclass(frozen=True)
class Problem:
    """One problem. `code` names an entry of the catalogue; `details` fill its message.

    >>> print(Problem("R102", Place("region.yaml", 3), {"key": "nmae", "known": "name"}))  # doctest: +ELLIPSIS
    region.yaml:3: R102 ...
    """

    code: str
    place: Place = field(default_factory=Place)
    details: dict[str, object] = field(default_factory=dict)

    @property
    def severity(self) -> str:
        return WARNING if self.code.startswith("W") else ERROR

    def message(self, lang: str = "zh") -> str:
        entry = CATALOGUE[self.code]
        return (entry.zh if lang == "zh" else entry.en).format(**self.details)

    def remedy(self, lang: str = "zh") -> str:
        entry = CATALOGUE[self.code]
        return (entry.remedy_zh if lang == "zh" else entry.remedy_en).format(**self.details)

    def text(self, lang: str = "zh") -> str:
        """`path:line: CODE message — what to do`."""
        return f"{self.place}: {self.code} {self.message(lang)} — {self.remedy(lang)}"

    def as_dict(self) -> dict[str, object]:
        place = {k: v for k, v in vars(self.place).items() if v is not None}
        return {
            "code": self.code,
            "severity": self.severity,
            "place": place,
            "message": {"zh": self.message("zh"), "en": self.message("en")},
            "remedy": {"zh": self.remedy("zh"), "en": self.remedy("en")},
        }

    def __str__(self) -> str:
        return self.text("en")


class ProblemError(Exception):
    """Raised when work cannot go on; carries every problem found so far, never only the first."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(p.text("en") for p in problems))

    def __reduce__(self) -> tuple[type[ProblemError], tuple[Problem, ...]]:
        """From one process to another it carries its problems, not their text."""
        return type(self), tuple(self.problems)


def fail(code: str, place: Place | None = None, **details: object) -> ProblemError:
    """The error for one problem: `raise fail("R204", place, value=text)`."""
    return ProblemError(Problem(code, place or Place(), details))


def relative(path: Path, root: Path) -> str:
    """A path as a reader would type it from the folder they work in."""
    try:
        return str(path.relative_to(root))
    except ValueError:
        return str(path)
