"""What the database itself holds about the month: one statement stands, steps come in their order and by different
people, and no more is deducted of a settlement than it charged."""

_STATEMENT = """
CREATE FUNCTION month_statement_stands_alone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before bigint; last text;
BEGIN
    SELECT s.id INTO before FROM month_statement s
    WHERE (s.institution_id, s.month, s.scheme) = (NEW.institution_id, NEW.month, NEW.scheme)
        AND s.round = NEW.round - 1;
    SELECT act INTO last FROM month_statement_step WHERE statement_id = before ORDER BY number DESC LIMIT 1;
    IF NOT (CASE WHEN NEW.round = 1 THEN before IS NULL ELSE last IS NOT DISTINCT FROM 'reopened' END) THEN
        RAISE EXCEPTION 'a statement of the month stands' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER month_statement_stands_alone BEFORE INSERT ON month_statement
    FOR EACH ROW EXECUTE FUNCTION month_statement_stands_alone();
"""
STEP_ORDER = """
CREATE OR REPLACE FUNCTION month_statement_step_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before record;
BEGIN
    SELECT act, number INTO before FROM month_statement_step
    WHERE statement_id = NEW.statement_id ORDER BY number DESC LIMIT 1;
    IF NOT (CASE WHEN FOUND THEN NEW.number = before.number + 1 AND (before.act, NEW.act) IN (
        ('opened', 'declared'), ('declared', 'opened'), ('declared', 'reviewed'), ('reviewed', 'final'),
        ('final', 'prepaid'),
        ('opened', 'reopened'), ('declared', 'reopened'), ('reviewed', 'reopened'), ('final', 'reopened'),
        ('prepaid', 'reopened')
    ) ELSE NEW.number = 1 AND NEW.act = 'opened' END) THEN
        RAISE EXCEPTION 'statement % cannot be % now', NEW.statement_id, NEW.act USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.act = 'final' AND (
        EXISTS (
            SELECT FROM month_statement_step
            WHERE statement_id = NEW.statement_id AND act = 'reviewed' AND "by" = NEW."by"
        ) OR EXISTS (SELECT FROM month_deduction WHERE statement_id = NEW.statement_id AND "by" = NEW."by")
    ) THEN
        RAISE EXCEPTION 'statement % was reviewed by the same person', NEW.statement_id
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.act = 'opened' AND EXISTS (SELECT FROM month_deduction WHERE statement_id = NEW.statement_id) THEN
        RAISE EXCEPTION 'statement % is under review', NEW.statement_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
"""By itself, since a later migration puts it in the place of an earlier one."""
_STEPS = f"""
{STEP_ORDER}
CREATE TRIGGER month_statement_step_in_order BEFORE INSERT ON month_statement_step
    FOR EACH ROW EXECUTE FUNCTION month_statement_step_in_order();
"""
_DEDUCTIONS = """
CREATE FUNCTION month_deduction_within_charge() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE charged bigint; taken bigint;
BEGIN
    IF 'declared' IS DISTINCT FROM (
        SELECT act FROM month_statement_step WHERE statement_id = NEW.statement_id ORDER BY number DESC LIMIT 1
    ) THEN
        RAISE EXCEPTION 'statement % is not under review', NEW.statement_id USING ERRCODE = 'check_violation';
    END IF;
    -- Two of one settlement wait for each other; what follows then sees what the first has taken.
    PERFORM pg_advisory_xact_lock(hashtextextended('month_deduction ' || NEW.event, 0));
    SELECT coalesce(-sum(p.fen), 0) INTO charged
    FROM month_statement s JOIN institution i ON i.id = s.institution_id
    JOIN ledger_entry e ON e.book = 'business' AND e.source = 'settlement ' || NEW.event AND e.kind = 'settlement'
    JOIN ledger_posting p ON p.entry_id = e.id AND p.account = 'provider_payable' AND p.scheme = s.scheme
        AND p.organisation_id = i.organisation_id AND p.bearer <> 'account'
    WHERE s.id = NEW.statement_id AND e.day >= s.month AND e.day < s.month + interval '1 month';
    SELECT coalesce(sum(d.fen), 0) INTO taken FROM month_deduction d
    WHERE d.statement_id = NEW.statement_id AND d.event = NEW.event AND NOT EXISTS (
        SELECT FROM month_deduction_step w WHERE w.deduction_id = d.id AND w.act = 'withdrawn'
    );
    IF taken + NEW.fen > charged THEN
        RAISE EXCEPTION 'more is deducted of settlement % than it charged', NEW.event USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER month_deduction_within_charge BEFORE INSERT ON month_deduction
    FOR EACH ROW EXECUTE FUNCTION month_deduction_within_charge();
"""
_ENDS = """
CREATE FUNCTION month_deduction_step_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before text; last text; of month_deduction;
BEGIN
    SELECT * INTO of FROM month_deduction WHERE id = NEW.deduction_id;
    SELECT act INTO last FROM month_statement_step WHERE statement_id = of.statement_id ORDER BY number DESC LIMIT 1;
    SELECT act INTO before FROM month_deduction_step WHERE deduction_id = NEW.deduction_id ORDER BY number DESC LIMIT 1;
    IF NOT (CASE WHEN before IS NULL THEN NEW.number = 1 AND NEW.act <> 'decided'
        ELSE before = 'appealed' AND NEW.number = 2 AND NEW.act IN ('decided', 'lapsed') END)
        OR last IS DISTINCT FROM (CASE NEW.act WHEN 'withdrawn' THEN 'declared' ELSE 'reviewed' END)
    THEN
        RAISE EXCEPTION 'deduction % cannot be % now', NEW.deduction_id, NEW.act USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.stands > of.fen OR (NEW.act IN ('accepted', 'unopposed') AND NEW.stands <> of.fen)
        OR (NEW.act IN ('withdrawn', 'lapsed') AND NEW.stands <> 0) THEN
        RAISE EXCEPTION 'deduction % cannot stand at % fen', NEW.deduction_id, NEW.stands
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.act = 'decided' AND of."by" = NEW."by" THEN
        RAISE EXCEPTION 'deduction % is decided by who made it', NEW.deduction_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER month_deduction_step_in_order BEFORE INSERT ON month_deduction_step
    FOR EACH ROW EXECUTE FUNCTION month_deduction_step_in_order();
"""

_NAMES = {
    "month_statement": ("month_statement_stands_alone", _STATEMENT),
    "month_statement_step": ("month_statement_step_in_order", _STEPS),
    "month_deduction": ("month_deduction_within_charge", _DEDUCTIONS),
    "month_deduction_step": ("month_deduction_step_in_order", _ENDS),
}
GUARDS = tuple((up, f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();") for table, (name, up) in _NAMES.items())
"""What a migration runs, and what takes it back."""
TRIGGERS = {table: (name,) for table, (name, _) in _NAMES.items()}
"""What must be there."""
