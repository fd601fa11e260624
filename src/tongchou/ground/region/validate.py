"""From plain documents to models, turning every complaint of the validator into a problem with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from tongchou.ground.region.text import Document, Key

M = TypeVar("M", bound=BaseModel)

_CODES = {"extra_forbidden": "R102", "missing": "R103", "literal_error": "R104", "too_short": "R107"}
_WRONG_STRUCTURE = "R106"


def validate(model: type[M], data: Any, document: Document, *path: Key) -> M | None:
    """The model of `data`, or None with problems reported at their lines."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        for fault in faults:
            if not _only_follows(fault, faults):
                _report(model, data, fault, document, path)
    return None


def _only_follows(fault: Any, faults: list[Any]) -> bool:
    """A list is called empty when all of its items are faulty, too."""
    inside = [f for f in faults if len(f["loc"]) > len(fault["loc"]) and f["loc"][: len(fault["loc"])] == fault["loc"]]
    return fault["type"] == "too_short" and bool(inside)


def _report(model: type[BaseModel], data: Any, fault: Any, document: Document, path: tuple[Key, ...]) -> None:
    location = _written(data, fault["loc"])
    context = dict(fault.get("ctx") or {})
    code = context.pop("code", None)
    if code is not None:
        document.report(code, *path, *location, **context)
        return
    code = _CODES.get(fault["type"], _WRONG_STRUCTURE)
    key = str((*path, *location)[-1]) if (*path, *location) else Path(document.file).name
    if code == "R102":
        document.report(code, *path, *location, key=key, known=_known(model, location[:-1]))
    elif code == "R104":
        document.report(code, *path, *location, key=key, allowed=context["expected"].replace(" or ", ", "))
    else:
        document.report(code, *path, *location, key=key)


def _written(data: Any, location: tuple[Key, ...]) -> tuple[Key, ...]:
    """The part of the validator's path that is of the file; it also names members of unions and short forms."""
    found: list[Key] = []
    for i, part in enumerate(location):
        inside = part in data if isinstance(data, dict) else isinstance(data, list) and isinstance(part, int)
        if inside:
            data = data[part]
        if inside or (isinstance(data, dict) and isinstance(part, str) and i == len(location) - 1):
            found.append(part)
    return tuple(found)


def _known(model: type[BaseModel], location: tuple[Key, ...]) -> str:
    """The keys of the model at a place inside a model."""
    for part in location:
        field = next((f for n, f in model.model_fields.items() if part in (f.alias, n)), None)
        inner = _model_in(field.annotation) if field is not None else None
        model = inner or model
    return "、".join(f.alias or n for n, f in model.model_fields.items())


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner)) is not None), None)
