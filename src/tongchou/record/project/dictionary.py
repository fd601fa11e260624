"""The documentation page of every table of the record, written from the models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import connection, models

from tongchou.record.base.fields import SealedText
from tongchou.record.base.immutable import Immutable
from tongchou.record.base.scope import Scoped

_HEAD = """# Data dictionary

<!-- Written by `tongchou.record.project.dictionary`; change the models, not this page. -->

Every table of the system of record with its columns as PostgreSQL has them. Money is whole fen (`bigint`), a period is
a range of days whose last day is not in it. **Sealed** columns hold SM4-GCM; what has to be found by them has a keyed
HMAC beside. A table that is **written once** takes rows and never changes them: the service role has no right to, and a
trigger refuses even the owner. **Seen by** tells through which column a row belongs to a side; a side that is not named
sees none.
"""
_OURS = "tongchou.record."


def page() -> str:
    """The page as Markdown; Django must be set up."""
    parts = [_HEAD]
    for config in apps.get_app_configs():
        if config.name.startswith(_OURS):
            found = sorted(config.get_models(), key=lambda model: model._meta.db_table)
            if found:
                parts.append(f"\n## {config.name.removeprefix(_OURS)}\n")
                parts += [_table(model) for model in found]
    return "".join(parts)


def _table(model: type[models.Model]) -> str:
    lines = [f"\n### {model._meta.db_table} {model._meta.verbose_name}", "", *_about(model), ""]
    lines += ["| column | type | empty | 名称 | |", "|---|---|---|---|---|"]
    lines += [_column(field) for field in model._meta.local_concrete_fields]
    kept = [f"`{one.name}`: {_says(one)}" for one in model._meta.constraints]
    return "\n".join([*lines, *(["", "Kept by the database: " + "; ".join(kept) + "."] if kept else []), ""])


def _about(model: type[models.Model]) -> Iterator[str]:
    if model.__doc__ and not model.__doc__.startswith(f"{model.__name__}("):
        yield " ".join(model.__doc__.split())
    if issubclass(model, Immutable):
        yield "**Written once.**"
    if issubclass(model, Scoped):
        yield "**Seen by** " + "; ".join(f"{side}: `{column}`" for side, column in sorted(model.scope_by.items())) + "."


def _column(field: models.Field[Any, Any]) -> str:
    kind = "sealed text" if isinstance(field, SealedText) else str(field.db_type(connection))
    notes = []
    if field in field.model._meta.pk_fields:
        notes.append("key" if field.primary_key else "part of the key")
    elif field.unique:
        notes.append("unique")
    if field.remote_field is not None:
        notes.append(f"→ `{field.remote_field.model._meta.db_table}`")
    if field.choices:
        notes.append("、".join(f"{word} {said}" if word != said else f"{word}" for word, said in field.flatchoices))
    empty = "yes" if field.null else ""
    name = "" if field.name == "id" else str(field.verbose_name)
    return f"| `{field.column}` | {kind} | {empty} | {name} | {'; '.join(notes)} |"


def _says(constraint: models.BaseConstraint) -> str:
    if isinstance(constraint, models.UniqueConstraint):
        said = "unique " + ", ".join(constraint.fields)
        return said + (" where a condition holds" if constraint.condition is not None else "")
    if isinstance(constraint, ExclusionConstraint):
        return "periods that do not overlap"
    return "a check"
