"""A fresh database is migrated in half the time, and is the same."""

import uuid

import pytest
from django.core.management import call_command
from django.db import connections
from psycopg import connect, sql

from tongchou.record.postgres import DATABASE, Cluster
from tongchou.record.postgres.roles import SUPERUSER, make_database
from tongchou.record.project.start import hang_up

_ALL = """
SELECT 'column', table_name || ' ' || column_name, concat_ws(' ', data_type, is_nullable, column_default, is_identity)
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'trigger', tgrelid::regclass || ' ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger
WHERE NOT tgisinternal
UNION ALL SELECT 'function', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT 'right', grantee || ' ' || table_name, privilege_type FROM information_schema.role_table_grants
WHERE table_schema = 'public'
"""


def everything() -> set[tuple[str, ...]]:
    """Whatever there is in the database of the owner."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(_ALL)
        return set(cursor.fetchall())


@pytest.mark.soak
def test_it_is_what_django_makes_step_by_step(server: Cluster) -> None:
    """The database of the tests was fresh; beside it one that `migrate` makes by itself."""
    fast, name = everything(), f"test_{uuid.uuid4().hex[:12]}"
    hang_up()
    with connect(**server.dsn(SUPERUSER, "postgres"), autocommit=True) as superuser:
        make_database(superuser, name)
        try:
            connections["owner"].settings_dict["NAME"] = name
            call_command("migrate", database="owner", interactive=False, verbosity=0)
            assert len(fast) > 1_000
            assert everything() == fast
        finally:
            hang_up()
            connections["owner"].settings_dict["NAME"] = DATABASE
            superuser.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
