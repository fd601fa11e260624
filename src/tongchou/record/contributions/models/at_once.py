"""Keys to rows that never go, checked for all rows of a statement at once: the trigger of `OfTheRun`."""

from __future__ import annotations

_FUNCTION = """
CREATE OR REPLACE FUNCTION names_what_is_there() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE missing boolean;
BEGIN
    EXECUTE format(
        'SELECT EXISTS (SELECT FROM fresh f LEFT JOIN %I p ON p.id = f.%I WHERE p.id IS NULL)', TG_ARGV[1], TG_ARGV[0]
    ) INTO missing;
    IF missing THEN
        RAISE EXCEPTION '%.% names no row of %', TG_TABLE_NAME, TG_ARGV[0], TG_ARGV[1]
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$
"""
_KEYS = (
    ("contribution_order", "assessment_id", "assessment"),
    ("contribution_order", "person_id", "person"),
    ("contribution_part", "order_id", "contribution_order"),
    ("contribution_part", "share_id", "contribution_share"),
    ("contribution_credit", "order_id", "contribution_order"),
    ("contribution_credit", "terms_id", "contribution_credit_terms"),
)


def _trigger(table: str, column: str, of: str) -> tuple[str, str]:
    name = f"{column}_is_there"
    made = f"""
    CREATE TRIGGER {name} AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION names_what_is_there('{column}', '{of}')
    """
    return made, f"DROP TRIGGER {name} ON {table}"


_NEVER_GOES = """
CREATE OR REPLACE FUNCTION never_goes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % never go', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER person_never_goes BEFORE DELETE ON person FOR EACH ROW EXECUTE FUNCTION never_goes()
"""
_MAY_GO = "DROP TRIGGER person_never_goes ON person; DROP FUNCTION never_goes()"

CHECKED_AT_ONCE = (
    (_FUNCTION, "DROP FUNCTION names_what_is_there()"),
    (_NEVER_GOES, _MAY_GO),
    *(_trigger(*key) for key in _KEYS),
)
"""Statements and what undoes them."""
