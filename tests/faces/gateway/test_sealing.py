"""Messages enciphered with SM4 and signed with SM2, under a token."""

import base64
import json
from typing import Any

import gmalg
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.padding import PKCS7
from django.test import Client

from tests.faces.gateway.hospital import Hospital
from tongchou.faces.sandbox import City
from tongchou.ground.errors import ProblemError
from tongchou.record.base.actor import acting, system_actor
from tongchou.record.exchange import keys
from tongchou.record.exchange.keys import Issued
from tongchou.record.orgs.permissions import PERMISSIONS

ACCOUNT = "client-id-123456"
QUESTION = {"medinsinfo": {"fixmedins_code": "H43010000001"}}
PRIVATE, PUBLIC = gmalg.SM2().generate_keypair()


@pytest.fixture
def issued(city: City) -> Issued:
    with acting(system_actor("agency", *PERMISSIONS)):
        return keys.issue(
            institution_id=city.institutions["H43010000001"],
            method="bearer",
            account=ACCOUNT,
            public_key=PUBLIC.hex(),
            reason="接入",
        )


def token(issued: Issued, **also: str) -> Any:
    basic = base64.b64encode(f"{ACCOUNT}:{issued.secret}".encode()).decode()
    form = {"grant_type": "password", "username": "H43010000001", "password": issued.secret, "scope": "all", **also}
    return Client().post("/auth/oauth/token", form, headers={"Authorization": f"Basic {basic}"})


def sealed(given: Any, uid: bytes = ACCOUNT.encode()) -> dict[str, str]:
    clear = json.dumps(given).encode()
    padder = PKCS7(128).padder()
    encryptor = Cipher(SM4(ACCOUNT.encode()), modes.ECB()).encryptor()
    text = encryptor.update(padder.update(clear) + padder.finalize()) + encryptor.finalize()
    signature = b"".join(gmalg.SM2(PRIVATE, uid).sign(clear))
    return {
        "encType": "SM4",
        "input": base64.b64encode(text).decode(),
        "cainfo": base64.b64encode(signature).decode(),
        "signtype": "SM2",
    }


def opened(answer: dict[str, Any], issued: Issued) -> Any:
    """The output in the clear, which the platform must have signed."""
    decryptor, unpadder = Cipher(SM4(ACCOUNT.encode()), modes.ECB()).decryptor(), PKCS7(128).unpadder()
    padded = decryptor.update(base64.b64decode(answer["output"])) + decryptor.finalize()
    clear = unpadder.update(padded) + unpadder.finalize()
    raw = base64.b64decode(answer["cainfo"])
    known = gmalg.SM2(uid=ACCOUNT.encode(), pk=bytes.fromhex(issued.public_key))
    assert known.verify(clear, raw[:32], raw[32:])
    assert answer["signtype"] == "SM2"
    return json.loads(clear)


def test_a_sealed_message_has_a_sealed_answer(hospital: Hospital, issued: Issued) -> None:
    granted = token(issued)
    assert granted.status_code == 200
    hospital.headers = {"Authorization": f"Bearer {granted.json()['access_token']}"}
    answer = hospital.send(hospital.envelope("1201", None) | sealed(QUESTION))
    assert answer["infcode"] == 0, answer["err_msg"]
    assert opened(answer, issued)["medinsinfo"]["fixmedins_name"] == "测试医院"


def test_what_is_not_sealed_as_agreed(hospital: Hospital, issued: Issued) -> None:
    hospital.headers = {"Authorization": f"Bearer {token(issued).json()['access_token']}"}

    def code(**also: Any) -> str:
        answer = hospital.send(hospital.envelope("1201", None) | sealed(QUESTION) | also)
        assert (answer["infcode"], answer["output"]) == (-1, None)
        return str(answer["err_msg"]).partition("]")[0].removeprefix("[")

    assert code(encType="", input=QUESTION) == "N208"
    assert code(input="no base64") == "N208"
    assert code(input=base64.b64encode(b"0123456789abcdef").decode()) == "N208"
    assert code(cainfo="") == code(cainfo=base64.b64encode(bytes(64)).decode()) == "N204"
    assert code(cainfo=sealed(QUESTION, b"1234567812345678")["cainfo"]) == "N204"  # signed under another user id
    assert code(input=sealed({"medinsinfo": {}})["input"]) == "N204"
    hospital.headers = {"Authorization": "Bearer x"}
    assert code() == "N204"
    hospital.headers = {}
    assert code() == "N201"


@pytest.mark.parametrize(
    "wrong", [{"username": "H1"}, {"password": "x"}, {"grant_type": "client_credentials"}], ids=str
)
def test_a_token_for_nobody(issued: Issued, wrong: dict[str, str]) -> None:
    assert token(issued, **wrong).status_code == 401
    assert Client().get("/auth/oauth/token").status_code == 405
    for header in ("", "Basic ===", "Basic " + base64.b64encode(b"\xff:x").decode(), "Digest x"):
        assert Client().post("/auth/oauth/token", headers={"Authorization": header}).status_code == 401


@pytest.mark.parametrize(("account", "public"), [("short", ""), (ACCOUNT, "zz"), (ACCOUNT, "04" + "11" * 64)])
def test_keys_that_cannot_be(city: City, account: str, public: str) -> None:
    with acting(system_actor("agency", *PERMISSIONS)), pytest.raises(ProblemError, match="N207"):
        keys.issue(
            institution_id=city.institutions["H43010000001"],
            method="bearer",
            account=account,
            public_key=public,
            reason="x",
        )
