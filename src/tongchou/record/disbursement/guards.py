"""What the database itself holds about payment orders: the steps come in their order, and by different people."""

_STEPS = """
CREATE FUNCTION payment_step_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before record;
BEGIN
    SELECT act, number INTO before FROM payment_step WHERE order_id = NEW.order_id ORDER BY number DESC LIMIT 1;
    IF NOT (CASE WHEN FOUND THEN NEW.number = before.number + 1 AND (before.act, NEW.act) IN (
        ('prepared', 'reviewed'), ('reviewed', 'approved'), ('approved', 'sent'),
        ('prepared', 'refused'), ('reviewed', 'refused')
    ) ELSE NEW.number = 1 AND NEW.act = 'prepared' END) THEN
        RAISE EXCEPTION 'payment order % cannot be % now', NEW.order_id, NEW.act USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.act IN ('reviewed', 'approved') AND EXISTS (
        SELECT FROM payment_step WHERE order_id = NEW.order_id AND "by" = NEW."by"
    ) THEN
        RAISE EXCEPTION 'payment order % was seen by the same person before', NEW.order_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payment_step_in_order BEFORE INSERT ON payment_step
    FOR EACH ROW EXECUTE FUNCTION payment_step_in_order();
"""

GUARDS = ((_STEPS, "DROP TRIGGER payment_step_in_order ON payment_step; DROP FUNCTION payment_step_in_order();"),)
"""What a migration runs, and what takes it back."""
