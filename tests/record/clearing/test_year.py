"""A year from the record to the books, to the fen."""

from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from tests.record.clearing.stage import (
    LATER,
    PAID,
    Town,
    cleared,
    listed,
    told,
)
from tests.record.disbursement.stage import account
from tests.record.ledger.stage import user
from tongchou.engines.payment.folder import read
from tongchou.engines.payment.verify import verify as count_again
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.base.actor import acting
from tongchou.record.clearing import publishing, queries
from tongchou.record.clearing.clearing import clear_year
from tongchou.record.clearing.confirming import confirm, reopen
from tongchou.record.clearing.finishing import finalise
from tongchou.record.clearing.giving import give
from tongchou.record.clearing.models import CaseTable, Cleared, ClearedBalance, ClearedLine, ClearingYear, YearStep
from tongchou.record.clearing.objecting import decide_objection, object_
from tongchou.record.disbursement.models import PaymentLine
from tongchou.record.disbursement.preparing import prepare
from tongchou.record.ledger.models import Entry
from tongchou.record.ledger.queries import balance_of
from tongchou.record.payment.year_end import KINDS
from tongchou.record.settlement.reversing import reverse

DAY = LATER.replace(year=2027)


def held(name: str) -> int:
    return -balance_of(f"provider_{name}", DAY)


def lines(found: Cleared) -> list[ClearedLine]:
    return list(ClearedLine.objects.filter(cleared=found).order_by("institution"))


def entries() -> int:
    return Entry.objects.filter(kind__in=KINDS).count()


def confirmed(year: ClearingYear, number: int = 1) -> None:
    with acting(user(7)):
        confirm(year_id=year.pk, number=number, reason="确认")


def test_every_settlement_is_in_or_out_with_a_reason(place: Town, year: ClearingYear) -> None:
    first, second = CaseTable.objects.filter(year=year).order_by("institution")
    assert (first.rows, first.taken, first.fen) == (3, 3, 3 * PAID[0])
    assert (second.rows, second.taken, second.fen) == (2, 1, 2 * PAID[1])
    rows = queries.cases(year_id=year.pk, institution_id=place.hospitals[1].pk)
    assert [(row["reason"], row["group"], row["method"]) for row in rows] == [
        ("", "K80.1:51.2300", "dip"), ("no_list", "", ""),
    ]  # fmt: skip
    assert '"decided_by": "only"' in rows[0]["evidence"]


def test_a_year_is_cleared_confirmed_entered_and_paid(place: Town, year: ClearingYear) -> None:
    told(year)
    with clock.at(LATER):
        found = cleared(year)
        before = {name: held(name) for name in ("payable", "deposit", "deferred")}
        accrued = balance_of("benefit_accrued", DAY)
        # 95 % of 80 % of 40,000 over four cases of one group; 18,792 and 6,825 were charged
        one, other = lines(found)
        assert (one.cases, one.charged, one.standard, one.kept, one.deducted) == (
            3, 18_792_00, 22_800_00, 2_280_00 + 864_00, 100_00,
        )  # fmt: skip
        assert (other.cases, other.charged, other.standard, other.kept) == (1, 6_825_00, 7_600_00, 767_50)
        # of 18,692 reviewed a tenth waited and 5 % of the rest were kept back; 90 % of that come back for 85 points
        assert (one.deposit, one.returned, one.lost) == (841_14, 757_03, 84_11)
        assert one.due == 21_836_00 - 18_692_00 + 1_869_20 + 757_03
        # half of what is held of the other stays, with the stay that had no list
        assert other.due == 7_592_50 - 6_825_00 + 682_50 + 307_12
        assert entries() == 0
        confirmed(year)
        assert held("payable") - before["payable"] == one.due + other.due
        assert (held("deposit"), held("deferred")) == (307_13, 682_50)
        assert balance_of("benefit_accrued", DAY) - accrued == (3_144_00 + 767_50) - 84_11
        inpatient = ClearedBalance.objects.get(cleared=found, setting="inpatient")
        assert (inpatient.budget, inpatient.reserve, inpatient.paid) == (
            32_000_00, 1_600_00, 21_836_00 + 7_592_50 - 84_11,
        )  # fmt: skip
        for at in place.hospitals:
            account(organisation_id=at.organisation_id)
        order = prepare(payee="provider", agency=place.where.pk, scheme="employee", through=LATER)
        paid = dict(PaymentLine.objects.filter(order=order).values_list("organisation", "fen"))
        assert paid[place.hospitals[0].organisation_id] == one.prepaid + one.due
    assert [one.act for one in YearStep.objects.filter(year=year).order_by("number")] == [
        "opened", "grouped", "published", "final", "cleared", "confirmed",
    ]  # fmt: skip


def test_clearing_again_without_a_change_enters_nothing(year: ClearingYear) -> None:
    told(year)
    with clock.at(LATER):
        found = cleared(year)
        assert clear_year(year_id=year.pk, reason="再算") == found
        confirmed(year)
        before = entries()
        with pytest.raises(ProblemError, match="M503"):
            confirmed(year)
        reopen(year_id=year.pk, reason="复核")
        assert cleared(year) == found
        confirmed(year)
        assert entries() == before
        assert Cleared.objects.count() == 1


def test_a_year_opened_again_is_entered_by_its_differences(place: Town, year: ClearingYear) -> None:
    told(year)
    with clock.at(LATER):
        first = cleared(year)
        confirmed(year)
        kept, paid, deposit = [vars(one) for one in lines(first)], held("payable"), held("deposit")
        reopen(year_id=year.pk, reason="补传清单")
        late = place.stays[1][1]
        listed(late, LATER)
        mine = object_(year_id=year.pk, event_id=late.pk, reason="清单漏传", with_list=1)
        with acting(user(8)):
            decide_objection(objection_id=mine.pk, accept=True, reason="属实")
        second = cleared(year)
        assert second.number == 2
        one, other = lines(second)
        assert (one.standard, other.standard, other.cases) == (18_240_00, 12_160_00, 2)
        with pytest.raises(ProblemError, match="M513"):
            confirmed(year, 1)
        confirmed(year, 2)
        was, were = lines(first)
        assert held("payable") - paid == one.due + other.due - was.due - were.due
        assert (deposit, held("deposit"), held("deferred")) == (307_13, 0, 0)
        assert [vars(line)["due"] for line in lines(first)] == [row["due"] for row in kept]
        found = queries.differences(year_id=year.pk, before=1, after=2)
        changed = {(d.row.split()[-1], d.column): (d.before, d.after) for d in found if d.table == "lines"}
        code = place.hospitals[1].code
        assert changed[code, "standard"] == ("760000", "1216000")


def test_what_was_reversed_since_must_be_drawn_anew(place: Town, year: ClearingYear) -> None:
    told(year)
    with clock.at(LATER):
        cleared(year)
        with acting(user(7)):
            give(year_id=year.pk, name="assessments", rows=[], reason="更正")
            with pytest.raises(ProblemError, match="M513"):
                confirm(year_id=year.pk, number=1, reason="确认")
        clear_year(year_id=year.pk, reason="再算")
        reverse(event_id=place.stays[0][2].pk, reason="录入错误")
        with pytest.raises(ProblemError, match="M505"):
            confirmed(year, 2)
        with pytest.raises(ProblemError, match="M505"):
            clear_year(year_id=year.pk, reason="清算")
        reopen(year_id=year.pk, reason="撤销")
        third = cleared(year)
        one, _ = lines(third)
        assert (one.cases, one.charged) == (2, 2 * PAID[0])
        before = held("payable")
        confirmed(year, 3)
        # what was held of the stay that is gone comes back whole, since the month that pays it less is still to come
        assert held("payable") - before >= one.due
        assert (held("deposit"), held("deferred")) == (307_13, 682_50)


def test_a_hospital_counts_its_clearing_again(place: Town, year: ClearingYear, tmp_path: Path) -> None:
    told(year)
    with clock.at(LATER):
        cleared(year)
        with pytest.raises(ProblemError, match="A114"):
            publishing.write(year_id=year.pk, number=1, out=tmp_path)
        confirmed(year)
        codes = publishing.write(year_id=year.pk, number=1, out=tmp_path / "out")
        assert codes == [one.code for one in place.hospitals]
        for code in codes:
            kept = read(tmp_path / "out" / code)
            proof = count_again(kept)
            assert (kept.institution, proof.equal) == (code, True)
            assert kept.year.records["institution"].unique().to_pylist() == [code]


def test_the_database_holds_the_steps(year: ClearingYear) -> None:
    for act in ("final", "cleared", "confirmed", "reopened", "opened"):
        with pytest.raises(IntegrityError), transaction.atomic():
            YearStep.objects.create(year=year, number=3, act=act, at=clock.now())
    told(year)
    with clock.at(LATER):
        finalise(year_id=year.pk, reason="终分组")
        with acting(user(7)):
            clear_year(year_id=year.pk, reason="清算")
            with pytest.raises(ProblemError, match="A112"):
                confirm(year_id=year.pk, number=1, reason="确认")
        with pytest.raises(IntegrityError), transaction.atomic():
            YearStep.objects.create(year=year, number=6, act="confirmed", by=7, at=clock.now())
