"""Queries that are compiled once, and rows that go in together: what the ORM would give and keep."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import organisation
from tests.record.settlement.stage import hospital, retired
from tests.record.statements import statements
from tests.record.visits.stage import MAY, agreed, line, registered
from tongchou.record.base import clock
from tongchou.record.base.prepared import insert_all, putting, together
from tongchou.record.base.remembered import Among, Parameter, Remembered
from tongchou.record.base.scope import Scope, UnscopedQueryError, scoped, system
from tongchou.record.enrolment.models import Spell
from tongchou.record.people.models import Identity
from tongchou.record.visits.charging import charge
from tongchou.record.visits.models import Charge, Particulars, Visit

_NUMBERED: Remembered[Visit] = Remembered(
    lambda scope: (
        Visit.objects.within(scope)
        .filter(number__in=Among("numbers"))
        .select_related("person__agency", "institution", "filing")
        .order_by("number")
    )
)
_KEYS: Remembered[tuple[str, int]] = Remembered(
    lambda scope: Visit.objects.within(scope).filter(id__in=Among("ids", "bigint")).values_list("number", "person_id"),
    system("a test looks at everything"),
)


@pytest.fixture
def two(record: None) -> Any:
    """Visits of one person to two hospitals."""
    with clock.at(MAY), doing_everything():
        put_in_force()
        city = organisation("agency", organisation("agency"))
        person = retired(city)
        yield tuple(registered(agreed(hospital(city)), person, number=name) for name in ("a", "b"))


def test_rows_are_what_the_orm_makes_of_them(two: tuple[Visit, Visit]) -> None:
    found = _NUMBERED.all(numbers=["a", "b", "c"])
    assert found == list(two)
    with statements() as sent:
        assert [one.facts for one in found] == [one.facts for one in two]
        assert found[0].person.name == two[0].person.name  # sealed at rest
        assert found[0].person.agency == two[0].person.agency
        assert (found[0].institution, found[0].filing) == (two[0].institution, None)
        assert not found[0]._state.adding
    assert sent == []
    assert _NUMBERED.first(numbers=["c"]) is None
    assert _KEYS.all(ids=[two[1].pk]) == [("b", two[1].person_id)]


def test_each_scope_sees_its_own_rows(two: tuple[Visit, Visit]) -> None:
    for one in two:
        with scoped(Scope("provider", one.institution.organisation_id)):
            assert _NUMBERED.all(numbers=["a", "b"]) == [one]
    with scoped(Scope("nobody")):
        assert _NUMBERED.all(numbers=["a", "b"]) == []
        assert len(_KEYS.all(ids=[one.pk for one in two])) == 2


def test_nobody_asks_without_a_scope(record: None) -> None:
    with pytest.raises(UnscopedQueryError):
        _NUMBERED.all(numbers=["a"])


def test_dates_and_keyed_texts_are_parameters_too(two: tuple[Visit, Visit]) -> None:
    on: Remembered[Spell] = Remembered(
        lambda scope: Spell.objects.within(scope).filter(person=Parameter("person"), during__contains=Parameter("day"))
    )
    card: Remembered[Identity] = Remembered(
        lambda scope: Identity.objects.within(scope).filter(number_finder=Parameter("finder"))
    )
    person = two[0].person
    spell = Spell.objects.filter(person=person).first()
    assert on.all(person=person.pk, day=MAY) == [spell]
    assert on.all(person=person.pk, day=spell.during.lower - timedelta(1)) == []
    for known in Identity.objects.filter(person=person):
        assert card.all(finder=bytes(known.number_finder)) == [known]


def test_many_go_in_with_one_statement_in_their_order(two: tuple[Visit, Visit]) -> None:
    (first,) = charge(visit_id=two[0].pk, lines=[line("0", 1)])
    with statements() as sent:
        made = charge(
            visit_id=two[0].pk,
            lines=[
                line(str(number), number, price=Decimal("0.01"), quantity=Decimal(number), name=f"“{number}”\\'%s")
                for number in range(1, 200)
            ],
        )
    assert len([one for one in sent if one.startswith('INSERT INTO "charge"')]) == 1
    kept = list(Charge.objects.filter(visit=two[0]).order_by("id"))
    assert kept == [first, *made]
    for row, one in zip(kept[1:], made, strict=True):
        assert (row.number, row.fee_at, row.price, row.quantity) == (one.number, one.fee_at, one.price, one.quantity)
        assert (row.name, row.facts, row.parts, row.returns) == (one.name, one.facts, None, None)


def test_a_row_that_is_there_is_refused_with_all_others(two: tuple[Visit, Visit]) -> None:
    again = [Visit(**{name: getattr(two[0], name) for name in _OF_A_VISIT}, number=number) for number in ("n", "a")]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_all(again)
    assert Visit.objects.count() == 2
    insert_all([])


_OF_A_VISIT = (
    "institution_id",
    "person_id",
    "scheme",
    "kind",
    "admitted",
    "discharged",
    "facts",
    "state",
    "registered_at",
)


def test_what_is_put_takes_the_place_of_what_was_there(two: tuple[Visit, Visit]) -> None:
    for said in ({"dept": "内科"}, {"dept": "外科", "bed": "12"}):
        together(putting(Particulars(visit=two[0], stage="visit", said=said), "visit", "stage"))
    together(putting(Particulars(visit=two[0], stage="admission", said={}), "visit", "stage"))
    assert list(Particulars.objects.order_by("stage").values_list("stage", "said")) == [
        ("admission", {}),
        ("visit", {"dept": "外科", "bed": "12"}),
    ]
