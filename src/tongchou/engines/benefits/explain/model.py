"""What an explanation is made of: plain values in both languages, amounts in fen, and the articles they come from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

Lang = Literal["zh", "en"]
Fen = int | Fraction
"""Whole fen; a fraction only where the exact value lies between two fen, as before a layer is rounded."""


@dataclass(frozen=True)
class Text:
    """The same words in Chinese and in English."""

    zh: str
    en: str

    def of(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en

    def __add__(self, other: Text) -> Text:
        return Text(self.zh + other.zh, self.en + other.en)


NOTHING = Text("", "")
_REMARK = re.compile(r"\s*[(（][^()（）]*[)）]$")


@dataclass(frozen=True)
class Citation:
    """An article: the key, title and number of its document, the place in it, and what it says in our words.

    `decisions` are our own readings of this very article; they are never the document's words.
    """

    source: str
    title: str
    number: str | None
    cite: str
    says: str
    decisions: tuple[str, ...] = ()

    @property
    def document(self) -> str:
        """The document as people call it: its title without a remark in brackets at the end, else its key."""
        title = _REMARK.sub("", self.title.strip()).strip("《》")
        return f"《{title}》" if title else self.source

    @property
    def short(self) -> str:
        return f"{self.document}{self.cite}"


@dataclass(frozen=True)
class Step:
    """One step. `say` is a clause, `more` what follows its citation, `formula` the arithmetic, `numbers` its fen.

    A `detail` stands in the list of steps only, not in the sentence that sums up its section.
    """

    kind: str
    say: Text
    more: Text = NOTHING
    formula: str = ""
    numbers: Mapping[str, Fen] = field(default_factory=dict)
    citations: tuple[Citation, ...] = ()
    applied: bool = True
    detail: bool = False


@dataclass(frozen=True)
class LineRow:
    """One line of the claim: its four parts, what each layer paid of it, and the step that says why it was split so."""

    id: str
    item: str | None
    amount: int
    parts: tuple[int, int, int, int]
    paid: Mapping[str, int]
    hospital: int
    cash: int
    why: Step


@dataclass(frozen=True)
class Section:
    """A group of steps: `claim`, `packages`, `layer`, `result`, `refusal` or `grant`."""

    kind: str
    title: Text
    steps: tuple[Step, ...]
    amount: int | None = None
    layer: str | None = None
    main: Citation | None = None  # the article most of the section rests on


@dataclass(frozen=True)
class Bar:
    """One bar of the waterfall, in fen: where it starts from the left and how long it is."""

    kind: str  # total | fund | account | hospital | cash
    label: Text
    start: int
    amount: int


@dataclass(frozen=True)
class Reading:
    """Our reading of an ambiguous article."""

    id: str
    cite: str
    question: str
    chosen: str
    why: str


@dataclass(frozen=True)
class Explanation:
    """Everything there is to say about one result, ready to be rendered."""

    outcome: str  # settled | refused | grant
    region: Text
    title: Text
    claim_id: str | None
    pack_hash: str
    head: tuple[tuple[Text, Text], ...]  # label and value
    totals: Mapping[str, int]
    sections: tuple[Section, ...]
    not_applied: tuple[Step, ...] = ()
    lines: tuple[LineRow, ...] = ()
    layer_names: Mapping[str, Text] = field(default_factory=dict)
    bars: tuple[Bar, ...] = ()
    readings: tuple[Reading, ...] = ()

    def citations(self) -> tuple[Citation, ...]:
        """Every article named, once, in the order in which they are first named."""
        steps = [s for section in self.sections for s in section.steps]
        steps += [line.why for line in self.lines] + list(self.not_applied)
        return tuple(dict.fromkeys(c for step in steps for c in step.citations))
