"""Mappings: proposed by the hospital, decided by the agency, one at a time, asked for by day."""

import threading
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from tests.record.base.test_lock import both_at_once
from tests.record.catalogues.test_versions import DRUGS, JUNE, START, city, csv, decide, policy, propose
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.providers.test_institutions import register
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.base.actor import Actor, acting, system_actor
from tongchou.record.base.scope import scoped, system
from tongchou.record.catalogues import mappings, queries, versions
from tongchou.record.catalogues.models import Mapping
from tongchou.record.orgs.models import Organisation
from tongchou.record.providers.models import Institution
from tongchou.record.uploads import commands as uploads
from tongchou.record.uploads import queries as seen
from tongchou.record.uploads.commands import File

__all__ = ["city", "decide", "policy"]


@pytest.fixture
def catalogue(policy, decide) -> None:
    decide(propose(csv(*DRUGS)))


@pytest.fixture
def hospital(city: Organisation, catalogue: None) -> Institution:
    with acting_as(add_user("providers", city)):
        return register(organisation("provider", city))


@pytest.fixture
def office(hospital: Institution) -> Iterator[Actor]:
    with acting_as(add_user("hospital", hospital.organisation)) as actor:
        yield actor


@pytest.fixture
def agency(city: Organisation) -> Actor:
    with acting_as(add_user("policy_reviewer", city)) as actor:
        return actor


def one(hospital: Institution, national: str = "XA01", begins: date = START, **given: object) -> Mapping:
    given = {"local_code": "L1", "local_name": "阿司匹林 肠溶片", **given}
    return mappings.propose(institution_id=hospital.pk, national_code=national, begins=begins, **given)


def approve(agency: Actor, *rows: Mapping, yes: bool = True) -> int:
    with acting(agency):
        return mappings.decide(mapping_ids=[row.pk for row in rows], approve=yes, reason="核对")


def nationally(hospital: Institution, *days: date) -> list[str | None]:
    found = [queries.national_item(hospital.pk, "L1", day) for day in days]
    return [item and item.code for item in found]


def test_proposed_by_the_hospital_decided_by_the_agency(hospital: Institution, office, agency: Actor) -> None:
    row = one(hospital)
    assert nationally(hospital, START) == [None]
    with pytest.raises(ProblemError, match="K402"):
        one(hospital)
    with pytest.raises(ProblemError, match="A101"):
        mappings.decide(mapping_ids=[row.pk], approve=True, reason="自己审")
    with acting(agency):
        (waiting,) = mappings.compared(list(mappings.review_queue()))
        assert (waiting.item.code, waiting.same_name) == ("XA01", True)
    assert approve(agency, row) == 1
    assert nationally(hospital, START) == ["XA01"]
    with pytest.raises(ProblemError, match="K403"):
        approve(agency, row)
    with pytest.raises(ProblemError, match="K403"):
        mappings.withdraw(mapping_id=row.pk)


def test_a_later_mapping_ends_the_one_before(hospital: Institution, office, agency: Actor) -> None:
    approve(agency, one(hospital))
    approve(agency, one(hospital, "XA02", date(2026, 7, 1)))
    assert nationally(hospital, date(2026, 6, 30), date(2026, 7, 1)) == ["XA01", "XA02"]
    with pytest.raises(ProblemError, match="K404"):
        approve(agency, one(hospital, "XA03", date(2026, 7, 1)))
    before = one(hospital, "XA03", date(2026, 6, 1), local_code="L2", ends=date(2026, 6, 30))
    approve(agency, before)
    assert set(queries.national_items(hospital.pk, ["L1", "L2", "L3"], date(2026, 6, 30))) == {"L1", "L2"}


def test_an_item_that_ends_takes_its_mappings_with_it(
    hospital: Institution, office, agency: Actor, policy, decide
) -> None:
    approve(agency, one(hospital))
    open_one = one(hospital, "XA02", JUNE, local_code="L2")
    with acting_as(policy):
        decide(propose(csv(DRUGS[2]), JUNE))
    assert nationally(hospital, date(2100, 5, 31), JUNE) == ["XA01", None]
    with pytest.raises(ProblemError, match="K401"):
        approve(agency, open_one)


def test_a_code_that_is_none_is_told_candidates(hospital: Institution, office) -> None:
    with pytest.raises(ProblemError, match=r"K401.*XA01 阿司匹林肠溶片"):
        one(hospital, "XB99")
    with pytest.raises(ProblemError, match="H104"):
        one(hospital, ends=date(2025, 1, 1))
    assert not Mapping.objects.exists()


def test_a_refused_or_withdrawn_one_can_be_proposed_again(hospital: Institution, office, agency: Actor) -> None:
    approve(agency, one(hospital), yes=False)
    mappings.withdraw(mapping_id=one(hospital).pk)
    approve(agency, one(hospital))
    assert [row.state for row in mappings.mappings()] == ["refused", "withdrawn", "approved"]


def test_a_file_is_proposed_whole_or_not_at_all(hospital: Institution, office) -> None:
    def upload(*rows: str) -> int:
        content = csv(*rows, header="院内编码,院内名称,国家编码,开始日期,备注")
        return uploads.take(purpose="mapping", file=File("对照.csv", content)).pk

    bad = upload("L1,阿司匹林,XA01,2026-01-01,", "L2,维生素片,,2026-01-01,", "L2,x,XA01,2026-01-01,")
    problems = seen.look_at(bad).problems
    assert [(p.code, p.place.row) for p in problems] == [("U205", 4), ("K401", 3)]
    assert "XA03 维生素片" in problems[1].message("zh")
    with pytest.raises(ProblemError, match="U301"):
        mappings.propose_file(institution_id=hospital.pk, upload=bad)
    good = upload("L1,阿司匹林,XA01,2026-01-01,", "L2,维生素片,XA03,2026-01-01,")
    shown = seen.look_at(good)
    assert (shown.counts, shown.unknown) == ({"proposed": 2}, ["备注"])
    assert mappings.propose_file(institution_id=hospital.pk, upload=good) == 2
    again = upload("L3,阿司匹林,XA01,2026-01-01,", "L2,维生素片,XA03,2026-01-01,")
    with pytest.raises(ProblemError, match="K402"):
        mappings.propose_file(institution_id=hospital.pk, upload=again)
    assert Mapping.objects.count() == 2


def test_a_hospital_sees_and_proposes_its_own_only(
    city: Organisation, hospital: Institution, office, agency: Actor
) -> None:
    row = one(hospital)
    with acting_as(add_user("providers", city)):
        other = register(organisation("provider", city))
    with pytest.raises(ProblemError, match="A114"):
        one(other)
    with acting_as(add_user("hospital", other.organisation)):
        assert list(mappings.mappings()) == []
        with pytest.raises(ProblemError, match="A114"):
            mappings.withdraw(mapping_id=row.pk)
    with acting_as(add_user("policy_reviewer", organisation("agency", organisation("agency")))):
        assert list(mappings.review_queue()) == []
        with pytest.raises(ProblemError, match="A114"):
            mappings.decide(mapping_ids=[row.pk], approve=True, reason="x")
    approve(agency, row)
    with acting_as(add_user("hospital", other.organisation)):
        assert queries.national_item(hospital.pk, "L1", START) is None


def test_who_proposed_does_not_decide(hospital: Institution, office: Actor) -> None:
    row = one(hospital)
    both = Actor("both", office.scope, frozenset({"catalogues.decide"}), user=office.user)
    with acting(both), pytest.raises(ProblemError, match="A112"):
        mappings.decide(mapping_ids=[row.pk], approve=True, reason="自己审")
    row.state, row.decided_by = "approved", row.proposed_by
    with pytest.raises(Exception, match="mapping_decided_by_another"):
        row.save()


@pytest.mark.parametrize("number", [0, 5001])
def test_so_many_at_once_and_no_more(agency: Actor, number: int) -> None:
    with acting(agency), pytest.raises(ProblemError, match="K405"):
        mappings.decide(mapping_ids=list(range(number)), approve=True, reason="x")


def test_a_claim_of_any_length_asks_twice(hospital: Institution, office, agency: Actor) -> None:
    codes = [f"L{n}" for n in range(30)]
    approve(agency, *(one(hospital, local_code=code) for code in codes))
    with CaptureQueriesContext(connection) as asked:
        assert set(queries.national_items(hospital.pk, codes, START)) == set(codes)
    assert len(asked) == 2


@pytest.mark.parametrize("kept", [False, True])
def test_two_approved_at_once(own_database: str, monkeypatch: pytest.MonkeyPatch, kept: bool) -> None:
    """Two rows for one item, decided at the same moment: the constraint alone keeps them apart."""
    where = organisation("agency", organisation("agency"))
    with acting_as(add_user("policy", where)):
        version = propose(csv(*DRUGS))
    with acting_as(add_user("policy_reviewer", where)):
        versions.decide(version_id=version.pk, approve=True, reason="x")
    with acting_as(add_user("providers", where)):
        hospital = register(organisation("provider", where))
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP INDEX one_open_mapping")
        if not kept:
            cursor.execute("ALTER TABLE item_mapping DROP CONSTRAINT one_mapping_at_a_time")
    with scoped(system("stage")):
        rows = iter(
            [
                Mapping.objects.create(
                    institution=hospital, kind="drug", local_code="L1", local_name="x", national_code=code,
                    during=(START, None), proposed_at=clock.now(),
                ).pk
                for code in ("XA01", "XA02")
            ]
        )  # fmt: skip
    monkeypatch.setattr(mappings, "lock", lambda *keys: None)
    meet, before = threading.Barrier(2), mappings._end_what_was_before

    def wait(found: list[Mapping]) -> None:
        before(found)
        meet.wait(10)

    monkeypatch.setattr(mappings, "_end_what_was_before", wait)

    def work() -> None:
        with acting(system_actor("race", "catalogues.decide")):
            mappings.decide(mapping_ids=[next(rows)], approve=True, reason="同时")

    codes = [one.problems[0].code for one in both_at_once(work)]
    with scoped(system("look")):
        approved = Mapping.objects.filter(state="approved").count()
    # Two rows that wait for each other's constraint are a deadlock, which the database ends by refusing one (S302).
    assert (approved, codes) in (((1, ["K404"]), (1, ["S302"])) if kept else ((2, []),))
