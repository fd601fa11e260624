"""Charging lines: from the catalogue of the day, once, to the fen; taking back what is not settled."""

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from tests.record.base.test_lock import both_at_once
from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.settlement.stage import hospital, retired
from tests.record.statements import statements
from tests.record.undone import undone
from tests.record.visits.stage import MAY, agreed, catalogue, line, mapped, registered
from tongchou.engines.benefits.claim import PARTS
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.base.prepared import together
from tongchou.record.orgs.models import Organisation
from tongchou.record.settlement.models import LineResult
from tongchou.record.settlement.settling import settle
from tongchou.record.visits import charging, keeping
from tongchou.record.visits.charging import MOST_AT_ONCE, charge, take_back
from tongchou.record.visits.models import Charge, Visit, Withdrawn

TODAY = date(2025, 6, 3)
NOTHING = {"paid": {}, **dict.fromkeys((*PARTS, "hospital", "cash"), 0)}


@pytest.fixture
def city(record: None):
    with clock.at(TODAY), doing_everything():
        put_in_force()
        yield organisation("agency", organisation("agency"))


@pytest.fixture
def stay(city: Organisation) -> Visit:
    return registered(agreed(hospital(city)), retired(city), "住院", stay=True)


def codes(error: pytest.ExceptionInfo[ProblemError]) -> list[tuple[str, object]]:
    return [(one.code, one.details["line"]) for one in error.value.problems]


def test_without_a_catalogue_the_words_of_the_line_count(stay: Visit) -> None:
    (row,) = charge(
        visit_id=stay.pk,
        batch="b",
        lines=[
            line("1", 100_50, quantity=Decimal("1.5"), price=Decimal("67"), item="乙类药", pay_class="乙",
                 first_pay=Decimal("0.05"), price_limit=60_00, national_code="XA01", approved="1")
        ],
    )  # fmt: skip
    assert (row.item, row.first_pay, row.price_limit, row.batch) == ("乙类药", Decimal("0.05"), 60_00, "b")
    assert row.facts == {"class": "乙", "approved": "1"}
    wrong = [
        line("2", 1_00, item="丁类"), line("3", 1_00, pay_class="丁"), line("4", 1_00, approved="9"),
        line("5", 1_00, first_pay=Decimal(2)), line("6", 1_00, in_disease_scope="也许"),
    ]  # fmt: skip
    with pytest.raises(ProblemError) as error:
        charge(visit_id=stay.pk, lines=wrong)
    assert codes(error) == [("V216", number) for number in "23456"]
    assert Charge.objects.count() == 1


def test_the_catalogue_of_the_day_says_what_an_item_is(stay: Visit) -> None:
    later = MAY + timedelta(days=10)
    catalogue(XA01={"item": "乙类药", "pay_class": "乙", "first_pay": 500, "ceiling": 80_00, "limited": True})
    catalogue(later, XA01={"item": "甲类", "pay_class": "甲"})
    mapped(stay.institution, "L1", "XA01")
    said = {"item": "自费", "pay_class": "丙", "national_code": "别的", "first_pay": Decimal(1)}
    first, second = charge(visit_id=stay.pk, lines=[line("1", 100_00, **said), line("2", 100_00, later, **said)])
    assert (first.national_code, first.item, first.first_pay, first.price_limit) == (
        "XA01",
        "乙类药",
        Decimal("0.05"),
        80_00,
    )
    assert first.facts == {"class": "乙", "limited_use": "1"}
    assert (second.item, second.first_pay, second.facts) == ("甲类", None, {"class": "甲", "limited_use": "0"})


def test_an_item_without_a_mapping_is_refused_with_its_number(stay: Visit) -> None:
    catalogue(date(2025, 5, 12), XA01={"item": "甲类"})
    before, after = line("1", 1_00), line("2", 1_00, date(2025, 5, 12))
    assert len(charge(visit_id=stay.pk, lines=[before])) == 1  # no catalogue of drugs yet
    with pytest.raises(ProblemError) as error:
        charge(visit_id=stay.pk, lines=[line("3", 1_00), after])
    assert codes(error) == [("V211", "2")]
    assert len(charge(visit_id=stay.pk, lines=[line("4", 1_00, date(2025, 5, 12), catalogue="service")])) == 1
    mapped(stay.institution, "L1", "XA01", since=date(2025, 5, 13))
    with pytest.raises(ProblemError, match="V211"):
        charge(visit_id=stay.pk, lines=[after])
    mapped(stay.institution, "L2", "XA01")
    assert charge(visit_id=stay.pk, lines=[line("5", 1_00, date(2025, 5, 12), local_code="L2")])[0].item == "甲类"


def test_the_same_line_again_is_answered_and_another_is_refused(stay: Visit) -> None:
    lines = [line("1", 100_00), line("2", 50_00, quantity=Decimal("0.3333"), price=Decimal("150.0150"))]
    made = charge(visit_id=stay.pk, lines=lines, batch="b")
    assert charge(visit_id=stay.pk, lines=[*lines, line("3", 1_00)], batch="b")[:2] == made
    for other in (line("1", 100_01), line("1", 100_00, TODAY), line("1", 100_00, local_code="L2")):
        with pytest.raises(ProblemError, match="V212"):
            charge(visit_id=stay.pk, lines=[other], batch="b")
    with pytest.raises(ProblemError, match="V212"):
        charge(visit_id=stay.pk, lines=lines, batch="c")
    settle(visit_id=stay.pk)
    assert charge(visit_id=stay.pk, lines=lines, batch="b") == made
    with pytest.raises(ProblemError, match="V103"):
        settle(visit_id=stay.pk)


@pytest.mark.parametrize(
    ("quantity", "price", "fen", "right"),
    [("3", "33.335", 100_01, True), ("3", "33.335", 100_00, True), ("3", "33.335", 99_99, False),
     ("3", "33.335", 100_02, False), ("0.25", "0.02", 1, True), ("0.25", "0.02", 0, True), ("1", "1", 1_01, False)],
)  # fmt: skip
def test_quantity_times_price_is_the_amount_to_half_a_fen(stay: Visit, quantity, price, fen, right) -> None:
    one = line("1", fen, quantity=Decimal(quantity), price=Decimal(price))
    if right:
        assert charge(visit_id=stay.pk, lines=[one])[0].fen == fen
    else:
        with pytest.raises(ProblemError, match="V213"):
            charge(visit_id=stay.pk, lines=[one])


def test_a_fee_falls_into_the_visit(stay: Visit) -> None:
    for day in (MAY - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(ProblemError, match="V208"):
            charge(visit_id=stay.pk, lines=[line("1", 1_00, day)])


def test_a_refund_names_its_line_and_returns_no_more_than_is_left(stay: Visit) -> None:
    bought, back, more = charge(
        visit_id=stay.pk,
        lines=[line("1", 900_00, item="乙类药"), line("2", -400_00, returns="1"), line("3", -300_00, returns="1")],
    )
    assert (back.returns, back.item, more.returns) == (bought, "乙类药", bought)
    with pytest.raises(ProblemError) as error:
        charge(visit_id=stay.pk, lines=[line("4", -100_00, returns="1"), line("5", -100_01, returns="1")])
    assert codes(error) == [("V215", "5")]
    for wrong in (line("4", -1), line("4", -1, returns="9"), line("4", 1, returns="1"), line("4", -1, returns="2")):
        with pytest.raises(ProblemError, match="V214"):
            charge(visit_id=stay.pk, lines=[wrong])
    take_back(visit_id=stay.pk, numbers=["3"], reason="误退")
    charge(visit_id=stay.pk, lines=[line("5", -500_00, returns="1")])
    assert settle(visit_id=stay.pk).total == 0


def test_what_is_not_settled_is_taken_back(stay: Visit) -> None:
    charge(visit_id=stay.pk, lines=[line("1", 100_00), line("2", 50_00), line("3", -10_00, returns="2")])
    with pytest.raises(ProblemError, match="V219"):
        take_back(visit_id=stay.pk, numbers=["2"], reason="误计")
    with pytest.raises(ProblemError, match="V217"):
        take_back(visit_id=stay.pk, numbers=["9"], reason="误计")
    assert take_back(visit_id=stay.pk, numbers=["2", "3"], reason="误计") == 2
    assert take_back(visit_id=stay.pk, numbers=["2", "3"], reason="误计") == 0
    with pytest.raises(ProblemError, match="V222"):
        charge(visit_id=stay.pk, lines=[line("2", 50_00)])
    with pytest.raises(ProblemError, match="V214"):
        charge(visit_id=stay.pk, lines=[line("4", -1_00, returns="2")])
    assert settle(visit_id=stay.pk).total == 100_00
    with pytest.raises(ProblemError, match="V218"):
        take_back(visit_id=stay.pk, numbers=["1"], reason="误计")
    with pytest.raises(ProblemError, match="A102"):
        take_back(visit_id=stay.pk, numbers=["1"], reason=" ")


def test_the_database_itself_keeps_settled_and_taken_back_apart(stay: Visit) -> None:
    one, two = charge(visit_id=stay.pk, lines=[line("1", 100_00), line("2", 50_00)])
    take_back(visit_id=stay.pk, numbers=["2"], reason="误计")
    event = settle(visit_id=stay.pk)
    with pytest.raises(IntegrityError, match="settled and taken back"), transaction.atomic():
        Withdrawn.objects.create(charge=one, reason="x", at=clock.now())
    with pytest.raises(IntegrityError, match="settled and taken back"), transaction.atomic():
        LineResult.objects.create(charge=two, event=event, turn=1, **NOTHING)


def test_a_list_is_neither_empty_nor_endless_nor_twice_the_same(stay: Visit) -> None:
    many = [line(str(number), 1) for number in range(MOST_AT_ONCE + 1)]
    for lines, code in (([], "V220"), (many, "V220"), (many[:1] * 2, "V221")):
        with pytest.raises(ProblemError, match=code):
            charge(visit_id=stay.pk, lines=lines)


def test_as_many_statements_for_300_lines_as_for_three(stay: Visit) -> None:
    catalogue(XA01={"item": "甲类"})
    mapped(stay.institution, "L1", "XA01")
    counts = []
    for size in (3, 300):
        days = [MAY + timedelta(days=number % 20) for number in range(size)]
        lines = [line(f"{size}.{number}", 10_00, day) for number, day in enumerate(days)]
        with statements() as seen:
            charge(visit_id=stay.pk, lines=[*lines, line(f"{size}.r", -1, returns=f"{size}.0")])
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 20


def test_a_thousand_lines_are_charged_and_settled(stay: Visit) -> None:
    """A long stay in one list, to the fen."""
    days = [MAY + timedelta(days=number % 20) for number in range(1_000)]
    lines = [line(str(number), number, day, price=Decimal(number) / 100) for number, day in enumerate(days)]
    assert len(charge(visit_id=stay.pk, lines=lines)) == len(lines)
    assert settle(visit_id=stay.pk).total == sum(range(1_000))


def test_another_hospital_charges_nothing(stay: Visit, city: Organisation) -> None:
    charge(visit_id=stay.pk, lines=[line("1", 1_00)])
    with acting_as(add_user("hospital", hospital(city).organisation)):
        for command, given in ((charge, {"lines": [line("2", 1)]}), (take_back, {"numbers": ["1"], "reason": "x"})):
            with pytest.raises(ProblemError, match="A114"):
                command(visit_id=stay.pk, **given)
    with acting_as(add_user("hospital", stay.institution.organisation)):
        assert len(charge(visit_id=stay.pk, lines=[line("2", 1)])) == 1
    with acting_as(add_user("clerk", city)), pytest.raises(ProblemError, match="A101"):
        charge(visit_id=stay.pk, lines=[line("3", 1)])


@pytest.mark.parametrize(("locked", "refused", "returned"), [(False, 0, -1_200_00), (True, 1, -600_00)])
def test_two_refunds_at_once(
    own_database: str, monkeypatch: pytest.MonkeyPatch, locked: bool, refused: int, returned: int
) -> None:
    """Each of two refunds finds enough left of the line: without the lock both are taken."""
    with clock.at(TODAY), doing_everything():
        put_in_force()
        city = organisation("agency", organisation("agency"))
        stay = registered(agreed(hospital(city)), retired(city), "住院", stay=True)
        charge(visit_id=stay.pk, lines=[line("1", 1_000_00)])
    if not locked:
        look, meet = charging._beyond_what_is_left, threading.Barrier(2)

        def look_and_meet(*given: object) -> list:
            found = look(*given)
            meet.wait(10)
            return found

        monkeypatch.setattr(keeping, "lock", lambda *keys, then: together(*then))
        monkeypatch.setattr(charging, "_beyond_what_is_left", look_and_meet)
    turns = iter("ab")

    def work() -> None:
        one = line(next(turns), -600_00, returns="1")
        with clock.at(TODAY), doing_everything():
            charge(visit_id=stay.pk, lines=[one])

    found = both_at_once(work)
    assert [[one.code for one in error.problems] for error in found] == [["V215"]] * refused
    with doing_everything():
        assert sum(Charge.objects.filter(fen__lt=0).values_list("fen", flat=True)) == returned


@settings(max_examples=8, deadline=None)
@drawn(amounts=st.lists(st.integers(0, 10_000), min_size=1, max_size=5), data=st.data())
def test_whatever_is_returned_and_taken_back_what_is_settled_is_what_is_left(server, amounts, data) -> None:
    """The settled total is the sum of the lines that stay, and no refund is taken that the lines do not cover."""
    with undone(), clock.at(TODAY), doing_everything():
        put_in_force()
        at = agreed(hospital(organisation("agency", organisation("agency"))))
        stay = registered(at, retired(at.organisation.parent), "住院", stay=True)
        charge(visit_id=stay.pk, lines=[line(f"a{n}", fen) for n, fen in enumerate(amounts)])
        left = dict(enumerate(amounts))
        for step in range(data.draw(st.integers(0, 6))):
            n, fen = data.draw(st.sampled_from(sorted(left))), data.draw(st.integers(1, 6_000))
            returned = line(f"r{step}", -fen, returns=f"a{n}")
            if fen > left[n]:
                with pytest.raises(ProblemError, match="V215"):
                    charge(visit_id=stay.pk, lines=[returned])
            else:
                charge(visit_id=stay.pk, lines=[returned])
                left[n] -= fen
        whole = [n for n in left if left[n] == amounts[n] and data.draw(st.booleans())]
        if whole:
            take_back(visit_id=stay.pk, numbers=[f"a{n}" for n in whole], reason="误计")
        rest = [fen for n, fen in left.items() if n not in whole]
        if Charge.objects.filter(visit=stay, withdrawn=None).exists():
            assert settle(visit_id=stay.pk).total == sum(rest)
        else:
            assert not rest
