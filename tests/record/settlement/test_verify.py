"""Each check finds the fault that was planted for it, past every guard, and nothing where there is none."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection, connections, transaction

from tests.record.clearing.test_planted import FAULTS as YEARS
from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.negotiation.test_planted import FAULTS as QUOTAS
from tests.record.orgs.people import organisation
from tests.record.payment import stage as months
from tests.record.settlement.stage import ACCOUNT, charge, hospital, retired, treated, visit
from tests.record.undone import undone
from tongchou.record.accounts.models import Close, Sharing
from tongchou.record.base import clock
from tongchou.record.base.periods import days
from tongchou.record.ledger.chart import BUSINESS
from tongchou.record.ledger.months import close_month
from tongchou.record.payment.appealing import accept
from tongchou.record.payment.deducting import deduct
from tongchou.record.payment.prepaying import prepay
from tongchou.record.postgres import OWNER, SERVICE, Cluster
from tongchou.record.project.start import hang_up
from tongchou.record.providers.models import Institution
from tongchou.record.settlement.asking import Asked
from tongchou.record.settlement.claims import Choice
from tongchou.record.settlement.models import Event
from tongchou.record.settlement.replay import replay, shares
from tongchou.record.settlement.reversing import reverse, reverse_message
from tongchou.record.settlement.settling import settle
from tongchou.record.settlement.verify import EVERY, verify

MAY, JUNE = date(2025, 5, 10), date(2025, 6, 2)


def a_city_at_work() -> None:
    """Stays, visits, a return, a relative's account, two reversals, a tombstone, a closed month and a closed year."""
    city = organisation("agency", organisation("agency"))
    at = hospital(city, "二级")
    one, other = retired(city, 500_00), retired(city, 80_00)
    Sharing.objects.create(
        owner=one, relative=other, relation="配偶", insurance="employee", account=ACCOUNT, evidence="x",
        during=days(date(2025, 1, 1), None),
    )  # fmt: skip
    with clock.at(MAY):
        bought = visit(at, other, MAY, "普通门诊")
        line = charge(bought, 900_00)
        settle(visit_id=bought.pk, asked=Asked("m1", {}))
        charge(bought, 1_000_00)
        charge(bought, 100_00, "乙类药")
        charge(bought, -400_00, returns=line)
        settle(visit_id=bought.pk, asked=Asked("m2", {}))
    with clock.at(JUNE):
        Close.objects.create(
            person=one, insurance="employee", account=ACCOUNT, day=date(2025, 1, 31), fen=500_00, at=clock.now()
        )
        for month in (date(2025, 1, 1), MAY):  # accounts were credited in January
            close_month(book=BUSINESS, month=month)
        reverse_message(institution_id=at.pk, msgid="m2", reason="退费", asked=Asked("r2", {}))
        settle(visit_id=treated(at, other, MAY, 90_00, "普通门诊").pk, choice=Choice("relative", one.pk))
        settle(visit_id=treated(at, one, MAY, 8_000_00).pk)
        reverse_message(institution_id=at.pk, msgid="m9", reason="冲正", asked=Asked("r9", {}))
        again = settle(visit_id=treated(at, one, MAY, 3_000_00).pk)
        reverse(event_id=again.pk, reason="录入错误")
        see_through(at)


def see_through(at: Institution) -> None:
    """The hospital's May, to its prepayment."""
    months.budget(at, 12_000_00)
    found = months.declared(months.opened(at))
    event = Event.objects.filter(day=MAY, kind="settle").earliest("id")
    one = deduct(entered=months.entered(event, 1_00))
    months.reviewed(found)
    accept(deduction_id=one.pk)
    months.final(found, JUNE)
    prepay(statement_id=found.pk)


@pytest.fixture(scope="module")
def city(server: Cluster) -> Iterator[None]:
    """As the owner, who alone can switch triggers off; all of it is rolled back."""
    hang_up()
    settings = connections["default"].settings_dict
    settings["USER"] = OWNER
    try:
        with undone(), clock.at(JUNE), doing_everything():
            put_in_force()
            a_city_at_work()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            yield
    finally:
        settings["USER"] = SERVICE
        hang_up()


def codes() -> set[str]:
    return {problem.code for problem in verify()}


def again() -> list[tuple[str, str]]:
    """What replay tells: the code, and what differs or why it cannot be."""
    told = [problem for persons in shares() for problem in replay(persons).problems]
    return [(problem.code, str(problem.details.get("what", problem.details.get("why")))) for problem in told]


def plant(table: str, statement: str, using: str = "default") -> None:
    """Change what is written once."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def planting(city: None) -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("city")
def test_nothing_is_wrong_where_nothing_was_planted() -> None:
    assert verify() == []
    assert again() == []
    assert sum(replay(persons).events for persons in shares()) == 7


POSTING = "ledger_posting", "UPDATE ledger_posting SET {} WHERE id = (SELECT {}(id) FROM ledger_posting)"
EVENT = "UPDATE settlement_event SET {} WHERE id = (SELECT min(id) FROM settlement_event WHERE kind = '{}')"
AGAIN = """
INSERT INTO settlement_line SELECT (jsonb_populate_record(l, '{{"turn": {turn}}}')).* FROM settlement_line l
WHERE turn = 1 AND NOT EXISTS (SELECT FROM settlement_event r WHERE r.reverses_id = l.event_id) LIMIT 1
"""
LINE = "UPDATE settlement_line SET {} WHERE charge_id = (SELECT min(charge_id) FROM settlement_line WHERE cash > 0)"
PAID = """
WITH entry AS (
    INSERT INTO ledger_entry (book, kind, source, day, business_day, note, at)
    VALUES ('business', 'pay_out', 'pay out 1 paid', '2025-06-02', '2025-06-02', '', now()) RETURNING id, book, day
) INSERT INTO ledger_posting (entry_id, book, day, account, scheme, county_id, fund, bearer, year, fen)
SELECT id, book, day, account, 'employee', 0, 'x', '', 2025, fen
FROM entry, (VALUES ('in_payment', 5), ('paid_out', -5)) leg(account, fen)
"""
FAULTS = {
    "an amount changed": ("V401", "ledger_posting", POSTING[1].format("fen = fen + 1", "max")),
    "a posting gone": (
        "V402",
        "ledger_posting",
        "DELETE FROM ledger_posting WHERE entry_id = (SELECT max(id) FROM ledger_entry)",
    ),
    "a posting moved to another day": ("V402", "ledger_posting", POSTING[1].format("day = day + 1", "max")),
    "a posting of a closed month": ("V405", "ledger_posting", POSTING[1].format("fen = fen + 1", "min")),
    "paid in one book alone": ("V423", "ledger_posting", PAID),
    "a balance": ("V405", "ledger_balance", "UPDATE ledger_balance SET fen = fen + 1 WHERE account LIKE 'prov%'"),
    "an account's close": ("V406", "account_close", "UPDATE account_close SET fen = fen + 1"),
    "an account overdrawn": (
        "V407",
        "account_entry",
        "UPDATE account_entry SET fen = fen - 100000 WHERE id = (SELECT max(id) FROM account_entry)",
    ),
    "a payer's share": ("V408", "settlement_event", EVENT.format("cash = cash + 1", "settle")),
    "a line's cash": ("V409", "settlement_line", LINE.format("cash = cash + 1")),
    "a line's part": ("V409", "settlement_line", LINE.format("in_scope = in_scope + 1")),
    "cash moved between lines and hospital": (
        "V410",
        "settlement_line",
        LINE.format("cash = cash - 1, hospital = hospital + 1"),
    ),
    "a line paid from another layer": (
        "V410",
        "settlement_line",
        "UPDATE settlement_line SET paid = replace(paid::text, 'pool', 'pond')::jsonb",
    ),
    "all lines of a settlement gone": (
        "V410",
        "settlement_line",
        "DELETE FROM settlement_line",
    ),
    "a national field": (
        "V411",
        "settlement_event",
        EVENT.format("fields = jsonb_set(fields, '{maf_pay}', '1')", "settle"),
    ),
    "an accumulator": ("V412", "accumulator", "UPDATE accumulator SET fen = fen + 1 WHERE fen > 0"),
    "an accumulator gone": ("V412", "accumulator", "DELETE FROM accumulator"),
    "an accumulator of nobody": (
        "V412",
        "accumulator",
        "INSERT INTO accumulator (subject, name, period, each, fen) VALUES ('p0', 'x', '2025', '', 1)",
    ),
    "a draw that no settlement knows": (
        "V413",
        "account_entry",
        "UPDATE account_entry SET source = source || '000' WHERE kind = 'care'",
    ),
    "a reversal of less": (
        "V414",
        "settlement_event",
        EVENT.format("cash = cash + 1, total = total + 1", "reverse"),
    ),
    "a reversal of another delta": ("V414", "settlement_event", EVENT.format("delta = '[]'", "reverse")),
    "a line settled again while it stood": ("V415", "settlement_line", AGAIN.format(turn=2)),
    "a line settled before its turn": ("V415", "settlement_line", AGAIN.format(turn=3)),
    "a line of another visit": (
        "V424",
        "charge",
        "UPDATE charge SET visit_id = (SELECT min(id) FROM visit v WHERE v.id <> visit_id)",
    ),
    "a line of no charge": ("V424", "settlement_line", LINE.format("charge_id = 0")),
    "a charge of no visit": ("V424", "charge", "UPDATE charge SET visit_id = 0"),
    "a visit of nobody": ("V424", "visit", "UPDATE visit SET person_id = 0"),
    "more than a cap leaves": (
        "V416",
        "settlement_event",
        EVENT.format(
            "trace = (SELECT json_agg(row || '{\"room\": 0}') FROM jsonb_array_elements(trace::jsonb) row)", "settle"
        ),
    ),
    "the answer to another's message": (
        "V417",
        "settlement_message",
        "UPDATE settlement_message SET event_id = (SELECT max(id) FROM settlement_event) WHERE asked = 'settle'",
    ),
    "a message that was reversed first": (
        "V418",
        "settlement_tombstone",
        "UPDATE settlement_tombstone SET msgid = 'm1'",
    ),
    "an entry after the close": (
        "V419",
        "ledger_entry",
        "UPDATE ledger_entry SET at = at + interval '60 days' WHERE id = (SELECT min(id) FROM ledger_entry)",
    ),
    "a settlement without postings": (
        "V420",
        "ledger_posting",
        "DELETE FROM ledger_posting; DELETE FROM ledger_balance",
    ),
    "a line of a month": ("V431", "month_statement_line", "UPDATE month_statement_line SET fen = fen + 1"),
    "what of a deduction stands": (
        "V432",
        "month_deduction_step",
        "UPDATE month_deduction_step SET stands = 0",
    ),
    "a month that was not prepaid": (
        "V433",
        "month_statement_step",
        "DELETE FROM month_statement_step WHERE act = 'prepaid'",
    ),
    "a prepayment": ("V434", "month_prepayment", "UPDATE month_prepayment SET payable = payable + 1"),
    "a deposit below nothing": (
        "V435",
        "ledger_posting",
        "UPDATE ledger_posting SET fen = -fen WHERE account = 'provider_deposit'",
    ),
    "more deducted than was charged": ("V436", "month_deduction", "UPDATE month_deduction SET fen = 100000000"),
    "owed to another": (
        "V420",
        "ledger_posting",
        "UPDATE ledger_posting SET organisation_id = 0 WHERE organisation_id IS NOT NULL",
    ),
}


@pytest.mark.usefixtures("planting")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault: str) -> None:
    code, table, statement = FAULTS[fault]
    for one in ("ledger_balance", "settlement_line"):
        if one in statement and one != table:
            plant(one, "SELECT 1")
            connection.cursor().execute(f"ALTER TABLE {one} DISABLE TRIGGER USER")
    plant(table, statement)
    assert code in codes()


def test_every_check_of_the_database_has_a_planted_fault() -> None:
    planted = {code for code, _, _ in (*FAULTS.values(), *YEARS.values(), *QUOTAS.values())}
    assert {check.code for check in EVERY} <= planted


@pytest.mark.usefixtures("planting")
@pytest.mark.parametrize(
    ("code", "statement"),
    [
        ("V403", "ALTER TABLE settlement_event DISABLE TRIGGER written_once"),
        ("V403", "DROP TRIGGER never_emptied ON audit_entry"),
        ("V403", "ALTER TABLE ledger_posting DISABLE TRIGGER ledger_adds_up"),
        ("V403", "DROP TRIGGER charge_is_of_a_visit ON charge"),
        ("V403", "DROP TRIGGER visit_is_of_somebody ON visit"),
        ("V403", "DROP TRIGGER month_deduction_within_charge ON month_deduction"),
        ("V403", "DROP TRIGGER settled_line_is_there ON settlement_line"),
        ("V404", f"GRANT UPDATE ON settlement_line TO {SERVICE}"),
    ],
)
def test_a_guard_that_is_gone_is_found(code: str, statement: str) -> None:
    connection.cursor().execute(statement)
    assert codes() == {code}


@pytest.mark.usefixtures("planting")
@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("cash", "cash = cash + 1"),
        ("fields", "fields = jsonb_set(fields, '{pool_prop_selfpay}', '\"0.9999\"')"),
        ("trace", "trace = '[]'"),
        ("reads", "reads = '[]'"),
        ("delta", "delta = '[]'"),
        ("year", "year = 2031"),
        ("semantics 0", "semantics = 0"),
        ("G101", "pack = 'x'"),
    ],
)
def test_replay_tells_what_differs(what: str, change: str) -> None:
    plant("settlement_event", EVENT.format(change, "settle"))
    assert any(what in told for _, told in again())


@pytest.mark.usefixtures("planting")
@pytest.mark.parametrize("change", ["semantics = 0", "pack = 'x'"])
def test_replay_tells_what_cannot_be_settled_again(change: str) -> None:
    plant("settlement_event", EVENT.format(change, "settle"))
    assert "V422" in {code for code, _ in again()}


@pytest.mark.usefixtures("planting")
def test_replay_tells_of_lines_and_of_balances_that_were_not_there() -> None:
    plant("settlement_line", LINE.format("cash = cash - 1, hospital = hospital + 1"))
    assert again() == [("V421", "lines")]
    plant("settlement_event", "UPDATE settlement_event SET balances = '[]' WHERE kind = 'settle'")
    assert any("paid" in told for _, told in again())


@pytest.mark.usefixtures("planting")
def test_only_so_many_rows_of_a_check_are_told() -> None:
    values = ", ".join(f"('p{number}', 'x', '2025', '', 1)" for number in range(50))
    connection.cursor().execute(f"INSERT INTO accumulator (subject, name, period, each, fen) VALUES {values}")
    found = verify()
    assert [problem.code for problem in found] == ["V412"] * 20 + ["V499"]
    assert found[-1].details == {"count": 30, "code": "V412"}


@pytest.mark.usefixtures("city")
def test_whoever_shares_state_is_replayed_together() -> None:
    together = shares(10**9)
    apart = shares(1)
    assert len(together) == 1
    assert len(apart) == 2
    assert sorted(int(one) for part in apart for one in part) == [int(one) for one in together[0]]
