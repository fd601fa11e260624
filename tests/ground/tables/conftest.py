"""A folder that holds the sample, and a way to write cells the writer would refuse."""

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tongchou.ground.errors import ProblemError
from tongchou.ground.tables import TABLES, Tables, read_tables, write_sample


class Folder:
    """The sample as CSV; a test changes what it is about."""

    def __init__(self, path: Path) -> None:
        self.path = path
        write_sample(path)

    def cells(self, name: str) -> list[dict[str, str]]:
        with (self.path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def put(self, name: str, rows: Sequence[dict[str, str]]) -> None:
        text = io.StringIO()
        out = csv.DictWriter(text, TABLES[name].names)
        out.writeheader()
        out.writerows(rows)
        (self.path / f"{name}.csv").write_bytes(text.getvalue().encode("utf-8", "surrogatepass"))

    def set(self, name: str, row: int, **cells: str) -> None:
        """Change cells of one row (from 1)."""
        rows = self.cells(name)
        rows[row - 1].update(cells)
        self.put(name, rows)

    def add(self, name: str, row: int = 1, **cells: str) -> None:
        """Append a copy of a row with some cells changed."""
        rows = self.cells(name)
        self.put(name, [*rows, {**rows[row - 1], **cells}])

    def remove(self, name: str, row: int) -> None:
        rows = self.cells(name)
        del rows[row - 1]
        self.put(name, rows)

    def read(self) -> Tables:
        tables = read_tables(self.path)
        for name, count in tables.counts().items():
            assert count["kept"] + count["rejected"] == count["read"]
            rejected = {(row["table"], row["row"]) for row in tables.rejects if row["table"] == name}
            assert len(rejected) == count["rejected"], name
        return tables

    def found(self) -> list[tuple[Any, ...]]:
        """Every problem as table, row, column, code."""
        return [(p.place.table, p.place.row, p.place.column, p.code) for p in self.read().problems]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
def refused() -> Callable[[Callable[[], object]], list[str]]:
    """The codes of the `ProblemError` a call raises."""

    def codes(call: Callable[[], object]) -> list[str]:
        with pytest.raises(ProblemError) as caught:
            call()
        for problem in caught.value.problems:
            assert problem.text("zh")
            assert problem.text("en")
        return [problem.code for problem in caught.value.problems]

    return codes
