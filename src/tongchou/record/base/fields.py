"""Columns of their own kind: text that is sealed at rest, JSON that is kept as it was written."""

from __future__ import annotations

from typing import Any

from django.db import models

from tongchou.record.base.secret import keys


class SealedText(models.BinaryField):
    """Text in Python, SM4-GCM in the database. It cannot be searched: a model that must find it keeps a `Finder`."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        return None if value is None else keys().open(bytes(value), self._about())

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        sealed = None if value is None else keys().seal(value, self._about())
        return super().get_db_prep_value(sealed, connection, prepared)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError("sealed text cannot be searched; look it up by its finder")
        return super().get_lookup(lookup_name)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj) or "")

    def to_python(self, value: Any) -> Any:
        return value

    def _about(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"


class SealedBytes(SealedText):
    """Bytes, such as those of a file, likewise."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else keys().open_bytes(bytes(value), self._about())

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        sealed = None if value is None else keys().seal_bytes(value, self._about())
        return models.BinaryField.get_db_prep_value(self, sealed, connection, prepared)


def finder(text: str, about: str) -> bytes:
    """What a sealed text is found by, for a column of 32 bytes; `about` names what it is, such as "identity"."""
    return keys().find(text, about)


class WrittenJSON(models.JSONField):
    """JSON of which the database keeps the text and looks for nothing in it: it need not take it apart to store it."""

    def db_type(self, connection: Any) -> str:
        return "json"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """The driver has read it, as it does with this type."""
        return value
