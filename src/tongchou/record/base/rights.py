"""What the service role may do with each table, and the triggers that keep immutable rows; run after each migration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import connection, connections, models
from psycopg import sql

from tongchou.ground.errors import Place, Problem
from tongchou.record.base.immutable import Immutable
from tongchou.record.postgres.roles import SERVICE

_GUARD = """
CREATE OR REPLACE FUNCTION written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are written once', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""
_QUEUE = ("procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers", "procrastinate_workers")
"""Django does not manage these tables, only their migrations."""


def settle_rights(using: str) -> None:
    """Grant the service role what each model allows; set the triggers of immutable tables. Safe to run again."""
    with connections[using].cursor() as cursor:
        cursor.execute(_GUARD)
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(sql.Identifier(SERVICE)).as_string())
        for model in apps.get_models(include_auto_created=True):
            if model._meta.managed and not model._meta.proxy:
                for statement in _statements(model):
                    cursor.execute(statement)
        for table in _QUEUE:
            grant = sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO {}")
            cursor.execute(grant.format(sql.Identifier(table), sql.Identifier(SERVICE)).as_string())
        # To compare the tables with the program, and no more.
        cursor.execute(sql.SQL("GRANT SELECT ON django_migrations TO {}").format(sql.Identifier(SERVICE)).as_string())
        cursor.execute(
            sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(sql.Identifier(SERVICE)).as_string()
        )


def _statements(model: type[models.Model]) -> list[str]:
    table, service = sql.Identifier(model._meta.db_table), sql.Identifier(SERVICE)
    once = issubclass(model, Immutable)
    may = "SELECT, INSERT" if once else "SELECT, INSERT, UPDATE, DELETE"
    found = [
        sql.SQL("REVOKE ALL ON {} FROM {}").format(table, service),
        sql.SQL("GRANT " + may + " ON {} TO {}").format(table, service),
    ]
    if once:
        found += [
            sql.SQL("DROP TRIGGER IF EXISTS written_once ON {}").format(table),
            sql.SQL(
                "CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {} FOR EACH ROW EXECUTE FUNCTION written_once()"
            ).format(table),
            sql.SQL("DROP TRIGGER IF EXISTS never_emptied ON {}").format(table),
            sql.SQL(
                "CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {} FOR EACH STATEMENT EXECUTE FUNCTION written_once()"
            ).format(table),
        ]
    return [one.as_string() for one in found]


_ENABLED = """
SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND c.relnamespace = 'public'::regnamespace
"""
_MAY = "SELECT name, has_table_privilege(%s, name, 'UPDATE, DELETE, TRUNCATE') FROM unnest(%s::text[]) AS name"


def verify_rights(triggers: Mapping[str, Sequence[str]]) -> list[Problem]:
    """I2: every table that is written once has its triggers, and the service role may not change it; `triggers` are
    more of them by table."""
    wanted = dict.fromkeys(immutable_tables(), ("written_once", "never_emptied"))
    with connection.cursor() as cursor:
        cursor.execute(_ENABLED)
        there = set(cursor.fetchall())
        cursor.execute(_MAY, [SERVICE, list(wanted)])
        changed = [table for table, may in cursor.fetchall() if may]
    missing = [
        Problem("V403", Place(table=table), {"trigger": name})
        for table, names in [*wanted.items(), *triggers.items()]
        for name in names
        if (table, name) not in there
    ]
    return missing + [Problem("V404", Place(table=table), {"role": SERVICE}) for table in changed]


def immutable_tables() -> list[str]:
    """The tables of rows that are written once."""
    return [
        model._meta.db_table
        for model in apps.get_models()
        if issubclass(model, Immutable) and model._meta.managed and not model._meta.proxy
    ]


def after_migrate(sender: Any, using: str, **_: Any) -> None:
    """Receiver of Django's signal, sent once for each app: the rights are settled with the last."""
    told = [config.label for config in apps.get_app_configs() if config.models_module is not None]
    if sender.label == told[-1]:
        settle_rights(using)
