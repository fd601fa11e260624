"""Who may see which rows. A query of rows about people or institutions without a scope is an error, not a leak."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from django.apps import apps
from django.db import models

M = TypeVar("M", bound=models.Model)


class UnscopedQueryError(RuntimeError):
    """Rows were asked for while nobody was said to be asking."""


@dataclass(frozen=True)
class Scope:
    """Those rows that one side may see: `kind` names the side, `value` which one of it.

    kinds: `agency` (a path in the tree of agencies: it and all below), `provider`, `employer`, `person` (ids), `system`
    (everything; `value` says what for), `nobody`.
    """

    kind: str
    value: str | int = ""

    KINDS: ClassVar = ("agency", "provider", "employer", "person", "system", "nobody")

    def __post_init__(self) -> None:
        if self.kind not in self.KINDS:
            raise ValueError(f"unknown kind of scope: {self.kind}")
        if self.kind != "nobody" and not self.value:
            raise ValueError(f"a scope of kind {self.kind} says which, or what for")


_current: ContextVar[Scope | None] = ContextVar("scope", default=None)


def current() -> Scope:
    """The scope of this thread. Raises `UnscopedQueryError` when there is none."""
    scope = _current.get()
    if scope is None:
        raise UnscopedQueryError("no scope: wrap the work in `scoped(...)`")
    return scope


@contextmanager
def scoped(scope: Scope) -> Iterator[Scope]:
    """Queries within the block see the rows of `scope`."""
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)


def system(purpose: str) -> Scope:
    """Everything, for work that no user asked for: `purpose` tells a reader why."""
    return Scope("system", purpose)


@dataclass(frozen=True)
class Through:
    """A row belongs to a side by rows of another table: its `field` is among the `of` of those rows of `model` whose
    `by` is the side. `Through("id", "people.Employment", of="person_id", by="employer_id")`: an employer's people."""

    field: str
    model: str
    of: str
    by: str

    def condition(self, value: str | int) -> dict[str, Any]:
        """What to filter by. It joins nothing, so a row that belongs twice is still one row."""
        rows = apps.get_model(self.model)._base_manager
        return {f"{self.field}__in": rows.filter(**{self.by: value}).values(self.of)}

    def __str__(self) -> str:
        return f"{self.field} in {self.model}.{self.of} by {self.by}"


class ScopedManager(models.Manager[M]):
    """The manager of every model with rows about somebody. The model says in `scope_by` how a row belongs to a side:

    `{"agency": "agency__path", "person": "id"}`, or by which rows of another table (`Through`). A side that is not
    named sees none of its rows.
    """

    def get_queryset(self) -> models.QuerySet[M]:
        return self.within(current())

    def within(self, scope: Scope) -> models.QuerySet[M]:
        """The rows of a scope."""
        rows = super().get_queryset()
        if scope.kind == "system":
            return rows
        field: str | Through | None = self.model.scope_by.get(scope.kind)
        if field is None:
            return rows.none()
        if isinstance(field, Through):
            return rows.filter(**field.condition(scope.value))
        if scope.kind == "agency":
            return rows.filter(**{f"{field}__startswith": scope.value})
        return rows.filter(**{field: scope.value})


class Scoped(models.Model):
    """A row about somebody: see `ScopedManager`."""

    scope_by: ClassVar[dict[str, str | Through]] = {}

    objects: ClassVar[ScopedManager[Any]] = ScopedManager()

    class Meta:
        abstract = True
