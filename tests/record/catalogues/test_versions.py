"""Versions of catalogues: previewed, proposed by one, decided by another, in force from a day, never changed."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, connections

from tests.record.base.test_lock import both_at_once
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.providers.test_institutions import activate
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.base.actor import acting, actor, system_actor
from tongchou.record.catalogues import queries, versions
from tongchou.record.catalogues.items import normal
from tongchou.record.catalogues.models import Decision, ItemChange, Version
from tongchou.record.orgs.models import Organisation, User
from tongchou.record.uploads import commands as uploads
from tongchou.record.uploads import queries as seen
from tongchou.record.uploads.commands import File

HEADER = "编码,名称,类别,先行自付比例,限价,限制使用,限性别,每日限量"
DRUGS = ("XA01,阿司匹林肠溶片,甲,,0.50,否,,", "XA02,黄体酮胶囊,乙,10%,28.00,是,女,2", "XA03,维生素片,丙,,,否,,")
START, JUNE, JULY = date(2026, 1, 1), date(2100, 6, 1), date(2100, 7, 1)


def csv(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join((header, *rows)).encode()


@pytest.fixture
def city(record: None) -> Organisation:
    return organisation("agency", organisation("agency"))


@pytest.fixture
def policy(city: Organisation) -> Iterator[User]:
    user = add_user("policy", city)
    with acting_as(user):
        yield user


@pytest.fixture
def decide(city: Organisation):
    reviewer = add_user("policy_reviewer", city)

    def run(version: Version, approve: bool = True) -> Decision:
        with acting_as(reviewer):
            return versions.decide(version_id=version.pk, approve=approve, reason="会签")

    return run


def upload(content: bytes, kind: str = "drug", **options: str) -> int:
    return uploads.take(purpose=f"catalogue.{kind}", file=File("目录.csv", content), options=options).pk


def propose(content: bytes, since: date = START, kind: str = "drug", **options: str) -> Version:
    number = upload(content, kind, **options)
    return versions.propose(kind=kind, upload=number, since=since, label=f"{since}", reason="国家目录")


def test_what_will_change_is_shown_first(policy, decide) -> None:
    first = seen.look_at(upload(csv(*DRUGS)))
    assert first.counts == {"added": 3, "changed": 0, "ended": 0, "same": 0}
    decide(propose(csv(*DRUGS)))
    following = csv(DRUGS[0], DRUGS[1].replace("10%", "20%"), "XA04,新药,乙,5%,100,否,,")
    shown = seen.look_at(upload(following))
    assert shown.counts == {"added": 1, "changed": 1, "ended": 1, "same": 1}
    changed, added, ended = shown.samples
    assert (changed["what"], changed["key"]) == ("changed", "XA02")
    assert (changed["before"], changed["after"]) == ({"first_pay": 1000}, {"first_pay": 2000})
    assert (added["what"], added["key"], ended["what"], ended["key"]) == ("added", "XA04", "ended", "XA03")
    assert seen.look_at(upload(following, whole="no")).counts["ended"] == 0


def test_in_force_from_its_day_and_not_before(policy, decide) -> None:
    decide(propose(csv(*DRUGS)))
    decide(propose(csv(DRUGS[0], DRUGS[1].replace("10%", "20%")), JUNE))
    day = JUNE - timedelta(days=1)
    assert queries.item("XA01", START - timedelta(days=1)) is None
    assert [queries.item("XA02", at).first_pay for at in (START, day, JUNE)] == [1000, 1000, 2000]
    assert [queries.item("XA03", at) is None for at in (START, day, JUNE)] == [False, False, True]
    assert [one.key for one in queries.look_up("drug", day)] == ["XA01", "XA02", "XA03"]
    assert [one.key for one in queries.look_up("drug", JUNE)] == ["XA01", "XA02"]
    assert [one.key for one in queries.look_up("drug", day, "维生素")] == ["XA03"]
    assert [one.key for one in queries.look_up("drug", day, "XA03")] == ["XA03"]
    assert [one.what for one in queries.changes_of(Version.objects.latest("id").pk)] == ["changed", "ended"]


def test_what_an_item_says_of_a_line(policy, decide) -> None:
    decide(propose(csv(*DRUGS)))
    assert queries.item("XA02", START).of_line() == {
        "national_code": "XA02", "item": None, "class": "乙", "fee_kind": None, "price_limit": 2800,
        "first_pay_rate": Decimal("0.1"), "limited_use": "1",
    }  # fmt: skip
    assert queries.item("XA02", START).limits == {"sex": "女", "per_day": "2"}
    assert set(queries.items_by_code(["XA01", "XA03", "none"], START)) == {"XA01", "XA03"}


def test_an_item_has_days_of_its_own(policy, decide) -> None:
    decide(propose(csv("XA01,甲药,2026-03-01,2026-03-31", header="编码,名称,开始日期,结束日期")))
    days = (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1))
    assert [queries.item("XA01", day) is not None for day in days] == [False, True, True, False]
    assert [queries.look_up("drug", day).count() for day in days] == [0, 1, 1, 0]


def test_two_people(policy, city: Organisation, decide) -> None:
    version = propose(csv(*DRUGS))
    with pytest.raises(ProblemError, match="A101"):
        versions.decide(version_id=version.pk, approve=True, reason="自己批")
    same = replace(actor(), permissions=frozenset({"catalogues.decide"}))
    with acting(same), pytest.raises(ProblemError, match="A112"):
        versions.decide(version_id=version.pk, approve=True, reason="自己批")
    decide(version, approve=False)
    with pytest.raises(ProblemError, match="K301"):
        decide(version)
    assert queries.item("XA01", START) is None
    with pytest.raises(DatabaseError, match="catalogue_decided_by_another"):
        Decision.objects.create(
            version=propose(csv(*DRUGS)), kind="drug", decision="in force", since=START, reason="x",
            proposed_by=1, decided_by=1, decided_at=clock.now(),
        )  # fmt: skip


def test_one_line_of_versions(policy, decide) -> None:
    decide(propose(csv(*DRUGS)))
    one, other = propose(csv(DRUGS[0]), JUNE), propose(csv(DRUGS[1]), JULY)
    decide(other)
    with pytest.raises(ProblemError, match="K302"):
        decide(one)
    with pytest.raises(ProblemError, match="K204"):
        propose(csv(DRUGS[1]), JULY)
    for since in (clock.today() - timedelta(days=1), JUNE):
        with pytest.raises(ProblemError, match="K205"):
            propose(csv(*DRUGS), since)
    late = propose(csv(*DRUGS), JULY)
    with clock.at(JULY + timedelta(days=1)), pytest.raises(ProblemError, match="K205"):
        decide(late)


def test_an_upload_becomes_one_version(policy) -> None:
    number = upload(csv(*DRUGS))
    given = {"kind": "drug", "since": START, "label": "1", "reason": "x"}
    with pytest.raises(ProblemError, match="U302"):
        versions.propose(**{**given, "kind": "service"}, upload=number)
    versions.propose(**given, upload=number)
    with pytest.raises(ProblemError, match="U302"):
        versions.propose(**given, upload=number)
    with pytest.raises(ProblemError, match="U301"):
        versions.propose(**given, upload=upload(b"nonsense"))
    with pytest.raises(ProblemError, match="U303"):
        versions.propose(**{**given, "kind": "gold"}, upload=number)


@pytest.mark.parametrize("table", ["catalogue_version", "catalogue_item", "catalogue_decision"])
def test_a_version_is_never_changed(policy, decide, table: str) -> None:
    decide(propose(csv(*DRUGS)))
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET id = id")


def test_rows_that_cannot_be_are_named(policy, city: Organisation) -> None:
    header = "编码,名称,类别,先行自付比例,价格,限年龄起,限年龄止,开始日期,结束日期"
    rows = (
        "XA01,甲,丁,10,1.234,,,,",
        "XA02,乙,甲,,,18,3,,",
        "XA03,丙,甲,,,,,2026-02-01,2026-01-01",
        "XA03,丁,甲,,,,,,",
    )
    found = seen.look_at(upload(csv(*rows, header=header)))
    assert [(one.code, one.place.row, one.place.column) for one in found.problems] == [
        ("U202", 2, "类别"),
        ("U202", 2, "先行自付比例"),
        ("U202", 2, "价格"),
        ("U205", 5, None),
        ("K201", 3, "限年龄止"),
        ("K201", 4, "结束日期"),
    ]
    assert seen.look_at(upload(csv(*DRUGS), whole="perhaps")).problems[0].code == "K203"
    assert seen.look_at(upload(csv("XA01,甲,床位", header="编码,名称,项目组"))).problems[0].code == "G104"


def test_groups_are_words_of_the_region(policy, city: Organisation, decide) -> None:
    activate("ninghe", city)
    bad = csv("XA01,甲,床位", "XA02,乙,没有的", header="编码,名称,项目组")
    (problem,) = seen.look_at(upload(bad)).problems
    assert (problem.code, problem.place.row, problem.place.column) == ("K202", 3, "项目组")
    decide(propose(csv("XA01,甲,床位", header="编码,名称,项目组")))
    assert queries.item("XA01", START).of_line()["item"] == "床位"


def test_kinds_stand_beside_one_another(policy, decide) -> None:
    decide(propose(csv("I10,原发性高血压", header="诊断代码,诊断名称"), kind="disease"))
    decide(propose(csv(*DRUGS)))
    assert queries.item("I10", START) is None
    assert queries.item("I10", START, ["disease"]).name == "原发性高血压"
    with pytest.raises(ProblemError, match="U303"):
        queries.look_up("knowledge")


def test_candidates_by_code_then_by_name(policy, decide) -> None:
    decide(propose(csv("A1,阿莫西林胶囊,甲,,,,,", "A2,阿莫西林胶囊(进口),乙,10%,,,,", "A3,青霉素,甲,,,,,")))
    assert [one.code for one in queries.candidates("阿莫西林 胶囊", "A3", START)] == ["A3", "A1", "A2"]
    assert queries.candidates("、", day=START) == []
    assert normal("阿莫西林 胶囊（0.25ｇ）") == normal("阿莫西林胶囊(0.25g)")


def test_who_may(city: Organisation) -> None:
    for role in ("clerk", "policy_reviewer"):
        with acting_as(add_user(role, city)), pytest.raises(ProblemError, match="A101"):
            upload(csv(*DRUGS))
    hospital = organisation("provider", city)
    with acting_as(add_user("hospital", hospital)):
        with pytest.raises(ProblemError, match="A101"):
            upload(csv(*DRUGS))
        assert list(queries.look_up("drug")) == []
    with acting_as(add_user("employer", organisation("employer", city))), pytest.raises(ProblemError, match="A101"):
        queries.look_up("drug")


@pytest.mark.parametrize("kept", [False, True])
def test_two_decided_at_once(own_database: str, monkeypatch: pytest.MonkeyPatch, kept: bool) -> None:
    """Without lock and constraint two versions follow the same one; with the constraint alone one is refused."""
    with acting_as(add_user("policy")):
        two = iter([propose(csv(DRUGS[0])), propose(csv(DRUGS[1]))])
    if not kept:
        with connections["owner"].cursor() as cursor:
            cursor.execute("DROP INDEX versions_in_one_line")
    monkeypatch.setattr(versions, "lock", lambda *keys: None)
    meet, begins = threading.Barrier(2), versions._begins

    def check(*given: object) -> None:
        begins(*given)
        meet.wait(10)

    monkeypatch.setattr(versions, "_begins", check)

    def work() -> None:
        with acting(system_actor("race", "catalogues.decide")):
            versions.decide(version_id=next(two).pk, approve=True, reason="同时")

    problems = both_at_once(work)
    codes = [one.problems[0].code for one in problems]
    assert (Decision.objects.count(), codes) == ((1, ["K302"]) if kept else (2, []))


@pytest.mark.bulk
def test_a_hundred_thousand_items_take_seconds(policy, decide) -> None:
    rows = [f"X{n:07d},药品{n},乙,10%,{n}.25,否,,2" for n in range(100_000)]
    decide(propose(csv(*rows)))
    rows[:100] = [row.replace("10%", "20%") for row in rows[:100]]
    version = propose(csv(*rows), JUNE)
    assert (version.added, version.changed, version.ended) == (0, 100, 0)
    assert ItemChange.objects.count() == 100_100
