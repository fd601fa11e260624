"""A clearing declaration: `clearing.yaml` of a folder over the national defaults, read strictly, every figure cited.

The files have the form of a region's other articles, so that a region folder can take them in as they are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field

from tongchou.engines.payment.formula import figure
from tongchou.engines.payment.kinds import KINDS
from tongchou.engines.payment.money_kinds import Clearing
from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.ground.region.headers import Article, Effective
from tongchou.ground.region.scalars import Fact
from tongchou.ground.region.text import Document, read_document
from tongchou.ground.region.validate import validate

NATIONAL = Path(__file__).parent / "national.yaml"
FILE = "clearing.yaml"
F = TypeVar("F", bound=Fact)


class ClearingFile(Fact):
    """The head of a declaration and its articles. A name of the budget may be `scheme`-less: rules name schemes."""

    source: str
    title: str | None = None
    evidence: str | None = None
    effective: Effective
    articles: tuple[Article, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Provision:
    """A declared value, as it was written and as it is understood, and where it comes from."""

    address: str
    value: Fact
    raw: Any
    source: str
    cite: str
    says: str
    place: Place


@dataclass(frozen=True)
class Rules:
    """Everything declared for the clearing of one year. `hash` stands for all values and their citations."""

    provisions: Mapping[str, Provision]
    hash: str

    def get(self, address: str, kind: type[F]) -> F | None:
        found = self.provisions.get(address)
        if found is None:
            return None
        assert isinstance(found.value, kind)
        return found.value

    def need(self, address: str, kind: type[F]) -> F:
        """Raises Y106 where nothing is declared: there is no silent answer."""
        found = self.get(address, kind)
        if found is None:
            raise fail("Y106", Place(key=address), address=address)
        return found

    def named(self, prefix: str) -> dict[str, Provision]:
        """Those with a name of their own: name → provision."""
        return {a.removeprefix(f"{prefix}."): p for a, p in self.provisions.items() if a.startswith(f"{prefix}.")}

    def cite(self, address: str) -> str:
        found = self.provisions.get(address)
        return f"{found.source} {found.cite}" if found else "—"

    @property
    def year(self) -> int:
        return int(figure(self.need("clearing", Clearing).year))

    def document(self) -> dict[str, Any]:
        """As it is published: enough to read it again, and nothing else."""
        return {
            "hash": self.hash,
            "provisions": [
                {"address": p.address, "value": p.raw, "source": p.source, "cite": p.cite, "says": p.says}
                for _, p in sorted(self.provisions.items())
            ],
        }


def load_rules(folder: Path) -> Rules:
    """The declaration of a folder (or of a file) over the national defaults. Raises Y101 to Y115 and the messages of
    region files, each with file and line."""
    file = folder / FILE if folder.is_dir() else folder
    if not file.is_file():
        raise fail("Y101", Place(str(folder)), file=FILE)
    if file.suffix == ".json":
        return from_document(json.loads(file.read_text("utf-8")), str(file))
    national, own = (_read(path) for path in (NATIONAL, file))
    found = {provision.address: provision for _, provision in national}
    clearing = [p.value for _, p in own if isinstance(p.value, Clearing)]
    if not clearing:
        raise fail("Y106", Place(str(file)), address="clearing")
    year = int(figure(clearing[0].year))
    seen: dict[str, Provision] = {}
    problems: list[Problem] = []
    for effective, provision in own:
        first, last = effective.from_, effective.through or date.max
        if last.year < year or first.year > year:
            continue
        if first > date(year, 1, 1) or last < date(year, 12, 31):
            problems.append(Problem("Y104", provision.place, {"address": provision.address, "year": year}))
        if provision.address in seen:
            problems.append(
                Problem("Y103", provision.place, {"address": provision.address, "other": seen[provision.address].place})
            )
        seen[provision.address] = provision
    if problems:
        raise ProblemError(*problems)
    return _rules({**found, **seen})


def from_document(document: Mapping[str, Any], file: str) -> Rules:
    """A published declaration. Raises Y107 when its values do not have the hash that stands with them."""
    read = Document(file, document)
    found: dict[str, Provision] = {}
    for i, said in enumerate(document["provisions"]):
        value = _value(said["address"], said["value"], read, "provisions", i)
        if value is not None:
            place = read.place("provisions", i)
            found[said["address"]] = Provision(
                said["address"], value, said["value"], said["source"], said["cite"], said["says"], place
            )
    if read.problems:
        raise ProblemError(*read.problems)
    rules = _rules(found)
    if rules.hash != document["hash"]:
        raise fail("Y107", Place(file), said=document["hash"], found=rules.hash)
    return rules


def _rules(found: Mapping[str, Provision]) -> Rules:
    said = {address: [p.raw, p.source, p.cite] for address, p in found.items()}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Rules(dict(sorted(found.items())), hashlib.sha256(text.encode()).hexdigest()[:16])


def _read(path: Path) -> list[tuple[Effective, Provision]]:
    document = read_document(path, str(path))
    file = None if document.problems else validate(ClearingFile, document.data, document)
    found = list(_provisions(file, document)) if file is not None else []
    if document.problems:
        raise ProblemError(*document.problems)
    return found


def _provisions(file: ClearingFile, document: Document) -> Iterator[tuple[Effective, Provision]]:
    for i, article in enumerate(file.articles):
        for address, raw in article.sets.items():
            path = ("articles", i, "sets", address)
            value = _value(address, raw, document, *path)
            if value is not None:
                provision = Provision(
                    address, value, raw, file.source, article.cite, article.says, document.place(*path)
                )
                yield article.effective or file.effective, provision


def _value(address: str, raw: Any, document: Document, *path: str | int) -> Fact | None:
    head, dot, name = address.partition(".")
    kind = f"{head}.*" if dot else head
    if kind not in KINDS or (dot and not name):
        document.report("Y102", *path, value=address, known="、".join(KINDS))
        return None
    model, names = KINDS[kind]
    if names and name not in names:
        document.report("Y102", *path, value=address, known="、".join(f"{head}.{one}" for one in names))
        return None
    return validate(model, raw, document, *path)
