"""The interface that institutions' software speaks, seen from the agency: keys, and what was said and answered."""

from datetime import datetime
from typing import Literal, Self

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Id, Reason, text
from tongchou.record.exchange import keys, messages
from tongchou.record.exchange.models import AccessKey, Message

router = Router(tags=["interface of institutions"])


class MessagesWanted(Schema):
    """The latest first; `before`: the number of the last one that was shown."""

    msgid: text(60) | None = None
    infno: text(10) | None = None
    person: Id | None = None
    institution: Id | None = None
    before: Id | None = None
    limit: int = Field(50, ge=1, le=200)


class MessageShown(Schema):
    """`done`: it had its effect; else `why` is the code of the refusal."""

    id: int
    institution: str | None
    infno: str
    msgid: str
    operator: str
    person: int | None
    done: bool
    why: str
    at: datetime
    milliseconds: int

    @classmethod
    def of(cls, row: Message) -> Self:
        named = {name: getattr(row, name) for name in MessageShown.model_fields}
        return cls(**{**named, "institution": None if row.institution is None else row.institution.code})


class MessageInFull(Schema):
    message: MessageShown
    request: str
    answer: str


class KeyNew(Schema):
    """`overlap`: keys of the same method hold on for a week."""

    method: Literal[tuple(word for word, _ in AccessKey.METHODS)]
    account: text(100) | None = None
    overlap: bool = True
    public_key: text(130) | None = None
    reason: Reason


class KeyShown(Schema):
    id: int
    method: str
    account: str
    since: datetime
    ended_at: datetime | None


class KeyIssued(Schema):
    """The secret is told this once."""

    key: KeyShown
    secret: str
    public_key: str


class KeyEnd(Schema):
    reason: Reason


@router.get("/messages", response=list[MessageShown])
@as_asker
def find(request: HttpRequest, wanted: Query[MessagesWanted]) -> list[MessageShown]:
    """Messages by their id, transaction, person or institution."""
    found = messages.find(
        msgid=wanted.msgid or "",
        infno=wanted.infno or "",
        person_id=wanted.person,
        institution_id=wanted.institution,
        before=wanted.before,
        limit=wanted.limit,
    )
    return [MessageShown.of(one) for one in found]


@router.get("/messages/{message}", response=MessageInFull)
@as_asker
def look_at(request: HttpRequest, message: Id) -> MessageInFull:
    """One message as it came, and its answer as it went."""
    found = messages.look_at(message_id=message)
    raw, answer = (bytes(one).decode("utf-8", "replace") for one in (found.request, found.answer))
    return MessageInFull(message=MessageShown.of(found), request=raw, answer=answer)


@router.get("/institutions/{institution}/keys", response=list[KeyShown])
@as_asker
def keys_of(request: HttpRequest, institution: Id) -> list[AccessKey]:
    """The keys of an institution, without their secrets."""
    return keys.listed(institution_id=institution)


@router.post("/institutions/{institution}/keys", response={201: KeyIssued})
@as_asker
def issue(request: HttpRequest, institution: Id, given: KeyNew) -> Status[KeyIssued]:
    """A new key of a method."""
    made = keys.issue(
        institution_id=institution,
        method=given.method,
        account=given.account or "",
        overlap=given.overlap,
        public_key=given.public_key or "",
        reason=given.reason,
    )
    return Status(201, KeyIssued(key=KeyShown.from_orm(made.key), secret=made.secret, public_key=made.public_key))


@router.post("/keys/{key}/end", response=KeyShown)
@as_asker
def end(request: HttpRequest, key: Id, given: KeyEnd) -> AccessKey:
    """End a key at once."""
    return keys.end(key_id=key, reason=given.reason)
