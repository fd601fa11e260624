"""A clearing declaration: `clearing.yaml` of a folder over the national defaults, read strictly, every figure cited.

The files have the form of a region's other articles, so that a region folder can take them in as they are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from tongchou.engines.payment.formula import figure
from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.ground.region.addresses import find_target, known_addresses, read_value
from tongchou.ground.region.clearing_file import read_clearing
from tongchou.ground.region.clearing_kinds import CLEARING_KINDS, EVERY
from tongchou.ground.region.clearing_money import Clearing
from tongchou.ground.region.load import load_region
from tongchou.ground.region.pack import Declared
from tongchou.ground.region.scalars import Fact
from tongchou.ground.region.text import Document

FILE = "clearing.yaml"
F = TypeVar("F", bound=Fact)


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


def load_rules(path: Path, year: int | None = None) -> Rules:
    """The declaration of a region folder, or of a file (or the folder with it) that stands by itself, for `rules_of`.

    Raises Y101 where there is none, and every problem of the files, each with file and line.
    """
    if (path / "region.yaml").is_file():
        return rules_of(load_region(path).facts, year, str(path))
    file = path / FILE if path.is_dir() else path
    if not file.is_file():
        raise fail("Y101", Place(str(path)), file=FILE)
    if file.suffix == ".json":
        try:
            document = json.loads(file.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise fail("Y108", Place(str(file))) from error
        return from_document(document, str(file))
    return rules_of(read_clearing(file), year, str(file))


def rules_of(facts: Iterable[Declared], year: int | None = None, shown_as: str | None = None) -> Rules:
    """What facts (of a folder, or of the pack in force) declare for the clearing of a year; of the one year that is
    cleared by them where none is named.

    Raises Y106 where no clearing is declared, Y103 where none or several are of the year, Y104 for what begins or ends
    within it.
    """
    declared = [fact for fact in facts if fact.scheme == EVERY]
    found = {int(figure(fact.value.year)): fact for fact in declared if isinstance(fact.value, Clearing)}
    if not found:
        raise fail("Y106", Place(shown_as, key="clearing"), address="clearing")
    if (len(found) > 1) if year is None else (year not in found):
        years = "、".join(map(str, sorted(found)))
        raise fail("Y103", Place(shown_as, key="clearing"), years=years)
    (of,) = found if year is None else (year,)
    first, last = date(of, 1, 1), date(of, 12, 31)
    held = [f for f in declared if f.from_date <= last and first <= (f.through or date.max)]
    partly = [f for f in held if first < f.from_date or (f.through or date.max) < last]
    if partly:
        raise ProblemError(*(Problem("Y104", f.place, {"address": _name(f), "year": of}) for f in partly))
    return _rules({_name(f): Provision(_name(f), f.value, f.raw, f.source, f.cite, f.says, f.place) for f in held})


def _name(fact: Declared) -> str:
    return fact.address.removeprefix(f"{EVERY}.")


def from_document(document: Mapping[str, Any], file: str) -> Rules:
    """A published declaration. Raises Y107 when its values do not have the hash that stands with them, Y108 where it
    has not the form of one."""
    if not _is_published(document):
        raise fail("Y108", Place(file))
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


_SAID = ("address", "source", "cite", "says")
"""What stands with each value of a published declaration, as texts."""


def _is_published(document: Any) -> bool:
    """Whether a document has the form of `Rules.document`."""
    listed = document.get("provisions") if isinstance(document, dict) else None
    return (
        isinstance(listed, list)
        and isinstance(document.get("hash"), str)
        and all(isinstance(p, dict) and "value" in p and all(isinstance(p.get(n), str) for n in _SAID) for p in listed)
    )


def _rules(found: Mapping[str, Provision]) -> Rules:
    said = {address: [p.raw, p.source, p.cite] for address, p in found.items()}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Rules(dict(sorted(found.items())), hashlib.sha256(text.encode()).hexdigest()[:16])


def _value(address: str, raw: Any, document: Document, *path: str | int) -> Fact | None:
    target = find_target(address, {}, CLEARING_KINDS)
    if target is None:
        document.report("R150", *path, value=address, known="、".join(known_addresses({}, CLEARING_KINDS)))
        return None
    return read_value(target, raw, (), document, *path)
