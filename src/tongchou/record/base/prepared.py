"""Statements that are sent again and again, planned by the database once for each connection: planning a small one
takes longer than answering it. Several that ask nothing of each other are sent together, so that the wait is one.

What the ORM would compile anew each time is text here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from django.db import DatabaseError, IntegrityError, connections, models
from django.db.models.base import ModelState
from django.db.models.expressions import DatabaseDefault

from tongchou.record.base.pipeline import Parameters, Pipeline, Rows

M = TypeVar("M", bound=models.Model)
Refuse = Callable[[DatabaseError], Exception | None]
"""What an error of the database means for a statement: the exception to raise for it, or None."""


class Statement(NamedTuple):
    """A statement whose text is always the same; what differs are its parameters."""

    text: str
    parameters: Parameters
    refuse: Refuse | None = None


def rows(text: str, parameters: Parameters) -> Rows:
    """The rows of one statement."""
    return together(Statement(text, parameters))[0]


def together(*statements: Statement, commit: bool = False) -> list[Rows]:
    """The rows of each statement. They run in their order, and each sees what those before it did; after one that
    fails none runs, and its `refuse` is asked what to raise. `commit`: the transaction ends with them, for whoever
    began it and does nothing more in it."""
    database, done = connections["default"], list[Rows]()
    database.ensure_connection()
    try:
        with database.wrap_database_errors:
            pipeline = Pipeline(database.connection)
            for one in statements:
                pipeline.add(one.text, one.parameters)
            if commit:
                pipeline.commit()
            pipeline.run(done)
    except DatabaseError as error:
        refuse = statements[len(done)].refuse if len(done) < len(statements) else None
        refused = None if refuse is None else refuse(error)
        if refused is None:
            raise
        raise refused from error
    return done


def when_taken(problem: Callable[[], Exception]) -> Refuse:
    """The problem to raise where a constraint of the database stands against a row."""
    return lambda error: problem() if isinstance(error, IntegrityError) else None


def new(model: type[M], **values: Any) -> M:
    """A row that is not written yet, by the names of its attributes (`person_id`), as the model itself would make it in
    several times the time. A field whose default is made anew for each row must be named."""
    one = model.__new__(model)
    known = vars(one)
    known.update(_defaults(model))
    known.update(values)
    known["_state"] = ModelState()
    return one


@lru_cache(maxsize=100)
def _defaults(model: type[models.Model]) -> dict[str, Any]:
    return {
        one.attname: one.get_default()
        for one in model._meta.concrete_fields
        if one.default is models.NOT_PROVIDED or not callable(one.default)
    }


def insertion(row: models.Model, refuse: Refuse | None = None) -> Statement:
    """What inserts a new row; one without a number gets it from the database, and is not told."""
    columns, values, known = [], [], vars(row)
    for name, column, key, kept in _kept(type(row)):
        value = known[name]
        if type(value) is DatabaseDefault or (key and value is None):
            continue
        columns.append(column)
        values.append(value if kept is None else kept(value))
    row._state.adding, row._state.db = False, "default"
    return Statement(_insert(type(row), tuple(columns)), values, refuse)


@lru_cache(maxsize=100)
def _kept(model: type[models.Model]) -> list[tuple[str, str, bool, Callable[[Any], Any] | None]]:
    """Of each field its name, its column, whether it is the key, and what makes of a value what the driver takes, where
    that is not the value."""
    return [(one.attname, one.column, one.primary_key, _keeping(one)) for one in model._meta.concrete_fields]


def _keeping(field: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    if isinstance(field, models.JSONField):
        return _as_json
    if isinstance(field, _AS_THEY_ARE):
        return None
    return lambda value: field.get_db_prep_save(value, connections["default"])


def _as_json(value: Any) -> str | None:
    return None if value is None else _JSON.encode(value)


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_AS_THEY_ARE = (models.CharField, models.DateField, models.BooleanField, models.IntegerField, models.ForeignKey)
"""Values of these fields the driver takes as they are."""


@lru_cache(maxsize=100)
def _insert(model: type[models.Model], columns: tuple[str, ...]) -> str:
    names = ", ".join(map(_quoted, columns))
    return f"INSERT INTO {_quoted(model._meta.db_table)} ({names}) VALUES ({', '.join(['%s'] * len(columns))})"


def putting(row: models.Model, *by: str) -> Statement:
    """What inserts a row, or lets it take the place of the one that is the same in the fields `by`."""
    adding, meta = insertion(row), row._meta
    known = [meta.get_field(name).column for name in by]
    others = [one.column for one in meta.concrete_fields if not one.primary_key and one.column not in known]
    names = ", ".join(map(_quoted, known))
    changed = ", ".join(f"{_quoted(one)} = EXCLUDED.{_quoted(one)}" for one in others)
    return adding._replace(text=f"{adding.text} ON CONFLICT ({names}) DO UPDATE SET {changed}")


def insert_all(new: Sequence[models.Model]) -> None:
    """Insert new rows of one model in one statement, however many; each is told its number. A column that the database
    fills itself is left to it, and none may hold bytes."""
    if not new:
        return
    model = type(new[0])
    columns = tuple(
        (one.attname, one.column)
        for one in model._meta.concrete_fields
        if not one.primary_key and not isinstance(getattr(new[0], one.attname), DatabaseDefault)
    )
    content = [{column: getattr(row, name) for name, column in columns} for row in new]
    numbers = rows(_insert_many(model, columns), [json.dumps(content, ensure_ascii=False, default=str)])
    for row, (number,) in zip(new, numbers, strict=True):
        row.pk = number
        row._state.adding, row._state.db = False, "default"


@lru_cache(maxsize=100)
def _insert_many(model: type[models.Model], columns: tuple[tuple[str, str], ...]) -> str:
    table, names = _quoted(model._meta.db_table), ", ".join(_quoted(column) for _, column in columns)
    rows = f"json_populate_recordset(NULL::{table}, %s::json)"
    return f"INSERT INTO {table} ({names}) SELECT {names} FROM {rows} RETURNING {_quoted(model._meta.pk.column)}"


def drawing(model: type[models.Model]) -> Statement:
    """What draws the number of a row that will be inserted, for those who must know it before."""
    return Statement(f"SELECT {DRAW}", [model._meta.db_table])


DRAW = "nextval(pg_get_serial_sequence(%s::text, 'id'))"
"""A number for a row of a table."""


def columns(model: type[models.Model], table: str, *fields: str) -> str:
    """The columns of these fields of a model, of all when none are named, as a SELECT from `table` lists them."""
    return ", ".join(f"{table}.{_quoted(one.column)}" for one in _fields(model, fields))


def made(model: type[M], found: Iterable[Sequence[Any]], *fields: str) -> list[M]:
    """The rows of a model from what its `columns` gave; a field that was not named is read when it is asked for."""
    names, kept = _reading(model, fields)
    database, result = connections["default"] if kept else None, []
    for row in found:
        one = model.__new__(model)  # its own way of making one takes half as long again
        values = vars(one)
        values.update(zip(names, row, strict=True))
        for name, convert in kept:
            values[name] = convert(values[name], None, database)
        state = values["_state"] = ModelState()
        state.adding, state.db = False, "default"
        result.append(one)
    return result


@lru_cache(maxsize=100)
def _reading(model: type[models.Model], fields: tuple[str, ...]) -> tuple[list[str], list[tuple[str, Any]]]:
    """The attributes of these fields, and what makes their values of the driver's, where these are not the same."""
    read = _fields(model, fields)
    kept = [(one.attname, one.from_db_value) for one in read if hasattr(one, "from_db_value")]
    return [one.attname for one in read], kept


@lru_cache(maxsize=100)
def _fields(model: type[models.Model], names: tuple[str, ...]) -> tuple[models.Field[Any, Any], ...]:
    return tuple(model._meta.get_field(name) for name in names) or tuple(model._meta.concrete_fields)


def _quoted(name: str) -> str:
    return f'"{name}"'
