"""Filings."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from tongchou.engines.filings import STATES, Type
from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.evidence import WithFiles, document, uploads
from tongchou.faces.api.fields import Id, Reason, text
from tongchou.record.filings import commands, importing, queries

router = Router(tags=["filings"])
State = Literal[STATES]


class HeldCertificate(Schema):
    kind: text(2) = "01"
    number: text(60)


class FilingNew(Schema):
    """About a person by number or certificate, or an organisation; about oneself when none is given."""

    scheme: text(30)
    type: text(60)
    names: dict[text(60), text(200) | list[text(200)]] = Field(default_factory=dict, max_length=50)
    person: Id | None = None
    certificate: HeldCertificate | None = None
    organisation: Id | None = None

    def given(self) -> dict[str, Any]:
        card = self.certificate
        return {
            "scheme": self.scheme,
            "type": self.type,
            "names": self.names,
            "person_id": self.person,
            "certificate": None if card is None else (card.kind, card.number),
            "organisation_id": self.organisation,
        }


class EvidenceShown(Schema):
    id: int
    kind: str
    name: str
    media_type: str
    size: int


class FilingShown(Schema):
    """Days are inclusive; `first` is null until it is approved, `last` where it has no end."""

    id: int
    scheme: str
    type: str
    person: int | None
    organisation: int | None
    by: str
    names: dict[str, Any]
    filed_on: date
    due_on: date | None
    late: bool
    state: str
    first: date | None
    last: date | None
    evidence: list[EvidenceShown]


class FilingTypeShown(Schema):
    name: str
    by: list[str]
    about: str
    names: list[str]
    may_name: list[str]
    evidence: list[str]
    decided: str
    cite: str


class FilingEventShown(Schema):
    at: datetime
    step: str
    state: str
    who: str
    reason: str


class FilingDecision(Schema):
    approve: bool
    reason: Reason


class FilingWithdrawal(Schema):
    since: date | None = None
    reason: Reason


class FilingsFromFile(Schema):
    """An upload that is ready, and why it is submitted."""

    upload: Id
    reason: Reason


class FilingsWanted(Schema):
    state: State = "submitted"
    type: text(60, 0) = ""


class FilingsPage(Schema):
    after: int = Field(0, ge=0, le=1_000_000)
    limit: int = Field(50, ge=1, le=200)


def _shown(seen: queries.Seen) -> FilingShown:
    files = [dict(zip(EvidenceShown.model_fields, one, strict=True)) for one in seen.evidence]
    return FilingShown(**{**vars(seen), "evidence": files})


def _type(of: Type) -> FilingTypeShown:
    value = of.value
    return FilingTypeShown(
        name=of.name,
        by=list(value.by),
        about=value.about,
        names=list(value.names),
        may_name=list(value.may_name),
        evidence=list(value.evidence or ()),
        decided=value.decided,
        cite=of.cite,
    )


@router.post("", response={201: FilingShown}, summary="申报备案")
@as_asker
def submit(request: HttpRequest, given: FilingNew) -> Status:
    return Status(201, _shown(queries.look_at(number=commands.submit(**given.given()).pk)))


@router.post("/with-evidence", response={201: FilingShown}, summary="申报备案并交材料")
@as_asker
def submit_with_evidence(
    request: HttpRequest, filing: Form[str], given: Form[WithFiles], files: File[list[UploadedFile]]
) -> Status:
    """A form: `filing` is the document of the address above, as JSON; `files` and their `kinds`."""
    row = commands.submit(**document(FilingNew, "filing", filing).given(), evidence=uploads(given.kinds, files))
    return Status(201, _shown(queries.look_at(number=row.pk)))


@router.get("", response=list[FilingShown], summary="备案清单")
@as_asker
def worklist(request: HttpRequest, page: Query[FilingsPage], wanted: Query[FilingsWanted]) -> list[FilingShown]:
    found = queries.worklist(**wanted.dict(), **page.dict())
    return [_shown(seen) for seen in found]


@router.post("/from-file", response={201: list[FilingShown]}, summary="批量申报备案")
@as_asker
def submit_file(request: HttpRequest, given: FilingsFromFile) -> Status:
    """All that an upload for `filings` names, or nothing."""
    made = importing.submit_file(**given.dict())
    return Status(201, [_shown(queries.look_at(number=one.pk)) for one in made])


@router.get("/overdue", response=list[FilingShown], summary="逾期未审")
@as_asker
def overdue(request: HttpRequest, page: Query[FilingsPage]) -> list[FilingShown]:
    return [_shown(seen) for seen in queries.overdue(**page.dict())]


@router.get("/types/{scheme}", response=list[FilingTypeShown], summary="备案类型")
@as_asker
def types(request: HttpRequest, scheme: text(30), on: date | None = None) -> list[FilingTypeShown]:
    return [_type(of) for of in queries.types(scheme, on)]


@router.get("/persons/{person}", response=list[FilingShown], summary="一人的备案")
@as_asker
def of_person(request: HttpRequest, person: Id) -> list[FilingShown]:
    return [_shown(seen) for seen in queries.of_person(person_id=person)]


@router.get("/persons/{person}/facts", response=dict[str, Any], summary="备案给就诊的事实")
@as_asker
def facts(request: HttpRequest, person: Id, on: date, scheme: text(30)) -> dict[str, Any]:
    return queries.look_at_facts(person_id=person, on=on, scheme=scheme)


@router.get("/{filing}", response=FilingShown, summary="查看备案")
@as_asker
def look_at(request: HttpRequest, filing: Id) -> FilingShown:
    return _shown(queries.look_at(number=filing))


@router.get("/{filing}/history", response=list[FilingEventShown], summary="备案经过")
@as_asker
def history(request: HttpRequest, filing: Id) -> list[Any]:
    return queries.history(number=filing)


@router.post("/{filing}/decision", response=FilingShown, summary="审核备案")
@as_asker
def decide(request: HttpRequest, filing: Id, given: FilingDecision) -> FilingShown:
    commands.decide(filing_id=filing, **given.dict())
    return _shown(queries.look_at(number=filing))


@router.post("/{filing}/withdrawal", response=FilingShown, summary="撤销备案")
@as_asker
def withdraw(request: HttpRequest, filing: Id, given: FilingWithdrawal) -> FilingShown:
    commands.withdraw(filing_id=filing, **given.dict())
    return _shown(queries.look_at(number=filing))


@router.post("/{filing}/evidence", response={201: FilingShown}, summary="补交材料")
@as_asker
def add_evidence(request: HttpRequest, filing: Id, given: Form[WithFiles], files: File[list[UploadedFile]]) -> Status:
    commands.add_evidence(filing_id=filing, evidence=uploads(given.kinds, files))
    return Status(201, _shown(queries.look_at(number=filing)))


@router.get("/{filing}/evidence/{number}", summary="下载材料")
@as_asker
def evidence(request: HttpRequest, filing: Id, number: Id) -> HttpResponse:
    found = queries.evidence(filing_id=filing, number=number)
    response = HttpResponse(found.content, content_type=found.media_type)
    response["Content-Disposition"] = "attachment"
    response["Cache-Control"] = "no-store"
    return response
