"""A declaration of clearing that stands by itself, without a region around it."""

from __future__ import annotations

from pathlib import Path

from tongchou.ground.errors import Problem, ProblemError
from tongchou.ground.region.addresses import explode
from tongchou.ground.region.clearing_kinds import ClearingFile
from tongchou.ground.region.folder import national_of
from tongchou.ground.region.pack import Declared
from tongchou.ground.region.supersede import settle_overlaps
from tongchou.ground.region.text import Document, read_document
from tongchou.ground.region.validate import validate


def read_clearing(file: Path) -> list[Declared]:
    """What a file declares over the national defaults, as a pack would hold it; words it names are nobody's to check.

    Raises every problem of the file, with its line.
    """
    documents = [*national_of("clearing").rooms["clearing"], read_document(file, str(file))]
    written = [_declared(document) for document in documents]
    problems = [problem for document in documents for problem in document.problems]
    facts = settle_overlaps(
        written, {}, lambda code, fact, **details: problems.append(Problem(code, fact.place, details))
    )
    if problems:
        raise ProblemError(*problems)
    return facts


def _declared(document: Document) -> list[Declared]:
    file = None if document.problems else validate(ClearingFile, document.data, document)
    return [] if file is None else list(explode(file, document, {}, None, "clearing"))
