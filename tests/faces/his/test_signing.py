"""Each way to sign is one that the gateway takes; a wrong secret is refused, and so is none."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tongchou.faces.his.desk import Desk
from tongchou.faces.his.signing import METHODS, Key, headers_of, key_of
from tongchou.faces.sandbox import City
from tongchou.record.base import clock

ASKED = {"medinsinfo": {"fixmedins_code": "H99990000001"}}


def issued(city: City, method: str) -> Key:
    from tongchou.record.base.actor import Actor, acting
    from tongchou.record.base.scope import system
    from tongchou.record.exchange.keys import issue
    from tongchou.record.orgs.permissions import PERMISSIONS

    with acting(Actor("test", system("a key for a test"), frozenset(PERMISSIONS))):
        made = issue(institution_id=city.institutions["H99990000001"], method=method, account="H1", reason="测试")
    return Key(method, "H1", made.secret)


@pytest.mark.parametrize("method", sorted(METHODS.keys() - {"apikey"}))
def test_the_gateway_takes_it(desk: Callable[..., Desk], city: City, method: str) -> None:
    key = issued(city, method)
    assert desk(key=key).ask("1201", ASKED)["medinsinfo"]["fixmedins_code"] == "H99990000001"
    for wrong in (replace(key, secret="other"), None):
        at = desk(key=wrong)
        answer = at.deliver(at.envelope("1201", ASKED))
        assert answer.code in ("N201", "N204")
        assert answer.faults == []


def test_a_fixed_key_is_sent_as_it_is() -> None:
    assert headers_of(Key("apikey", "", "s"), "1201", b"{}", clock.now()) == {"apikey": "s"}
    assert headers_of(None, "1201", b"{}", clock.now()) == {}


def test_a_key_as_it_is_typed() -> None:
    assert key_of("tif:H1:a:b") == Key("tif", "H1", "a:b")
    assert key_of("apikey::s") == Key("apikey", "", "s")
    for wrong in ("", "tif", "tif:H1", "tif:H1:", "none:H1:s"):
        with pytest.raises(ValueError, match="^" + wrong):
            key_of(wrong)
