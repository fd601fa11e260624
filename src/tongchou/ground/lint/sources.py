"""The restatements against the decrees' own text: the file, its hash, the cited article, each figure."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tongchou.ground.errors import Place
from tongchou.ground.lint.decree import Paragraph, article_text, read_citation, read_decree
from tongchou.ground.lint.desk import Desk
from tongchou.ground.lint.stated import unsupported


def check_sources(desk: Desk, folder: Path) -> None:
    """Look up every article of a source whose file is named; sources without a file have nothing to be held against."""
    decrees = {key: _read(desk, key, folder) for key in desk.pack.sources}
    for fact in desk.pack.written:
        decree = decrees.get(fact.source)
        if decree is None or not desk.once("article", fact.source, fact.cite, fact.says):
            continue
        article = _find(desk, fact.place, fact.source, fact.cite, decree)
        missing = unsupported(fact.says, article) if article is not None else []
        if missing:
            desk.report(fact.place, "L261", value="、".join(missing), source=fact.source, cite=fact.cite)


def _read(desk: Desk, key: str, folder: Path) -> list[Paragraph] | None:
    source = desk.pack.sources[key]
    if source.file is None:
        return None
    place = desk.place(f"sources.yaml:{key}.file")
    try:
        content = (folder / source.file).read_bytes()
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError, ValueError):
        desk.report(place, "L263", file=str(folder / source.file))
        return None
    found = hashlib.sha256(content).hexdigest()
    if source.sha256 is not None and source.sha256.lower() != found:
        desk.report(desk.place(f"sources.yaml:{key}.sha256"), "L264", file=source.file, found=found)
    return read_decree(text)


def _find(desk: Desk, place: Place, source: str, cite: str, decree: list[Paragraph]) -> str | None:
    """The text of all the articles a citation names; what cannot be found is reported."""
    articles = read_citation(cite)
    if articles is None:
        desk.report(place, "L265", cite=cite)
        return None
    texts = [article_text(decree, steps) for steps in articles]
    missing = [steps for steps, text in zip(articles, texts, strict=True) if text is None]
    for steps in missing:
        looked_for = " > ".join(f"{level} {number}" for level, number in steps)
        desk.report(place, "L262", cite=cite, source=source, looked_for=looked_for)
    return None if missing else "\n".join(text for text in texts if text is not None)
