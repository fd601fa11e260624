"""Read a region folder into a resolved pack. All problems of all files are gathered before anything is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from tongchou.ground.errors import Place, Problem, ProblemError
from tongchou.ground.region.addresses import explode
from tongchou.ground.region.clearing_kinds import ClearingFile
from tongchou.ground.region.dip.load import Dip, load_dip
from tongchou.ground.region.folder import DIP, Folder, read_folders
from tongchou.ground.region.headers import ArticleFile, CaseFile
from tongchou.ground.region.names import check_names
from tongchou.ground.region.pack import CaseEntry, Declared, Pack
from tongchou.ground.region.plain import Heads, merge, understand
from tongchou.ground.region.resolved import in_written_order, resolve
from tongchou.ground.region.supersede import settle_overlaps
from tongchou.ground.region.text import Document
from tongchou.ground.region.validate import validate


def load_region(folder: str | Path, *, known_on: date | None = None) -> Pack:
    """The resolved pack of a region folder.

    `known_on` leaves out what was published later: the pack as it was known on that day.

    Raises:
        ProblemError: with every problem of every file, each with file, line, key and remedy.
    """
    pack, problems = read_region(folder, known_on=known_on)
    if pack is None or problems:
        raise ProblemError(*problems)
    return pack


def read_region(folder: str | Path, *, known_on: date | None = None) -> tuple[Pack | None, list[Problem]]:
    """The pack as far as it can be built, with all problems of form; lint starts from here."""
    root = Path(folder)
    folders = read_folders(root)
    desk = _Desk(folders)
    plain = merge(folders)
    heads = understand(plain)
    if heads is None:
        _check_forms(folders)
        return None, desk.problems()
    # A name that a broken head would have declared is not unknown: those questions wait until the heads stand.
    heads_stand = not desk.problems(heads_only=True)
    written = [_declared(f, heads, heads_stand) for f in folders]
    orders = iter(range(sum(map(len, written))))
    written = [
        [replace(d, order=next(orders), from_base=f is not folders[-1]) for d in w]
        for f, w in zip(folders, written, strict=True)
    ]
    known = [[d for d in w if known_on is None or d.published is None or d.published <= known_on] for w in written]
    words = {name: d.words for name, d in heads.vocabulary.dimensions.items()}
    facts = in_written_order(settle_overlaps(known, words, desk.report_fact), (d for w in written for d in w))
    dip, groups = _dip(folders), _groups(folders)
    pack = Pack(
        folder=str(root),
        region=heads.region,
        sources=heads.sources,
        vocabulary=heads.vocabulary,
        layers=heads.layers,
        visits=heads.visits,
        facts=facts,
        written=tuple(d for w in known for d in w),
        decisions=heads.decisions,
        acknowledged=heads.acknowledged,
        cases=tuple(_cases(folders[-1], heads)),
        known_on=known_on,
        places=_places(folders),
        resolved=resolve(plain, facts, known_on, dip, groups),
        dip=dip,
        groups=groups,
    )
    if heads_stand:
        check_names(pack, (d for w in written for d in w), desk.report)
    return pack, desk.problems()


_FORMS: dict[str, type[ArticleFile]] = {"clearing": ClearingFile}
"""Rooms whose files are not of one scheme."""


class _Desk:
    """Where problems are handed in: by document, so that they come out file by file."""

    def __init__(self, folders: Sequence[Folder]) -> None:
        self.folders = folders
        self.documents = {d.file: d for f in folders for d in f.documents()}

    def report(self, place: Place, code: str, **details: object) -> None:
        self.documents[str(place.file)].add(Problem(code, place, details))

    def report_fact(self, code: str, fact: Declared, **details: object) -> None:
        self.report(fact.place, code, **details)

    def problems(self, heads_only: bool = False) -> list[Problem]:
        """All problems, the folder itself before its bases."""
        documents: list[Document] = []
        for folder in reversed(self.folders):
            documents += [folder.region, *folder.tables.values()] if heads_only else folder.documents()
        return [p for d in documents for p in d.problems]


def _check_forms(folders: Sequence[Folder]) -> None:
    """Without a region the other files cannot be understood, but their form can still be looked at."""
    for folder in folders:
        for room, document in ((room, document) for room, listed in folder.rooms.items() for document in listed):
            validate(_FORMS.get(room, ArticleFile), document.data, document)
        for document in folder.cases:
            validate(CaseFile, document.data, document)


def _declared(folder: Folder, heads: Heads, heads_stand: bool) -> list[Declared]:
    found: list[Declared] = []
    for room, document in ((room, document) for room, documents in folder.rooms.items() for document in documents):
        file = validate(_FORMS.get(room, ArticleFile), document.data, document)
        if file is None or not heads_stand:
            continue
        if file.source not in heads.sources:
            document.report("R140", "source", value=file.source, known="、".join(heads.sources))
        elif room not in _FORMS and file.scheme not in heads.region.schemes:
            document.report("R141", "scheme", value=file.scheme, known="、".join(heads.region.schemes))
        else:
            found += explode(file, document, heads.layers.get(file.scheme, {}), heads.sources[file.source], room)
    return found


def _dip(folders: Sequence[Folder]) -> Dip | None:
    """The declaration of the folder, or of the nearest of its bases that has one; it names the national one itself."""
    for folder in reversed(folders):
        if folder.dip is not None:
            try:
                return load_dip(folder.root / DIP, within=folder.root)
            except ProblemError as error:
                for problem in error.problems:
                    folder.dip.add(problem)
                return None
    return None


def _groups(folders: Sequence[Folder]) -> dict[str, dict[str, str]]:
    """Of each kind those of the folder, or of the nearest of its bases that has any."""
    found: dict[str, dict[str, str]] = {}
    for folder in folders:
        found |= folder.groups
    return found


def _cases(folder: Folder, heads: Heads) -> list[CaseEntry]:
    entries: list[CaseEntry] = []
    seen: set[str] = set()
    for document in folder.cases:
        file = validate(CaseFile, document.data, document)
        if file is None:
            continue
        if file.source not in heads.sources:
            document.report("R140", "source", value=file.source, known="、".join(heads.sources))
        for i, case in enumerate(file.cases):
            if case.id in seen:
                document.report("R142", "cases", i, "id", value=case.id)
            seen.add(case.id)
            entries.append(CaseEntry(case, file.source, document.place("cases", i)))
    return entries


def _places(folders: Sequence[Folder]) -> dict[str, Place]:
    """Where the heads stand (`layers.yaml:resident.visits.住院`), for findings that are not about one fact.

    An acknowledgement has a place only when the folder itself wrote it: `acknowledged:N`, N counted over all of them.
    """
    places: dict[str, Place] = {}
    count = 0
    for folder in folders:
        for name, document in (("region", folder.region), *folder.tables.items()):
            for path in document.lines:
                if 0 < len(path) <= 3:
                    places[f"{name}.yaml:{'.'.join(map(str, path))}"] = document.place(*path)
        decisions = folder.tables.get("decisions")
        listed = decisions.data.get("acknowledged", []) if decisions and isinstance(decisions.data, dict) else []
        for i in range(len(listed)):
            if folder is folders[-1] and decisions is not None:
                places[f"acknowledged:{count}"] = decisions.place("acknowledged", i)
            count += 1
    return places
