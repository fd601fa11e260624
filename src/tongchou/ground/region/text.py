"""YAML read as text: every scalar stays the words that were written, and every value remembers its line.

YAML's own guesses (numbers, booleans, dates, nulls) are exactly the silent conversions a decree cannot bear, and its
anchors, aliases and tags can make a small file mean anything, so only the bare structure is taken from the parser.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tongchou.ground.errors import Place, Problem

Key = str | int
MAX_BYTES = 4_000_000
MAX_DEPTH = 40
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_BOOLEANS = {"yes", "no", "true", "false", "on", "off", "null", "~", "y", "n"}


@dataclass
class Document:
    """A file as plain dicts, lists and strings, with the line of every key and item by path."""

    file: str
    data: Any
    lines: dict[tuple[Key, ...], int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, *path: Key) -> Place:
        """The place of a path; of its nearest known parent when the path itself was never written."""
        key = ".".join(str(p) for p in path) or None
        for end in range(len(path), -1, -1):
            if path[:end] in self.lines:
                return Place(file=self.file, line=self.lines[path[:end]], key=key)
        return Place(file=self.file, line=1, key=key)

    def report(self, code: str, *path: Key, **details: object) -> None:
        self.add(Problem(code, self.place(*path), details))

    def add(self, problem: Problem) -> None:
        """Every problem once: what is wrong for one reason may be found in two ways."""
        if problem not in self.problems:
            self.problems.append(problem)


def read_document(file: Path, shown_as: str) -> Document:
    """Read one file. Never raises for bad content: what is wrong stands in `problems` and the bad part is left out."""
    document = Document(shown_as, {})
    try:
        raw = file.read_bytes()
        if len(raw) > MAX_BYTES:
            document.report("R009", limit=MAX_BYTES)
            return document
        read_text(document, raw.decode("utf-8-sig"))
    except OSError as error:
        document.report("R001", reason=error.strerror or type(error).__name__)
    except UnicodeDecodeError as error:
        document.report("R002", byte=error.start)
    return document


def read_text(document: Document, content: str) -> None:
    """Fill the document from YAML text, as far as the text can be followed."""
    builder = _Builder(document)
    try:
        for event in yaml.parse(content, Loader=_Loader):
            builder.take(event)
            if builder.stopped:
                return
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        if mark is not None:
            document.lines[()] = mark.line + 1
        document.report("R003", reason=getattr(error, "problem", None) or getattr(error, "reason", "YAML"))


@dataclass
class _Open:
    """A mapping or list whose end has not come yet."""

    path: tuple[Key, ...]
    value: dict[str, Any] | list[Any]
    key: str | None = None  # of a mapping: the key whose value comes next
    kept: bool = True  # whether that value is kept; the second of two equal keys is read and dropped


class _Builder:
    """Builds the plain document from the parser's events, without recursion and without following any reference."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.open: list[_Open] = []
        self.started = False
        self.stopped = False

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            if self.started:
                self._stop("R008", event, ())
            self.started = True
        elif isinstance(event, yaml.CollectionEndEvent):
            self.open.pop()
        elif isinstance(event, yaml.NodeEvent):
            self._node(event)

    def _node(self, event: yaml.NodeEvent) -> None:
        top = self.open[-1] if self.open else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._key(event, top)
            return
        path = self._path(top)
        self._refuse_references(event, path)
        if isinstance(event, yaml.ScalarEvent):
            self._put(top, self._scalar(event, path))
        elif isinstance(event, yaml.CollectionStartEvent):
            self._start(event, top, path)
        else:
            self._put(top, "")

    def _path(self, top: _Open | None) -> tuple[Key, ...]:
        if top is None:
            return ()
        return (*top.path, top.key if isinstance(top.value, dict) and top.key is not None else len(top.value))

    def _key(self, event: yaml.NodeEvent, top: _Open) -> None:
        line = _line(event)
        if not isinstance(event, yaml.ScalarEvent) or not event.value:
            self.document.lines.setdefault((*top.path, ""), line)
            self.document.report("R005", *top.path, "")
            top.key, top.kept = "", False
            if isinstance(event, yaml.CollectionStartEvent):
                self._open(event, [], top.path)
            return
        top.key, top.kept = event.value, event.value not in top.value
        path = (*top.path, event.value)
        self._refuse_references(event, path)
        self.document.lines.setdefault(path, line)
        if not top.kept:
            self.document.add(
                Problem("R006", Place(self.document.file, line, ".".join(map(str, path))), {"duplicate": event.value})
            )

    def _start(self, event: yaml.CollectionStartEvent, top: _Open | None, path: tuple[Key, ...]) -> None:
        value: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._put(top, value)
        self._open(event, value, path)

    def _open(self, event: yaml.Event, value: dict[str, Any] | list[Any], path: tuple[Key, ...]) -> None:
        self.document.lines.setdefault(path, _line(event))
        self.open.append(_Open(path, value))
        if len(self.open) > MAX_DEPTH:
            self._stop("R004", event, path)

    def _put(self, top: _Open | None, value: Any) -> None:
        if top is None:
            self.document.data = value
        elif isinstance(top.value, list):
            top.value.append(value)
        else:
            if top.kept and top.key is not None:
                top.value[top.key] = value
            top.key, top.kept = None, True

    def _scalar(self, event: yaml.ScalarEvent, path: tuple[Key, ...]) -> str:
        self.document.lines.setdefault(path, _line(event))
        if not event.style and not event.value:
            self._empty(path)
        elif not event.style and event.value.lower() in _BOOLEANS:
            self.document.report("R105", *path, value=event.value)
        return str(event.value)

    def _empty(self, path: tuple[Key, ...]) -> None:
        """Nothing after a key. In `{amount: 40,000}` the parser sees amount 40 and an empty key 000."""
        key = str(path[-1]) if path else "-"
        if key.isdecimal() and isinstance(path[-1], str):
            self.document.report("R111", *path, value=f"…,{key}")
            self.open[-1].kept = False
        else:
            self.document.report("R107", *path, key=key)

    def _refuse_references(self, event: yaml.NodeEvent, path: tuple[Key, ...]) -> None:
        if event.anchor is not None or getattr(event, "tag", None) is not None:
            self.document.lines.setdefault(path, _line(event))
            self.document.report("R007", *path)

    def _stop(self, code: str, event: yaml.Event, path: tuple[Key, ...]) -> None:
        self.document.lines[path] = _line(event)
        self.document.report(code, *path)
        self.stopped = True


def _line(event: yaml.Event) -> int:
    return 1 if event.start_mark is None else int(event.start_mark.line) + 1
