"""YAML read as text: every scalar stays the words that were written, and every value remembers its line.

YAML's own guesses (numbers, booleans, dates, nulls) are exactly the silent conversions a decree cannot bear, so
only the structure of the file is taken from the parser.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tongchou.ground.errors import Place, Problem

Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_BOOLEANS = {"yes", "no", "true", "false", "on", "off", "null", "~", "y", "n"}


@dataclass
class Document:
    """A file as plain dicts, lists and strings, with the line of every key and item by path."""

    file: str
    data: Any
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, *path: str | int) -> Place:
        """The place of a path; of its nearest known parent when the path itself was never written."""
        key = ".".join(str(p) for p in path) or None
        for end in range(len(path), -1, -1):
            if path[:end] in self.lines:
                return Place(file=self.file, line=self.lines[path[:end]], key=key)
        return Place(file=self.file, line=1, key=key)

    def report(self, code: str, *path: str | int, **details: object) -> None:
        self.problems.append(Problem(code, self.place(*path), details))


def read_document(file: Path, shown_as: str) -> Document:
    """Read one file. Never raises for bad content: what is wrong stands in `problems` and the bad part is left out."""
    document = Document(shown_as, {})
    try:
        content = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        document.report("R001", reason=error.strerror or type(error).__name__)
        return document
    except UnicodeDecodeError as error:
        document.report("R002", byte=error.start)
        return document
    try:
        root = yaml.compose(content, Loader=Loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        if mark is not None:
            document.lines[()] = mark.line + 1
        document.report("R003", reason=getattr(error, "problem", None) or type(error).__name__)
        return document
    if root is not None:
        document.data = _convert(document, root, (), 0)
    return document


def _convert(document: Document, node: yaml.Node, path: tuple[str | int, ...], depth: int) -> Any:
    document.lines.setdefault(path, node.start_mark.line + 1)
    if depth > 40:
        document.report("R004", *path)
        return ""
    if isinstance(node, yaml.MappingNode):
        return _convert_mapping(document, node, path, depth)
    if isinstance(node, yaml.SequenceNode):
        return [_convert(document, item, (*path, i), depth + 1) for i, item in enumerate(node.value)]
    if node.style is None and node.value.lower() in _BOOLEANS:
        document.report("R105", *path, value=node.value)
    return node.value


def _convert_mapping(document: Document, node: yaml.MappingNode, path: tuple[str | int, ...], depth: int) -> Any:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            document.lines[path] = key_node.start_mark.line + 1
            document.report("R005", *path)
            continue
        key = key_node.value
        if key in result:
            document.lines[(*path, key)] = key_node.start_mark.line + 1
            document.report("R006", *path, key, duplicate=key)
            continue
        document.lines[(*path, key)] = key_node.start_mark.line + 1
        result[key] = _convert(document, value_node, (*path, key), depth + 1)
    return result
