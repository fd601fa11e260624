"""Statements sent to the database all at once, each planned once for a connection; the wait for them is one.

On the functions of libpq: the driver's cursors take longer over a small statement than the database does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from typing import Any

from psycopg import Connection, errors
from psycopg.abc import PQGen
from psycopg.adapt import AdaptersMap, PyFormat, Transformer
from psycopg.generators import fetch_many, send
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg.types.datetime import TimestamptzLoader
from psycopg.types.numeric import Int8BinaryDumper

Parameters = Sequence[Any] | dict[str, Any]
Rows = list[tuple[Any, ...]]
_Key = tuple[bytes, tuple[int, ...]]
"""The text of a statement and the types of its parameters, for which it is planned."""

_KEPT = "tongchou_pipeline"
"""Where a connection keeps what turns values into text and back, and the names of its plans. On itself: the former
knows its connection, so that a table of both would never let one go."""
_NAMES = count(1)
_PARAMETER = re.compile(r"%s|%\((\w+)\)s")


class Pipeline:
    """What goes to a connection together, in order. A transaction begins where none has."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection, self._pgconn = connection, connection.pgconn
        self._transformer, self._plans = _kept(connection)
        self._commands: list[tuple[Any, ...]] = []
        self._planned: dict[int, tuple[_Key, bytes]] = {}
        self._asked: set[int] = set()
        if not connection.autocommit and self._pgconn.transaction_status == TransactionStatus.IDLE:
            self._commands.append((self._pgconn.send_query_params, b"BEGIN", None))

    def add(self, text: str, parameters: Parameters) -> None:
        """A statement with `%s` or `%(name)s` for its parameters."""
        query, names = _numbered(text)
        values = [parameters[name] for name in names] if isinstance(parameters, dict) else parameters
        sent = self._transformer.dump_sequence(values, [PyFormat.AUTO] * len(values))
        key = (query, self._transformer.types or ())
        name = self._plans.get(key)
        if name is None:
            name = b"tongchou_%d" % next(_NAMES)
            self._planned[len(self._commands)] = key, name
            self._commands.append((self._pgconn.send_prepare, name, *key))
        self._asked.add(len(self._commands))
        self._commands.append((self._pgconn.send_query_prepared, name, sent, self._transformer.formats))

    def commit(self) -> None:
        """End the transaction after what was added before: nothing is left for the connection to commit."""
        self._commands.append((self._pgconn.send_query_params, b"COMMIT", None))

    def run(self, done: list[Rows]) -> None:
        """Add the rows of each statement to `done`. Raises the error of the first that fails; none after it ran."""
        results = self._results()
        for place, result in enumerate(results):
            if result.status not in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
                raise errors.error_from_result(result, encoding="utf-8")
            if place in self._planned:
                key, name = self._planned[place]
                self._plans[key] = name
            elif place in self._asked:
                done.append(self._rows(result))

    def _rows(self, result: PGresult) -> Rows:
        if result.status != ExecStatus.TUPLES_OK:
            return []
        self._transformer.set_pgresult(result)
        return self._transformer.load_rows(0, result.ntuples, tuple)

    def _results(self) -> list[PGresult]:
        """What is answered to each command."""
        self._pgconn.enter_pipeline_mode()
        try:
            answers = self._connection.wait(self._exchange())
            self._pgconn.exit_pipeline_mode()
        except BaseException:
            self._connection.close()  # nobody knows what it will answer next
            raise
        return [result for (result,) in answers[: len(self._commands)]]

    def _exchange(self) -> PQGen[list[list[PGresult]]]:
        for command, *given in self._commands:
            command(*given)
        self._pgconn.pipeline_sync()
        yield from send(self._pgconn)
        answers = []
        while len(answers) <= len(self._commands):
            answers.append((yield from fetch_many(self._pgconn)))
        return answers


def _kept(connection: Connection[Any]) -> tuple[Transformer, dict[_Key, bytes]]:
    found = vars(connection).get(_KEPT)
    if found is None:
        found = vars(connection)[_KEPT] = Transformer(_Context(connection)), {}
    return found


class _Context:
    """As the connection has it, but that all whole numbers are alike (a number's size would make another type, and so
    another plan), and that times are read by the driver: their zone is the connection's, which is where Django's own
    reader would put them, slowly."""

    def __init__(self, connection: Connection[Any]) -> None:
        self.connection, self.adapters = connection, AdaptersMap(connection.adapters)
        self.adapters.register_dumper(int, Int8BinaryDumper)
        self.adapters.register_loader("timestamptz", TimestamptzLoader)


@lru_cache(maxsize=1_000)
def _numbered(text: str) -> tuple[bytes, tuple[str, ...]]:
    """A statement with its parameters numbered, as PostgreSQL has them, and their names where they have any."""
    names: dict[str, int] = {}
    number = count(1)

    def numbered(found: re.Match[str]) -> str:
        name = found[1]
        return f"${next(number)}" if name is None else f"${names.setdefault(name, len(names) + 1)}"

    return _PARAMETER.sub(numbered, text).encode(), tuple(names)
