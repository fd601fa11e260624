"""An explanation as JSON with a stable, versioned schema. Amounts are fen: whole, or `num/den` where exact."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from tongchou.engines.benefits.explain.model import Citation, Explanation, Fen, LineRow, Section, Step, Text

SCHEMA = "tongchou.explanation/1"
"""Name and version of the schema. Keys are added under the same version; a change of meaning is a new one."""


def to_json(explanation: Explanation) -> str:
    """Canonical text: the same explanation always gives the same bytes."""
    return json.dumps(as_plain(explanation), ensure_ascii=False, indent=1)


def as_plain(explanation: Explanation) -> dict[str, Any]:
    citations = explanation.citations()
    refs = {c: f"c{i}" for i, c in enumerate(citations, 1)}
    return {
        "schema": SCHEMA,
        "outcome": explanation.outcome,
        "claim": explanation.claim_id,
        "pack_hash": explanation.pack_hash,
        "unit": "fen",
        "region": _text(explanation.region),
        "title": _text(explanation.title),
        "head": [{"label": _text(k), "value": v.zh} for k, v in explanation.head],
        "totals": dict(explanation.totals),
        "sections": [_section(s, refs) for s in explanation.sections],
        "lines": [_line(line, refs) for line in explanation.lines],
        "not_applied": [_step(s, refs) for s in explanation.not_applied],
        "waterfall": [
            {"kind": b.kind, "label": _text(b.label), "start": b.start, "amount": b.amount} for b in explanation.bars
        ],
        "citations": {refs[c]: _citation(c) for c in citations},
        "readings": [vars(r) for r in explanation.readings],
    }


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _fen(value: Fen) -> int | str:
    exact = Fraction(value)
    return int(exact) if exact.denominator == 1 else f"{exact.numerator}/{exact.denominator}"


def _refs(citations: Iterable[Citation], refs: Mapping[Citation, str]) -> list[str]:
    return [refs[c] for c in citations]


def _step(step: Step, refs: Mapping[Citation, str]) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "applied": step.applied,
        "detail": step.detail,
        "say": _text(step.say + step.more),
        "formula": step.formula,
        "numbers": {name: _fen(value) for name, value in step.numbers.items()},
        "citations": _refs(step.citations, refs),
    }


def _section(section: Section, refs: Mapping[Citation, str]) -> dict[str, Any]:
    return {
        "kind": section.kind,
        "layer": section.layer,
        "title": _text(section.title),
        "amount": section.amount,
        "main": None if section.main is None else refs[section.main],
        "steps": [_step(s, refs) for s in section.steps],
    }


def _line(line: LineRow, refs: Mapping[Citation, str]) -> dict[str, Any]:
    names = ("full_self_pay", "over_limit", "first_self_pay", "in_scope")
    return {
        "id": line.id,
        "item": line.item,
        "amount": line.amount,
        "parts": dict(zip(names, line.parts, strict=True)),
        "paid": dict(line.paid),
        "hospital": line.hospital,
        "cash": line.cash,
        "why": _step(line.why, refs),
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "source": citation.source,
        "title": citation.title,
        "number": citation.number,
        "cite": citation.cite,
        "says": citation.says,
        "our_readings": list(citation.decisions),
    }
