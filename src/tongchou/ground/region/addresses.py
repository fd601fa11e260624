"""From the `sets` of an article to declared facts: finding the layer, the kind and the name in an address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from tongchou.ground.region.headers import Article, ArticleFile, Layer, Source
from tongchou.ground.region.model import (
    ALL_OF_SCHEMES,
    ARTICLE_KINDS,
    LAYER_KINDS,
    MAIN_NUMBER,
    NAMES,
    Fact,
    model_of,
)
from tongchou.ground.region.number import Malformed, read_number
from tongchou.ground.region.pack import Declared
from tongchou.ground.region.text import Document, Key
from tongchou.ground.region.validate import validate

CellPath = tuple[tuple[str, str], ...]
Kinds = Mapping[str, tuple[type[Fact], bool]]
_CELL = re.compile(r"(?P<address>[^\[\]]+)\[(?P<path>[^\[\]]+)\]")


class CellReset(Fact):
    """A value of one cell of a table that another article set."""

    number: Any
    path: CellPath


class Target(NamedTuple):
    """What an address without its scheme leads to."""

    layer: str | None
    kind: str
    name: str | None

    @property
    def model(self) -> type[Fact]:
        return model_of(self.layer, self.kind)


def explode(
    file: ArticleFile, document: Document, layers: Mapping[str, Layer], source: Source | None, folder: str
) -> Iterator[Declared]:
    """Every fact of a file of `folder`; what is wrong is reported on the document and left out. `source` is None where
    no list of sources goes with the file."""
    kinds = ARTICLE_KINDS[folder]
    layers = layers if folder == "benefits" else {}
    for i, article in enumerate(file.articles):
        for written, raw in article.sets.items():
            path = ("articles", i, "sets", written)
            address, cell = split_cell(written)
            target = find_target(address, layers, kinds)
            if target is None:
                document.report("R150", *path, value=written, known="、".join(known_addresses(layers, kinds)))
                continue
            value = read_value(target, raw, cell, document, *path)
            if value is not None:
                yield Declared(
                    address=f"{file.scheme}.{address}",
                    scheme=file.scheme,
                    layer=target.layer,
                    kind=target.kind,
                    name=target.name,
                    value=value,
                    raw=raw,
                    order=0,
                    place=document.place(*path),
                    cell=cell,
                    **_provenance(file, article, source),
                )


def _provenance(file: ArticleFile, article: Article, source: Source | None) -> dict[str, Any]:
    """Whence and when: what an article does not say itself stands in the head of its file, or with its source."""
    effective = article.effective or file.effective
    return {
        "source": file.source,
        "cite": article.cite,
        "says": article.says,
        "from_date": effective.from_,
        "through": effective.through,
        "by": effective.by,
        "published": article.published or file.published or (source and source.published),
        "review_by": article.review_by or file.review_by or (source and source.review_by),
        "supersedes": article.supersedes,
    }


def split_cell(address: str) -> tuple[str, CellPath]:
    """The plain address and the path of the cell it names, if any."""
    match = _CELL.fullmatch(address)
    if match is None:
        return address, ()
    pairs = [p.partition("=") for p in re.split(r"[,，]\s*", match["path"])]
    return match["address"], tuple((k.strip(), v.strip()) for k, _, v in pairs)


def find_target(address: str, layers: Mapping[str, Layer], scheme_kinds: Kinds = ALL_OF_SCHEMES) -> Target | None:
    head, _, rest = address.partition(".")
    kinds, text, layer = (LAYER_KINDS, rest, head) if head in layers else (scheme_kinds, address, None)
    for kind, (_, named) in kinds.items():
        prefix = kind.removesuffix("*")
        name = text[len(prefix) :]
        if named and name and text.startswith(prefix) and name in NAMES.get(kind, (name,)):
            return Target(layer, kind, name)
        if not named and text == kind:
            return Target(layer, kind, None)
    return None


def read_value(target: Target, raw: Any, cell: CellPath, document: Document, *path: Key) -> Fact | None:
    """The value of an address, or None with the problem reported."""
    if not cell:
        return validate(target.model, raw, document, *path)
    if target.kind not in MAIN_NUMBER:
        document.report("R151", *path, value=str(path[-1]))
        return None
    try:
        return CellReset(number=read_number(raw), path=cell)
    except Malformed as error:
        document.report(error.code, *path, **error.details)
        return None


def known_addresses(layers: Mapping[str, Layer], kinds: Kinds) -> list[str]:
    """Every address that can be set; names that are not fixed are written `*`."""
    names = ([k.replace("*", name) for name in NAMES[k]] if k in NAMES else [k] for k in kinds)
    return [*(f"{n}.{k}" for n in layers for k in LAYER_KINDS), *chain.from_iterable(names)]
