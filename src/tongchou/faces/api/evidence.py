"""A form that carries a document as JSON and, beside it, files of evidence."""

from typing import TypeVar

from ninja import Schema
from ninja.errors import ValidationError as Malformed
from ninja.files import UploadedFile
from pydantic import Field, ValidationError

from tongchou.faces.api.fields import text
from tongchou.ground.errors import fail
from tongchou.record.filings.uploads import LARGEST, MOST, Upload

S = TypeVar("S", bound=Schema)


class WithFiles(Schema):
    """The parts of a form beside its files: `kinds` says of each file, in their order, which evidence it is."""

    kinds: list[text(60)] = Field(min_length=1, max_length=MOST)


def document(schema: type[S], name: str, content: str) -> S:
    """The document that the part `name` of a form carries; malformed as any other body is."""
    try:
        return schema.model_validate_json(content)
    except ValidationError as error:
        raise Malformed([{"loc": ("form", name, *one["loc"]), "msg": one["msg"]} for one in error.errors()]) from error


def uploads(kinds: list[str], files: list[UploadedFile]) -> tuple[Upload, ...]:
    """Files as they came; one that is too large is not even read."""
    for one in files:
        if one.size > LARGEST:
            raise fail("F103", name=one.name, size=one.size, limit=LARGEST)
    if len(kinds) != len(files):
        raise fail("F109", files=len(files), kinds=len(kinds))
    return tuple(Upload(kind, one.name, one.read()) for kind, one in zip(kinds, files, strict=True))
