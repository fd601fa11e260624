"""Messages that nobody would write: an answer of ours to each, never an error of the server, never half an effect.

`make test` sends five thousand, `make soak` a million: messages of every transaction with their fields mutated, and
bytes that are no messages at all. The seed is fixed, so that what one run found another finds again.
"""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from tests.conftest import flag
from tests.faces.gateway.hospital import Hospital
from tests.faces.gateway.test_outpatient import CARD, begun, line, person
from tongchou.faces.gateway.calls import HANDLERS
from tongchou.faces.gateway.fields import Section, transactions

COUNT = 1_000_000 if flag("TONGCHOU_SOAK") else 5_000
SAVED = 250
"""Messages between which what was done is undone, so that the city stays small."""
WORDS = (
    *("", "null", "0", "-1", "1e400", "NaN", "2026-02-30", "2026-03-20", "9999-12-31 23:59:59", "’; DROP TABLE--"),
    *("\x00", "\ud800", "汉" * 300, "A" * 5_000, "310", "11", "2101", "H43010000001", "0000", "1" * 40, "M03900"),
)
ODD: tuple[Any, ...] = (None, True, False, 0, -1, 10**30, 1.5, [], {}, [[]], [{}, {}], {"a": {"b": []}}, *WORDS)


class Writer:
    """Writes messages: plausible ones out of the tables with the numbers of real rows, then spoiled."""

    def __init__(self, at: Hospital, real: dict[str, str], seed: int) -> None:
        self.at, self.real, self.random = at, real, random.Random(seed)
        self.numbers = sorted(HANDLERS)

    def message(self) -> bytes:
        if self.random.random() < 0.03:
            return self.random.randbytes(self.random.randrange(200))
        infno = self.random.choice(self.numbers)
        tables = transactions().get(infno) or transactions()[infno.rstrip("AB")]
        given = {one.name: self.section(one) for one in tables.request if self.random.random() < 0.97}
        plain = given.pop("", None)  # fields that stand directly in the input
        message = self.at.envelope(infno, given | plain if isinstance(plain, dict) else given)
        for name in list(message):
            if self.random.random() < 0.01:
                message[name] = self.odd()
        text = json.dumps(message, ensure_ascii=self.random.random() < 0.5, default=str)
        if self.random.random() < 0.02:
            cut = self.random.randrange(len(text))
            text = text[:cut] + self.random.choice(("", "{", '"', "\\u0000")) + text[cut + 1 :]
        return text.encode("utf-8", "surrogatepass")

    def section(self, section: Section) -> Any:
        if self.random.random() < 0.02:
            return self.odd()
        rows = [self.row(section) for _ in range(self.random.choice((1, 1, 1, 2, 3)) if section.rows == "many" else 1)]
        alone = section.rows != "many" or self.random.random() < 0.05
        return rows[0] if alone else rows

    def row(self, section: Section) -> dict[str, Any]:
        row = {one.name: self.value(one.name, one.type) for one in section.fields if self.random.random() < 0.9}
        return row | {one.name: self.section(one) for one in section.sections}

    def value(self, name: str, kind: str) -> Any:
        chance = self.random.random()
        if chance < 0.06:
            return self.odd()
        if name in self.real and chance < 0.95:
            return self.real[name]
        if kind in ("number", "integer"):
            return self.random.choice((1, 2, 12.5, 25, "25.00", 0, -2))
        if kind in ("date", "datetime"):
            return "2026-03-20 09:00:00" if self.random.random() < 0.8 else "20260320"
        return self.random.choice(("1", "0", "01", "测试"))

    def odd(self) -> Any:
        return self.random.choice(ODD)


@pytest.fixture
def real(hospital: Hospital) -> dict[str, str]:
    """Numbers and codes that mean something, so that messages get far."""
    psn = person(hospital)
    visit = begun(hospital, psn)
    hospital.ask("2204", {"feedetail": [line(visit, "1", "L1", 2, 12.5)]})
    asked = {**visit, "chrg_bchno": "B1", "acct_used_flag": "1", "insutype": "310"}
    settled = hospital.ask("2207", {"data": asked})["setlinfo"]
    return {
        **visit,
        "setl_id": settled["setl_id"],
        "insutype": "310",
        "med_type": "11",
        "mdtrt_cert_type": "02",
        "mdtrt_cert_no": CARD,
        "certno": CARD,
        "psn_cert_type": "01",
        "chrg_bchno": "B1",
        "medins_list_codg": "L1",
        "med_list_codg": "TESTDRUG00000000000001",
        "fixmedins_code": "H43010000001",
        "clr_type": "11",
        "acct_used_flag": "0",
        "dise_codg": "",
    }


def effects() -> dict[str, int]:
    """Rows of the tables that money hangs on."""
    found = {}
    with connection.cursor() as cursor:
        for table in ("settlement_event", "settlement_line", "ledger_entry", "ledger_posting", "account_entry"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found


def in_parts(count: int) -> Iterator[range]:
    for first in range(0, count, SAVED):
        yield range(first, min(count, first + SAVED))


def test_every_message_is_answered(hospital: Hospital, real: dict[str, str], unwritten: Callable[[], int]) -> None:
    writer, refused, done = Writer(hospital, real, seed=6), 0, 0
    for part in in_parts(COUNT):
        point = transaction.savepoint()
        for _ in part:
            before, message = effects() if done % 50 == 0 else None, writer.message()
            answer = hospital.send(message)
            answer = answer if isinstance(answer, dict) else {"infcode": 0, "err_msg": ""}
            assert answer["infcode"] in (0, -1), message
            assert "[N120]" not in str(answer["err_msg"]), message.decode("utf-8", "replace")
            assert "Traceback" not in str(answer["err_msg"])
            refused, done = refused + (answer["infcode"] == -1), done + 1
            if before is not None and answer["infcode"] == -1:
                assert effects() == before, message
        assert unwritten() == 0
        transaction.savepoint_rollback(point)
    assert done == COUNT
    assert 0 < refused < COUNT


@pytest.fixture
def unwritten() -> Callable[[], int]:
    """How many settlements have no postings, and entries do not sum to nothing."""
    from tongchou.record.ledger.checks import unposted

    return lambda: len(unposted())
