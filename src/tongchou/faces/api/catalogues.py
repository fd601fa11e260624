"""Catalogues on a day, their versions, and the mappings of institutions' items."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from ninja.pagination import paginate
from pydantic import Field

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Day, Id, Reason, text
from tongchou.record.catalogues import mappings, queries, versions
from tongchou.record.catalogues.models import ItemChange, Mapping, PointChange, Version

router = Router(tags=["catalogues"])
AnyKind = Literal["drug", "service", "consumable", "disease", "knowledge"]
State = Literal["", "proposed", "approved", "refused", "withdrawn"]


class CatalogueItemShown(Schema):
    """Amounts in fen a unit; the first self-pay in ten-thousandths."""

    kind: str
    code: str
    name: str
    spec: str
    unit: str
    maker: str
    pay_class: str
    first_pay: int | None
    price: int | None
    ceiling: int | None
    limited: bool
    limits: dict[str, Any]
    item: str
    fee_kind: str
    list_type: str
    begins: Day | None
    ends: Day | None
    note: str
    version: int


class CatalogueItemRow(CatalogueItemShown):
    kind: str = Field(validation_alias="version.kind")
    code: str = Field(validation_alias="key")
    version: int = Field(validation_alias="version_id")


class KnowledgePointShown(Schema):
    kind: str
    rule: str
    code: str
    name: str
    limit: str
    basis: str
    other_code: str
    other_name: str


class VersionNew(Schema):
    kind: AnyKind
    upload: Id
    since: Day
    label: text(60)
    reason: Reason


class VersionShown(Schema):
    id: int
    kind: str
    label: str
    whole: bool
    since: Day
    source: str
    digest: str
    added: int
    changed: int
    ended: int
    reason: str
    proposed_at: datetime
    decision: str | None

    @staticmethod
    def resolve_decision(found: Version) -> str | None:
        return found.decided.decision if hasattr(found, "decided") else None


class VersionDecision(Schema):
    approve: bool
    reason: Reason


class VersionChangeShown(Schema):
    what: str
    key: str
    name: str


class MappingNew(Schema):
    institution_id: Id
    local_code: text(40)
    local_name: text(300)
    national_code: text(40)
    begins: Day
    ends: Day | None = None
    spec: text(300, 0) = ""
    unit: text(50, 0) = ""


class MappingFile(Schema):
    institution_id: Id
    upload: Id


class MappingsCount(Schema):
    count: int


class MappingShown(Schema):
    id: int
    institution_id: int
    kind: str
    local_code: str
    local_name: str
    spec: str
    unit: str
    national_code: str
    first: Day
    last: Day | None
    state: str
    opinion: str

    @staticmethod
    def resolve_first(found: Mapping) -> date:
        return found.during.lower

    @staticmethod
    def resolve_last(found: Mapping) -> date | None:
        ends = found.during.upper
        return None if ends is None else date.fromordinal(ends.toordinal() - 1)


class MappingWaiting(Schema):
    mapping: MappingShown
    item: CatalogueItemShown | None
    same_name: bool


class MappingsDecision(Schema):
    mappings: Annotated[list[Id], Field(min_length=1, max_length=5000)]
    approve: bool
    reason: Reason


@router.get("/items/{kind}", response=list[CatalogueItemRow], summary="某日的目录")
@paginate
@as_asker
def items(request: HttpRequest, kind: text(10), day: Day | None = None, search: text(100, 0) = "") -> Any:
    return queries.look_up(kind, day, search)


@router.get("/candidates", response=list[CatalogueItemShown], summary="可能的国家项目")
@as_asker
def candidates(request: HttpRequest, name: text(300, 0) = "", code: text(40, 0) = "", day: Day | None = None) -> Any:
    return queries.candidates(name, code, day)


@router.get("/knowledge", response=list[KnowledgePointShown], summary="监管知识点")
@paginate
@as_asker
def knowledge(request: HttpRequest, code: text(40, 0) = "", rule: text(30, 0) = "", day: Day | None = None) -> Any:
    return queries.points(code, rule, day)


@router.get("/versions", response=list[VersionShown], summary="目录版本")
@paginate
@as_asker
def all_versions(request: HttpRequest, kind: AnyKind | None = None, undecided: bool = False) -> Any:
    return queries.versions(kind or "", undecided)


@router.post("/versions", response={201: VersionShown}, summary="提交版本")
@as_asker
def propose_version(request: HttpRequest, given: VersionNew) -> Status:
    return Status(201, versions.propose(**given.dict()))


@router.get("/versions/{int:version}/changes", response=list[VersionChangeShown], summary="版本的变化")
@paginate
@as_asker
def changes(
    request: HttpRequest, version: Id, what: Literal["", "added", "changed", "ended"] = ""
) -> list[ItemChange] | list[PointChange]:
    return queries.changes_of(version, what)


@router.post("/versions/{int:version}", response={204: None}, summary="审核版本")
@as_asker
def decide_version(request: HttpRequest, version: Id, given: VersionDecision) -> Status:
    versions.decide(version_id=version, **given.dict())
    return Status(204, None)


@router.get("/mappings", response=list[MappingShown], summary="目录对照")
@paginate
@as_asker
def all_mappings(
    request: HttpRequest, institution: Id | None = None, state: State = "", search: text(40, 0) = ""
) -> Any:
    return mappings.mappings(institution, state, search)


@router.post("/mappings", response={201: MappingShown}, summary="提交对照")
@as_asker
def propose_mapping(request: HttpRequest, given: MappingNew) -> Status:
    return Status(201, mappings.propose(**given.dict()))


@router.post("/mappings/file", response={201: MappingsCount}, summary="提交一批对照")
@as_asker
def propose_mappings(request: HttpRequest, given: MappingFile) -> Status:
    return Status(201, {"count": mappings.propose_file(**given.dict())})


@router.get("/mappings/waiting", response=list[MappingWaiting], summary="待审对照")
@as_asker
def waiting(
    request: HttpRequest, institution: Id | None = None, limit: Annotated[int, Field(ge=1, le=500)] = 100
) -> list[mappings.Waiting]:
    return mappings.compared(list(mappings.review_queue(institution)[:limit]))


@router.post("/mappings/decisions", response=MappingsCount, summary="审核对照")
@as_asker
def decide_mappings(request: HttpRequest, given: MappingsDecision) -> dict[str, int]:
    done = mappings.decide(mapping_ids=given.mappings, approve=given.approve, reason=given.reason)
    return {"count": done}


@router.delete("/mappings/{int:mapping}", response={204: None}, summary="撤回对照")
@as_asker
def withdraw(request: HttpRequest, mapping: Id) -> Status:
    mappings.withdraw(mapping_id=mapping)
    return Status(204, None)


@router.get(
    "/mappings/{int:institution}/{local_code}", response=CatalogueItemShown | None, summary="院内项目当日对应的国家项目"
)
@as_asker
def national(request: HttpRequest, institution: Id, local_code: text(40), day: Day | None = None) -> Any:
    return queries.item_of(institution, local_code, day)
