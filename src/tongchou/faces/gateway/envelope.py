"""The envelope around every transaction: read as it comes, answered with all its fields."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tongchou.faces.gateway import reading
from tongchou.ground.errors import ProblemError, fail
from tongchou.record.base import clock

SUCCESS, FAILURE = 0, -1
LONGEST_MSGID = 60
LONGEST_OPERATOR = 60
_LONGEST_TEXT = 200
_ROOM = 175
"""Characters of `err_msg` that problems may take; how many more there are takes the rest."""
_MOST = 1_000
"""Problems that `warn_msg` tells where `err_msg` has no room for all."""


@dataclass(frozen=True)
class Envelope:
    """What stands around the input. `insured_at`, `treated_at`: the regions of insurance and of care, six digits."""

    infno: str
    msgid: str
    institution: str
    operator: str
    insured_at: str
    treated_at: str
    sign_no: str
    input: Any
    cipher: str = ""
    signature: str = ""


def parse(raw: bytes) -> Envelope:
    """Read a message. Raises N116 for what is no JSON object."""
    try:
        found = reading.whole(json.loads(raw.decode("utf-8-sig", "replace"), parse_float=Decimal, parse_constant=str))
    except (ValueError, RecursionError):
        raise fail("N116") from None
    if not isinstance(found, dict):
        raise fail("N116")
    return Envelope(
        infno=_text(found, "infno"),
        msgid=_text(found, "msgid"),
        institution=_text(found, "fixmedins_code"),
        operator=_text(found, "opter"),
        insured_at=_text(found, "insuplc_admdvs"),
        treated_at=_text(found, "mdtrtarea_admvs"),
        sign_no=_text(found, "sign_no"),
        input=found.get("input"),
        cipher=_text(found, "encType") or _text(found, "enc_type"),
        signature=_text(found, "cainfo"),
    )


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    if value is None or isinstance(value, bool | dict | list):
        return ""
    found = reading.text(str(value))
    return "" if found in ("null", "NULL") else found


def answered(region: str, received: datetime, *, output: Any = None, error: str = "", more: str = "") -> dict[str, Any]:
    """The answer: `infcode` 0, or −1 with a text in Chinese that fits the field; `more`: all that did not."""
    now = clock.now()
    return {
        "infcode": FAILURE if error else SUCCESS,
        "inf_refmsgid": f"{region}{_day(now)}{secrets.randbelow(10**10):010d}",
        "refmsg_time": _moment(received),
        "respond_time": _moment(now),
        "err_msg": error[:_LONGEST_TEXT],
        "output": output,
        "warn_msg": more or None,
        "cainfo": None,
        "signtype": None,
    }


def told(error: ProblemError) -> str:
    """A refusal as an operator reads it: code and what happened; of several as many as the answer has room for."""
    found: list[str] = []
    for text in _texts(error):
        if found and len(";".join((*found, text))) > _ROOM:
            break
        found.append(text)
    left = len(error.problems) - len(found)
    return ";".join(found) + (f";另有 {left} 处,见 warn_msg" if left else "")


def all_told(error: ProblemError) -> str:
    """Every problem on a line of its own, where `told` has no room for all of them; otherwise nothing."""
    lines = _texts(error)
    return "\n".join(lines[:_MOST]) if len(";".join(lines)) > _ROOM else ""


def _texts(error: ProblemError) -> list[str]:
    return [f"[{one.code}]{one.message('zh')}" for one in error.problems]


def unknown(error: str) -> dict[str, Any]:
    """The answer to a number that is none: clients of the field know it by this form."""
    return {"type": "error", "infcode": FAILURE, "err_msg": error[:_LONGEST_TEXT]}


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(clock.CHINA):%Y%m%d%H%M%S}"


def _moment(moment: datetime) -> str:
    return f"{_day(moment)}{moment.microsecond // 1000:03d}"
