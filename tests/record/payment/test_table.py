"""Deductions from a table: all of it or nothing, with a sheet of errors."""

from collections.abc import Iterator

import pytest

from tests.record.contributions.stage import put_in_force
from tests.record.ledger.stage import user
from tests.record.orgs.people import organisation
from tests.record.payment.stage import ENTERS, TODAY, closed, declared, hospital, opened, stay
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.base.actor import Actor, acting
from tongchou.record.base.scope import system
from tongchou.record.orgs.models import Organisation
from tongchou.record.orgs.permissions import PERMISSIONS
from tongchou.record.payment.models import Deduction
from tongchou.record.payment.table import deduct_from_table
from tongchou.record.settlement.models import Event
from tongchou.record.uploads.commands import File, take
from tongchou.record.uploads.models import Upload
from tongchou.record.uploads.queries import errors_of, look_at

HEAD = "结算号,明细号,扣款金额,类别,依据,事由,证据\n"


@pytest.fixture
def where(record: None) -> Iterator[Organisation]:
    with clock.at(TODAY), acting(user(ENTERS)):
        put_in_force()
        city = organisation("agency", organisation("agency"))
        who = Actor("supervisor", system("a test"), frozenset(PERMISSIONS), user=ENTERS, organisation=city.pk)
        with acting(who):
            yield city


@pytest.fixture
def events(where: Organisation) -> list[Event]:
    """A settlement at each of two hospitals, whose months are declared."""
    places = [hospital(where), hospital(where)]
    found = [stay(at, where) for at in places]
    closed()
    for at in places:
        declared(opened(at))
    return found


def taken(text: str) -> Upload:
    return take(purpose="deductions", file=File("扣款.csv", (HEAD + text).encode()))


def test_a_table_of_supervision(events: list[Event]) -> None:
    one, other = events
    line = one.lines.get().charge.number
    made = taken(f"{one.pk},{line},12.34,监管,条例第三十八条,重复收费,案卷 7\n{other.pk},,5.00,,办法第十二条,超标准,\n")
    assert look_at(made.pk).counts == {"deductions": 2, "settlements": 2}
    assert not Deduction.objects.exists()
    rows = deduct_from_table(upload=made.pk, reason="监管移送")
    assert [(row.event, row.line, row.fen, row.kind, row.evidence) for row in rows] == [
        (one.pk, line, 12_34, "supervision", "案卷 7"), (other.pk, "", 5_00, "review", ""),
    ]  # fmt: skip
    assert {row.statement.institution_id for row in rows} == {one.institution_id, other.institution_id}
    with pytest.raises(ProblemError, match="U302"):
        deduct_from_table(upload=made.pk, reason="x")


def test_nothing_of_a_table_with_errors(events: list[Event]) -> None:
    one, other = events
    made = taken(f"{one.pk},,1.00,,依据,事由,\n{other.pk},,99999.00,,依据,事由,\n999999,,1.00,,依据,事由,\nx,,0,,,,\n")
    seen = look_at(made.pk)
    assert seen.state == "faulty"
    assert {(p.place.row, p.place.column) for p in seen.problems} >= {(5, "结算号"), (5, "扣款金额"), (5, "依据")}
    assert errors_of(made.pk).startswith(b"PK")
    made = taken(f"{one.pk},,1.00,,依据,事由,\n{other.pk},,99999.00,,依据,事由,\n999999,,1.00,,依据,事由,\n")
    assert [(p.code, p.place.row, p.place.column) for p in look_at(made.pk).problems] == [("M408", 4, "结算号")]
    made = taken(f"{one.pk},,6825.00,,依据,事由,\n{one.pk},,0.01,,依据,事由,\n{other.pk},,99999.00,,依据,事由,\n")
    assert [(p.code, p.place.row) for p in look_at(made.pk).problems] == [("M409", 3), ("M409", 4)]
    with pytest.raises(ProblemError, match="U301"):
        deduct_from_table(upload=made.pk, reason="x")
    assert not Deduction.objects.exists()


def test_what_has_changed_since_it_was_looked_at_is_refused_whole(events: list[Event]) -> None:
    one, other = events
    given = f"{one.pk},,6825.00,,依据,事由,\n{other.pk},,1.00,,依据,事由,\n"
    first, second = taken(given), taken(given)
    deduct_from_table(upload=first.pk, reason="x")
    with pytest.raises(ProblemError) as told:
        deduct_from_table(upload=second.pk, reason="x")
    assert [(p.code, p.place.row, p.place.column) for p in told.value.problems] == [("M409", 2, "扣款金额")]
    assert Deduction.objects.count() == 2
    assert Upload.objects.get(id=second.pk).state == "ready"


def test_options_are_refused(events: list[Event]) -> None:
    made = take(purpose="deductions", file=File("x.csv", HEAD.encode()), options={"whole": "yes"})
    assert [p.code for p in look_at(made.pk).problems] == ["K203"]
