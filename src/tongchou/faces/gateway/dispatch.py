"""From a message to its answer: read, check who sent it, find who answers, answer once, keep both.

A business error is an answer like any other. Nothing that can be sent ends otherwise: what we did not foresee is told
by a number, under which the log has the rest.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any

from django.db import DataError
from django.db import Error as DatabaseError

from tongchou.faces.gateway import access, reading, sealing, writing
from tongchou.faces.gateway.calls import DOWNLOADS, Call, Download, handler_of
from tongchou.faces.gateway.codes import Codes, codes_on
from tongchou.faces.gateway.envelope import (
    LONGEST_MSGID,
    LONGEST_OPERATOR,
    Envelope,
    all_told,
    answered,
    parse,
    told,
    unknown,
)
from tongchou.faces.gateway.fields import transactions
from tongchou.faces.gateway.handlers import ALL
from tongchou.faces.gateway.problems import as_sent
from tongchou.faces.gateway.sent import Sent
from tongchou.ground.errors import ProblemError, fail
from tongchou.record.base import clock
from tongchou.record.base.actor import Actor, acting
from tongchou.record.base.scope import Scope
from tongchou.record.exchange import messages, signing
from tongchou.record.exchange.arriving import Arrival, arrival
from tongchou.record.exchange.keys import BEARER
from tongchou.record.exchange.messages import Came
from tongchou.record.exchange.models import AccessKey
from tongchou.record.orgs.permissions import ROLES
from tongchou.record.providers.models import Institution
from tongchou.record.uploads.commands import File

_LOG = logging.getLogger(__name__)
_CITY = 4
"""So many digits of a region's code name the city that pools."""
_MAY = frozenset(ROLES["hospital"].permissions)
_LONG = 2**16
"""Bytes of a file in a message that the log keeps as they are; of a longer one it keeps size and digest."""
assert ALL  # what answers is known once it was imported


def answer_to(sent: Sent) -> bytes | Download:
    """The answer to a message, which is kept with it: JSON, or the file that was asked for."""
    received = clock.now()
    try:
        envelope = parse(sent.message)
        found = handler_of(envelope.infno)
        if found is None:
            return writing.as_json(_not_offered(envelope))
        met = arrival(envelope.institution, envelope.msgid)
    except ProblemError as error:
        return writing.as_json(unknown(told(error)))
    codes = codes_on(met.pack, clock.today())
    institution: Institution | None = None
    call: Call | None = None
    file: Download | None = None
    key: AccessKey | None = None
    came: Came | None = None
    output, error, why, more = None, "", "", ""
    try:
        institution = _institution(envelope, met)
        if not sent.played:
            key = access.check(met.keys, sent, codes.exchange.methods)
        if key is not None and key.method == BEARER:
            envelope = sealing.opened(envelope, key)
        came = _came(envelope, sent, institution)
        with acting(_actor(institution, envelope)):
            before = messages.answer_of(came, met.before)
            number, handler = found
            if before is not None and number not in DOWNLOADS:
                return before
            transaction = transactions()[number]
            _may_ask(envelope, institution, codes)
            given = reading.read(transaction, envelope.input, codes.extra)
            _not_too_many(given, codes.exchange.rows)
            call = Call(transaction, envelope, given, institution, codes, sent.file)
            said = handler(call)
            if isinstance(said, Download):
                file = said
            else:
                output = writing.output(transaction, said)
    except ProblemError as problem:
        worded = problem if call is None else as_sent(problem, call)
        error, why, more = told(worded), problem.problems[0].code, all_told(worded)
    except DataError:  # longer than what it is kept in, or beyond its range
        error, why = told(fail("N130")), "N130"
    except (DatabaseError, ArithmeticError, LookupError, TypeError, ValueError, RecursionError):
        number = secrets.token_hex(4)
        _LOG.exception("transaction %s, number %s", envelope.infno, number)
        error, why = told(fail("N120", number=number)), "N120"
    if file is not None:
        output = {"file": str(File(file.name, file.content))}
    answer = _written(answered(codes.region, received, output=output, error=error, more=more), envelope, key)
    came = came or _came(envelope, sent, institution)
    about = None if call is None else call.person
    kept = messages.keep(came, answer, done=not error, why=why, person=about, began=received)
    return kept if file is None else file


def _not_offered(envelope: Envelope) -> dict[str, object]:
    known = transactions().get(envelope.infno)
    if known is None:
        return unknown(told(fail("N106", infno=envelope.infno[:20] or "-")))
    return unknown(told(fail("N107", infno=known.infno, name=known.name)))


def _institution(envelope: Envelope, met: Arrival) -> Institution:
    """Raises N110 without a message id, N108 for an institution that there is not, N131 for nobody's name."""
    if not 0 < len(envelope.msgid) <= LONGEST_MSGID:
        raise fail("N110")
    if met.institution is None:
        raise fail("N108", institution=envelope.institution[:30] or "-")
    if len(envelope.operator) > LONGEST_OPERATOR:
        raise fail("N131", label="经办人", field="opter", most=LONGEST_OPERATOR)
    return met.institution


def _written(answer: dict[str, Any], envelope: Envelope, key: AccessKey | None) -> bytes:
    """The answer, enciphered where the question was."""
    if key is not None and key.method == BEARER and envelope.cipher and answer["output"] is not None:
        answer = sealing.sealed(answer, writing.as_json(answer["output"]), key)
    return writing.as_json(answer)


def _may_ask(envelope: Envelope, institution: Institution, codes: Codes) -> None:
    """Raises N126 for somebody insured elsewhere, N125 where the region asks that somebody has signed in."""
    insured = envelope.insured_at
    if insured and insured[:_CITY] != codes.region[:_CITY]:
        raise fail("N126", insured=insured[:6], region=codes.region)
    if codes.exchange.sign_in == "required" and envelope.infno not in ("9001", "9002"):
        number = envelope.sign_no
        is_number = number.isascii() and number.isdigit() and len(number) < 19
        if not is_number or not signing.signed_in(institution.pk, int(number)):
            raise fail("N125")


def _not_too_many(given: reading.Row, most: int) -> None:
    """Raises N129."""
    for name, rows in given.items():
        if isinstance(rows, list) and len(rows) > most:
            raise fail("N129", section=name, most=most)


def _came(envelope: Envelope, sent: Sent, institution: Institution | None) -> Came:
    return Came(
        institution=None if institution is None else institution.pk,
        infno=envelope.infno,
        msgid=envelope.msgid,
        operator=envelope.operator,
        content=envelope.input if sent.file is None else [envelope.input, File("file", sent.file).digest],
        raw=_kept(envelope, sent),
    )


def _kept(envelope: Envelope, sent: Sent) -> bytes:
    """The request as the log has it: a file that comes with it is kept elsewhere, and not for ever."""
    if sent.file is not None:
        return sent.message + f"\n{File('file', sent.file)}".encode()
    if envelope.infno == "9101" and len(sent.body) > _LONG:
        return str(File("message", sent.body)).encode()
    return sent.body


def _actor(institution: Institution, envelope: Envelope) -> Actor:
    """Whoever speaks through an institution's software: they see its own visits, and what its insurance office may."""
    where = institution.organisation_id
    name = f"{institution.code} {envelope.operator}".strip()
    return Actor(name, Scope("provider", where), _MAY, organisation=where, request=envelope.msgid[:64])
