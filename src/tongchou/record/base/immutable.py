"""Rows that never change: written once, and corrected only by a later row.

The database holds it: the service role gets no right to update or delete them (`roles`), and a trigger refuses even the
owner. The methods here only make a mistake in code fail early, with a better message.
"""

from __future__ import annotations

from typing import Any

from django.db import models


class ImmutableRowError(RuntimeError):
    """Code tried to change what was written once."""


class Immutable(models.Model):
    """A row that is inserted and read."""

    class Meta:
        abstract = True

    def save(self, *arguments: Any, **options: Any) -> None:
        if not self._state.adding:
            raise ImmutableRowError(f"{type(self).__name__} is written once")
        super().save(*arguments, **{**options, "force_insert": True})

    def delete(self, *arguments: Any, **options: Any) -> Any:
        raise ImmutableRowError(f"{type(self).__name__} is never deleted")
