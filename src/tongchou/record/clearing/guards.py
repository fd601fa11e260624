"""What the database itself holds about the clearing year: its steps come in their order and by different people, cases
are kept while they are grouped, feedback comes while it may, and a year is cleared when its groups are final."""

_STEPS = """
CREATE FUNCTION clearing_step_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before record;
BEGIN
    SELECT act, number, "by" INTO before FROM clearing_step WHERE year_id = NEW.year_id ORDER BY number DESC LIMIT 1;
    IF NOT (CASE WHEN FOUND THEN NEW.number = before.number + 1 AND (before.act, NEW.act) IN (
        ('opened', 'grouped'), ('grouped', 'grouped'), ('grouped', 'published'), ('published', 'final'),
        ('final', 'cleared'), ('cleared', 'cleared'), ('cleared', 'confirmed'), ('cleared', 'reopened'),
        ('final', 'reopened'), ('confirmed', 'reopened'), ('reopened', 'final')
    ) ELSE NEW.number = 1 AND NEW.act = 'opened' END) THEN
        RAISE EXCEPTION 'the year % cannot be % now', NEW.year_id, NEW.act USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.act = 'confirmed' AND before."by" = NEW."by" THEN
        RAISE EXCEPTION 'the year % is confirmed by who cleared it', NEW.year_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER clearing_step_in_order BEFORE INSERT ON clearing_step
    FOR EACH ROW EXECUTE FUNCTION clearing_step_in_order();
"""


def _while(name: str, table: str, states: str) -> str:
    """Rows come into a table only while the year is in one of these states."""
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last text;
BEGIN
    SELECT act INTO last FROM clearing_step WHERE year_id = NEW.year_id ORDER BY number DESC LIMIT 1;
    IF last IS NULL OR NOT last = ANY('{{{states}}}'::text[]) THEN
        RAISE EXCEPTION 'the year % is %', NEW.year_id, last USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();
"""


_NAMES = {
    "clearing_step": ("clearing_step_in_order", _STEPS),
    "clearing_cases": (
        "clearing_cases_when_grouped",
        _while("clearing_cases_when_grouped", "clearing_cases", "opened,grouped,published,reopened"),
    ),
    "clearing_objection": (
        "clearing_objection_in_time",
        _while("clearing_objection_in_time", "clearing_objection", "published,reopened"),
    ),
    "clearing_special_case": (
        "clearing_special_case_in_time",
        _while("clearing_special_case_in_time", "clearing_special_case", "published,reopened"),
    ),
    "clearing_version": (
        "clearing_version_of_final",
        _while("clearing_version_of_final", "clearing_version", "final,cleared"),
    ),
}
GUARDS = tuple((up, f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();") for table, (name, up) in _NAMES.items())
"""What a migration runs, and what takes it back."""
TRIGGERS = {table: (name,) for table, (name, _) in _NAMES.items()}
"""What must be there."""
