"""Files to be imported: upload, look at what they would do, download what is wrong, and the templates."""

import io
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from ninja import Query, Router, Schema, Status

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Id, text
from tongchou.ground.errors import fail
from tongchou.record.sheets import LIMITS
from tongchou.record.uploads import commands, queries
from tongchou.record.uploads.commands import File

router = Router(tags=["uploads"])
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            **{kind: {"schema": {"type": "string", "format": "binary"}} for kind in ("text/csv", _XLSX)},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "string", "format": "binary"}},
                    "required": ["file"],
                }
            },
        },
    }
}
_AROUND = 2**20  # bytes of a form beside its file


class UploadShown(Schema):
    """What an upload would do, or the first hundred of the problems that forbid it; all are in its sheet of errors."""

    id: int
    purpose: str
    name: str
    digest: str
    state: str
    counts: dict[str, int]
    samples: list[dict[str, Any]]
    unknown: list[str]
    problems: list[dict[str, Any]]
    problem_count: int
    taken_at: datetime


class UploadAs(Schema):
    purpose: text(40)
    name: text(200, 0) = ""
    whole: text(3) | None = None
    employer: Id | None = None


@router.get("/{int:upload}", response=UploadShown, summary="查看上传")
@as_asker
def look_at(request: HttpRequest, upload: Id) -> UploadShown:
    return _shown(upload)


@router.get("/{int:upload}/errors", summary="错误清单（XLSX）")
@as_asker
def errors(request: HttpRequest, upload: Id) -> HttpResponse:
    return _workbook(queries.errors_of(upload), f"errors-{upload}.xlsx")


@router.get("/templates/{purpose}", summary="导入模板（XLSX）")
@as_asker
def template(request: HttpRequest, purpose: text(40)) -> HttpResponse:
    return _workbook(queries.template_of(purpose), "template.xlsx")


@router.post("", response={201: UploadShown}, summary="上传文件", openapi_extra=_BODY)
@as_asker
def take(request: HttpRequest, how: UploadAs = Query(...)) -> Status:  # noqa: B008 (how ninja is told)
    """The body is the file itself, CSV or XLSX, or a form with it as `file`; what it is is told by its content. `name`
    is a label, that of the form's file when none is given. `whole`: yes for a whole list, no for an addition to it,
    where the import knows the difference. `employer`: whose payroll it is, said by an agency."""
    given = {"whole": how.whole, "employer": how.employer and str(how.employer)}
    options = {name: value for name, value in given.items() if value is not None}
    name, content = _sent(request)
    taken = commands.take(purpose=how.purpose, file=File(how.name or name, content), options=options)
    return Status(201, _shown(taken.pk))


def _sent(request: HttpRequest) -> tuple[str, bytes]:
    """Name and content of the file, read no further than the limit. Raises U102, U113 for a form that is none, or has
    not one file."""
    content = request.read(LIMITS.size + _AROUND + 1)
    if len(content) > LIMITS.size + _AROUND or not _is_form(request, content):
        return "", _within_limit(content)
    try:
        form = MultiPartParser(request.META, io.BytesIO(content), request.upload_handlers, request.encoding)
        _, found = form.parse()
    except MultiPartParserError as error:
        raise fail("U113", files=0) from error
    files = found.getlist("file")
    if len(files) != 1:
        raise fail("U113", files=len(files))
    return files[0].name or "", _within_limit(files[0].read())


def _is_form(request: HttpRequest, content: bytes) -> bool:
    """Told by its content too: a file may be sent as any type."""
    return request.content_type == "multipart/form-data" and content.startswith(b"--")


def _within_limit(content: bytes) -> bytes:
    if len(content) > LIMITS.size:
        raise fail("U102", size=f">{LIMITS.size >> 20}", limit=LIMITS.size >> 20)
    return content


def _shown(number: int) -> UploadShown:
    seen = queries.look_at(number)
    return UploadShown(**{**vars(seen), "problems": [problem.as_dict() for problem in seen.problems]})


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=_XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
