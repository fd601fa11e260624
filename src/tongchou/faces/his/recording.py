"""An example of every transaction: the first time that the cases succeed in it, as it was asked and answered; of
those in which none does, a refusal.

Numbers that a platform gives out, which another run would have otherwise, are counted anew in the order in which they
come, so that the same platform gives the same examples.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from itertools import count
from typing import Any

from tongchou.faces.gateway.calls import Download
from tongchou.faces.gateway.dispatch import answer_to
from tongchou.faces.gateway.pages import FILE
from tongchou.faces.gateway.sent import Sent
from tongchou.faces.his import checks
from tongchou.faces.his.conform import PASS, chains, conform
from tongchou.faces.his.desk import Desk
from tongchou.faces.his.wire import Carrier, Got
from tongchou.record.base import clock

DAY = date(2026, 3, 20)
"""The day of the examples; its noon, to be exact."""
_ROOM = 100
"""Messages that a chain may have."""
_FREELY = ("written", "envelope", "again", "raw")
_FILES = "1301"
_ONLY_REFUSED = ("2506", "2507", "3103")
"""What the sandbox has no case of that succeeds: its refusal is shown."""
_DOWNLOAD = "9102"
_ONCE: Mapping[str, Any] = {
    "title": {"zh": "签约", "en": "choosing an institution"},
    "steps": [
        {"ask": 1101, "input": {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": "$employee.card"}},
         "keep": {"psn": "baseinfo.psn_no"}},
        {"ask": 2505, "input": {"data": {
            "psn_no": "$psn", "biz_appy_type": "05", "begndate": "$today", "fix_srt_no": "1",
            "fixmedins_code": "$here", "fixmedins_name": "$here_name"}},
         "keep": {"chosen": "result.trt_dcla_detl_sn"}},
        {"ask": 2506, "refused": "F012", "input": {"data": {
            "trt_dcla_detl_sn": "$chosen", "psn_no": "$psn", "memo": "改签"}}},
        {"ask": 2507, "refused": "N122", "input": {"data": {
            "psn_no": "$psn", "insutype": "$employee.insutype", "fixmedins_code": "$here", "adm_time": "$today",
            "trum_time": "$today", "trum_site": "家中", "trum_rea": "跌伤", "begndate": "$today"}}},
    ],
}  # fmt: skip
"""What holds for a while and cannot be taken back, so that it is no case: a second run would be refused. What the
sandbox refuses and another platform may not is none either."""
_PACKAGE = re.compile(r"\d{20}")
_SHORT = 20
"""Digits of a row's number with its region; a shorter one is the row's own."""
_VERSION = re.compile(r"_v(?!0000\.)(\d{4,})\.")
Example = dict[str, Any]


class Inside:
    """Carries messages to the platform of this process."""

    def post(self, body: bytes, headers: Mapping[str, str]) -> Got:
        answer = answer_to(Sent(body, body, None, headers, "127.0.0.1", True))
        if isinstance(answer, Download):
            return Got(200, "application/octet-stream", answer.content, 0)
        return Got(200, "application/json;charset=UTF-8", answer, 0)

    def close(self) -> None:
        pass


class _Carrier:
    """Carries messages without what is empty in them, and remembers them with what came back."""

    def __init__(self, inner: Carrier, seen: list[Example]) -> None:
        self._inner, self._seen = inner, seen

    def post(self, body: bytes, headers: Mapping[str, str]) -> Got:
        message = checks.read(body)
        if isinstance(message, dict):
            message["input"] = _said(message.get("input"))
            body = json.dumps(message, ensure_ascii=False, default=float).encode()
        got = self._inner.post(body, headers)
        self._seen.append({"request": message, "answer": checks.read(got.body)})
        return got

    def close(self) -> None:
        self._inner.close()


class _Desk(Desk):
    """A desk whose messages are numbered from the one after `before`."""

    def __init__(self, carrier: Carrier, institution: str, before: int = 0) -> None:
        super().__init__(carrier, institution)
        self._serial = count(before + 1)

    def msgid(self) -> str:
        return f"{self.institution[:12]}{self.now():%Y%m%d%H%M%S}{next(self._serial):04d}"


def record() -> dict[str, Example]:
    """Transaction → `request` and `answer`, of the sandbox in this process as it was opened on `DAY`. Raises ValueError
    for a case that does not pass."""
    with clock.at(DAY):
        return _recorded()


def _recorded() -> dict[str, Example]:
    given, cases = chains()
    asked = [*cases, _ONCE]
    plain: dict[str, Example] = {}
    freely: dict[str, Example] = {}
    refusals: dict[str, Example] = {}
    for place, chain in enumerate(asked):
        for step, example in zip(chain["steps"], _played(given, chain, _ROOM * place), strict=True):
            if "refused" in step:
                refusals[str(step["ask"])] = example
            else:
                found = freely if any(word in step for word in _FREELY) else plain
                found.setdefault(str(step["ask"]), example)
    found = {infno: one for infno, one in refusals.items() if infno in _ONLY_REFUSED} | freely | plain
    found[_DOWNLOAD] = _downloaded(str(given["here"]), found[_FILES], _ROOM * len(asked))
    counted = _Counted(str(given["here"])[1:7])
    return {infno: counted.example(infno, found[infno]) for infno in sorted(found)}


def _played(given: Mapping[str, Any], chain: Mapping[str, Any], before: int) -> list[Example]:
    """A chain with message numbers of its own, so that what is added to another does not change it."""
    seen: list[Example] = []
    results = conform(lambda institution: _Desk(_Carrier(Inside(), seen), institution, before), given, [chain])
    for one in results:
        if one.status != PASS:
            raise ValueError(f"{one.infno} {chain['title']['en']}: {one.status} {one.why[1]}")
    return seen


def _downloaded(institution: str, of: Example, before: int) -> Example:
    """The file of a list that was offered."""
    seen: list[Example] = []
    desk = _Desk(_Carrier(Inside(), seen), institution, before)
    named = of["answer"]["output"]
    file = {name: named[name] for name in ("file_qury_no", "filename")}
    desk.download({**file, "fixmedins_code": "000000"})
    return {**seen[-1], "answer": FILE}


def _said(value: Any) -> Any:
    """A message without empty texts, which say as much as nothing."""
    if isinstance(value, dict):
        return {name: _said(one) for name, one in value.items() if one != ""}
    return [_said(one) for one in value] if isinstance(value, list) else value


class _Counted:
    """Puts numbers in the place of those that the platform gave out: of rows, of versions, of packages. Two fields that
    are spelled otherwise may stand for rows of two tables, which are counted apart."""

    def __init__(self, region: str) -> None:
        self._own = re.compile(rf"(?<!\d){region}\d{{14}}(?=\d{{0,4}}(?!\d))")
        self._region, self._known, self._rid = region, dict[tuple[str, str], int](), ""

    def example(self, infno: str, of: Example) -> Example:
        """`rid` says of no table which it is, but transactions of a family mean the same."""
        self._rid = f"rid {infno[:2]}"
        return {name: self.of(one) for name, one in of.items()}

    def of(self, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: self.of(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [self.of(one, key) for one in value]
        if not isinstance(value, str) or not value:
            return value
        if key == "inf_refmsgid":
            return f"{value[:20]}{1:010d}"
        if key == "sign_no":
            return f"{self._number(key, value):06d}"
        if key == "drug_trac_codg" and _PACKAGE.fullmatch(value):
            return f"99{self._number(key, value):018d}"
        if key == "rid" and value.isdigit() and len(value) < _SHORT:
            return str(self._number(self._rid, value))
        value = _VERSION.sub(lambda one: f"_v{self._number('version', one[1]):04d}.", value)
        kind = self._rid if key == "rid" else key.replace("_", "").lower()
        return self._own.sub(lambda one: f"{self._region}{self._number(kind, one[0]):014d}", value)

    def _number(self, of: str, given: str) -> int:
        """The same number for the same one, counted for each kind of them."""
        return self._known.setdefault((of, given), sum(kind == of for kind, _ in self._known) + 1)
