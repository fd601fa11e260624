"""What a catalogue of any kind needs to have versions: its rows, how its files are read, and what one would change."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from tongchou.ground.errors import Problem
from tongchou.record.catalogues.models import Change, Decision
from tongchou.record.sheets import Column

Facts = tuple[Any, ...]


@dataclass
class Read:
    """What a file says: facts by key, in the order of the shelf's fields."""

    entries: Mapping[str, Facts]
    problems: Sequence[Problem] = ()
    unknown: Sequence[str] = ()


@dataclass(frozen=True)
class Shelf:
    """`kind` of the catalogue, `model` of its changes, the `fields` that hold its facts, how a file is `read`, and the
    `columns` of its template (none where the file is not ours)."""

    kind: str
    model: type[Change]
    fields: tuple[str, ...]
    read: Callable[[bytes], Read]
    columns: tuple[Column, ...] = ()

    def latest(self, day: date | None = None) -> QuerySet[Any]:
        """The newest row of each entry of the versions in force on a day, or at last; ended ones are not among them."""
        rows = self._rows(day)
        newer = rows.filter(key=OuterRef("key"), version_id__gt=OuterRef("version_id"))
        return rows.exclude(what="ended").filter(~Exists(newer))

    def current(self) -> dict[str, Facts]:
        """Facts by key, as after the last version in force: all rows are folded here in their order, because a database
        that knows nothing yet of rows just written would look for newer ones one by one."""
        found: dict[str, Facts] = {}
        rows = self._rows().order_by("version_id").values_list("key", "what", *self.fields)
        for key, what, *facts in rows.iterator(chunk_size=10_000):
            if what == "ended":
                found.pop(key, None)
            else:
                found[key] = tuple(_comparable(value) for value in facts)
        return found

    def _rows(self, day: date | None = None) -> QuerySet[Any]:
        decided = Decision.objects.filter(kind=self.kind, decision="in force")
        if day is not None:
            decided = decided.filter(since__lte=day)
        return self.model.objects.filter(version_id__in=list(decided.values_list("version_id", flat=True)))


@dataclass(frozen=True)
class Difference:
    """What a file would change: (what, key, facts before, facts after). `same` counts entries that it repeats."""

    changes: Sequence[tuple[str, str, Facts | None, Facts | None]]
    same: int

    def counts(self) -> dict[str, int]:
        found = {"added": 0, "changed": 0, "ended": 0, "same": self.same}
        for what, *_ in self.changes:
            found[what] += 1
        return found

    def samples(self, fields: Sequence[str], most: int = 15) -> Iterator[dict[str, Any]]:
        """So many of each kind, of a changed one what changed only."""
        left = {"added": most, "changed": most, "ended": most}
        for what, key, before, after in self.changes:
            left[what] -= 1
            if left[what] >= 0:
                yield {"what": what, "key": key, **_shown(fields, before, after)}


def difference(current: Mapping[str, Facts], entries: Mapping[str, Facts], whole: bool) -> Difference:
    """`whole`: the file names all there is, and what it does not name ends."""
    changes: list[tuple[str, str, Facts | None, Facts | None]] = []
    same = 0
    for key, facts in entries.items():
        before = current.get(key)
        if before is None:
            changes.append(("added", key, None, facts))
        elif before != facts:
            changes.append(("changed", key, before, facts))
        else:
            same += 1
    if whole:
        changes += [("ended", key, before, None) for key, before in current.items() if key not in entries]
    return Difference(changes, same)


def _comparable(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict) else value


def _shown(fields: Sequence[str], before: Facts | None, after: Facts | None) -> dict[str, Any]:
    old, new = ({} if facts is None else dict(zip(fields, facts, strict=True)) for facts in (before, after))
    told = [name for name in fields if name != "name_key" and old.get(name) != new.get(name)]
    shown = {"name": (new or old)["name"]}
    if old:
        shown["before"] = {name: old[name] for name in told if old[name] not in (None, "", "{}")}
    if new:
        shown["after"] = {name: new[name] for name in told if new[name] not in (None, "", "{}")}
    return shown
