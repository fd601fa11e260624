"""Statements of the counter that are planned while tables are empty must not read them from end to end for ever."""

from itertools import count

import pytest
from django.db import connection

from tongchou.record.settlement import keeping, reading, state


def plan(statement: str) -> str:
    """How the database would run a statement whatever its parameters are."""
    numbers = count(1)
    parts = statement.split("%s")
    text = parts[0] + "".join(f"${next(numbers)}{part}" for part in parts[1:])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE settlement_line, settlement_event")  # as the database does by itself in time
        cursor.cursor.execute(f"EXPLAIN (GENERIC_PLAN) {text}".encode())
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize("statement", [reading._UNSETTLED, state._LINES, state._RETURNED, keeping._LINES])
def test_neither_settlements_nor_their_lines_are_read_from_end_to_end(statement: str) -> None:
    assert "Seq Scan on settlement_" not in plan(statement)


@pytest.mark.usefixtures("record")
def test_asked_in_the_statement_itself_they_would_all_be_read() -> None:
    """The control: so the statement once was, and the counter took ten times as long."""
    asked = """
    SELECT c.id FROM charge c WHERE c.visit_id = %s AND (SELECT true FROM settlement_line l WHERE l.charge_id = c.id
    AND (SELECT true FROM settlement_event r WHERE r.reverses_id = l.event_id) IS NULL LIMIT 1) IS NULL
    """
    assert "Seq Scan on settlement_" in plan(asked)
