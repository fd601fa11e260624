"""What must hold of the whole database, as statements that find what does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from tongchou.ground.errors import Place, Problem

AT_MOST = 20
"""Rows of one check that are told; of the others, how many."""


def _none() -> Sequence[Any]:
    return ()


@dataclass(frozen=True)
class Check:
    """`statement` selects what is wrong: a row's number first, then what the message `code` asks for by name."""

    name: str
    code: str
    table: str
    statement: str
    parameters: Callable[[], Sequence[Any]] = _none

    def look(self) -> list[Problem]:
        """What is wrong; nothing where all is well."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT *, count(*) OVER () AS found FROM ({self.statement}) wrong ORDER BY 1 LIMIT {AT_MOST}",
                list(self.parameters()) or None,
            )
            names = [column.name for column in cursor.description]
            rows = cursor.fetchall()
        found = [
            Problem(self.code, Place(table=self.table, row=row[0]), dict(zip(names[1:-1], row[1:-1], strict=True)))
            for row in rows
        ]
        if rows and rows[0][-1] > AT_MOST:
            found.append(Problem("V499", Place(table=self.table), {"count": rows[0][-1] - AT_MOST, "code": self.code}))
        return found


@contextmanager
def one_moment() -> Iterator[None]:
    """Within the block every statement sees the database as it was at the first, whatever is written meanwhile."""
    if connection.in_atomic_block:  # whoever began the transaction said what it sees
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
