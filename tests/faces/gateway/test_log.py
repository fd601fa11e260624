"""What the log keeps: as it came and as it was answered, sealed, found again, played again, forgotten in time."""

from datetime import timedelta

from django.db import connection

from tests.faces.gateway.hospital import Hospital
from tests.faces.gateway.look import LOOK
from tests.faces.gateway.test_outpatient import begun, line, person
from tongchou.faces.gateway.replaying import logged, play
from tongchou.faces.sandbox import City
from tongchou.record.audit.models import Entry
from tongchou.record.base import clock
from tongchou.record.base.actor import acting, system_actor
from tongchou.record.exchange import messages
from tongchou.record.exchange.jobs import forget
from tongchou.record.exchange.models import Message
from tongchou.record.orgs.permissions import PERMISSIONS


def test_a_message_is_found_by_id_person_and_institution(hospital: Hospital, city: City) -> None:
    asked = hospital.envelope("1101", {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": "430000199001011010"}})
    hospital.send(asked)
    number = city.people["430000199001011010"]
    with acting(system_actor("agency", *PERMISSIONS)):
        for wanted in (
            {"msgid": asked["msgid"]},
            {"person_id": number},
            {"institution_id": city.institutions["H43010000001"], "infno": "1101"},
        ):
            (found,) = messages.find(**wanted)
            assert (found.infno, found.msgid, found.done, found.person) == ("1101", asked["msgid"], True, number)
        assert messages.find(msgid="another") == []
        whole = messages.look_at(message_id=found.pk)
        assert b"430000199001011010" in bytes(whole.request)
    trail = Entry.objects.filter(name="exchange.look_at")
    assert [list(one.persons) for one in trail] == [[number]]


def test_what_was_said_is_sealed_in_the_database(hospital: Hospital) -> None:
    person(hospital)
    with connection.cursor() as cursor:
        cursor.execute("SELECT request, answer FROM exchange_message ORDER BY id DESC LIMIT 1")
        request, answer = map(bytes, cursor.fetchone())
    assert b"430000199001011010" not in request
    assert b"psn_name" not in answer


def test_messages_are_forgotten_when_the_region_says_so(hospital: Hospital) -> None:
    person(hospital)
    with acting(system_actor("forget", "exchange.purge")):
        with clock.at(clock.now() + timedelta(days=1_096)):
            assert forget() == 0
        with clock.at(clock.now() + timedelta(days=1_097)):
            assert forget() == Message.objects.count() + 1 == 1


def test_a_log_played_on_a_copy_is_answered_the_same(hospital: Hospital) -> None:
    """The copy is this record with all that the messages did undone."""
    from django.db import transaction

    point = transaction.savepoint()
    visit = begun(hospital, person(hospital))
    hospital.ask("2204", {"feedetail": [line(visit, "1", "L1", 2, 12.5)]})
    asked = {**visit, "chrg_bchno": "B1", "medfee_sumamt": 25, "acct_used_flag": "1", "insutype": "310"}
    settled = hospital.ask("2207", {"data": asked})["setlinfo"]
    hospital.ask("2208", {"data": {**visit, "setl_id": settled["setl_id"]}})
    hospital.refused("2207", {"data": asked | {"chrg_bchno": "B2"}})
    log = list(logged(Message.objects.within(LOOK).order_by("id")))
    transaction.savepoint_rollback(point)
    played = list(play(log))
    assert [one.infno for one in played] == ["1101", "2201", "2203", "2204", "2207", "2208", "2207"]
    assert [dict(one.differs) for one in played] == [{}] * 7
    (other,) = play([log[0].__class__(log[0].at, log[0].request, log[0].answer.replace(b"430000", b"430001"))])
    assert set(other.differs) == {"output.baseinfo.certno"}
