"""Run the body of an endpoint as whoever asks."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from tongchou.record.base.actor import acting

F = TypeVar("F", bound=Callable[..., Any])


def as_asker(function: F) -> F:
    """Endpoints are called with `request.auth`, the actor whom `who` found; commands and queries read it from there."""

    @functools.wraps(function)
    def run(request: Any, *arguments: Any, **given: Any) -> Any:
        with acting(request.auth):
            return function(request, *arguments, **given)

    return run
