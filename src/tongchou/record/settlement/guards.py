"""What the database itself holds about events and lines: they are of visits, people, institutions, events and charges
that are there, and a line is settled once at a time.

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
DECLARE charges bigint[]; events bigint[] := ARRAY(SELECT DISTINCT event_id FROM fresh); later bool;
BEGIN
    SELECT array_agg(charge_id), bool_or(turn <> 1) INTO charges, later FROM fresh;
    IF (SELECT count(*) FROM settlement_event WHERE id = ANY (events)) <> cardinality(events)
        OR (SELECT count(*) FROM charge WHERE id = ANY (charges)) <> cardinality(charges) THEN
        RAISE EXCEPTION 'a line is of no event or no charge' USING ERRCODE = 'foreign_key_violation';
    END IF;
    IF later AND EXISTS (SELECT FROM fresh f WHERE turn <> 1 AND (
        NOT EXISTS (
            SELECT FROM settlement_line p JOIN settlement_event r ON r.reverses_id = p.event_id
            WHERE p.charge_id = f.charge_id AND p.turn = f.turn - 1
        ) OR EXISTS (SELECT FROM settlement_event r WHERE r.reverses_id = f.event_id)
    )) THEN
        RAISE EXCEPTION 'a line is settled already' USING ERRCODE = 'unique_violation';
    END IF;
    IF EXISTS (SELECT FROM charge_withdrawn WHERE charge_id = ANY (charges)) THEN
        RAISE EXCEPTION 'a line is settled and taken back' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
"""
"""The first settlement of a line is in turn 1, which the key gives away once; the next turn is there when what was
settled in the one before was reversed, which nothing undoes. Few lines are taken back: they are found in one walk."""

LOOKING = """
CREATE FUNCTION lines_standing(charges bigint[]) RETURNS TABLE (
    charge bigint, event bigint, full_self_pay bigint, over_limit bigint, first_self_pay bigint, in_scope bigint
) LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
BEGIN
    RETURN QUERY SELECT l.charge_id, l.event_id, l.full_self_pay, l.over_limit, l.first_self_pay, l.in_scope
    FROM settlement_line l WHERE l.charge_id = ANY (charges)
    AND (SELECT true FROM settlement_event r WHERE r.reverses_id = l.event_id) IS NULL;
END $$;
CREATE FUNCTION turns_taken(charges bigint[]) RETURNS TABLE (charge bigint, turns bigint)
LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
BEGIN
    RETURN QUERY SELECT l.charge_id, count(*) FROM settlement_line l WHERE l.charge_id = ANY (charges) GROUP BY 1;
END $$;
"""
"""Lines that are settled now, and how often lines were settled; by index, one by one, however few there were when this
was planned: a join would read all settlements."""

KEYS = (
    (
        _EVENTS,
        "DROP TRIGGER household_never_goes ON household; DROP TRIGGER organisation_never_goes ON organisation;"
        " DROP TRIGGER institution_never_goes ON institution; DROP TRIGGER person_stays ON person;"
        " DROP TRIGGER settled_is_there ON settlement_event; DROP FUNCTION settled_is_there();",
    ),
)
"""What a migration runs for events, and what takes it back."""

TRIGGERS = {
    "settlement_event": ("settled_is_there",),
    "person": ("person_never_goes", "person_stays"),
    "institution": ("institution_never_goes",),
    "organisation": ("organisation_never_goes",),
    "household": ("household_never_goes",),
    "settlement_line": ("settled_line_is_there",),
}
"""What must be there."""
