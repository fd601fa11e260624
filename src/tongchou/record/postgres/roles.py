"""The two roles of the database: the owner migrates, the service works and cannot change what is immutable."""

from __future__ import annotations

import psycopg
from psycopg import sql

DATABASE, OWNER, SERVICE = "tongchou", "tongchou_owner", "tongchou_service"
SUPERUSER = "postgres"


def prepare(socket: str) -> None:
    """Make the roles and the database where they are missing; connects as the superuser of the cluster."""
    with psycopg.connect(host=socket, user=SUPERUSER, dbname="postgres", autocommit=True) as connection:
        known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for role in (OWNER, SERVICE):
            if role not in known:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
            make_database(connection, DATABASE)


def make_database(connection: psycopg.Connection, name: str, template: str = "template0") -> None:
    """An empty database, or a copy of `template`, that belongs to the owner and that only the service may join.

    Copied file by file: through the log, as is the default, it takes ten times the work; and PostgreSQL copies how many
    numbers a sequence has in store without logging them, so that after a crash they would be given a second time.
    """
    database, owner, service = sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(SERVICE)
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY").format(
            database, owner, sql.Identifier(template)
        )
    )
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, service))
