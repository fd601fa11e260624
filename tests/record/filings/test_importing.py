"""Filings from a file: looked at, submitted whole or not at all, every problem in its row and column."""

import io

import pytest
from python_calamine import CalamineWorkbook

from tests.record.filings.stage import MONDAY, City, enact
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.people.test_people import card, register
from tongchou.ground.errors import ProblemError
from tongchou.record.audit.models import Entry
from tongchou.record.base import clock
from tongchou.record.base.actor import acting, system_actor
from tongchou.record.base.scope import scoped, system
from tongchou.record.filings import importing
from tongchou.record.filings.importing import submit_file
from tongchou.record.filings.models import Filing, FilingEvent
from tongchou.record.uploads import queries as uploads
from tongchou.record.uploads.commands import File, take

HEAD = ["证件号码", "险种", "备案类型", "纸质材料", "就医地", "disease", "备注"]


@pytest.fixture
def city(record: None):
    with clock.at(MONDAY):
        enact()
        yield City()


def lives_in(place: str, serial: int = 1, **changes: str) -> list[str]:
    row = dict(zip(HEAD, [card(number=serial), "employee", "异地长期居住", "居住证明", place, "", ""], strict=True))
    return list({**row, **changes}.values())


def upload(*rows: list[str]) -> int:
    content = "\n".join(",".join(row) for row in (HEAD, *rows)).encode()
    return take(purpose="filings", file=File("备案.csv", content)).pk


def another(city: City, serial: int) -> None:
    with acting(system_actor("stage", "people.write")):
        register(city.agency, serial)


def filings() -> list[tuple[str, str]]:
    with scoped(system("look")):
        return list(Filing.objects.order_by("id").values_list("type", "state"))


def test_a_file_is_looked_at_and_submitted_once(city: City) -> None:
    another(city, 3)
    with acting_as(city.clerk):
        number = upload(lives_in("440100"), lives_in("110000", 3))
        seen = uploads.look_at(number)
        assert (seen.state, seen.counts, seen.unknown) == ("ready", {"submitted": 2, "approved": 0}, ["备注"])
        assert filings() == []
        made = submit_file(upload=number, reason="单位集中申报")
        assert [one.get_state_display() for one in made] == ["待审", "待审"]
        assert Entry.objects.order_by("-id")[0].persons == sorted(one.person_id for one in made)
        with pytest.raises(ProblemError, match="U302"):
            submit_file(upload=number, reason="再来")
    with scoped(system("look")):
        assert FilingEvent.objects.filter(step="submit")[0].reason == "纸质材料：居住证明"


def test_a_hospital_files_what_is_approved_at_once(city: City) -> None:
    with acting_as(city.office):
        number = upload(lives_in("440100", 备案类型="异地转诊", 纸质材料=""))
        assert uploads.look_at(number).counts == {"submitted": 0, "approved": 1}
        submit_file(upload=number, reason="集中转诊")
    assert filings() == [("异地转诊", "approved")]


def test_one_wrong_row_keeps_all_of_it_out_and_is_named(city: City) -> None:
    another(city, 3)
    rows = [
        lives_in("440100"),
        lives_in("", 3),
        lives_in("440100", 5),
        lives_in("440100", 证件号码="123"),
        lives_in("440100", 3, 纸质材料=""),
        lives_in("440100", 3, 备案类型="登月"),
        lives_in("440100", 3, 纸质材料="船票"),
        lives_in("110000"),
        lives_in("440100", 3, disease="感冒"),
        lives_in("440100", 3, 险种=""),
    ]
    with acting_as(city.clerk):
        number = upload(*rows)
        seen = uploads.look_at(number)
        found = {(one.place.row, one.place.column, one.code) for one in seen.problems}
        assert (11, "险种", "U201") in found  # what cannot be read comes first, then who it is about
        assert {(4, "证件号码", "A114"), (5, "证件号码", "P102")} <= found
        number = upload(*(row for at, row in enumerate(rows) if at not in (2, 3, 9)))
        seen = uploads.look_at(number)
        assert {(one.place.row, one.place.column, one.code) for one in seen.problems} == {
            (3, "就医地", "F002"),
            (4, "纸质材料", "F006"),
            (5, "备案类型", "F001"),
            (6, "纸质材料", "F108"),
            (7, "备案类型", "F101"),
            (8, "disease", "F003"),
        }
        with pytest.raises(ProblemError, match="U301"):
            submit_file(upload=number, reason="x")
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(uploads.errors_of(number))).get_sheet_by_index(0)
        assert [row[0] for row in sheet.to_python()[1:]] == [3, 4, 5, 6, 7, 8]
    assert filings() == []


def test_what_changed_since_it_was_looked_at_refuses_all(city: City) -> None:
    another(city, 3)
    with acting_as(city.clerk):
        number = upload(lives_in("110000", 3), lives_in("440100"))
        submit_file(upload=upload(lives_in("440100")), reason="先来")
        with pytest.raises(ProblemError, match="F101"):
            submit_file(upload=number, reason="后到")
        assert len(filings()) == 1
        assert uploads.look_at(number).state == "ready"


def test_who_may_and_who_may_not(city: City) -> None:
    with acting_as(city.reviewer), pytest.raises(ProblemError, match="A101"):
        upload(lives_in("440100"))
    with acting_as(city.clerk):
        number = upload(lives_in("440100"))
    elsewhere = organisation("agency", organisation("agency"))
    with acting_as(add_user("clerk", elsewhere)):
        with pytest.raises(ProblemError, match="A114"):
            submit_file(upload=number, reason="外地")
        assert uploads.look_at(upload(lives_in("440100"))).problems[0].code == "A114"
    with acting_as(add_user("employer", organisation("employer", city.agency))):
        assert uploads.look_at(upload(lives_in("440100"))).problems[0].code == "A114"


def test_a_file_has_so_many_rows(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST", 1)
    with acting_as(city.clerk):
        assert uploads.look_at(upload(lives_in("440100"), lives_in("110000"))).problems[0].code == "F111"


def test_the_template_has_a_column_for_each_fact(city: City) -> None:
    with acting_as(city.clerk):
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(uploads.template_of("filings"))).get_sheet_by_index(0)
    head = sheet.to_python()[0]
    assert head[:5] == ["*证件号码", "证件类型", "*险种", "*备案类型", "纸质材料"]
    assert {"就医地", "disease", "admitted"} <= set(head)
