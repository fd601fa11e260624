"""Who may speak: keys, signatures, clocks, replay; and without a key only where the server was started for that."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.faces.gateway.hospital import Hospital
from tests.faces.gateway.look import LOOK
from tongchou.faces.his.signing import Key, headers_of
from tongchou.faces.sandbox import City
from tongchou.record.base import clock
from tongchou.record.base.actor import acting, system_actor
from tongchou.record.base.scope import scoped
from tongchou.record.exchange import keys
from tongchou.record.exchange.models import AccessKey, Message
from tongchou.record.orgs.permissions import PERMISSIONS

QUESTION = {"medinsinfo": {"fixmedins_code": "H43010000001"}}
SIGNED = ("tif", "api", "ca-sm3", "ca-sha256")


@pytest.fixture
def office(city: City) -> Iterator[None]:
    """Whoever issues keys."""
    with acting(system_actor("agency", *PERMISSIONS)):
        yield


def issued(city: City, method: str, code: str = "H43010000001") -> Key:
    made = keys.issue(institution_id=city.institutions[code], method=method, account="A-1", reason="接入")
    return Key(method, made.key.account, made.secret)


def sent(at: Hospital, key: Key | None, late: timedelta = timedelta(), **also: object) -> str:
    """What a question is answered: done, or the code of the refusal."""
    message = at.envelope("1201", QUESTION, **also)
    body = at.body(message)
    at.headers = headers_of(key, "1201", body, clock.now() + late)
    answer = at.send(body)
    return "done" if answer["infcode"] == 0 else answer["err_msg"].partition("]")[0].removeprefix("[")


@pytest.mark.parametrize("method", SIGNED)
def test_a_signed_message(hospital: Hospital, city: City, office: None, method: str) -> None:
    key = issued(city, method)
    assert sent(hospital, key) == "done"
    assert sent(hospital, Key(method, key.account, key.secret + "0")) == "N204"
    assert sent(hospital, Key(method, "A-2", key.secret)) == "N203"
    assert sent(hospital, None) == "N201"
    assert sent(hospital, key, timedelta(minutes=31)) == "N202"
    assert sent(hospital, key, -timedelta(minutes=31)) == "N202"


@pytest.mark.parametrize("method", SIGNED)
def test_a_signature_is_taken_once(hospital: Hospital, city: City, office: None, method: str) -> None:
    key, message = issued(city, method), hospital.envelope("1201", QUESTION)
    hospital.headers = headers_of(key, "1201", hospital.body(message), clock.now())
    assert hospital.send(message)["infcode"] == 0
    again = hospital.send(message)
    assert again["infcode"] == -1
    assert again["err_msg"].startswith("[N205]")


def test_a_fixed_key_only_where_the_region_takes_it(hospital: Hospital, city: City, office: None) -> None:
    """Ninghe does not: whoever has no other is refused, also where those without any are believed."""
    assert sent(hospital, None) == "done"
    key = issued(city, "apikey")
    assert sent(hospital, key) == sent(hospital, None) == "N206"
    issued(city, "tif")
    assert sent(hospital, key) == "N201"


def test_a_key_is_changed_without_a_pause(hospital: Hospital, city: City, office: None) -> None:
    old, new = issued(city, "tif"), issued(city, "tif")
    assert sent(hospital, old) == sent(hospital, new) == "done"
    with clock.at(clock.now() + timedelta(days=8)):
        assert (sent(hospital, old), sent(hospital, new)) == ("N204", "done")
    for one in AccessKey.objects.within(LOOK).all():
        keys.end(key_id=one.pk, reason="停用")
    assert sent(hospital, new) == "done"  # open again: no key is known any more


def test_anothers_key_is_no_key(hospital: Hospital, city: City, office: None) -> None:
    mine, other = issued(city, "tif"), issued(city, "tif", "P43010000001")
    assert sent(hospital, other) == "N204"
    assert sent(hospital, mine) == "done"


def test_without_a_key_only_on_this_machine(hospital: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    assert sent(hospital, None) == "done"
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        hospital.headers = {name: "192.0.2.1"}
        assert hospital.send(hospital.envelope("1201", QUESTION))["err_msg"].startswith("[N206]")
    hospital.address, hospital.headers = "192.0.2.9", {}
    assert hospital.send(hospital.envelope("1201", QUESTION))["err_msg"].startswith("[N206]")
    hospital.address = "127.0.0.1"
    monkeypatch.setattr(settings, "GATEWAY_OPEN", False)
    assert sent(hospital, None) == "N206"


def test_what_is_refused_is_logged(hospital: Hospital, city: City) -> None:
    assert Hospital("H99999999999", "430100").refused("1201", QUESTION) == "N108"
    assert hospital.refused("1101", {"data": {}}, insuplc_admdvs="110100") == "N126"
    assert hospital.refused("1101", {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": "110101199001011237"}}) in (
        "N121",
        "P102",
    )
    with scoped(LOOK):
        rows = list(Message.objects.order_by("id").values_list("infno", "why", "institution__code", "done"))
    assert [row[1] for row in rows[:2]] == ["N108", "N126"]
    assert [row[2] for row in rows] == [None, "H43010000001", "H43010000001"]
    assert not any(row[3] for row in rows)
