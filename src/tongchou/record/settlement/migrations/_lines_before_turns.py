"""What the database held about lines while those that are settled now were in a table of their own: migrations run it
on their way to what it holds today."""

NOT_BOTH = """
CREATE OR REPLACE FUNCTION taken_back_unsettled() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (
        SELECT FROM charge_withdrawn w JOIN settlement_live l ON l.charge_id = w.charge_id
        WHERE w.charge_id = ANY (ARRAY(SELECT charge_id FROM fresh))
    ) THEN
        RAISE EXCEPTION 'a line is settled and taken back' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
"""

LINE_IS_THERE = """
CREATE OR REPLACE FUNCTION settled_line_is_there() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF (SELECT count(*) FROM settlement_event WHERE id = ANY (ARRAY(SELECT DISTINCT event_id FROM fresh)))
        <> (SELECT count(DISTINCT event_id) FROM fresh)
    OR (SELECT count(*) FROM charge WHERE id = ANY (ARRAY(SELECT charge_id FROM fresh)))
        <> (SELECT count(DISTINCT charge_id) FROM fresh) THEN
        RAISE EXCEPTION 'a line is of no event or no charge' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
"""
_LINES = f"""
{LINE_IS_THERE}
CREATE TRIGGER settled_line_is_there AFTER INSERT ON settlement_line
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION settled_line_is_there();
"""

NOW_IS_A_LINE = """
CREATE OR REPLACE FUNCTION settled_now_is_a_line() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (
        SELECT charge_id, event_id FROM fresh
        EXCEPT
        SELECT charge_id, event_id FROM settlement_line
        WHERE event_id = ANY (ARRAY(SELECT DISTINCT event_id FROM fresh))
    ) THEN
        RAISE EXCEPTION 'what is settled now is no line of a settlement' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
"""
_LIVE = f"""
{NOW_IS_A_LINE}
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
TAKEN_BACK = (
    (
        f"""
{NOT_BOTH}
CREATE TRIGGER taken_back_unsettled AFTER INSERT ON charge_withdrawn
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION taken_back_unsettled();
CREATE TRIGGER settled_not_taken_back AFTER INSERT ON settlement_live
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION taken_back_unsettled();
""",
        "DROP TRIGGER settled_not_taken_back ON settlement_live;"
        " DROP TRIGGER taken_back_unsettled ON charge_withdrawn; DROP FUNCTION taken_back_unsettled();",
    ),
)
"""What migrations run, and what takes it back."""
