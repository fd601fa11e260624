"""From the `sets` of an article to declared facts: finding the layer, the kind and the name in an address."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import ValidationError

from tongchou.ground.region.headers import Article, ArticleFile, SchemeLayers, Source
from tongchou.ground.region.model import LAYER_KINDS, MAIN_NUMBER, SCHEME_KINDS, Fact, wrap_shorthand
from tongchou.ground.region.number import Malformed, read_number
from tongchou.ground.region.pack import Declared
from tongchou.ground.region.text import Document
from tongchou.ground.region.validate import validate

_CELL = re.compile(r"(?P<address>[^\[\]]+)\[(?P<path>[^\[\]]+)\]")


class CellReset(Fact):
    """A value of one cell of a table that another article set."""

    number: object
    path: tuple[tuple[str, str], ...]


def explode(
    file: ArticleFile, document: Document, layers: SchemeLayers, source: Source
) -> Iterator[Declared]:
    """Every fact of a file; what is wrong is reported on the document and left out."""
    for i, article in enumerate(file.articles):
        for address, raw in article.sets.items():
            path = ("articles", i, "sets", address)
            plain, cell = _split_cell(address)
            found = _find_kind(plain, layers)
            if found is None:
                known = [*(f"{n}.{k}" for n in layers.layers for k in LAYER_KINDS), *SCHEME_KINDS]
                document.report("R150", *path, value=address, known="、".join(known))
                continue
            layer, kind, name = found
            model = LAYER_KINDS[kind] if layer else SCHEME_KINDS[kind]
            value = _read_cell(kind, raw, cell, document, path) if cell else _read_value(model[0], kind, raw, document, path)
            if value is not None:
                yield _declare(file, article, document, path, f"{file.scheme}.{plain}", layer, kind, name, value, raw, cell, source)


def _split_cell(address: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    match = _CELL.fullmatch(address)
    if match is None:
        return address, ()
    pairs = [p.partition("=") for p in re.split(r"[,，]\s*", match["path"])]
    return match["address"], tuple((k.strip(), v.strip()) for k, _, v in pairs)


def _find_kind(address: str, layers: SchemeLayers) -> tuple[str | None, str, str | None] | None:
    head, _, rest = address.partition(".")
    if head in layers.layers:
        found = _match(rest, LAYER_KINDS)
        return None if found is None else (head, *found)
    found = _match(address, SCHEME_KINDS)
    return None if found is None else (None, *found)


def _match(text: str, kinds: dict[str, tuple[type[Fact], bool]]) -> tuple[str, str | None] | None:
    if text in kinds and not kinds[text][1]:
        return text, None
    for kind, (_, named) in kinds.items():
        prefix = kind.removesuffix("*")
        if named and text.startswith(prefix) and len(text) > len(prefix):
            return kind, text[len(prefix) :]
    return None


def _read_value(
    model: type[Fact], kind: str, raw: object, document: Document, path: tuple[str | int, ...]
) -> Fact | None:
    try:
        full = wrap_shorthand(kind, raw)
    except Exception as error:  # PydanticCustomError of a take; it carries the code
        context = dict(getattr(error, "context", None) or {})
        document.report(context.pop("code", "R106"), *path, **context)
        return None
    return validate(model, full, document, *path)


def _read_cell(
    kind: str, raw: object, cell: tuple[tuple[str, str], ...], document: Document, path: tuple[str | int, ...]
) -> Fact | None:
    if kind not in MAIN_NUMBER:
        document.report("R151", *path, value=str(path[-1]))
        return None
    try:
        return CellReset(number=read_number(raw), path=cell)
    except Malformed as error:
        document.report(error.code, *path, **error.details)
    except ValidationError:
        document.report("R106", *path, key=str(path[-1]), known="", allowed="")
    return None


def _declare(
    file: ArticleFile,
    article: Article,
    document: Document,
    path: tuple[str | int, ...],
    address: str,
    layer: str | None,
    kind: str,
    name: str | None,
    value: Fact,
    raw: object,
    cell: tuple[tuple[str, str], ...],
    source: Source,
) -> Declared:
    effective = article.effective or file.effective
    return Declared(
        address=address,
        scheme=file.scheme,
        layer=layer,
        kind=kind,
        name=name,
        value=value,
        raw=raw,
        source=file.source,
        cite=article.cite,
        says=article.says,
        from_date=effective.from_,
        through=effective.through,
        by=effective.by,
        published=article.published or file.published or source.published,
        review_by=article.review_by or file.review_by or source.review_by,
        order=0,
        place=document.place(*path),
        supersedes=article.supersedes,
        cell=cell,
    )
