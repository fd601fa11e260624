"""The one memory of a bulk run: a header of addresses, then every array behind it."""

from __future__ import annotations

from collections.abc import Sequence

from tongchou.engines.benefits.bulk.addressed import SLOTS, TABLES
from tongchou.engines.benefits.shape import Row, Shape, Size, Spare, Trace


class Memory:
    """Whole numbers laid end to end. `places` are the addresses of what was put in under a name of its own."""

    def __init__(self) -> None:
        self.numbers = [0] * len(SLOTS)
        self.places: dict[str, int] = {}

    def put(self, name: str, numbers: Sequence[int]) -> int:
        """Append an array; its address also goes to the header when the step knows the name."""
        place = len(self.numbers)
        self.numbers.extend(numbers)
        self.places[name] = place
        if name in SLOTS:
            self.numbers[SLOTS[name]] = place
        return place

    def put_all(self, part: str, arrays: Trace | Spare) -> None:
        for field, numbers in zip(arrays._fields, arrays, strict=True):
            self.put(f"{part}.{field}", numbers)

    def put_tables(self, shape: Shape, row: Row) -> None:
        """The columns of the tables, those that are read together side by side."""
        columns = {f"shape.{field}": numbers for field, numbers in shape._asdict().items()}
        columns |= {f"row.{field}": numbers for field, numbers in row._asdict().items()}
        for table in TABLES:
            place = len(self.numbers)
            wide, long = len(table), max(len(columns[name]) for name in table)
            records = [0] * (wide * long)
            for offset, name in enumerate(table):
                records[offset : wide * len(columns[name]) : wide] = columns[name]
            self.numbers += records
            for offset, name in enumerate(table):
                self.numbers[SLOTS[name]] = self.places[name] = place + offset

    def put_size(self, size: Size) -> None:
        for field, number in zip(size._fields, size, strict=True):
            self.numbers[SLOTS[f"size.{field}"]] = number
