"""Statements that go together: in order, whole or up to the one that fails, planned once for a connection."""

import gc
import weakref
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from psycopg.pq import TransactionStatus

from tests.record.undone import undone
from tongchou.ground.errors import ProblemError, fail
from tongchou.record.base.prepared import Statement, rows, together, when_taken
from tongchou.record.project.start import hang_up
from tongchou.record.settlement.models import Accumulator

_PLANS = "SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT $1::bigint + 1'"


def plus_one(number: int) -> Statement:
    return Statement("SELECT %s::bigint + 1", [number])


def used(subject: str) -> Statement:
    return Statement(
        "INSERT INTO accumulator (subject, name, period, each, fen) VALUES (%s, 'n', '', '', 7)", [subject]
    )


def test_each_sees_what_those_before_it_did(record: None) -> None:
    found = together(
        used("before"),
        Statement("UPDATE accumulator SET fen = fen + 2 * %(fen)s WHERE name = %(name)s", {"name": "n", "fen": 4}),
        Statement("SELECT subject, fen FROM accumulator WHERE name = %s", ["n"]),
    )
    assert found == [[], [], [("before", 15)]]


def test_values_come_back_as_they_went(record: None) -> None:
    text = "SELECT %s::bigint, %s::text, %s::date, %s::numeric, %s::bool, %s::bigint[], %s::text"
    values = (2**62, "统筹’s %s", date(2025, 2, 28), Decimal("0.10"), True, [1, 2**40], None)
    assert rows(text, values) == [values]


def test_planned_once_whatever_the_size_of_a_number(record: None) -> None:
    before = rows(_PLANS, [])[0][0]
    assert [rows(*plus_one(number)[:2])[0][0] for number in (1, 2**20, 2**50)] == [2, 2**20 + 1, 2**50 + 1]
    assert rows(_PLANS, [])[0][0] - before <= 1
    assert rows(_PLANS, [])[0][0] == 1


def test_what_ends_the_transaction_goes_with_the_last_statement(own_database: str) -> None:
    with transaction.atomic(durable=True):
        together(used("x"), commit=True)
        assert connection.connection.info.transaction_status == TransactionStatus.IDLE
    assert Accumulator.objects.filter(subject="x").exists()
    with pytest.raises(IntegrityError), transaction.atomic(durable=True):
        together(used("y"), used("y"), commit=True)
    assert not Accumulator.objects.filter(subject="y").exists()


def test_none_runs_after_one_that_fails_and_its_own_words_are_said(record: None) -> None:
    one = used("x")
    twice = Statement(*one[:2], when_taken(lambda: fail("A114")))
    with undone():
        with pytest.raises(ProblemError, match="A114") as raised, transaction.atomic():
            together(plus_one(1), one, twice, used("y"))
        assert isinstance(raised.value.__cause__, IntegrityError)
        assert not Accumulator.objects.exists()
        assert together(plus_one(1), plus_one(2)) == [[(2,)], [(3,)]]  # the connection goes on


def test_a_plan_that_failed_is_made_again(record: None) -> None:
    wrong = Statement("SELECT no_such_column FROM accumulator", [])
    for _ in range(2):
        with pytest.raises(DatabaseError, match="no_such_column"), transaction.atomic():
            together(plus_one(1), wrong)
    assert rows(*plus_one(1)[:2]) == [(2,)]


def test_long_questions_and_long_answers_pass_each_other(record: None) -> None:
    """More than the sockets hold, both ways."""
    long = "统" * 1_000_000
    echo = Statement("SELECT %s::text FROM generate_series(1, 3)", [long])
    assert together(echo, echo) == [[(long,)] * 3] * 2


def test_a_connection_that_is_lost_says_so(own_database: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        together(plus_one(1), Statement("SELECT pg_terminate_backend(pg_backend_pid())", []), plus_one(2))
    connection.close()
    assert together(plus_one(1)) == [[(2,)]]


def test_a_connection_that_was_closed_is_let_go(own_database: str) -> None:
    together(plus_one(1))
    gone = weakref.ref(connection.connection)
    hang_up()
    gc.collect()
    assert gone() is None
