"""Every statement on its way to the database: through Django's cursors, or together with others past them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from tongchou.record.base.pipeline import Pipeline


@contextmanager
def each_statement(told: Callable[[str, Pipeline | None], None]) -> Iterator[None]:
    """Within the block each is told before it is sent; together with others: with those that go before it."""
    add = Pipeline.add

    def execute(given: Callable[..., Any], text: str, *more: Any) -> Any:
        told(text, None)
        return given(text, *more)

    def add_told(pipeline: Pipeline, text: str, parameters: Any) -> None:
        told(text, pipeline)
        add(pipeline, text, parameters)

    Pipeline.add = add_told
    try:
        with connection.execute_wrapper(execute):
            yield
    finally:
        Pipeline.add = add


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that were sent within the block."""
    found: list[str] = []
    with each_statement(lambda text, _: found.append(text)):
        yield found
