"""What the database itself holds about events and lines: they are of visits, people, institutions, events and charges
that are there, and what is settled now is such a line.

Lines come by the million and what they name never goes, so that the rows of a statement are looked up together, by
index: a foreign key would queue each of them, and lock what it names. Given as one array, neighbours are found in one
walk of the index. Planned while the tables are empty, the statements must not settle for reading them from end to end.
"""

_NAMED = {
    "visit_id": "visit",
    "person_id": "person",
    "institution_id": "institution",
    "county_id": "organisation",
    "household_id": "household",
}
"""Columns of an event, and the tables of which they name a row."""
_MISSING = " OR ".join(
    f"f.{column} IS NOT NULL AND (SELECT true FROM {table} t WHERE t.id = f.{column}) IS NULL"
    for column, table in _NAMED.items()
)
_EVENTS = f"""
CREATE FUNCTION settled_is_there() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (SELECT FROM fresh f WHERE {_MISSING}) THEN
        RAISE EXCEPTION 'a settlement names no visit, person, institution, county or household'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER settled_is_there AFTER INSERT ON settlement_event
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION settled_is_there();
CREATE TRIGGER person_stays BEFORE UPDATE OF id ON person FOR EACH ROW EXECUTE FUNCTION never_goes();
CREATE TRIGGER institution_never_goes BEFORE DELETE OR UPDATE OF id ON institution
    FOR EACH ROW EXECUTE FUNCTION never_goes();
CREATE TRIGGER organisation_never_goes BEFORE DELETE OR UPDATE OF id ON organisation
    FOR EACH ROW EXECUTE FUNCTION never_goes();
CREATE TRIGGER household_never_goes BEFORE DELETE OR UPDATE OF id ON household
    FOR EACH ROW EXECUTE FUNCTION never_goes();
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

KEYS = (
    (
        _EVENTS,
        "DROP TRIGGER household_never_goes ON household; DROP TRIGGER organisation_never_goes ON organisation;"
        " DROP TRIGGER institution_never_goes ON institution; DROP TRIGGER person_stays ON person;"
        " DROP TRIGGER settled_is_there ON settlement_event; DROP FUNCTION settled_is_there();",
    ),
)
"""What a migration runs for events, and what takes it back."""

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
    "settlement_event": ("settled_is_there",),
    "person": ("person_never_goes", "person_stays"),
    "institution": ("institution_never_goes",),
    "organisation": ("organisation_never_goes",),
    "household": ("household_never_goes",),
    "settlement_line": ("settled_line_is_there",),
    "settlement_live": ("settled_now_is_a_line", "settled_now_stays_a_line"),
}
"""What must be there."""
