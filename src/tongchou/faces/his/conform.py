"""Whether a platform conforms: chains of messages with what must come of each, told transaction by transaction.

The chains are data (`cases.yaml`). A step says what is asked and what is expected: success, with values; or a refusal.
Every answer is checked by `checks` besides. What one step keeps, the next ones may say: `$visit.mdtrt_id`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from tongchou.faces.his.checks import is_unknown
from tongchou.faces.his.desk import Answer, Desk, filled

CASES = Path(__file__).parent / "cases.yaml"
PASS, FAIL, ABSENT, SKIPPED = "pass", "fail", "absent", "skipped"
"""A step that nobody answers, because the platform does not offer the transaction, is absent; one that could not be
asked, because one before it failed, is skipped."""
_UNFORESEEN = "N120"
_NAME = re.compile(r"\$([a-z_]+(?:\.[a-zA-Z0-9_]+)*)")
_STEP = {"ask", "at", "input", "written", "envelope", "again", "raw", "refused", "keep", "expect", "note"}
Values = dict[str, Any]


@dataclass(frozen=True)
class Result:
    """What came of a step: `why` it failed, in Chinese and in English."""

    infno: str
    chain: Mapping[str, str]
    note: Mapping[str, str]
    status: str
    why: tuple[str, str] = ("", "")


def chains(cases: Path = CASES) -> tuple[Values, list[Mapping[str, Any]]]:
    """What the chains are given, and the chains. Raises ValueError for a step with a word that none has."""
    found = yaml.safe_load(cases.read_text("utf-8"))
    for chain in found["chains"]:
        for step in chain["steps"]:
            unknown = step.keys() - _STEP
            if unknown or "ask" not in step:
                raise ValueError(f"{cases.name}: {chain['title']['en']}: {', '.join(sorted(unknown)) or 'ask'}")
    return found["given"], found["chains"]


def conform(
    desk: Callable[[str], Desk],
    given: Mapping[str, Any],
    asked: Sequence[Mapping[str, Any]],
    done: Callable[[int], None] = lambda count: None,
) -> list[Result]:
    """Play every chain. `desk` opens one at an institution, by its code."""
    desks: dict[str, Desk] = {}

    def at(code: str) -> Desk:
        if code not in desks:
            desks[code] = desk(code)
        return desks[code]

    results: list[Result] = []
    try:
        for place, chain in enumerate(asked):
            first = at(str(given["here"]))
            values = {**given, "run": f"{first.msgid()[-14:]}{place}", "began": f"{first.now():%Y-%m-%d %H:%M:%S}"}
            results += _Chain(at, values, chain).play()
            done(place + 1)
    finally:
        for one in desks.values():
            one.close()
    return results


class _Chain:
    """A chain that is being played: what it has kept, and the last message of each transaction."""

    def __init__(self, at: Callable[[str], Desk], values: Values, chain: Mapping[str, Any]) -> None:
        self.at, self.values, self.chain = at, values, chain
        self._last: dict[str, Answer] = {}

    def play(self) -> Iterator[Result]:
        broken = False
        for step in self.chain["steps"]:
            note = step.get("note", {})
            infno = str(step["ask"])
            if broken:
                yield Result(infno, self.chain["title"], note, SKIPPED)
                continue
            answer = self._send(infno, step)
            status, why = self._judge(step, answer)
            yield Result(infno, self.chain["title"], note, status, why)
            broken = (status == FAIL and "refused" not in step) or (status == ABSENT and "keep" in step)
            if status == PASS:
                self._last[infno] = answer
                for name, path in step.get("keep", {}).items():
                    self.values[name] = _at(answer.output, path)

    def _send(self, infno: str, step: Mapping[str, Any]) -> Answer:
        desk = self.at(str(self._value(step.get("at", "$here"))))
        now = desk.now()
        self.values |= {"today": f"{now:%Y-%m-%d}", "now": f"{now:%Y-%m-%d %H:%M:%S}", "stamp": f"{now:%Y%m%d%H%M%S}"}
        self.values |= {"year": f"{now:%Y}", "month": f"{now:%Y%m}", "region": desk.region}
        if "again" in step:
            message = {**self._last[infno].sent}
        else:
            message = desk.envelope(infno, {})
        if "input" in step:
            given = self._value(step["input"])
            written = step.get("written", ())
            message["input"] = given if "bare" in written else filled(infno, given)
            for word in written:
                if word != "bare":
                    message["input"] = WRITTEN[word](message["input"])
        message |= self._value(step.get("envelope", {}))
        return desk.deliver(message, step["raw"].encode() if "raw" in step else None)

    def _value(self, given: Any) -> Any:
        """What is written, with what `$name` stands for in its place."""
        if isinstance(given, Mapping):
            return {name: self._value(one) for name, one in given.items()}
        if isinstance(given, list):
            return [self._value(one) for one in given]
        if not isinstance(given, str):
            return Decimal(str(given)) if isinstance(given, float) else given
        if whole := re.fullmatch(r"(-?)" + _NAME.pattern, given):
            found = _at(self.values, whole[2])
            return -found if whole[1] else found
        return _NAME.sub(lambda name: str(_at(self.values, name[1])), given)

    def _judge(self, step: Mapping[str, Any], answer: Answer) -> tuple[str, tuple[str, str]]:
        if answer.faults:
            first = answer.faults[:3]
            return FAIL, ("; ".join(one.text("zh") for one in first), "; ".join(one.text("en") for one in first))
        refusal = step.get("refused")
        if is_unknown(answer.body) and refusal is None:
            return ABSENT, (answer.why, answer.why)
        if refusal is not None:
            return self._refused("" if refusal is True else str(refusal), answer)
        if not answer.fine:
            return FAIL, (f"被拒:{answer.why}", f"refused: {answer.why}")
        if step.get("again") == "same" and answer.body != self._last[str(step["ask"])].body:
            return FAIL, ("同一报文的两次应答不同", "the same message was answered differently")
        for path, expected in step.get("expect", {}).items():
            wanted, found = self._value(expected), _at(answer.output, path)
            if found != wanted:
                return FAIL, (f"{path} 应为 {wanted},得到 {found}", f"{path} should be {wanted} and is {found}")
        return PASS, ("", "")

    def _refused(self, code: str, answer: Answer) -> tuple[str, tuple[str, str]]:
        """Refused, as it must be; where the platform names its reasons as Tongchou does, for the right one."""
        if answer.fine:
            return FAIL, ("应被拒绝,却成功了", "succeeded, and must be refused")
        if answer.code == _UNFORESEEN or (answer.code and code and answer.code not in code.split()):
            return FAIL, (f"应以 {code} 拒绝:{answer.why}", f"should be refused by {code}: {answer.why}")
        return PASS, ("", "")


def _at(given: Any, path: str) -> Any:
    """The value at a path such as `result.0.cnt`; None where there is none."""
    for name in path.split("."):
        if isinstance(given, list) and name.lstrip("-").isdigit():
            given = given[int(name)] if -len(given) <= int(name) < len(given) else None
        elif isinstance(given, Mapping):
            given = given.get(name)
        else:
            return len(given) if isinstance(given, list) and name == "length" else None
    return given


def _texts(given: Any) -> Any:
    """Numbers as text."""
    return _each(given, lambda one: str(one) if isinstance(one, int | Decimal) else one)


def _nulls(given: Any) -> Any:
    """Nothing as the text `null`."""
    return _each(given, lambda one: "null" if one in ("", None) else one)


def _none(given: Any) -> Any:
    """Nothing as null."""
    return _each(given, lambda one: None if one == "" else one)


def _numbers(given: Any) -> Any:
    """Short texts of digits as numbers."""
    digits = re.compile("[1-9][0-9]{0,8}")
    return _each(given, lambda one: int(one) if isinstance(one, str) and digits.fullmatch(one) else one)


def _each(given: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(given, dict):
        return {name: _each(one, change) for name, one in given.items()}
    if isinstance(given, list):
        return [_each(one, change) for one in given]
    return change(given)


def _capitals(given: Any) -> Any:
    """Names as another province spells them: feedetlSn for feedetl_sn."""
    if isinstance(given, dict):
        return {_camel(name): _capitals(one) for name, one in given.items()}
    return [_capitals(one) for one in given] if isinstance(given, list) else given


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(one.capitalize() for one in rest)


def _single(given: Any) -> Any:
    """One row without its list."""
    return {name: one[0] if isinstance(one, list) and len(one) == 1 else one for name, one in given.items()}


def _listed(given: Any) -> Any:
    """One object in a list."""
    return {name: [one] if isinstance(one, dict) else one for name, one in given.items()}


def _text(given: Any) -> Any:
    """The whole input as a text of JSON."""
    return json.dumps(given, ensure_ascii=False, default=str)


def _more(given: Any) -> Any:
    """Keys that nobody knows, at every level."""
    if isinstance(given, dict):
        return {**{name: _more(one) for name, one in given.items()}, "no_such_key": {"a": [1, None]}}
    return [_more(one) for one in given] if isinstance(given, list) else given


WRITTEN: Mapping[str, Callable[[Any], Any]] = {
    "texts": _texts, "nulls": _nulls, "none": _none, "numbers": _numbers, "capitals": _capitals, "single": _single,
    "listed": _listed, "text": _text, "more": _more,
}  # fmt: skip
"""Ways in which software of the field writes the same (section 5); `bare` leaves out what is empty."""
