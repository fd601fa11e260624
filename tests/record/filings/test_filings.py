"""Filings: submitted, decided by another, withdrawn, run out; who sees what; what a claim gets."""

import json
import threading
from datetime import date, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from psycopg.types.range import DateRange

from tests.record.base.test_lock import both_at_once
from tests.record.filings.stage import ILL, LIVES_THERE, MONDAY, City, enact, is_ill, lives_elsewhere
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.people.test_people import card, register
from tongchou.ground.errors import ProblemError
from tongchou.record.audit.models import Entry
from tongchou.record.base import clock
from tongchou.record.base.actor import Actor, acting, system_actor
from tongchou.record.base.scope import scoped, system
from tongchou.record.filings import clocks, commands, jobs, keeping, queries
from tongchou.record.filings.models import Evidence, Filing, FilingEvent
from tongchou.record.people import commands as people
from tongchou.record.people import dying, merging


@pytest.fixture
def city(record: None):
    with clock.at(MONDAY):
        enact()
        yield City()


def on(day: str):
    return clock.at(date.fromisoformat(day))


def steps(filing: Filing) -> list[tuple[str, str]]:
    with scoped(system("look")):
        return list(filing.events.order_by("id").values_list("step", "state"))


def gives(city: City, day: str, scheme: str = "employee", **claim: str) -> dict:
    return queries.facts_of(city.person.pk, date.fromisoformat(day), scheme=scheme, claim=claim or None)


def test_one_files_and_another_approves(city: City) -> None:
    with acting_as(city.clerk):
        filing = lives_elsewhere(city.person)
        assert (filing.state, filing.due_on, filing.during) == ("submitted", date(2025, 3, 10), None)
        assert [seen.id for seen in queries.worklist()] == [filing.pk]
        with pytest.raises(ProblemError, match="A101"):
            commands.decide(filing_id=filing.pk, approve=True, reason="自己批")
    assert gives(city, "2025-03-03")["filing"] == "无"
    with on("2025-03-06"), acting_as(city.reviewer):
        commands.decide(filing_id=filing.pk, approve=True, reason="材料属实")
        seen = queries.look_at(number=filing.pk)
    assert (seen.state, seen.first, seen.last, seen.names) == ("approved", MONDAY, None, {"就医地": "440100"})
    assert [one[1:] for one in seen.evidence] == [("居住证明", "居住证.pdf", "application/pdf", 10)]
    assert gives(city, "2025-03-03")["filing"] == "长期居住"
    assert gives(city, "2025-03-02")["filing"] == "无"
    assert gives(city, "2025-03-03", "resident")["filing"] == "无"
    assert steps(filing) == [("submit", "submitted"), ("approve", "approved")]


def test_nobody_decides_on_what_they_submitted(city: City) -> None:
    with acting_as(city.clerk):
        filing = lives_elsewhere(city.person)
    with acting_as(city.clerk) as clerk:
        both = Actor(clerk.name, clerk.scope, clerk.permissions | {"filings.decide"}, user=clerk.user)
    with acting(both), pytest.raises(ProblemError, match="A112"):
        commands.decide(filing_id=filing.pk, approve=True, reason="x")
    with scoped(system("look")), pytest.raises(IntegrityError, match="decided_by_another"), transaction.atomic():
        Filing.objects.filter(id=filing.pk).update(decided_by=filing.submitted_by)


def test_what_is_refused_gives_nothing_and_may_be_filed_again(city: City) -> None:
    with acting_as(city.clerk):
        filing = lives_elsewhere(city.person)
        with pytest.raises(ProblemError, match="F101"):
            lives_elsewhere(city.person)
    with acting_as(city.reviewer):
        commands.decide(filing_id=filing.pk, approve=False, reason="地址不符")
        with pytest.raises(ProblemError, match="F013"):
            commands.decide(filing_id=filing.pk, approve=True, reason="又同意")
    with acting_as(city.clerk):
        assert lives_elsewhere(city.person).state == "submitted"
    assert gives(city, "2025-03-03")["filing"] == "无"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"names": {}}, "F002"),
        ({"names": {"就医地": "440100", "disease": "高血压"}}, "F003"),
        ({"evidence": ()}, "F006"),
        ({"evidence": (LIVES_THERE, ILL[0])}, "F108"),
        ({"scheme": "没有"}, "F001"),
    ],
)
def test_what_cannot_be_filed_leaves_nothing(city: City, given: dict, code: str) -> None:
    with acting_as(city.clerk):
        with pytest.raises(ProblemError, match=code):
            lives_elsewhere(city.person, **given)
        assert not Filing.objects.exists()
        assert not Evidence.objects.exists()


def test_a_hospital_files_for_whom_it_has_before_it(city: City) -> None:
    with acting_as(city.office):
        given = {"scheme": "employee", "type": "异地转诊", "names": {"就医地": "110000"}}
        filing = commands.submit(certificate=("01", card()), **given)
        assert (filing.state, filing.person_id, filing.filed_at_id) == ("approved", city.person.pk, city.hospital.pk)
        assert queries.look_at(number=filing.pk).last == date(2025, 9, 2)
        with pytest.raises(ProblemError, match="A114"):
            commands.submit(person_id=city.person.pk, **given)
        with pytest.raises(ProblemError, match="A114"):
            commands.submit(certificate=("01", card(number=7)), **given)
        with pytest.raises(ProblemError, match="P102"):
            commands.submit(certificate=("01", "1"), **given)
        with pytest.raises(ProblemError, match="F005"):
            commands.submit(
                certificate=("01", card()),
                scheme="employee",
                type="账户共济授权",
                names={"共济亲属": "1", "亲属关系": "配偶"},
            )
    assert steps(filing) == [("submit", "approved"), ("approve", "approved")]
    assert gives(city, "2025-09-02")["filing"] == "转诊"


def test_another_hospital_or_county_sees_nothing_of_it(city: City) -> None:
    with acting_as(city.office):
        filing = commands.submit(
            certificate=("01", card()), scheme="employee", type="异地转诊", names={"就医地": "110000"}
        )
    with acting_as(city.clerk):
        assert queries.look_at(number=filing.pk).id == filing.pk
    for role, where in (("hospital", organisation("provider", city.agency)), ("clerk", None), ("reviewer", None)):
        with acting_as(add_user(role, where)):
            for look in (queries.look_at, queries.history):
                with pytest.raises(ProblemError, match="A114"):
                    look(number=filing.pk)
            assert queries.worklist(state="approved") == []
            if role != "hospital":
                with pytest.raises(ProblemError, match="A114"):
                    queries.of_person(person_id=city.person.pk)
            if role == "reviewer":
                with pytest.raises(ProblemError, match="A114"):
                    commands.decide(filing_id=filing.pk, approve=False, reason="x")
            else:
                with pytest.raises(ProblemError, match="A114"):
                    commands.withdraw(filing_id=filing.pk, reason="x")


def test_an_employer_files_for_whom_it_employs(city: City) -> None:
    firm = organisation("employer", city.agency)
    given = {"scheme": "employee", "type": "异地长期居住", "names": {"就医地": "440100"}, "evidence": (LIVES_THERE,)}
    user = add_user("employer", firm)
    with acting_as(user), pytest.raises(ProblemError, match="A114"):
        commands.submit(certificate=("01", card()), **given)
    with acting_as(city.clerk):
        people.employ(person_id=city.person.pk, employer=firm.pk, since=date(2025, 1, 1))
    with acting_as(user):
        assert commands.submit(certificate=("01", card()), **given).by == "employer"


def insured(city: City):
    user = add_user("insured", organisation("public"))
    with scoped(system("stage")):
        user.person = city.person.pk
        user.save()
    return user


def test_somebody_insured_files_for_themselves(city: City) -> None:
    me = insured(city)
    with acting(system_actor("stage", "people.write")):
        other = register(city.agency, 3)
    relative = {"scheme": "employee", "type": "账户共济授权", "names": {"共济亲属": "7", "亲属关系": "配偶"}}
    with acting_as(me):
        mine = commands.submit(**relative)
        assert (mine.person_id, mine.state) == (city.person.pk, "approved")
        for whom in ({"person_id": other.pk}, {"certificate": ("01", card(number=3))}):
            with pytest.raises(ProblemError, match="A114"):
                commands.submit(**relative, **whom)
        assert [seen.id for seen in queries.of_person(person_id=city.person.pk)] == [mine.pk]
        assert queries.look_at_facts(person_id=city.person.pk, on=MONDAY, scheme="employee")["共济对象"] == ("7",)
    with acting_as(city.clerk):
        theirs = commands.submit(**{**relative, "names": {"共济亲属": "8", "亲属关系": "子女"}}, person_id=other.pk)
    with acting_as(me), pytest.raises(ProblemError, match="A114"):
        queries.look_at(number=theirs.pk)


def test_whom_it_is_about_is_said_once(city: City) -> None:
    given = {"scheme": "employee", "type": "异地长期居住", "names": {"就医地": "1"}, "evidence": (LIVES_THERE,)}
    with acting_as(city.clerk):
        with pytest.raises(ProblemError, match="F102"):
            commands.submit(person_id=city.person.pk, certificate=("01", card()), **given)
        with pytest.raises(ProblemError, match="F102"):
            commands.submit(organisation_id=city.hospital.pk, **given)
        with pytest.raises(ProblemError, match="A114"):
            commands.submit(**given)
        assert commands.submit(certificate=("01", card()), **given).person_id == city.person.pk
    with acting_as(city.office), pytest.raises(ProblemError, match="F102"):
        commands.submit(**given)


def test_withdrawing(city: City) -> None:
    with acting_as(city.office):
        given = {"certificate": ("01", card()), "scheme": "employee", "type": "住院登记"}
        stay = {"admitted": "2025-03-03", "provider": city.hospital.code, "入院方式": "急诊"}
        filing = commands.submit(names=stay, **given)
        with on("2025-03-10"):
            with pytest.raises(ProblemError, match="F010"):
                commands.submit(names={**stay, "admitted": "2025-03-10"}, **given)
            with pytest.raises(ProblemError, match="F015"):
                commands.withdraw(filing_id=filing.pk, since=date(2025, 3, 9), reason="出院")
            with pytest.raises(ProblemError, match="A102"):
                commands.withdraw(filing_id=filing.pk, reason=" ")
            gone = commands.withdraw(filing_id=filing.pk, reason="出院")
            assert (gone.state, gone.during) == ("withdrawn", DateRange(date(2025, 3, 3), date(2025, 3, 10)))
            assert commands.submit(names={**stay, "admitted": "2025-03-10"}, **given).state == "approved"
            with pytest.raises(ProblemError, match="F013"):
                commands.withdraw(filing_id=filing.pk, reason="再撤")
    with acting_as(city.clerk), pytest.raises(ProblemError, match="F005"):
        commands.withdraw(filing_id=filing.pk, reason="不由经办机构申报")
    assert gives(city, "2025-03-09", provider=city.hospital.code)["住院登记"] == "已登记"
    assert gives(city, "2025-03-09", provider="别家")["住院登记"] == "未登记"


def test_withdrawn_on_its_first_day_it_never_was(city: City) -> None:
    with acting_as(city.office):
        filing = commands.submit(
            certificate=("01", card()), scheme="employee", type="异地转诊", names={"就医地": "110000"}
        )
        commands.withdraw(filing_id=filing.pk, reason="报错")
        assert queries.look_at(number=filing.pk).first is None
        again = commands.submit(
            certificate=("01", card()), scheme="employee", type="异地转诊", names={"就医地": "120000"}
        )
    assert again.state == "approved"
    assert gives(city, "2025-03-03")["filing"] == "转诊"


def test_the_next_of_its_type_replaces_it(city: City) -> None:
    with acting_as(city.office):
        given = {"certificate": ("01", card()), "scheme": "employee", "type": "异地转诊"}
        one = commands.submit(names={"就医地": "110000"}, **given)
        with on("2025-04-01"):
            two = commands.submit(names={"就医地": "120000"}, **given)
            seen = queries.look_at(number=one.pk)
    assert (seen.state, seen.last, two.state) == ("replaced", date(2025, 3, 31), "approved")
    assert steps(one)[-1] == ("replace", "replaced")


def test_so_many_at_a_time_and_one_of_each(city: City) -> None:
    for i, disease in enumerate(("高血压", "糖尿病", "透析"), 1):
        with acting_as(city.clerk), pytest.raises(ProblemError, match="F005"):
            is_ill(city.person, disease)
        with acting_as(insured(city) if i == 1 else add_insured_again(city)):
            filing = is_ill(city.person, disease)
        with acting_as(city.reviewer):
            assert commands.decide(filing_id=filing.pk, approve=True, reason="同意").slot == i
    with acting_as(add_insured_again(city)):
        with pytest.raises(ProblemError, match="F011"):
            is_ill(city.person, "高血压")
        with pytest.raises(ProblemError, match="F010"):
            is_ill(city.person, "器官移植")
    assert gives(city, "2025-03-03")["diseases"] == ("高血压", "糖尿病", "透析")


def add_insured_again(city: City):
    """The user who is the person already."""
    from tongchou.record.orgs.models import User

    with scoped(system("stage")):
        return User.objects.get(person=city.person.pk)


def test_the_database_keeps_them_apart_too(city: City) -> None:
    with acting_as(insured(city)):
        filing = is_ill(city.person)
    with acting_as(city.reviewer):
        commands.decide(filing_id=filing.pk, approve=True, reason="同意")
    with scoped(system("stage")):
        for changes, constraint in (({}, "in_a_slot"), ({"slot": 2}, "of_a_kind")):
            twin = Filing.objects.get(id=filing.pk)
            twin.pk, twin._state.adding = None, True
            for name, value in changes.items():
                setattr(twin, name, value)
            with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
                twin.save()


def test_what_it_tells_of_an_illness_is_sealed(city: City) -> None:
    with acting_as(insured(city)):
        is_ill(city.person)
    with connection.cursor() as cursor:
        cursor.execute("SELECT filing::text, evidence::text FROM filing JOIN filing_evidence evidence ON true")
        text = str(cursor.fetchall())
    for secret in ("高血压", "诊断.jpg", "高血压".encode().hex(), ILL[0].content.hex()):
        assert secret not in text


def test_evidence_can_be_brought_and_read(city: City) -> None:
    with acting_as(city.clerk):
        filing = lives_elsewhere(city.person)
        commands.add_evidence(filing_id=filing.pk, evidence=(LIVES_THERE,))
        (first, second) = queries.look_at(number=filing.pk).evidence
        found = queries.evidence(filing_id=filing.pk, number=second[0])
        assert (found.content, found.digest, found.name) == (LIVES_THERE.content, LIVES_THERE.digest, "居住证.pdf")
        for wrong in ((filing.pk, 10**9), (10**9, first[0])):
            with pytest.raises(ProblemError, match="A114"):
                queries.evidence(filing_id=wrong[0], number=wrong[1])
        with pytest.raises(ProblemError, match="F105"):
            commands.add_evidence(filing_id=filing.pk, evidence=(LIVES_THERE,) * 9)
    with acting_as(city.reviewer):
        commands.decide(filing_id=filing.pk, approve=False, reason="x")
    with acting_as(city.clerk), pytest.raises(ProblemError, match="F013"):
        commands.add_evidence(filing_id=filing.pk, evidence=(LIVES_THERE,))


def test_the_trail_tells_who_filed_and_who_looked_but_not_the_files(city: City) -> None:
    with acting_as(city.clerk):
        filing = lives_elsewhere(city.person)
        queries.history(number=filing.pk)
    read, command = Entry.objects.order_by("-id")[:2]
    assert (read.kind, read.name, read.persons) == ("read", "filings.history", [city.person.pk])
    assert (command.name, command.persons) == ("filings.submit", [city.person.pk])
    details = json.loads(command.details)
    assert details["names"] == {"就医地": "440100"}
    assert details["evidence"] == [f"居住证明: 居住证.pdf (10, SM3 {LIVES_THERE.digest.hex()})"]


def test_history_is_written_once(city: City) -> None:
    with acting_as(city.clerk):
        event = lives_elsewhere(city.person).events.get()
        assert event.persons_of() == [city.person.pk]
        with pytest.raises(RuntimeError):
            event.save()
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("UPDATE filing_event SET state = 'approved'")


def test_what_has_run_out_is_expired_at_night(city: City) -> None:
    with acting_as(city.office):
        filing = commands.submit(
            certificate=("01", card()), scheme="employee", type="异地转诊", names={"就医地": "110000"}
        )
    for day, ended in (("2025-09-02", 0), ("2025-09-03", 1), ("2025-09-03", 0)):
        with on(day), acting(system_actor("filings.expire", "filings.decide")):
            assert jobs.expire() == ended
    assert steps(filing)[-1] == ("expire", "expired")
    assert gives(city, "2025-09-02")["filing"] == "转诊"
    assert gives(city, "2025-09-03")["filing"] == "无"


def test_an_overdue_decision_is_reminded_of_once(city: City) -> None:
    with acting_as(city.clerk):
        filing = lives_elsewhere(city.person)
    for day, late, looked in (("2025-03-10", 0, 0), ("2025-03-11", 1, 1), ("2025-03-12", 1, 0)):
        with on(day):
            with acting(system_actor("filings.run_out", "filings.decide")):
                assert jobs.run_out() == looked
                assert clocks.run_out(filing_id=filing.pk).state == "submitted"
            with acting_as(city.reviewer):
                assert len(queries.overdue()) == late
    assert steps(filing) == [("submit", "submitted"), ("remind", "submitted")]


def home_bed(city: City, scheme: str = "employee") -> Filing:
    from tongchou.record.filings.uploads import Upload

    return commands.submit(
        certificate=("01", card()),
        scheme=scheme,
        type="家庭病床",
        names={"provider": city.hospital.code},
        evidence=(Upload("建床评估表", "a.pdf", b"%PDF-"),),
    )


def test_a_type_may_say_that_silence_is_consent(city: City) -> None:
    with acting_as(city.office):
        filing = home_bed(city)
    with on("2025-03-07"), acting(system_actor("filings.run_out", "filings.decide")):
        assert jobs.run_out() == 1
        assert clocks.run_out(filing_id=filing.pk).state == "approved"
    with scoped(system("look")):
        filing.refresh_from_db()
    assert (filing.decided_by, filing.during.lower) == (None, date(2025, 3, 7))


def test_silence_does_not_consent_where_there_is_no_room(city: City) -> None:
    with acting_as(city.office):
        filing = home_bed(city)
    with scoped(system("stage")):  # another was approved meanwhile, as if it had been filed before
        twin = Filing.objects.get(id=filing.pk)
        twin.pk, twin._state.adding, twin.state, twin.slot = None, True, "approved", 1
        twin.during = DateRange(MONDAY, None)
        twin.save()
    with on("2025-03-07"), acting(system_actor("filings.run_out", "filings.decide")):
        assert clocks.run_out(filing_id=filing.pk).state == "submitted"
    with scoped(system("look")):
        assert "同时最多 1 个" in FilingEvent.objects.filter(filing=filing).last().reason


def test_the_pack_of_the_day_of_filing_decides(city: City) -> None:
    """A later pack may no longer know the type; what was filed under the earlier one is decided by it."""
    with acting_as(city.clerk):
        filing = lives_elsewhere(city.person)
    assert filing.pack == queries.pack_in_force().hash


def test_a_merge_moves_filings_or_says_why_not(city: City) -> None:
    with acting(system_actor("stage", "people.write")):
        other = register(city.agency, 3, kind="08", number="E12345678")
    for serial, whom in enumerate((city.person, other)):
        with acting_as(city.clerk):
            filing = lives_elsewhere(whom)
        if serial:
            with acting_as(city.reviewer):
                commands.decide(filing_id=filing.pk, approve=True, reason="同意")
    with acting_as(city.clerk):
        case = merging.open_merge(keep=city.person.pk, drop=other.pk, reason="同一人")
    with acting_as(city.reviewer):
        merging.decide_merge(case_id=case.pk, same=True, reason="同一人")
        assert len(queries.of_person(person_id=other.pk)) == 2
    assert gives(city, "2025-03-03")["filing"] == "长期居住"


def test_a_merge_of_two_that_both_run_is_put_right_first(city: City) -> None:
    with acting(system_actor("stage", "people.write")):
        other = register(city.agency, 3, kind="08", number="E12345678")
    for whom in (city.person, other):
        with acting_as(city.clerk):
            filing = lives_elsewhere(whom)
        with acting_as(city.reviewer):
            commands.decide(filing_id=filing.pk, approve=True, reason="同意")
    with acting_as(city.clerk):
        case = merging.open_merge(keep=city.person.pk, drop=other.pk, reason="同一人")
    with acting_as(city.reviewer), pytest.raises(ProblemError, match="P114"):
        merging.decide_merge(case_id=case.pk, same=True, reason="同一人")


def test_types_are_those_of_the_pack(city: City) -> None:
    with acting_as(city.clerk):
        assert [of.name for of in queries.types("employee")][:3] == ["异地长期居住", "异地转诊", "转院"]
        assert queries.types("employee", date(2020, 1, 1)) == []


def test_without_a_scope_nothing_is_read(record: None) -> None:
    for model in (Filing, Evidence, FilingEvent):
        with pytest.raises(RuntimeError, match="no scope"):
            list(model.objects.all())


def file_both_at_once(locked: bool) -> None:
    """Two doctors approve nothing: each files a home bed for one person, of whom one may run."""
    with clock.at(MONDAY):
        enact()
        city = City()
        meet = threading.Barrier(2)
        before = keeping.engine.submit

        def slowly(*arguments: object, **given: object) -> object:
            found = before(*arguments, **given)
            if not locked:
                meet.wait(10)  # both have looked and found room
            return found

        keeping.engine.submit = slowly

        def work() -> None:
            with (
                clock.at(MONDAY),
                acting(Actor("race", office.scope, office.permissions, office.user, office.organisation)),
            ):
                commands.submit(
                    certificate=("01", card()), scheme="employee", type="住院登记",
                    names={"admitted": "2025-03-03", "provider": "H1", "入院方式": "急诊"},
                )  # fmt: skip

        try:
            with acting_as(city.office) as office:
                pass
            found = both_at_once(work)
        finally:
            keeping.engine.submit = before
        refused = [p.code for error in found if isinstance(error, ProblemError) for p in error.problems]
        # Two rows that wait for each other's constraint are a deadlock, which the database ends by refusing one (S302).
        assert refused in ([["F010"]] if locked else [["F010"], ["S302"]])
        assert len(found) == 1
        with scoped(system("look")):
            assert Filing.objects.count() == 1


def test_one_of_two_at_once_is_refused(own_database: str) -> None:
    file_both_at_once(locked=True)


def test_without_the_lock_the_constraint_says_the_same(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: both find room, and only the database stops the second."""
    monkeypatch.setattr(commands, "lock", lambda *keys: None)
    file_both_at_once(locked=False)


def test_without_the_constraint_too_both_would_run(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the control: the race is there."""
    from django.db import connections

    monkeypatch.setattr(commands, "lock", lambda *keys: None)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE filing DROP CONSTRAINT one_filing_in_a_slot")
    with pytest.raises(AssertionError):
        file_both_at_once(locked=False)
    with scoped(system("look")):
        assert Filing.objects.count() == 2


def test_a_filing_is_of_the_chinese_day(city: City) -> None:
    """Half past midnight in China is the day before in London."""
    with clock.at(datetime(2025, 3, 4, 0, 30, tzinfo=clock.CHINA)), acting_as(city.clerk):
        assert lives_elsewhere(city.person).filed_on == date(2025, 3, 4)


def test_what_is_withdrawn_gives_its_place_free(city: City) -> None:
    """Three diseases run, which is all there is room for. One is withdrawn from a later day on: until then it holds its
    place, from then on another has it, and so does the same disease filed anew."""
    filings = {}
    with acting_as(insured(city)) as person:
        for disease in ("高血压", "糖尿病", "透析"):
            filings[disease] = is_ill(city.person, disease)
    for one in filings.values():
        with acting_as(city.reviewer):
            commands.decide(filing_id=one.pk, approve=True, reason="同意")
    with acting(person):
        gone = commands.withdraw(filing_id=filings["透析"].pk, since=date(2025, 3, 20), reason="停透")
        assert gone.during.upper == date(2025, 3, 20)
        with on("2025-03-19"), pytest.raises(ProblemError, match="F010"):
            is_ill(city.person, "器官移植")
        with on("2025-03-20"):
            for disease in ("器官移植", "透析"):
                waiting = is_ill(city.person, disease)
                with acting_as(city.reviewer):
                    taken = commands.decide(filing_id=waiting.pk, approve=True, reason="同意")
                assert (taken.slot, taken.during.lower) == (3, date(2025, 3, 20))
                commands.withdraw(filing_id=taken.pk, reason="又停了")


def died(city: City, day: str) -> None:
    """As the command that records a death does it, in its transaction."""
    with acting(system_actor("stage", "people.write")):
        dead = dying.record_death(person_id=city.person.pk, on=date.fromisoformat(day), reason="证明")
        commands.end_for_death(dead, dead.died)


def test_a_death_closes_what_waits_and_ends_the_rest_with_its_day(city: City) -> None:
    with acting_as(city.clerk):
        elsewhere = lives_elsewhere(city.person)
    with acting_as(insured(city)):
        waiting, ill = is_ill(city.person, "糖尿病"), is_ill(city.person, "高血压")
    with acting_as(city.reviewer):
        for one in (elsewhere, ill):
            commands.decide(filing_id=one.pk, approve=True, reason="属实")
    with acting_as(city.office):
        referred = commands.submit(
            certificate=("01", card()), scheme="employee", type="异地转诊", names={"就医地": "110000"}
        )
        commands.withdraw(filing_id=referred.pk, since=date(2025, 9, 1), reason="以后不去了")
    with on("2025-04-10"):
        died(city, "2025-04-08")
        died_again = Filing.objects.within(system("look")).order_by("id")
        states = {one.pk: (one.state, one.during and one.during.upper) for one in died_again}
    day_after = date(2025, 4, 9)
    assert states == {
        elsewhere.pk: ("expired", day_after),
        waiting.pk: ("withdrawn", None),
        ill.pk: ("expired", day_after),
        referred.pk: ("withdrawn", day_after),
    }
    assert steps(ill)[-1] == ("end", "expired")
    assert gives(city, "2025-04-08")["filing"] == "长期居住"
    assert gives(city, "2025-04-09")["filing"] == "无"


def test_what_is_filed_after_a_death_ends_with_it(city: City) -> None:
    """A hospital may still file the transfer of somebody who died the next day; a referral from today on has no day."""
    with acting_as(insured(city)):
        waiting = is_ill(city.person)
    with on("2025-03-05"):
        with acting(system_actor("stage", "people.write")):
            dying.record_death(person_id=city.person.pk, on=date(2025, 3, 4), reason="证明")
        with acting_as(city.office):
            given = {"certificate": ("01", card()), "scheme": "employee"}
            moved = commands.submit(
                type="转院", names={"admitted": "2025-03-03", "provider": city.hospital.code}, **given
            )
            assert moved.during == DateRange(date(2025, 3, 3), date(2025, 3, 5))
            with pytest.raises(ProblemError, match="F110"):
                commands.submit(type="异地转诊", names={"就医地": "110000"}, **given)
        with acting_as(city.reviewer), pytest.raises(ProblemError, match="F110"):
            commands.decide(filing_id=waiting.pk, approve=True, reason="同意")
