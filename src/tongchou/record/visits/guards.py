"""What the database itself holds about lines: one that was taken back is not settled, nor the other way round."""

NOT_BOTH = """
CREATE OR REPLACE FUNCTION taken_back_unsettled() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (
        SELECT FROM settlement_line l WHERE l.charge_id = ANY (ARRAY(SELECT charge_id FROM fresh))
        AND NOT EXISTS (SELECT FROM settlement_event r WHERE r.reverses_id = l.event_id)
    ) THEN
        RAISE EXCEPTION 'a line is settled and taken back' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
"""
"""Run after each insertion of what is taken back; what is settled is looked at by the guards of settlements."""

KEYS = (
    (
        """
CREATE FUNCTION charge_is_of_a_visit() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT visit_id FROM fresh) f
        WHERE (SELECT true FROM visit v WHERE v.id = f.visit_id) IS NULL
    ) OR EXISTS (
        SELECT FROM fresh f
        WHERE returns_id IS NOT NULL AND (SELECT true FROM charge c WHERE c.id = f.returns_id) IS NULL
    ) THEN
        RAISE EXCEPTION 'a line is of no visit, or gives back one that is not there'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER charge_is_of_a_visit AFTER INSERT ON charge
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION charge_is_of_a_visit();
CREATE TRIGGER visit_never_goes BEFORE DELETE OR UPDATE OF id ON visit FOR EACH ROW EXECUTE FUNCTION never_goes();
""",
        "DROP TRIGGER visit_never_goes ON visit; DROP TRIGGER charge_is_of_a_visit ON charge;"
        " DROP FUNCTION charge_is_of_a_visit();",
    ),
)
"""The keys of lines, looked up for all rows of a statement together, by index, however empty the tables were when it
was planned: a foreign key would queue each row."""

VISITED = (
    (
        """
CREATE FUNCTION visit_is_of_somebody() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (
        SELECT FROM fresh f WHERE (SELECT true FROM person p WHERE p.id = f.person_id) IS NULL
            OR (SELECT true FROM institution i WHERE i.id = f.institution_id) IS NULL
    ) THEN
        RAISE EXCEPTION 'a visit is of no person or at no institution' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER visit_is_of_somebody AFTER INSERT ON visit
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION visit_is_of_somebody();
CREATE FUNCTION visit_stays_with_somebody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM person WHERE id = NEW.person_id)
        OR NOT EXISTS (SELECT FROM institution WHERE id = NEW.institution_id) THEN
        RAISE EXCEPTION 'a visit is of no person or at no institution' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER visit_stays_with_somebody AFTER UPDATE OF person_id, institution_id ON visit FOR EACH ROW
    WHEN (OLD.person_id <> NEW.person_id OR OLD.institution_id <> NEW.institution_id)
    EXECUTE FUNCTION visit_stays_with_somebody();
""",
        "DROP TRIGGER visit_stays_with_somebody ON visit; DROP FUNCTION visit_stays_with_somebody();"
        " DROP TRIGGER visit_is_of_somebody ON visit; DROP FUNCTION visit_is_of_somebody();",
    ),
)
"""The keys of visits, likewise; whom they name never goes."""

TRIGGERS = {
    "charge_withdrawn": ("taken_back_unsettled",),
    "charge": ("charge_is_of_a_visit",),
    "visit": ("visit_never_goes", "visit_is_of_somebody", "visit_stays_with_somebody"),
}
"""What must be there."""
