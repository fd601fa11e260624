"""Queries of the ORM that are asked again and again: compiled once for each scope, sent as prepared statements.

The ORM takes longer to compile a small query than the database to answer it, and the database plans it anew each time.
Who may see which rows stays where it is said, in the models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connections, models
from django.db.models.query import ModelIterable, get_related_populators

from tongchou.record.base.pipeline import Rows
from tongchou.record.base.prepared import Statement, together
from tongchou.record.base.scope import Scope, current

R = TypeVar("R")


class Parameter(models.Expression):
    """Where a parameter stands in a remembered query."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [self]


class Among(Parameter):
    """The same for a list, after `__in`: texts, or whole numbers where `of` is `bigint`."""

    def __init__(self, name: str, of: str = "text") -> None:
        super().__init__(name)
        self.of = of

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return f"(SELECT unnest(%s::{self.of}[]))", [self]


class _Compiled(NamedTuple):
    """`place`: where each column of a row of the model itself stands; none where the query asks for values."""

    text: str
    parameters: tuple[Any, ...]
    converters: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]
    model: type[models.Model] | None
    names: Sequence[str]
    place: slice
    related: Sequence[Any]


class Remembered(Generic[R]):
    """A query by what makes it for a scope, with a `Parameter` wherever something differs; it gives rows of a model,
    with those that `select_related` names, or tuples of values. `scope`: whose rows, of whoever asks when none is
    named."""

    def __init__(self, make: Callable[[Scope], models.QuerySet[Any, Any]], scope: Scope | None = None) -> None:
        self._make, self._scope = make, scope
        self._for = lru_cache(maxsize=1_000)(self._compiled)

    def all(self, **given: Any) -> list[R]:
        """The rows, by the parameters."""
        (found,) = together(self.asking(**given))
        return self.found(found)

    def first(self, **given: Any) -> R | None:
        """The first row; a query that can have many asks for one itself."""
        found = self.all(**given)
        return found[0] if found else None

    def asking(self, **given: Any) -> Statement:
        """The statement, to be sent with others; `found` makes of its rows what is asked for."""
        known = self._for(self._scope or current())
        return Statement(
            known.text, [given[one.name] if isinstance(one, Parameter) else one for one in known.parameters]
        )

    def found(self, rows: Rows) -> list[R]:
        """What the rows of the statement stand for."""
        known = self._for(self._scope or current())
        return [self._one(known, row) for row in _converted(known, rows)]

    @staticmethod
    def _one(known: _Compiled, row: Sequence[Any]) -> Any:
        if known.model is None:
            return tuple(row)
        made = known.model.from_db("default", known.names, row[known.place])
        for one in known.related:
            one.populate(row, made)
        return made

    def _compiled(self, scope: Scope) -> _Compiled:
        rows = self._make(scope)
        compiler = rows.query.get_compiler("default", elide_empty=False)
        text, parameters = compiler.as_sql()
        converters = compiler.get_converters([column[0] for column in compiler.select])
        of = compiler.klass_info if issubclass(rows._iterable_class, ModelIterable) else None
        fields = of["select_fields"] if of else []
        place = slice(fields[0], fields[-1] + 1) if fields else slice(0)
        return _Compiled(
            text,
            tuple(parameters),
            [(number, made, column) for number, (made, column) in converters.items()],
            of["model"] if of else None,
            [column[0].target.attname for column in compiler.select[place]],
            place,
            get_related_populators(of, compiler.select, "default") if of else (),
        )


def _converted(known: _Compiled, rows: Rows) -> Iterable[Sequence[Any]]:
    if not known.converters:
        return rows
    database, found = connections["default"], []
    for row in rows:
        values = list(row)
        for number, converters, column in known.converters:
            for convert in converters:
                values[number] = convert(values[number], column, database)
        found.append(values)
    return found
