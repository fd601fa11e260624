"""What the database itself holds about quotas: steps in their order and by different people, and never more given out
than the total."""

_STEPS = """
CREATE FUNCTION quota_negotiation_step_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before record;
BEGIN
    SELECT act, number, "by" INTO before FROM quota_negotiation_step
    WHERE negotiation_id = NEW.negotiation_id ORDER BY number DESC LIMIT 1;
    IF NOT (CASE WHEN FOUND THEN NEW.number = before.number + 1 AND (before.act, NEW.act) IN (
        ('opened', 'agreed'), ('opened', 'decided'), ('agreed', 'published'), ('decided', 'published')
    ) ELSE NEW.number = 1 AND NEW.act = 'opened' END) THEN
        RAISE EXCEPTION 'negotiation % cannot be % now', NEW.negotiation_id, NEW.act USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.act = 'published' AND NEW."by" = before."by" THEN
        RAISE EXCEPTION 'negotiation % is published by who concluded it', NEW.negotiation_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quota_negotiation_step_in_order BEFORE INSERT ON quota_negotiation_step
    FOR EACH ROW EXECUTE FUNCTION quota_negotiation_step_in_order();
"""
_DECIDED = """
CREATE FUNCTION quota_adjustment_decided_by_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW."by" = (SELECT "by" FROM quota_adjustment WHERE id = NEW.adjustment_id) THEN
        RAISE EXCEPTION 'adjustment % is decided by who proposed it', NEW.adjustment_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quota_adjustment_decided_by_another BEFORE INSERT ON quota_adjustment_step
    FOR EACH ROW EXECUTE FUNCTION quota_adjustment_decided_by_another();
"""
_WITHIN = """
CREATE FUNCTION quota_within_total() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE of quota_negotiation; given bigint;
BEGIN
    SELECT n.* INTO of FROM quota_negotiation n JOIN quota_member m ON m.negotiation_id = n.id
    WHERE m.id = NEW.member_id;
    -- Two of one negotiation wait for each other; what follows then sees what the first has given.
    PERFORM pg_advisory_xact_lock(hashtextextended('quota ' || of.id, 0));
    SELECT coalesce(sum(q.fen), 0) INTO given FROM quota q JOIN quota_member m ON m.id = q.member_id
    WHERE m.negotiation_id = of.id;
    IF given + NEW.fen > of.total THEN
        RAISE EXCEPTION 'quotas of negotiation % are more than its total', of.id USING ERRCODE = 'check_violation';
    END IF;
    SELECT coalesce(sum(fen), 0) INTO given FROM quota WHERE member_id = NEW.member_id AND part = NEW.part;
    IF given + NEW.fen < 0 THEN
        RAISE EXCEPTION 'the quota of member % would be below nothing', NEW.member_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quota_within_total BEFORE INSERT ON quota FOR EACH ROW EXECUTE FUNCTION quota_within_total();
"""
_OVERRUN = """
CREATE FUNCTION quota_overrun_step_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before record;
BEGIN
    SELECT act, number INTO before FROM quota_overrun_step
    WHERE overrun_id = NEW.overrun_id ORDER BY number DESC LIMIT 1;
    IF NOT (CASE WHEN FOUND THEN NEW.number = before.number + 1 AND (before.act, NEW.act) IN (
        ('submitted', 'returned'), ('submitted', 'accepted'), ('returned', 'submitted')
    ) ELSE NEW.number = 1 AND NEW.act = 'submitted' END) THEN
        RAISE EXCEPTION 'overrun % cannot be % now', NEW.overrun_id, NEW.act USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quota_overrun_step_in_order BEFORE INSERT ON quota_overrun_step
    FOR EACH ROW EXECUTE FUNCTION quota_overrun_step_in_order();
"""

_NAMES = {
    "quota_negotiation_step": ("quota_negotiation_step_in_order", _STEPS),
    "quota_adjustment_step": ("quota_adjustment_decided_by_another", _DECIDED),
    "quota": ("quota_within_total", _WITHIN),
    "quota_overrun_step": ("quota_overrun_step_in_order", _OVERRUN),
}
GUARDS = tuple((up, f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();") for table, (name, up) in _NAMES.items())
"""What a migration runs, and what takes it back."""
TRIGGERS = {table: (name,) for table, (name, _) in _NAMES.items()}
"""What must be there."""
