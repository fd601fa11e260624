"""Stock in the record: written once, seen by whose it is, recorded once by two at once, counted as a list would."""

import random
import threading
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from tests.record.orgs.people import organisation
from tests.record.settlement.stage import hospital
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.base.actor import acting, system_actor
from tongchou.record.base.immutable import ImmutableRowError
from tongchou.record.base.scope import Scope, scoped
from tongchou.record.providers.models import Institution
from tongchou.record.stock import codes, queries, recording, withdrawing
from tongchou.record.stock.models import KINDS, SALE, TAKEN_BACK, Entry, Trace, Withdrawal
from tongchou.record.stock.recording import Reported, Rows, record

TODAY = date(2026, 3, 20)
KEEPER = system_actor("test", "settlement.write", "settlement.read", "supervision.read")
AT = datetime(2026, 3, 20, 10, tzinfo=clock.CHINA)
SOLD = Reported(SALE, "B1", "P1", "XA01", "示例药品", Decimal(1), AT, traces=("T1",), details={"rtal_docno": "R1"})


@pytest.fixture
def here(record: None) -> Institution:
    with clock.at(TODAY), acting(KEEPER):
        yield hospital(organisation("agency"))


def put(at: Institution, *entries: Reported, **given: bool) -> list[Entry | ProblemError]:
    return record(institution_id=at.pk, entries=Rows(entries), **given)


def test_entries_are_written_once(here: Institution) -> None:
    (made,) = put(here, SOLD)
    made.quantity = Decimal(2)
    with pytest.raises(ImmutableRowError):
        made.save()
    with pytest.raises(ImmutableRowError):
        made.delete()


def test_each_kind_has_a_name_that_fits() -> None:
    longest = Entry._meta.get_field("kind").max_length
    assert all(len(kind) <= longest for kind, _ in KINDS)


def test_rows_are_seen_by_whose_they_are(here: Institution) -> None:
    put(here, SOLD)
    withdrawing.withdraw(institution_id=here.pk, batch="B1", kinds=(SALE,))
    put(here, SOLD)
    other = hospital(here.organisation.parent)
    codes.virtual_code(institution_id=here.pk, batch="B1", local_code="P1", national_code="")
    for model, many in ((Entry, 2), (Trace, 2), (Withdrawal, 1)):
        for scope, seen in (
            (Scope("provider", here.organisation_id), many),
            (Scope("provider", other.organisation_id), 0),
            (Scope("agency", here.organisation.parent.path), many),
            (Scope("agency", organisation("agency").path), 0),
            (Scope("employer", here.organisation_id), 0),
        ):
            with scoped(scope):
                assert model.objects.count() == seen
    with scoped(Scope("provider", other.organisation_id)), pytest.raises(ProblemError, match="A114"):
        put(here, SOLD)


def test_permissions(here: Institution) -> None:
    with acting(system_actor("test", "settlement.read")):
        for work in (
            lambda: put(here, SOLD),
            lambda: withdrawing.withdraw(institution_id=here.pk, batch="B1", kinds=(SALE,)),
            lambda: codes.virtual_code(institution_id=here.pk, batch="B1", local_code="P1", national_code=""),
        ):
            with pytest.raises(ProblemError, match="A101"):
                work()
    with acting(system_actor("test", "settlement.write")):
        for ask in (
            lambda: queries.entries(here.pk, (SALE,), TODAY, TODAY),
            lambda: queries.traces(here.pk, (SALE,), TODAY, TODAY),
        ):
            with pytest.raises(ProblemError, match="A101"):
                ask()
    with acting(system_actor("test", "settlement.read")), pytest.raises(ProblemError, match="A101"):
        queries.sold_twice(TODAY, TODAY)


def test_all_or_none_and_each_on_its_own(here: Institution) -> None:
    wrong = replace(SOLD, settlement=10**9, batch="B2")
    with pytest.raises(ProblemError, match="N331"):
        put(here, SOLD, wrong)
    assert not Entry.objects.exists()
    made, refused = put(here, SOLD, wrong, each=True)
    assert isinstance(made, Entry)
    assert isinstance(refused, ProblemError)
    assert Entry.objects.count() == 1


def test_a_question_is_answered_whole_or_refused(here: Institution, monkeypatch: pytest.MonkeyPatch) -> None:
    put(here, SOLD, replace(SOLD, details={"rtal_docno": "R2"}))
    monkeypatch.setattr(queries, "MOST", 2)
    assert len(queries.entries(here.pk, (SALE,), TODAY, TODAY)) == 2
    monkeypatch.setattr(queries, "MOST", 1)
    with pytest.raises(ProblemError, match="N334"):
        queries.entries(here.pk, (SALE,), TODAY, TODAY)
    with pytest.raises(ProblemError, match="N334"):
        queries.traces(here.pk, (SALE,), TODAY, TODAY)
    with pytest.raises(ProblemError, match="N334"):
        queries.sold_twice(TODAY, TODAY)


@pytest.mark.parametrize("seed", range(4))
def test_packages_sold_twice_are_those_that_a_list_finds(here: Institution, seed: int) -> None:
    """Sales, goods taken back and withdrawals at random, in two institutions, against a list that is counted."""
    dice = random.Random(seed)
    places = (here, hospital(here.organisation.parent))
    listed: list[tuple[Institution, Reported]] = []
    for serial in range(40):
        where, batch = dice.choice(places), dice.choice("XY")
        if dice.random() < 0.15:
            kind = dice.choice((SALE, TAKEN_BACK))
            mine = [row for row in listed if row[0] == where and (row[1].batch, row[1].kind) == (batch, kind)]
            if mine:
                assert withdrawing.withdraw(institution_id=where.pk, batch=batch, kinds=(kind,)) == len(mine)
                listed = [row for row in listed if row not in mine]
            continue
        one = replace(
            SOLD,
            kind=dice.choice((SALE, SALE, TAKEN_BACK)),
            batch=batch,
            split=dice.random() < 0.2,
            traces=tuple(dice.sample(("T1", "T2", "T3", "T4"), dice.randint(1, 2))),
            details={"rtal_docno": f"R{serial}"},
        )
        put(where, one)
        listed.append((where, one))
    net = dict.fromkeys(("T1", "T2", "T3", "T4"), 0)
    for _, one in listed:
        for code in () if one.split else one.traces:
            net[code] += 1 if one.kind == SALE else -1
    assert {one.code: one.times for one in queries.sold_twice(TODAY, TODAY)} == {
        code: times for code, times in net.items() if times > 1
    }
    assert queries.sold_now(net) == {code for code, times in net.items() if times > 0}
    assert queries.sold_twice(TODAY - timedelta(days=9), TODAY - timedelta(days=1)) == []


@pytest.mark.parametrize(("locked", "rows"), [(True, 1), (False, 2)])
def test_two_who_report_the_same_at_once(
    own_database: str, monkeypatch: pytest.MonkeyPatch, locked: bool, rows: int
) -> None:
    """With the lock off both are recorded, so the harness sees the race."""
    with clock.at(TODAY), acting(KEEPER):
        where = hospital(organisation("agency"))
    meet = threading.Barrier(2)
    if not locked:
        monkeypatch.setattr(recording, "lock", lambda *_: None)
        made = recording._recorded

        def after_both_looked(*given: object) -> Entry:
            meet.wait(10)
            return made(*given)

        monkeypatch.setattr(recording, "_recorded", after_both_looked)

    def report() -> None:
        try:
            with clock.at(TODAY), acting(KEEPER):
                put(where, SOLD)
        finally:
            connection.close()

    threads = [threading.Thread(target=report) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with acting(KEEPER):
        assert Entry.objects.count() == rows


def test_one_package_twice_in_a_message(here: Institution) -> None:
    """It is a finding where the region does not refuse it, and refused within one message where it does."""
    again = replace(SOLD, details={"rtal_docno": "R2"})
    back = replace(SOLD, kind=TAKEN_BACK)
    made = put(here, SOLD, again, back, replace(SOLD, details={"rtal_docno": "R3"}), each=True, refuse_twice=True)
    assert [isinstance(one, Entry) for one in made] == [True, False, True, True]
    put(here, again)
    assert [(one.code, one.times) for one in queries.sold_twice(TODAY, TODAY)] == [("T1", 2)]
