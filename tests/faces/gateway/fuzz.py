"""Messages that nobody would write, sent in salvoes: to each an answer of ours, never an error of the server, never
half an effect.

A salvo is known by its seed: what one run found another finds again. What it did is undone, so that every salvo starts
from the same city, and any of them can be sent by itself.
"""

import json
import random
from collections import Counter
from typing import Any

from django.db import connection, transaction

from tests.faces.gateway.hospital import Hospital
from tests.faces.gateway.test_outpatient import CARD, begun, line, person
from tongchou.faces.gateway.calls import HANDLERS
from tongchou.faces.gateway.fields import Section, transactions
from tongchou.record.ledger.checks import unposted

SALVO = 250
"""Messages between which what was done is undone, so that the city stays small."""
WATCHED = ("settlement_event", "settlement_line", "ledger_entry", "ledger_posting", "account_entry")
"""The tables that money hangs on."""
_EVERY = 50
_ROWS = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in WATCHED)
WORDS = (
    *("", "null", "0", "-1", "1e400", "NaN", "2026-02-30", "2026-03-20", "9999-12-31 23:59:59", "’; DROP TABLE--"),
    *("\x00", "\ud800", "汉" * 300, "A" * 5_000, "310", "11", "2101", "H43010000001", "0000", "1" * 40, "M03900"),
)
ODD: tuple[Any, ...] = (None, True, False, 0, -1, 10**30, 1.5, [], {}, [[]], [{}, {}], {"a": {"b": []}}, *WORDS)


class Writer:
    """Writes messages: plausible ones out of the tables with the numbers of real rows, or `samples` of the field, then
    spoiled."""

    def __init__(self, at: Hospital, real: dict[str, str], seed: int, samples: tuple[dict[str, Any], ...] = ()) -> None:
        self.at, self.real, self.samples, self.random = at, real, samples, random.Random(seed)
        self.numbers = sorted(HANDLERS)
        self.serial = 0

    def message(self) -> bytes:
        chance = self.random.random()
        if chance < 0.03:
            return self.random.randbytes(self.random.randrange(200))
        message = self.mutated() if self.samples and chance < 0.25 else self.plausible()
        self.serial += 1
        message["msgid"] = f"F{self.serial:09d}"
        for name in list(message):
            if self.random.random() < 0.01:
                message[name] = self.odd()
        text = json.dumps(message, ensure_ascii=self.random.random() < 0.5, default=str)
        if self.random.random() < 0.02:
            cut = self.random.randrange(len(text))
            text = text[:cut] + self.random.choice(("", "{", '"', "\\u0000")) + text[cut + 1 :]
        return text.encode("utf-8", "surrogatepass")

    def plausible(self) -> dict[str, Any]:
        infno = self.random.choice(self.numbers)
        tables = transactions().get(infno) or transactions()[infno.rstrip("AB")]
        given = {one.name: self.section(one) for one in tables.request if self.random.random() < 0.97}
        plain = given.pop("", None)  # fields that stand directly in the input
        return self.at.envelope(infno, given | plain if isinstance(plain, dict) else given)

    def mutated(self) -> dict[str, Any]:
        """A message of the field, sent by our hospital: a few of its values odd, missing, or numbers of real rows."""
        sample = self.random.choice(self.samples)
        return self.at.envelope(sample["infno"], self.spoiled(sample["input"]))

    def spoiled(self, value: Any, name: str = "") -> Any:
        chance = self.random.random()
        if chance < 0.04:
            return self.odd()
        if isinstance(value, dict):
            kept = {key: one for key, one in value.items() if self.random.random() < 0.95}
            return {key: self.spoiled(one, key) for key, one in kept.items()}
        if isinstance(value, list):
            return [self.spoiled(one) for one in value * (1 + (chance > 0.9))]
        return self.real[name] if name in self.real and chance < 0.7 else value

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


def effects() -> tuple[int, ...]:
    """Rows of the tables that money hangs on."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS)
        return tuple(cursor.fetchone())


def salvo(writer: Writer, count: int = SALVO) -> Counter[str]:
    """Send a salvo and undo what it did: how often each code was answered, "0" for success, "file" for a file.

    Raises AssertionError with the message for a status other than 200, an answer that is none, an error that nobody
    foresaw (N120), a refusal that left something behind, and a settlement without its postings.
    """
    tally: Counter[str] = Counter()
    point = transaction.savepoint()
    for number in range(count):
        message = writer.message()
        before = effects() if number % _EVERY == 0 else None
        answer = writer.at.send(message)
        if not isinstance(answer, dict):
            tally["file"] += 1
            continue
        text = str(answer["err_msg"])
        assert answer["infcode"] in (0, -1), message
        assert "[N120]" not in text, message.decode("utf-8", "replace")
        assert "Traceback" not in text, message
        if before is not None and answer["infcode"] == -1:
            assert effects() == before, message
        tally["0" if answer["infcode"] == 0 else text[1:].partition("]")[0]] += 1
    assert not unposted()
    transaction.savepoint_rollback(point)
    return tally
