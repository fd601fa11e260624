"""A desk of an institution: it writes the envelopes, sends, checks every answer, and keeps what happened."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from tongchou.faces.gateway.fields import Section, Transaction, transactions
from tongchou.faces.his import checks
from tongchou.faces.his.checks import Fault
from tongchou.faces.his.signing import Key, headers_of
from tongchou.faces.his.wire import Carrier, Got
from tongchou.record.base import clock

_serial = count(secrets.randbelow(10_000))
"""The last four digits of a message id, over all desks of the process."""


@dataclass(frozen=True)
class Answer:
    """A message, what came back, and all that is wrong with it."""

    sent: Mapping[str, Any]
    got: Got
    body: Any
    faults: list[Fault]

    @property
    def fine(self) -> bool:
        return isinstance(self.body, dict) and self.body.get("infcode") == 0

    @property
    def output(self) -> Any:
        return self.body.get("output")

    @property
    def why(self) -> str:
        """The text of a refusal."""
        return str(self.body.get("err_msg") or "") if isinstance(self.body, dict) else ""

    @property
    def code(self) -> str:
        """The code of a refusal, where the platform begins its text with one."""
        return self.why[1:].partition("]")[0] if self.why.startswith("[") else ""


class Refused(Exception):
    """A message that had to succeed was refused."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{answer.sent['infno']}: {answer.why}")
        self.answer = answer


@dataclass
class Log:
    """What happened at a desk: seconds by transaction, and what was wrong with answers."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    faults: list[tuple[str, str, Fault]] = field(default_factory=list)

    def add(self, answer: Answer) -> None:
        infno = answer.sent["infno"]
        self.seconds.setdefault(infno, []).append(answer.got.seconds)
        self.faults += [(infno, answer.sent["msgid"], one) for one in answer.faults]

    def take(self, other: Log) -> None:
        for infno, seconds in other.seconds.items():
            self.seconds.setdefault(infno, []).extend(seconds)
        self.faults += other.faults


class Desk:
    """An operator of an institution with a connection of their own."""

    def __init__(
        self, wire: Carrier, institution: str, key: Key | None = None, region: str = "", regional: bool = True
    ) -> None:
        self.institution, self.region = institution, region or institution[1:7]
        self.key, self.regional, self.log = key, regional, Log()
        self._wire, self._ahead = wire, timedelta()

    def now(self) -> datetime:
        """The time by the platform's clock, which is the one that counts."""
        return clock.now() + self._ahead

    def today(self) -> date:
        return clock.day_of(self.now())

    def msgid(self) -> str:
        return f"{self.institution[:12]}{self.now():%Y%m%d%H%M%S}{next(_serial) % 10_000:04d}"

    def envelope(self, infno: str, given: Any) -> dict[str, Any]:
        return {
            "infno": infno,
            "msgid": self.msgid(),
            "mdtrtarea_admvs": self.region,
            "insuplc_admdvs": self.region,
            "recer_sys_code": "HIS",
            "dev_no": "",
            "dev_safe_info": "",
            "cainfo": "",
            "signtype": "",
            "infver": "V1.0",
            "opter_type": "1",
            "opter": "op01",
            "opter_name": "测试员",
            "inf_time": f"{self.now():%Y-%m-%d %H:%M:%S}",
            "fixmedins_code": self.institution,
            "fixmedins_name": "测试医院",
            "sign_no": "",
            "input": filled(infno, given),
        }

    def deliver(
        self, envelope: Mapping[str, Any], body: bytes | None = None, also: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a message and check what comes back. `body`: what is sent instead of the envelope as it stands; `also`:
        further headers."""
        if body is None:
            body = json.dumps(envelope, ensure_ascii=False, default=str).encode()
        infno = str(envelope["infno"])
        got = self._wire.post(body, {**headers_of(self.key, infno, body, self.now()), **(also or {})})
        answered = checks.read(got.body)
        known = transaction_of(infno)
        found = [] if known is None else checks.faults(known, got, envelope, self.regional)
        answer = Answer(envelope, got, answered, found)
        self.log.add(answer)
        self._keep_time(answered)
        return answer

    def ask(self, infno: str, given: Any) -> Any:
        """The output of a message that must succeed. Raises Refused."""
        answer = self.deliver(self.envelope(infno, given))
        if not answer.fine:
            raise Refused(answer)
        return answer.output

    def upload(self, name: str, content: bytes) -> Answer:
        """A file by 9101: the message as text, the file beside it."""
        given = {"fsUploadIn": {"filename": name, "fixmedins_code": self.institution}}
        envelope = self.envelope("9101", given)
        edge = secrets.token_hex(16)
        text = json.dumps(envelope, ensure_ascii=False, default=str).encode()
        head = b'Content-Disposition: form-data; name="%b"\r\n\r\n'
        named = head[:-4] + b'; filename="%b"\r\nContent-Type: application/octet-stream\r\n\r\n'
        parts = (head % b"jsonStr" + text, named % (b"file", name.encode()) + content)
        body = b"".join(b"--%b\r\n%b\r\n" % (edge.encode(), part) for part in parts) + b"--%b--\r\n" % edge.encode()
        return self.deliver(envelope, body, {"Content-Type": f"multipart/form-data; boundary={edge}"})

    def download(self, file: Mapping[str, Any]) -> bytes:
        """A file by 9102. Raises Refused."""
        envelope = self.envelope("9102", {"fsDownloadIn": file})
        body = json.dumps(envelope, ensure_ascii=False, default=str).encode()
        got = self._wire.post(body, headers_of(self.key, "9102", body, self.now()))
        answer = Answer(envelope, got, checks.read(got.body), [])
        self.log.add(answer)
        if not got.kind.startswith("application/octet-stream"):
            raise Refused(answer)
        return got.body

    def close(self) -> None:
        self._wire.close()

    def _keep_time(self, answered: Any) -> None:
        stamp = answered.get("refmsg_time") if isinstance(answered, dict) else None
        if isinstance(stamp, str) and len(stamp) == 17 and stamp.isdigit():
            moment = datetime.strptime(stamp[:14], "%Y%m%d%H%M%S").replace(tzinfo=clock.CHINA)
            if abs(moment - self.now()) > timedelta(minutes=1):
                self._ahead += moment - self.now()


def transaction_of(infno: str) -> Transaction | None:
    """The tables of a number; an A form without its own has those of the plain one."""
    return transactions().get(infno) or transactions().get(infno.rstrip("AB"))


def filled(infno: str, given: Any) -> Any:
    """An input with every printed field, empty where nothing is said, as much software sends it."""
    known = transaction_of(infno)
    if known is None or not isinstance(given, dict):
        return given
    return {name: _section(known.request, name, value) for name, value in given.items()}


def _section(level: list[Section], name: str, given: Any) -> Any:
    section = next((one for one in level if one.name == name), None)
    if section is None:
        return given
    if isinstance(given, list):
        return [_section(level, name, one) for one in given]
    if not isinstance(given, dict):
        return given
    row = {of.name: "" for of in section.fields}
    return row | {key: _section(section.sections, key, value) for key, value in given.items()}
