"""What the database itself holds about the books: each entry adds up, and a closed month stays as it is.

The postings of an entry are one statement, so that a trigger can add them up at once; a row at a time it would cost
three times as much. Whoever posts into a month holds it shared, whoever closes it holds it alone.
"""

MONTH_LOCK = 0x1ED6E12
"""The first half of the advisory lock on a month; the second is the book and the month as a number."""

ADDS_UP = """
CREATE OR REPLACE FUNCTION ledger_adds_up() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE uneven bigint; elsewhere bool;
BEGIN
    SELECT entry_id INTO uneven FROM fresh
    GROUP BY entry_id, book, scheme, county_id, fund, year HAVING sum(fen) <> 0 LIMIT 1;
    IF uneven IS NOT NULL THEN
        RAISE EXCEPTION 'the postings of entry % do not add up', uneven USING ERRCODE = 'check_violation';
    END IF;
    SELECT f.entry_id, f.there IS NOT TRUE INTO uneven, elsewhere FROM (
        SELECT g.entry_id, g.n, (
            SELECT e.book = g.book AND e.day = g.day FROM ledger_entry e WHERE e.id = g.entry_id
        ) AS there FROM (SELECT entry_id, book, day, count(*) AS n FROM fresh GROUP BY entry_id, book, day) g OFFSET 0
    ) f
    WHERE f.there IS NOT TRUE OR f.n <> (SELECT count(*) FROM ledger_posting p WHERE p.entry_id = f.entry_id) LIMIT 1;
    IF elsewhere THEN
        RAISE EXCEPTION 'postings of entry % are of another book or day', uneven USING ERRCODE = 'check_violation';
    ELSIF uneven IS NOT NULL THEN
        RAISE EXCEPTION 'entry % has postings already', uneven USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
"""
"""Entries are looked up by index, one by one: planned while the books were empty, a join would read all of them for
each statement from then on. It is also the key from a posting to its entry."""

_ADDS_UP = f"""
{ADDS_UP}
CREATE TRIGGER ledger_adds_up AFTER INSERT ON ledger_posting
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_adds_up();
"""

_MONTH_IS_OPEN = f"""
CREATE FUNCTION ledger_month_number(book text, day date) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT (extract(year FROM day) * 12 + extract(month FROM day))::int * 2 + (book = 'cash')::int
$$;
CREATE FUNCTION ledger_month_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE of record;
BEGIN
    FOR of IN SELECT DISTINCT book, date_trunc('month', day)::date AS month FROM fresh LOOP
        PERFORM pg_advisory_xact_lock_shared({MONTH_LOCK}, ledger_month_number(of.book, of.month));
        IF 'closed' = (
            SELECT act FROM ledger_month m WHERE m.book = of.book AND m.month = of.month ORDER BY number DESC LIMIT 1
        ) THEN
            RAISE EXCEPTION 'month % of book % is closed', of.month, of.book USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_month_is_open AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_month_is_open();
"""

GUARDS = (
    (_ADDS_UP, "DROP TRIGGER ledger_adds_up ON ledger_posting; DROP FUNCTION ledger_adds_up();"),
    (
        _MONTH_IS_OPEN,
        "DROP TRIGGER ledger_month_is_open ON ledger_entry; DROP FUNCTION ledger_month_is_open();"
        " DROP FUNCTION ledger_month_number(text, date);",
    ),
)
"""What a migration runs, and what takes it back."""
