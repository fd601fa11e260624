"""What the database itself holds about lines: they are of events and charges that are there, and what is settled now is
such a line.

Lines come by the million and what they name never goes, so that the rows of a statement are looked up together, by
index: a foreign key would queue each of them, and lock what it names. Planned while the tables are empty, the
statements must not settle for reading them from end to end.
"""

_LINES = """
CREATE FUNCTION settled_line_is_there() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT event_id FROM fresh) f
        WHERE (SELECT true FROM settlement_event e WHERE e.id = f.event_id) IS NULL
    ) OR EXISTS (
        SELECT FROM fresh f WHERE (SELECT true FROM charge c WHERE c.id = f.charge_id) IS NULL
    ) THEN
        RAISE EXCEPTION 'a line is of no event or no charge' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER settled_line_is_there AFTER INSERT ON settlement_line
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION settled_line_is_there();
"""

_LIVE = """
CREATE FUNCTION settled_now_is_a_line() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (
        SELECT charge_id, event_id FROM fresh
        EXCEPT
        SELECT l.charge_id, f.event_id FROM (SELECT DISTINCT event_id FROM fresh) f,
        LATERAL (SELECT charge_id FROM settlement_line WHERE event_id = f.event_id OFFSET 0) l
    ) THEN
        RAISE EXCEPTION 'what is settled now is no line of a settlement' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER settled_now_is_a_line AFTER INSERT ON settlement_live
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION settled_now_is_a_line();
CREATE TRIGGER settled_now_stays_a_line AFTER UPDATE ON settlement_live
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION settled_now_is_a_line();
"""

GUARDS = (
    (_LINES, "DROP TRIGGER settled_line_is_there ON settlement_line; DROP FUNCTION settled_line_is_there();"),
    (
        _LIVE,
        "DROP TRIGGER settled_now_stays_a_line ON settlement_live;"
        " DROP TRIGGER settled_now_is_a_line ON settlement_live; DROP FUNCTION settled_now_is_a_line();",
    ),
)
"""What a migration runs, and what takes it back."""

TRIGGERS = {
    "settlement_line": ("settled_line_is_there",),
    "settlement_live": ("settled_now_is_a_line", "settled_now_stays_a_line"),
}
"""What must be there."""
