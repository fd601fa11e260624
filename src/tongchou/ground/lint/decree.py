"""Find the cited article in the text of a decree: numbered headings, 一、 (一) 1. (1) 第五条 第二,."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from tongchou.ground.lint.figures import chinese_number, normal

_N = "[〇零一二两三四五六七八九十百0-9]+"
_HEADINGS = (
    ("章", rf"第({_N})章"),
    ("节", rf"第({_N})节"),
    ("条", rf"第({_N})条"),
    ("一、", r"([一二三四五六七八九十]+)、"),
    ("第一", rf"第({_N})[,、:]"),
    ("(一)", r"\(([一二三四五六七八九十]+)\)"),
    ("1.", r"([0-9]{1,2})[.、](?![0-9])"),
    ("(1)", r"\(([0-9]{1,2})\)"),
)
"""Levels of headings, the outermost first, each with how it begins a line."""
_RANKS = {level: rank for rank, (level, _) in enumerate(_HEADINGS)}
_STEPS = (
    ("章", rf"第({_N})章"),
    ("节", rf"第({_N})节"),
    ("条", rf"第({_N})条"),
    ("款", rf"第({_N})款"),
    ("(一)", rf"第?\(?({_N})\)?项"),
    ("(一)", r"\(([一二三四五六七八九十]+)\)"),
    ("(1)", r"\(([0-9]+)\)"),
    ("第一", rf"第({_N})"),
    ("1.", r"([0-9]+)"),
    ("一、", r"([一二三四五六七八九十]+)"),
)
"""The steps of a citation such as 四.2, 二(一)3, 第五条第二款, 二.第二."""
_BETWEEN = re.compile(r"[\s.、,·]*")
_SEVERAL = re.compile(r"[、;,和及]\s*(?=[一二三四五六七八九十第(附])|[;]")
_INLINE = re.compile(r"\(([0-9]{1,2})\)")

Step = tuple[str, int]


@dataclass(frozen=True)
class Paragraph:
    """A line of the decree with the headings it stands under."""

    path: tuple[Step, ...]
    text: str


def read_decree(text: str) -> list[Paragraph]:
    """The lines of a decree, each with its path of headings."""
    found: list[Paragraph] = []
    path: list[Step] = []
    for line in normal(text).splitlines():
        line = re.sub(r"^[#>*\s]+", "", line)
        if not line:
            continue
        heading = _heading(line)
        if heading is not None:
            path = [*_above(path, heading[0]), heading]
        found.append(Paragraph(tuple(path), line))
    return found


def _above(path: list[Step], level: str) -> list[Step]:
    """The headings that a new one of a level stands under. “第一,” lists points under whatever is open."""
    if level == "第一":
        return list(takewhile(lambda step: step[0] != level, path))
    return list(takewhile(lambda step: _RANKS[step[0]] < _RANKS[level], path))


def _heading(line: str) -> Step | None:
    for level, pattern in _HEADINGS:
        match = re.match(pattern, line)
        if match is not None:
            return level, _count(match[1])
    return None


def _count(text: str) -> int:
    return int(text) if text.isdigit() else int(chinese_number(text) or 0)


def read_citation(cite: str) -> list[tuple[Step, ...]] | None:
    """The articles a citation names, each as its steps; None when it is written in no known way."""
    read = [_steps(part) for part in _SEVERAL.split(normal(cite).strip())]
    return None if any(steps is None for steps in read) else [steps for steps in read if steps]


def _steps(text: str) -> tuple[Step, ...] | None:
    steps: list[Step] = []
    at = 0
    while at < len(text):
        for level, pattern in _STEPS:
            match = re.compile(pattern).match(text, at)
            if match is not None:
                steps.append((level, _count(match[1])))
                break
        else:
            return None
        at = _BETWEEN.match(text, match.end()).end()  # type: ignore[union-attr]  # matches nothing at least
    return tuple(steps) or None


def article_text(paragraphs: list[Paragraph], steps: tuple[Step, ...]) -> str | None:
    """The text of one cited article, its sub-items included; None when the decree has no such place."""
    named = [step for step in steps if step[0] != "款"]
    lines = [p for p in paragraphs if _leads_to(p.path, named)]
    if not lines and named and named[-1][0] == "(1)":
        return _inline(paragraphs, named)
    counted = next((n for level, n in steps if level == "款"), None)
    if counted is not None:
        lines = _clause(lines, named, counted)
    return "\n".join(p.text for p in lines) or None


def _leads_to(path: tuple[Step, ...], steps: list[Step]) -> bool:
    """Whether the steps occur in the path in their order; levels between them may be left out."""
    rest: Iterator[Step] = iter(path)
    return all(step in rest for step in steps)


def _clause(lines: list[Paragraph], named: list[Step], counted: int) -> list[Paragraph]:
    """The n-th clause of an article: its own lines count, the items under a clause belong to it."""
    own = [i for i, p in enumerate(lines) if p.path and p.path[-1] == named[-1]]
    if not 1 <= counted <= len(own):
        return []
    end = own[counted] if counted < len(own) else len(lines)
    return lines[own[counted - 1] : end]


def _inline(paragraphs: list[Paragraph], named: list[Step]) -> str | None:
    """Item (1) that stands inside a line instead of at the beginning of its own."""
    for paragraph in paragraphs:
        if _leads_to(paragraph.path, named[:-1]):
            marks = [(int(m[1]), m.start()) for m in _INLINE.finditer(paragraph.text)]
            for i, (number, start) in enumerate(marks):
                if number == named[-1][1]:
                    return paragraph.text[start : marks[i + 1][1] if i + 1 < len(marks) else None]
    return None
