"""Explanations: what became of every fen of a claim, under which article, and what did not apply and why.

Doors: `explain` reads a settlement or a refusal, `explain_grant` a grant; `to_text`, `to_json` and `to_html` render.
"""

from tongchou.engines.benefits.explain.as_json import SCHEMA, to_json
from tongchou.engines.benefits.explain.as_text import to_text
from tongchou.engines.benefits.explain.explain import explain, explain_grant
from tongchou.engines.benefits.explain.model import Bar, Citation, Explanation, LineRow, Reading, Section, Step, Text
from tongchou.engines.benefits.explain.page import to_html

__all__ = [
    "SCHEMA",
    "Bar",
    "Citation",
    "Explanation",
    "LineRow",
    "Reading",
    "Section",
    "Step",
    "Text",
    "explain",
    "explain_grant",
    "to_html",
    "to_json",
    "to_text",
]
