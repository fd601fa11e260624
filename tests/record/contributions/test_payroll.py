"""An employer declares what it pays its own people: one by one or from a file, whole or not at all."""

from datetime import date

import pytest

from tests.record.contributions.stage import put_in_force
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.people.test_people import card, register
from tongchou.ground.errors import ProblemError
from tongchou.record.audit.models import Entry
from tongchou.record.base import clock
from tongchou.record.base.scope import scoped, system
from tongchou.record.contributions.declaring import declare
from tongchou.record.contributions.models import Declaration
from tongchou.record.contributions.payroll import declare_file
from tongchou.record.orgs.models import Organisation
from tongchou.record.people import merging
from tongchou.record.people.commands import begin_employment
from tongchou.record.people.models import Person
from tongchou.record.uploads import queries as uploads
from tongchou.record.uploads.commands import File, take

TODAY, JUNE = date(2026, 6, 15), date(2026, 6, 1)
HEAD = "证件号码,月金额,自"


@pytest.fixture
def city(record: None) -> Organisation:
    with clock.at(TODAY):
        put_in_force()
        yield organisation("agency", organisation("agency"))


@pytest.fixture
def firm(city: Organisation) -> Organisation:
    return organisation("employer", city)


def employed(city: Organisation, firm: Organisation, serial: int = 1, since: date = JUNE) -> Person:
    with acting_as(add_user("clerk", city)):
        found = register(city, serial)
    with scoped(system("stage")):
        begin_employment(found, firm, since)
    return found


def upload(*rows: str, **options: str) -> int:
    content = "\n".join((HEAD, *rows)).encode()
    return take(purpose="payroll", file=File("工资.csv", content), options=options).pk


def declared() -> list[tuple[int, int, str]]:
    with scoped(system("look")):
        return [(one.person_id, one.fen, str(one.since)) for one in Declaration.objects.order_by("id")]


def test_an_employer_declares_its_own_people(city: Organisation, firm: Organisation) -> None:
    one, other = employed(city, firm), employed(city, organisation("employer", city), 3)
    with acting_as(add_user("employer", firm)):
        made = declare(person_id=one.pk, fact="缴费基数", fen=8_000_00, since=JUNE)
        assert (made.employer_id, made.fen) == (firm.pk, 8_000_00)
        with pytest.raises(ProblemError, match="J122"):
            declare(person_id=one.pk, fact="缴费基数", fen=8_000_00, since=date(2026, 5, 1))
        with pytest.raises(ProblemError, match="A114"):
            declare(person_id=other.pk, fact="缴费基数", fen=8_000_00, since=JUNE)
        with pytest.raises(ProblemError, match="A114"):
            declare(person_id=one.pk, fact="缴费基数", fen=1, since=JUNE, employer=organisation("employer", city).pk)
        with pytest.raises(ProblemError, match="J112"):
            declare(person_id=one.pk, fact="身高", fen=8_000_00, since=JUNE)
    assert declared() == [(one.pk, 8_000_00, "2026-06-01")]


def test_a_payroll_is_looked_at_and_declared_once(city: Organisation, firm: Organisation) -> None:
    one, two = employed(city, firm), employed(city, firm, 3)
    with acting_as(add_user("employer", firm)):
        number = upload(f"{card(number=1)},8000,2026-06-01", f"{card(number=3)},9000.50,2026-06-01")
        seen = uploads.look_at(number)
        assert (seen.state, seen.counts) == ("ready", {"declared": 2, "fen": 17_000_50})
        assert declared() == []
        done = declare_file(upload=number, reason="六月工资")
        assert (done.figures, done.persons) == (2, tuple(sorted((one.pk, two.pk))))
        assert Entry.objects.order_by("-id")[0].persons == sorted((one.pk, two.pk))
        with pytest.raises(ProblemError, match="U302"):
            declare_file(upload=number, reason="再来")
    assert declared() == [(one.pk, 8_000_00, "2026-06-01"), (two.pk, 9_000_50, "2026-06-01")]


def test_one_wrong_row_and_nothing_is_declared(city: Organisation, firm: Organisation) -> None:
    employed(city, firm)
    employed(city, organisation("employer", city), 3)
    with acting_as(add_user("employer", firm)):
        number = upload(
            f"{card(number=1)},8000,2026-06-01",
            f"{card(number=3)},8000,2026-06-01",
            "110105194912310021,8000,2026-06-01",
            f"{card(number=1)},8000,2026-05-01",
            f"{card(number=1)},八千,2026-06-02",
        )
        found = uploads.look_at(number)
        problems = {(one.place.row, one.place.column, one.code) for one in found.problems}
        assert problems >= {(3, "证件号码", "J122"), (4, "证件号码", "P102"), (5, "证件号码", "J122")}
        assert {row for row, _, _ in problems} == {3, 4, 5, 6}
        with pytest.raises(ProblemError, match="U301"):
            declare_file(upload=number, reason="x")
    assert declared() == []


def test_who_left_meanwhile_stops_the_whole_file(city: Organisation, firm: Organisation) -> None:
    employed(city, firm)
    with acting_as(add_user("employer", firm)):
        number = upload(f"{card(number=1)},8000,2026-06-01")
    with scoped(system("stage")):
        firm.employees.all().delete()
    with acting_as(add_user("employer", firm)), pytest.raises(ProblemError, match="J122"):
        declare_file(upload=number, reason="x")
    assert declared() == []


def test_an_agency_says_whose_payroll_it_is(city: Organisation, firm: Organisation) -> None:
    one = employed(city, firm)
    row = f"{card(number=1)},8000,2026-06-01"
    with acting_as(add_user("clerk", city)):
        for options, code in (
            ({}, "A114"),
            ({"employer": str(city.pk)}, "P111"),
            ({"employer": "某公司"}, "K203"),
            ({"boss": "1"}, "K203"),
        ):
            assert [one.code for one in uploads.look_at(upload(row, **options)).problems] == [code]
        number = upload(row, employer=str(firm.pk))
        declare_file(upload=number, reason="代报")
    assert declared() == [(one.pk, 8_000_00, "2026-06-01")]


def test_wages_of_a_merged_row_go_to_who_was_kept(city: Organisation, firm: Organisation) -> None:
    kept = employed(city, firm)
    with acting_as(add_user("clerk", city)):
        dropped = register(city, 3, kind="08", number="E12345678")
        case = merging.open_merge(keep=kept.pk, drop=dropped.pk, reason="同名同日")
    with acting_as(add_user("reviewer", city)):
        merging.decide_merge(case_id=case.pk, same=True, reason="核对")
    with acting_as(add_user("employer", firm)):
        declare_file(upload=take(purpose="payroll", file=File(
            "工资.csv", f"证件类型,{HEAD}\n08,E12345678,8000,2026-06-01".encode())).pk, reason="六月")  # fmt: skip
    assert declared() == [(kept.pk, 8_000_00, "2026-06-01")]
