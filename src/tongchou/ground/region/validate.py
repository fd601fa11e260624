"""From plain documents to models, turning every complaint of the validator into a problem with its line."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tongchou.ground.region.text import Document

M = TypeVar("M", bound=BaseModel)

_CODES = {
    "extra_forbidden": "R102",
    "missing": "R103",
    "literal_error": "R104",
    "too_short": "R107",
    "string_type": "R106",
    "dict_type": "R106",
    "tuple_type": "R106",
    "model_type": "R106",
    "model_attributes_type": "R106",
}


def validate(model: type[M], data: Any, document: Document, *path: str | int) -> M | None:
    """The model of `data`, or None with problems reported at their lines."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            _report(model, fault, document, path)
    return None


def _report(model: type[BaseModel], fault: Any, document: Document, path: tuple[str | int, ...]) -> None:
    where = (*path, *[p for p in fault["loc"] if _written(document, p)])
    context = dict(fault.get("ctx") or {})
    code = context.pop("code", None)
    if code is not None:
        document.report(code, *where, **context)
        return
    code = _CODES.get(fault["type"], "R106")
    key = str(fault["loc"][-1]) if fault["loc"] else "-"
    document.report(code, *where, key=key, known=_known(model), allowed=context.get("expected", ""))


def _written(document: Document, part: str | int) -> bool:
    """Whether a part of the validator's path is of the file; it also names union members such as 'tuple[str, ...]'."""
    return isinstance(part, int) or any(part in path for path in document.lines)


def _known(model: type[BaseModel]) -> str:
    return "、".join(f.alias or n for n, f in model.model_fields.items())
