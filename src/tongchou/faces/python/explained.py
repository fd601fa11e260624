"""An explanation in hand: as text, as a page, as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Literal

from tongchou.engines.benefits.explain import Explanation, to_html, to_json, to_text

Lang = Literal["zh", "en"]


@dataclass(frozen=True, repr=False)
class Explained:
    """What became of every fen of one claim, under which article, and what did not apply.

    At a prompt it shows its Chinese text, in a notebook its page. `model` is the explanation itself, section by
    section, for programs that render it in their own way.
    """

    model: Explanation

    def text(self, lang: Lang = "zh") -> str:
        """Plain text, amounts in yuan."""
        return to_text(self.model, lang)

    def html(self, lang: Lang = "zh") -> str:
        """A whole page that loads nothing from elsewhere."""
        return to_html(self.model, lang)

    def json(self) -> str:
        """The schema `tongchou.explanation/1`; amounts in fen."""
        return to_json(self.model)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        # A page of its own inside the notebook's: neither's styles reach the other.
        return f'<iframe srcdoc="{escape(self.html())}" style="width: 100%; height: 40em; border: 0"></iframe>'
